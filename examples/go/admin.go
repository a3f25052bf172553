package saltbox

// #include <saltbox.h>
import "C"

import "context"

// AdminSetTemporary sets a password that has to be replaced at its first use, within
// the seconds that "account" has as "temporary_s". All sessions end. It keeps the
// policy, and is not compared with former ones.
//
// Of this and every other call of an administrator: the host has checked that the
// caller may; store the record of the outcome before anything else is done or
// said; the error is Rejected where there is no account.
func (c *Core) AdminSetTemporary(ctx context.Context, account Account, password []byte) (Outcome, error) {
	return c.flow(ctx, account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_admin_set_temporary(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, bytesOf(password), C.size_t(len(password)), a.now, outcome)
	})
}

// AdminSetActive sets a password that is good at once. As AdminSetTemporary otherwise.
func (c *Core) AdminSetActive(ctx context.Context, account Account, password []byte) (Outcome, error) {
	return c.flow(ctx, account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_admin_set_active(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, bytesOf(password), C.size_t(len(password)), a.now, outcome)
	})
}

// AdminExpire says that the password has to be replaced before the next sign-in.
func (c *Core) AdminExpire(account Account) (Outcome, error) {
	return c.decide(account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_admin_expire(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.now, outcome)
	})
}

// AdminLock locks an account: nothing is looked at until it is unlocked. All sessions end.
func (c *Core) AdminLock(account Account) (Outcome, error) {
	return c.decide(account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_admin_lock(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.now, outcome)
	})
}

// AdminUnlock unlocks an account, whoever locked it, and forgets what failed at
// sign-ins, codes and answers.
func (c *Core) AdminUnlock(account Account) (Outcome, error) {
	return c.decide(account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_admin_unlock(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.now, outcome)
	})
}

// AdminDisable disables an account: nobody signs in, resets or is sent a code.
// All sessions end.
func (c *Core) AdminDisable(account Account) (Outcome, error) {
	return c.decide(account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_admin_disable(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.now, outcome)
	})
}

// AdminEnable enables an account again.
func (c *Core) AdminEnable(account Account) (Outcome, error) {
	return c.decide(account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_admin_enable(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.now, outcome)
	})
}
