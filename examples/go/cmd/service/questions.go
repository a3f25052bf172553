package main

import (
	saltbox "example.invalid/saltbox-example"
)

func (c *call) setQuestions() (any, error) {
	about, answers := c.byLogin(), c.body.answers()
	if err := c.body.check(); err != nil {
		return nil, err
	}
	_, err := c.decide(about, func(a *attempt) (saltbox.Outcome, error) {
		return a.core.SetQuestions(a.ctx, a.asked(saltbox.Request{}), answers)
	})
	return nothing{}, err
}

type questions struct {
	Questions []saltbox.Question `json:"questions"`
}

func (c *call) getQuestions() (any, error) {
	d, err := c.decide(byID(c.user), func(a *attempt) (saltbox.Outcome, error) {
		return a.core.GetQuestions(a.asked(saltbox.Request{}))
	})
	// Empty is [] in JSON, nil would be null.
	return questions{append([]saltbox.Question{}, d.Questions...)}, err
}

func (c *call) verifyQuestions() (any, error) {
	about, answers := c.byLogin(), c.body.answers()
	request := saltbox.Request{StepUp: c.body.flag("stepup")}
	c.refuseUnserved()
	if err := c.body.check(); err != nil {
		return nil, err
	}
	d, err := c.decide(about, func(a *attempt) (saltbox.Outcome, error) {
		return a.core.VerifyQuestions(a.ctx, a.asked(request), answers)
	})
	if err != nil {
		return nil, err
	}
	return d.jwts(false), nil
}
