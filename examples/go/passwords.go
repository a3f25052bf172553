package saltbox

// #include <saltbox.h>
import "C"

import "context"

// SignUp makes the record of a new account, whose id Subject has to say. Record
// of account is that of the one that has this login already, "" where none has.
//
// Store the record of the outcome only where there still is none, before
// anything else is done or said. The error is nil where the account may be
// stored, and Rejected where it exists or the policy refuses the password, with
// an outcome for both. Unless "account" says "mask":false, a client is told the
// same of a new account and of one that exists, at the same cost, and neither gets a
// session: send a code with RequestVerification, and let the user sign in. Wipe
// password after the call; no copy of it was made.
func (c *Core) SignUp(ctx context.Context, account Account, password []byte) (Outcome, error) {
	return c.flow(ctx, account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_sign_up(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, bytesOf(password), C.size_t(len(password)), a.now, outcome)
	})
}

// SignIn says whether a password signs an account in. An account that is not
// there (Record is ""), is locked or is disabled costs the same and sounds the same as a wrong password.
//
// Store the record of the outcome before anything else is done or said, also
// beside Rejected: failures are charged in it. WHERE THERE IS NO RECORD TO STORE,
// COMPARE THAT THE STORED ONE IS STILL THE ONE THAT WAS READ, and where it is not,
// make the call again: else, of many guesses at once, the right one would be told
// whatever the others were charged.
//
// The error is nil where Effects says what session to give, and Rejected where
// there is none, with an outcome for both.
func (c *Core) SignIn(ctx context.Context, account Account, password []byte) (Outcome, error) {
	return c.flow(ctx, account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_sign_in(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, bytesOf(password), C.size_t(len(password)), a.now, outcome)
	})
}

// Update sets a new password within a session of the account, without the old
// one. Request.SessionSubject says whose session it is, and Request.AuthTime when
// its user signed in: too long ago, or not known, is refused.
//
// Store the record of the outcome before anything else is done or said, also
// beside Rejected.
func (c *Core) Update(ctx context.Context, account Account, newPassword []byte) (Outcome, error) {
	return c.flow(ctx, account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_update(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, bytesOf(newPassword), C.size_t(len(newPassword)), a.now, outcome)
	})
}

// Replace sets a new password with the old one as the proof, also where SignIn
// says MustChange. A wrong one is charged as at a SignIn.
//
// Store the record of the outcome before anything else is done or said, also
// beside Rejected.
func (c *Core) Replace(ctx context.Context, account Account, oldPassword, newPassword []byte) (Outcome, error) {
	return c.flow(ctx, account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_replace(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, bytesOf(oldPassword), C.size_t(len(oldPassword)),
			bytesOf(newPassword), C.size_t(len(newPassword)), a.now, outcome)
	})
}
