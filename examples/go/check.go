package saltbox

// #include <saltbox.h>
import "C"

import (
	"encoding/json"
	"runtime"
	"time"
)

// Subject is what is known of the user whose password it is to be. ID and Realm
// are what a record is bound to, and never change; a Check needs neither.
type Subject struct {
	ID            string   `json:"id,omitempty"`
	Realm         string   `json:"realm,omitempty"`
	LoginID       string   `json:"login_id,omitempty"`
	Email         string   `json:"email,omitempty"`
	EmailVerified bool     `json:"email_verified,omitempty"`
	Phone         string   `json:"phone,omitempty"`
	PhoneVerified bool     `json:"phone_verified,omitempty"`
	Words         []string `json:"words,omitempty"`
	// Status is "enabled", "disabled", "invited" or "expired"; "" is "enabled".
	Status string `json:"status,omitempty"`
	// MFAEnrolled is whether the user has another factor; nil counts as true. Only Reset asks.
	MFAEnrolled *bool `json:"mfa_enrolled,omitempty"`
}

// Findings is all that a check says of a password. The zero value is no.
type Findings struct {
	// Accepted is whether the policy takes the password.
	Accepted   bool        `json:"-"`
	Violations []Violation `json:"violations"`
	Warnings   []Message   `json:"warnings"` // what may trouble the user later; they refuse nothing
	// Strength is nil where it was not estimated: for what is not UTF-8, for more
	// than 4096 bytes, and where the policy says "strength":false.
	Strength *Strength `json:"strength"`
}

// Violation is a rule of the policy that a password breaks.
type Violation struct {
	Code  int      `json:"code"` // never changes its meaning
	Name  string   `json:"name"`
	Bound int      `json:"bound"` // what the policy asks for, where it is a number
	Found int      `json:"found"`
	Text  string   `json:"text"`  // in English, for hosts without words of their own
	Words []string `json:"words"` // what kinds of words were found
	Lists []string `json:"lists"` // which lists have it: "inside", "outside"
}

// Strength is how easily a password is guessed: an estimate, for a meter.
type Strength struct {
	Score        int     `json:"score"` // from 0, guessed within a thousand tries, to 4
	GuessesLog10 float64 `json:"guesses_log10"`
	// Seconds it takes to guess it, by attacker: "online_throttled",
	// "online_unthrottled", "offline_slow", "offline_fast", "offline_own_hash".
	Seconds map[string]float64 `json:"seconds"`
	// Weakness is why it is easily guessed; nil where the score is 3 or 4 or the reason has no name.
	Weakness    *Message  `json:"weakness"`
	Suggestions []Message `json:"suggestions"` // what would make it better
}

// Message is what is said of a password besides.
type Message struct {
	Code int    `json:"code"` // never changes its meaning
	Name string `json:"name"`
	Text string `json:"text"` // in English
}

// Check says everything that is wrong with a password as a new one. It computes
// no hash, so it needs no context.
//
// The error is nil only where nothing is wrong, and Rejected where something
// is; there are findings for both. It is a *SubjectError where the subject is at fault.
func (c *Core) Check(subject Subject, password []byte) (Findings, error) {
	return c.check(subject, func(subject []byte, now C.uint64_t, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_check(c.handle, bytesOf(subject), C.size_t(len(subject)),
			bytesOf(password), C.size_t(len(password)), now, outcome)
	})
}

// CheckChange is Check for a password that replaces another, which the user has
// just given: it must not be the same, and has to be as different as the policy
// asks. An empty old one is none.
func (c *Core) CheckChange(subject Subject, old, new []byte) (Findings, error) {
	return c.check(subject, func(subject []byte, now C.uint64_t, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_check_change(c.handle, bytesOf(subject), C.size_t(len(subject)),
			bytesOf(old), C.size_t(len(old)), bytesOf(new), C.size_t(len(new)), now, outcome)
	})
}

func (c *Core) check(
	subject Subject,
	call func(subject []byte, now C.uint64_t, outcome **C.saltbox_outcome) C.saltbox_status,
) (Findings, error) {
	defer runtime.KeepAlive(c)
	text, err := json.Marshal(subject)
	if err != nil {
		return Findings{}, err
	}
	var outcome *C.saltbox_outcome
	status := call(text, C.uint64_t(time.Now().Unix()), &outcome)
	findings, err := said[Findings](status, outcome)
	if status == C.SALTBOX_E_SUBJECT {
		return findings, subjectError(text)
	}
	findings.Accepted = err == nil
	if findings.Accepted && len(findings.Violations) != 0 {
		return Findings{}, ErrInternal
	}
	return findings, err
}

// said is what an outcome says, and frees it. The error is nil for yes, and
// Rejected for no; with any other error it says nothing.
func said[T any](status C.saltbox_status, outcome *C.saltbox_outcome) (T, error) {
	var findings, nothing T
	text := jsonOf(outcome)
	if status != C.SALTBOX_OK && status != C.SALTBOX_REJECTED {
		return nothing, Status(status)
	}
	if err := json.Unmarshal([]byte(text), &findings); err != nil {
		return nothing, err
	}
	return findings, asError(Status(status))
}

// SubjectError says what is wrong with what is said of a user, and where.
type SubjectError struct {
	Path    string // of the JSON value, such as "words[1]"; empty where there is none
	Offset  uint64 // in bytes; the highest uint64 where there is no place
	Message string
}

func (e *SubjectError) Error() string {
	return placed("subject", e.Path, e.Message)
}

// Unwrap makes errors.Is(err, ErrSubject) true.
func (e *SubjectError) Unwrap() error { return ErrSubject }

func subjectError(subject []byte) error {
	var diag C.saltbox_diag
	status := C.saltbox_subject_check(bytesOf(subject), C.size_t(len(subject)), &diag)
	if status != C.SALTBOX_E_SUBJECT {
		return ErrInternal
	}
	return &SubjectError{
		Path:    C.GoString(&diag.path[0]),
		Offset:  uint64(diag.offset),
		Message: C.GoString(&diag.message[0]),
	}
}
