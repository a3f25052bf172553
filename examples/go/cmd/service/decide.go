package main

import (
	"errors"
	"time"

	saltbox "example.invalid/saltbox-example"
)

// mostTries is how often a swap may be lost.
const mostTries = 16

// attempt is what a decision is made of: what was read, at one moment.
type attempt struct {
	*call
	// account is as it is to be stored, but for what the outcome says.
	account account
	// session is that of the request, the zero value for none.
	session session
	at      time.Time
	// kind is of the message that brings a code.
	kind kind
}

// done is a decision that is stored, with all that it asked for done.
type done struct {
	saltbox.Outcome
	account account
	// Tokens to give: those of a new session, or of the one that was raised.
	session, refresh string
	at               time.Time
}

// decide reads the account and the session, lets the core decide, and stores
// what it decided with all its effects, in one transaction: where anything that
// was read has changed meanwhile, it does so again. The error is a fault where
// the client is told a no.
func (c *call) decide(about whom, flow func(*attempt) (saltbox.Outcome, error)) (done, error) {
	back, err := c.turns.take(c.ctx, about.name)
	if err != nil {
		return done{}, err
	}
	defer back()
	for range mostTries {
		a := attempt{call: c, at: c.now()}
		c.store.do(func(t *tables) {
			a.account, a.session = about.find(t), t.session(c.token, a.at)
		})
		was := a.account
		outcome, err := flow(&a)
		// Rejected is decided as well. Any other error is not.
		if err != nil && !errors.Is(err, saltbox.Rejected) {
			return done{}, err
		}
		a.change(outcome)
		var result done
		var isStored bool
		c.store.do(func(t *tables) {
			isStored = t.session(c.token, a.at) == a.session && t.swap(was, a.account)
			if isStored {
				result = a.effects(t, was, outcome)
			}
		})
		if isStored {
			return result, refusal(outcome, c.asks == ofSession)
		}
		clear(outcome.Code)
	}
	return done{}, errLost
}

// asked is what a flow is given.
func (a *attempt) asked(request saltbox.Request) saltbox.Account {
	request.SessionSubject, request.AuthTime = a.session.user, a.session.authTime
	return saltbox.Account{Record: a.account.record, Subject: a.subject(a.account), Request: request, Now: a.at}
}

// subject is what the core is to know of an account.
func (s *service) subject(a account) saltbox.Subject {
	subject := saltbox.Subject{
		ID:            a.id,
		Realm:         s.project,
		LoginID:       a.key,
		Email:         a.email,
		EmailVerified: a.emailVerified,
		Phone:         a.phone,
		MFAEnrolled:   &a.mfa,
		Status:        a.status,
	}
	if a.name != "" {
		subject.Words = []string{a.name}
	}
	return subject
}

// change is what an outcome says of the row.
func (a *attempt) change(outcome saltbox.Outcome) {
	if outcome.Record != "" {
		a.account.record = outcome.Record
	}
	switch outcome.Verdict {
	case saltbox.SignedUp, saltbox.PasswordChanged, saltbox.PasswordReset, saltbox.PasswordSet, saltbox.TemporarySet:
		a.account.hasPassword = true
	case saltbox.AccountNowDisabled:
		a.account.status = disabled
	case saltbox.AccountEnabled:
		a.account.status = enabled
	}
}

// effects does what is to be done besides, with the swap and never without:
// no session outlives the password that it came by, and no code is sent that is not stored.
func (a *attempt) effects(t *tables, was account, outcome saltbox.Outcome) done {
	d := done{Outcome: outcome, account: a.account, at: a.at}
	has := outcome.Effects.Has
	// Whoever has taken the account over would be the only one to hear of a new address.
	if was.emailVerified && fold(was.email) != fold(a.account.email) {
		a.send(message{to: was.email, kind: addressChanged})
	}
	if has(saltbox.SendCode) {
		t.lookups[outcome.Lookup] = a.account.id
		// An administrator's is handed over: see createResetLink.
		if outcome.Channel == saltbox.ByEmail {
			a.send(message{a.account.email, a.kind, outcome.Code, outcome.Lifetime})
		}
	}
	if has(saltbox.StoreAddressVerified) && outcome.Channel == saltbox.ByEmail {
		d.account.emailVerified = true
		t.accounts[a.account.id] = d.account
	}
	if has(saltbox.RevokeSessions) {
		t.end(a.account.id, digest{})
	}
	if has(saltbox.RevokeOtherSessions) {
		t.end(a.account.id, a.token)
	}
	if has(saltbox.StepUpSession) {
		raised := a.session
		raised.steppedUp = true
		// Answers do not count as a sign-in.
		if outcome.Verdict == saltbox.SignedIn {
			raised.authTime = a.at
		}
		t.sessions[a.token] = raised
		d.session, d.refresh = newToken(), a.refresh
	}
	if has(saltbox.NewSession) {
		d.session, d.refresh = newToken(), t.begin(a.account.id, a.at)
	}
	for effect, kind := range notices {
		if has(effect) && a.account.email != "" {
			a.send(message{to: a.account.email, kind: kind})
		}
	}
	if has(saltbox.NotifySignUpTried) && a.at.Sub(time.Unix(d.account.toldAt, 0)) >= toldAgain && a.account.email != "" {
		d.account.toldAt = a.at.Unix()
		t.accounts[a.account.id] = d.account
		a.send(message{to: a.account.email, kind: signUpTried})
	}
	// saltbox.Rehashed: the record says it all.
	return d
}

// kind is what a message is about.
type kind string

const (
	resetCode        kind = "reset"
	verificationCode kind = "verification"
	passwordChanged  kind = "password_changed"
	questionsChanged kind = "questions_changed"
	signUpTried      kind = "sign_up_tried"
	addressChanged   kind = "address_changed"
)

// toldAgain is how long it takes until a user is told again that somebody tried
// to sign up: anybody may, so often as they like.
const toldAgain = time.Hour

// notices are the effects of which the user is told, and no more.
var notices = map[saltbox.Effects]kind{
	saltbox.NotifyPasswordChanged:  passwordChanged,
	saltbox.NotifyQuestionsChanged: questionsChanged,
}

// message is what a user gets. Of a link the code is what comes after the page's
// own address, which is ours (-app-url) and never a client's.
type message struct {
	to       string
	kind     kind
	code     saltbox.Secret // who has sent it wipes it; nil for a notice
	lifetime time.Duration
}
