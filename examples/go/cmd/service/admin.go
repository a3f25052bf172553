package main

import (
	"context"
	"encoding/json"
	"errors"

	saltbox "example.invalid/saltbox-example"
)

// What an account can be, as its status is told.
const (
	enabled  = "enabled"
	disabled = "disabled"
)

type userAnswer struct {
	User user `json:"user"`
}

// createUser makes an account without a password, or with one that another system has hashed.
func (c *call) createUser() (any, error) {
	newcomer := c.newcomer(c.body.neededText("loginId"))
	newcomer.name, newcomer.email = c.body.text("name"), c.body.text("email")
	newcomer.emailVerified = c.body.flag("verifiedEmail")
	hash, options := c.body.rawObject("hashedPassword"), c.body.rawObject("hashOptions")
	if err := c.body.check(); err != nil {
		return nil, err
	}
	stored, err := c.importedHash(hash, options)
	if err != nil {
		return nil, err
	}
	newcomer.hasPassword = stored != ""
	d, err := c.decide(byLogin(newcomer), func(a *attempt) (saltbox.Outcome, error) {
		if a.account.record != "" {
			return saltbox.Outcome{}, userExists
		}
		return a.core.AdminImport(a.asked(saltbox.Request{}), stored)
	})
	if err != nil {
		return nil, err
	}
	return userAnswer{d.account.user()}, nil
}

// importedHash is the string to store of a hash as Descope has it, with what that
// leaves undocumented; "" where there is none.
func (c *call) importedHash(hash, options json.RawMessage) (string, error) {
	if hash == nil {
		return "", nil
	}
	descriptor, err := json.Marshal(struct {
		Vendor  string          `json:"vendor"`
		Hash    json.RawMessage `json:"hash"`
		Options json.RawMessage `json:"options,omitempty"`
	}{"descope", hash, options})
	if err != nil {
		return "", err
	}
	defer clear(descriptor)
	stored, err := saltbox.Import(descriptor)
	if err != nil {
		return "", err
	}
	// What no sign-in could verify, by its scheme or its cost, is better refused now.
	findings, err := c.core.Identify(stored)
	if !errors.Is(err, saltbox.Rejected) {
		return stored, err
	}
	var said struct{ Problem struct{ Reason string } }
	if err := json.Unmarshal([]byte(findings), &said); err != nil {
		return "", err
	}
	return "", invalid.with("hashedPassword: " + said.Problem.Reason)
}

// manage decides about the account that an administrator names, who is told where there is none.
func (c *call) manage(about whom, flow func(*attempt) (saltbox.Outcome, error)) (done, error) {
	if err := c.body.check(); err != nil {
		return done{}, err
	}
	d, err := c.decide(about, flow)
	if err == nil && d.Verdict == saltbox.NoAccount {
		err = userNotFound
	}
	return d, err
}

// manages is a handler of what computes no hash.
func manages(flow func(*saltbox.Core, saltbox.Account) (saltbox.Outcome, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		_, err := c.manage(c.byLogin(), func(a *attempt) (saltbox.Outcome, error) {
			return flow(a.core, a.asked(saltbox.Request{}))
		})
		return nothing{}, err
	}
}

// setsPassword is a handler of what sets one.
func setsPassword(
	flow func(*saltbox.Core, context.Context, saltbox.Account, []byte) (saltbox.Outcome, error),
) func(*call) (any, error) {
	return func(c *call) (any, error) {
		about, password := c.byLogin(), c.body.neededSecret("password")
		_, err := c.manage(about, func(a *attempt) (saltbox.Outcome, error) {
			return flow(a.core, a.ctx, a.asked(saltbox.Request{}), password)
		})
		return nothing{}, err
	}
}

func (c *call) updateStatus() (any, error) {
	about, flow := c.byLogin(), (*saltbox.Core).AdminEnable
	switch c.body.neededText("status") {
	case enabled:
	case disabled:
		flow = (*saltbox.Core).AdminDisable
	default:
		c.body.refuse("status", "enabled or disabled is needed")
	}
	d, err := c.manage(about, func(a *attempt) (saltbox.Outcome, error) {
		return flow(a.core, a.asked(saltbox.Request{}))
	})
	if err != nil {
		return nil, err
	}
	return userAnswer{d.account.user()}, nil
}
