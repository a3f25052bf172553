package main

import (
	"time"

	saltbox "example.invalid/saltbox-example"
)

// resetOf makes a code for a new password, and sends it or leaves it to the caller.
func (c *call) resetOf(about whom, way saltbox.Way, channel saltbox.Channel) (done, error) {
	return c.decide(about, func(a *attempt) (saltbox.Outcome, error) {
		a.kind = resetCode
		return a.core.RequestReset(a.ctx, a.asked(saltbox.Request{}), way, channel)
	})
}

// verificationOf sends a link that shows that an address is the user's.
func (c *call) verificationOf(about whom) (done, error) {
	return c.decide(about, func(a *attempt) (saltbox.Outcome, error) {
		return a.verification()
	})
}

func (a *attempt) verification() (saltbox.Outcome, error) {
	a.kind = verificationCode
	return a.core.RequestVerification(a.ctx, a.asked(saltbox.Request{}), saltbox.EmailLink, saltbox.ByEmail)
}

type resetMethod struct {
	ResetMethod string `json:"resetMethod"`
}

func (c *call) sendResetLink() (any, error) {
	about, redirect := c.byLogin(), c.body.text("redirectUrl")
	// A link that leads where a stranger says takes the code there.
	if redirect != "" && redirect != c.appURL {
		c.body.refuse("redirectUrl", "is not allowed")
	}
	if err := c.body.check(); err != nil {
		return nil, err
	}
	_, err := c.resetOf(about, saltbox.EmailLink, saltbox.ByEmail)
	return resetMethod{"magiclink"}, err
}

type requestCode struct {
	RequestCode string `json:"requestCode"`
}

func (c *call) requestReset() (any, error) {
	about, strategy := c.byLogin(), c.body.secret("strategy")
	way := saltbox.EmailLink
	switch {
	case string(strategy) == "otp":
		way = saltbox.OneTimeCode
	case strategy != nil && string(strategy) != "link":
		c.body.refuse("strategy", "link or otp is needed")
	}
	if err := c.body.check(); err != nil {
		return nil, err
	}
	d, err := c.resetOf(about, way, saltbox.ByEmail)
	if way == saltbox.OneTimeCode {
		// There is one for nobody, too.
		return requestCode{d.Lookup}, err
	}
	return nothing{}, err
}

type resetLink struct {
	PasswordResetCode string `json:"passwordResetCode"`
	LifetimeSeconds   int64  `json:"lifetimeSeconds"`
}

// createResetLink is for an administrator, who hears why there is none.
func (c *call) createResetLink() (any, error) {
	about := c.byLogin()
	if err := c.body.check(); err != nil {
		return nil, err
	}
	d, err := c.resetOf(about, saltbox.ResetLink, saltbox.ByAdministrator)
	if err != nil {
		return nil, err
	}
	defer clear(d.Code)
	switch d.Verdict {
	case saltbox.CodeIssued:
		return resetLink{string(d.Code), int64(d.Lifetime / time.Second)}, nil
	case saltbox.NoAccount:
		return nil, userNotFound
	}
	refused := invalid.with("The account is not to be reset")
	refused.name = d.Verdict.String()
	return nil, refused
}

type result struct {
	Result string `json:"result"`
}

func (c *call) resetPassword() (any, error) {
	codes := saltbox.Codes{
		EmailAuthCode:     c.body.secret("emailAuthCode"),
		RequestCode:       c.body.secret("requestCode"),
		VerificationCode:  c.body.secret("verificationCode"),
		PasswordResetCode: c.body.secret("passwordResetCode"),
	}
	password := c.body.neededSecret("newPassword")
	// Of no effect unless the configuration allows it.
	request := saltbox.Request{SuppressMail: c.body.flag("suppressPasswordUpdatedEmail")}
	if err := c.body.check(); err != nil {
		return nil, err
	}
	return result{"password_reset"}, c.redeem(codes, func(a *attempt) (saltbox.Outcome, error) {
		return a.core.Reset(a.ctx, a.asked(request), codes, password)
	})
}

func (c *call) updateEmail() (any, error) {
	about, email := c.byLogin(), c.body.neededText("email")
	if err := c.body.check(); err != nil {
		return nil, err
	}
	_, err := c.decide(about, func(a *attempt) (saltbox.Outcome, error) {
		// No flow looks at the session here; but who may change where codes go may change the password.
		if a.session.user != a.account.id || !a.session.isFresh(a.at, a.settings.authAge()) {
			return saltbox.Outcome{}, notAuthorized
		}
		a.account.email, a.account.emailVerified = email, false
		return a.verification()
	})
	return nothing{}, err
}

type verified struct {
	Verified bool `json:"verified"`
}

func (c *call) verifyEmail() (any, error) {
	codes := saltbox.Codes{EmailAuthCode: c.body.neededSecret("token")}
	if err := c.body.check(); err != nil {
		return nil, err
	}
	return verified{true}, c.redeem(codes, func(a *attempt) (saltbox.Outcome, error) {
		return a.core.VerifyAddress(a.ctx, a.asked(saltbox.Request{}), codes)
	})
}

// redeem decides about the account that codes find, which are of exactly one way.
func (c *call) redeem(codes saltbox.Codes, flow func(*attempt) (saltbox.Outcome, error)) error {
	lookup, err := c.core.ResetLookup(codes)
	if err != nil {
		return err
	}
	_, err = c.decide(byLookup(lookup), flow)
	return err
}
