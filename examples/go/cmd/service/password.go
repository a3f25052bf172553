package main

import (
	"strings"

	saltbox "example.invalid/saltbox-example"
)

// newcomer is whom a request is about where nobody has its login. A sign-up
// stores it, and for everything else it is forgotten.
func (c *call) newcomer(login string) account {
	return account{id: newID(), login: login, key: fold(login), status: enabled, created: c.now().Unix()}
}

// fold makes one of what is the same login or address.
func fold(identifier string) string {
	// What is not UTF-8 has been refused with the body.
	folded, _ := saltbox.FoldIdentifier(identifier)
	return folded
}

// byLogin is the account that a request names.
func (c *call) byLogin() whom { return byLogin(c.newcomer(c.body.neededText("loginId"))) }

// refuseUnserved is for what a session would have to be like that is not made here.
func (c *call) refuseUnserved() {
	c.body.refuseUnserved("ssoAppId")
	c.body.object("loginOptions").refuseUnserved("mfa", "pkceChallenge", "customClaims", "ssoAppId")
}

// sent is what a client hears that is to learn nothing.
type sent struct {
	Sent bool `json:"sent"`
}

func (c *call) signUp() (any, error) {
	newcomer := c.newcomer(c.body.neededText("loginId"))
	password, user := c.body.neededSecret("password"), c.body.object("user")
	newcomer.name, newcomer.email, newcomer.phone = user.text("name"), user.text("email"), user.text("phone")
	isAddress := strings.Contains(newcomer.login, "@")
	if newcomer.email == "" && isAddress {
		newcomer.email = newcomer.login
	}
	if c.settings.Mask {
		// The mail says whether the login was free, so it goes to the login and nowhere else.
		if !isAddress {
			c.body.refuse("loginId", "an address is needed")
		}
		if newcomer.email != "" && fold(newcomer.email) != newcomer.key {
			user.refuse("email", "is not the login")
		}
	}
	c.refuseUnserved()
	if err := c.body.check(); err != nil {
		return nil, err
	}
	d, err := c.decide(byLogin(newcomer), func(a *attempt) (saltbox.Outcome, error) {
		asked := a.asked(saltbox.Request{})
		// Also where the login is taken: a password that looks like what is stored of
		// somebody would else be refused, and tell it.
		asked.Subject = a.subject(newcomer)
		return a.core.SignUp(a.ctx, asked, password)
	})
	if err != nil {
		return nil, err
	}
	if d.Client == saltbox.ClientDone {
		return d.jwts(true), nil
	}
	// As much work where there was an account as where there was none: nobody's id is found nowhere.
	id := newcomer.id
	if d.Verdict != saltbox.SignedUp {
		id = newID()
	}
	if _, err := c.verificationOf(byID(id)); err != nil {
		return nil, err
	}
	return sent{true}, nil
}

func (c *call) signIn() (any, error) {
	about, password, options := c.byLogin(), c.body.neededSecret("password"), c.body.object("loginOptions")
	request := saltbox.Request{
		StepUp:              options.flag("stepup"),
		RevokeOtherSessions: options.flag("revokeOtherSessions"),
	}
	c.refuseUnserved()
	if err := c.body.check(); err != nil {
		return nil, err
	}
	d, err := c.decide(about, func(a *attempt) (saltbox.Outcome, error) {
		return a.core.SignIn(a.ctx, a.asked(request), password)
	})
	if err != nil {
		return nil, err
	}
	return d.jwts(false), nil
}

func (c *call) updatePassword() (any, error) {
	about, password := c.byLogin(), c.body.neededSecret("newPassword")
	if err := c.body.check(); err != nil {
		return nil, err
	}
	_, err := c.decide(about, func(a *attempt) (saltbox.Outcome, error) {
		return a.core.Update(a.ctx, a.asked(saltbox.Request{}), password)
	})
	return nothing{}, err
}

func (c *call) replacePassword() (any, error) {
	about, old, new := c.byLogin(), c.body.neededSecret("oldPassword"), c.body.neededSecret("newPassword")
	request := saltbox.Request{RevokeOtherSessions: c.body.flag("revokeOtherSessions")}
	c.refuseUnserved()
	if err := c.body.check(); err != nil {
		return nil, err
	}
	d, err := c.decide(about, func(a *attempt) (saltbox.Outcome, error) {
		return a.core.Replace(a.ctx, a.asked(request), old, new)
	})
	if err != nil {
		return nil, err
	}
	return d.jwts(false), nil
}

// nothing is what a client hears where it is done, and that is all.
type nothing struct{}

// passwordPolicy is for a form, before anything is typed.
func (c *call) passwordPolicy() (any, error) {
	public, err := c.core.PublicPolicy()
	return public.Descope, err
}
