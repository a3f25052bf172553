package saltbox

// #include <saltbox.h>
import "C"

import (
	"encoding/json"
	"runtime"
	"time"
)

// Subject is what is known of the user whose password it is to be.
type Subject struct {
	LoginID string   `json:"login_id,omitempty"`
	Email   string   `json:"email,omitempty"`
	Words   []string `json:"words,omitempty"`
}

// Violation is a rule of the policy that a password breaks.
type Violation struct {
	Code  int      `json:"code"` // never changes its meaning
	Name  string   `json:"name"`
	Bound int      `json:"bound"` // what the policy asks for, where it is a number
	Found int      `json:"found"`
	Text  string   `json:"text"`  // in English, for hosts without words of their own
	Words []string `json:"words"` // what kinds of words were found
}

// Check says everything that is wrong with a password as a new one, and nothing
// where nothing is. It computes no hash, so it needs no context.
func (c *Core) Check(subject Subject, password []byte) ([]Violation, error) {
	defer runtime.KeepAlive(c)
	text, err := json.Marshal(subject)
	if err != nil {
		return nil, err
	}
	var outcome *C.saltbox_outcome
	status := C.saltbox_check(c.handle, bytesOf(text), C.size_t(len(text)),
		bytesOf(password), C.size_t(len(password)), C.uint64_t(time.Now().Unix()), &outcome)
	findings := jsonOf(outcome)
	if status != C.SALTBOX_OK && status != C.SALTBOX_REJECTED {
		return nil, Status(status)
	}
	var said struct {
		Violations []Violation `json:"violations"`
	}
	if err := json.Unmarshal([]byte(findings), &said); err != nil {
		return nil, err
	}
	if (status == C.SALTBOX_OK) != (len(said.Violations) == 0) {
		return nil, ErrInternal
	}
	return said.Violations, nil
}
