package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	saltbox "example.invalid/saltbox-example"
)

// word is what a client hears of a no: the status, Descope's number and text, and
// the name that the core has for it, or that we have.
type word struct {
	status            int
	code, description string
	name              string
}

// fault is why a request is not done, as its client may hear it.
type fault struct {
	word
	message    string
	violations []json.RawMessage // as the core lists them
	retryAfter time.Duration
	isCores    bool // the name is the core's
}

func (f *fault) Error() string { return f.description + ": " + f.message }

// What is said without asking the core.
var (
	malformed          = &fault{word: word{400, "E011001", "Request is malformed", "malformed_request"}}
	bodyTooLarge       = &fault{word: word{413, "E011001", "Request is too large", "too_large"}}
	noSuchPath         = &fault{word: word{404, "E011001", "Not found", "not_found"}}
	wrongMethod        = &fault{word: word{405, "E011001", "Method not allowed", "method_not_allowed"}}
	missing            = &fault{word: word{400, "E011002", "Request is missing a member", "missing_member"}}
	invalid            = &fault{word: word{400, "E011003", "Request is invalid", "invalid_request"}}
	wrongManagementKey = &fault{word: word{401, "E111119", "Unauthorized", "unauthorized"}}
	userNotFound       = &fault{word: word{404, "E112102", "User not found", "user_not_found"}}
	tryAgain           = &fault{word: word{503, "E130429", "Try again", "try_again"}, retryAfter: time.Second}
	internal           = &fault{word: word{500, "E011001", "Internal error", "internal_error"}}
)

// words are what the core lets a client hear. What is not here is a yes, or of a later release.
var words = map[saltbox.Client]word{
	saltbox.ClientWrongPassword:   {status: 401, code: "E062903", description: "Invalid signin credentials"},
	saltbox.ClientMustChange:      {status: 401, code: "E062909", description: "Password expired"},
	saltbox.ClientWrongAnswers:    {status: 401, code: "E062903", description: "Invalid answers"},
	saltbox.ClientSignInFirst:     {status: 401, code: "E064001", description: "Not authorized"},
	saltbox.ClientInvalidCode:     {status: 401, code: "E062504", description: "Token expired"},
	saltbox.ClientExpiredCode:     {status: 401, code: "E062504", description: "Token expired"},
	saltbox.ClientUsedCode:        {status: 401, code: "E062504", description: "Token expired"},
	saltbox.ClientOlderCode:       {status: 401, code: "E062504", description: "Token expired"},
	saltbox.ClientPasswordRefused: {status: 400, code: "E011003", description: "Request is invalid"},
	saltbox.ClientPasswordReused:  {status: 400, code: "E011003", description: "Request is invalid"},
	saltbox.ClientAnswersRefused:  {status: 400, code: "E011003", description: "Request is invalid"},
	saltbox.ClientExists:          {status: 400, code: "E062107", description: "User already exists"},
}

// What the core would say, for where it is not asked.
var (
	notAuthorized = heard(saltbox.ClientSignInFirst)
	userExists    = heard(saltbox.ClientExists)
)

// codeWords are for codes with which no account is looked for.
var codeWords = map[saltbox.Status]string{
	saltbox.ErrNoCode:        "no_code",
	saltbox.ErrTwoWays:       "two_ways",
	saltbox.ErrHalfOfAPair:   "half_of_a_pair",
	saltbox.ErrEmptyCode:     "empty_code",
	saltbox.ErrMalformedCode: "malformed_code",
}

// errLost is for an account that changes all the time.
var errLost = errors.New("every swap was lost")

// with is the fault with a message of its own.
func (f *fault) with(message string) *fault {
	said := *f
	said.message = message
	return &said
}

// heard is what the core lets a client hear, as a fault.
func heard(client saltbox.Client) *fault {
	said := words[client]
	said.name = client.String()
	return &fault{word: said, isCores: true}
}

// refusal is nil for a yes, and where the client hears the same whether there is
// anybody or not. When to try again is told in a session of the account only: to
// anybody else it would tell that there is one.
func refusal(outcome saltbox.Outcome, inSession bool) error {
	if outcome.Client == saltbox.ClientDone || outcome.Client == saltbox.ClientSent {
		return nil
	}
	if _, ok := words[outcome.Client]; !ok {
		return fmt.Errorf("there are no words for %v", outcome.Client)
	}
	f := heard(outcome.Client)
	if inSession {
		f.retryAfter = outcome.RetryAfter
	}
	said := struct{ Violations *[]json.RawMessage }{&f.violations}
	if err := json.Unmarshal([]byte(outcome.JSON), &said); err != nil {
		return err
	}
	return f
}

// faultOf is what a client hears of an error: of most, that there was one.
func faultOf(err error) *fault {
	var f *fault
	var codes *saltbox.CodesError
	var imported *saltbox.ImportError
	var config *saltbox.ConfigError
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &codes):
		f = invalid.with(codes.Message)
		f.name, f.isCores = codeWords[codes.Status], true
		return f
	case errors.As(err, &imported):
		return invalid.with(imported.Path + ": " + imported.Message)
	case errors.As(err, &config):
		// Questions that are not configured are not there.
		return noSuchPath
	case errors.Is(err, saltbox.ErrAnswers):
		return invalid.with("answers: one to each question is needed")
	case errors.Is(err, saltbox.ErrBusy), errors.Is(err, errLost),
		errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return tryAgain
	}
	return internal
}

// seconds is rounded up: who comes a moment too early comes for nothing.
func seconds(wait time.Duration) string {
	return strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10)
}

// descopeError is how the paths of Descope say it.
type descopeError struct {
	Code        string            `json:"errorCode"`
	Description string            `json:"errorDescription"`
	Message     string            `json:"errorMessage,omitempty"`
	Reason      string            `json:"reason,omitempty"`
	Violations  []json.RawMessage `json:"violations,omitempty"`
}

func (f *fault) forDescope() (status int, body any) {
	said := descopeError{Code: f.code, Description: f.description, Message: f.message, Violations: f.violations}
	if f.isCores {
		said.Reason = f.name
	}
	return f.status, said
}

// apiError is how the paths under /api/ say it, which are another vendor's.
type apiError struct {
	Type       string                    `json:"type"`
	Code       string                    `json:"code"`
	Message    string                    `json:"message"`
	Violations map[string][]apiViolation `json:"violations,omitempty"`
}

type apiViolation struct {
	Name string `json:"code"`
	Text string `json:"message"`
}

func (f *fault) forAPI() (status int, body any) {
	said := apiError{Type: "base_error", Code: f.name, Message: f.message}
	if said.Message == "" {
		said.Message = f.description
	}
	if len(f.violations) > 0 {
		said.Type = "constraint_violations_error"
		said.Violations = map[string][]apiViolation{"newPassword": f.apiViolations()}
	}
	status = f.status
	// Here a wrong code is a bad request: only who may not ask at all is not authorized.
	if status == 401 && f.code != notAuthorized.code && f.code != wrongManagementKey.code {
		status = 400
	}
	return status, said
}

func (f *fault) apiViolations() []apiViolation {
	var violations []apiViolation
	for _, each := range f.violations {
		var listed struct{ Name, Text string }
		// It came as JSON from the core.
		if json.Unmarshal(each, &listed) == nil {
			violations = append(violations, apiViolation(listed))
		}
	}
	return violations
}
