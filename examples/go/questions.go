package saltbox

// #include <saltbox.h>
import "C"

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Answers are what a client answered to security questions, by the id of each
// question. Wipe them after the call; the copy that the library is given is wiped, too.
type Answers map[string]Secret

// Format prints nothing of them, whatever the verb.
func (Answers) Format(f fmt.State, _ rune) { io.WriteString(f, "[answers]") }

// MarshalJSON writes nothing of them: what is logged as JSON goes here.
func (Answers) MarshalJSON() ([]byte, error) { return []byte(`"[answers]"`), nil }

// secrets is nil only beside an error; free it.
func (answers Answers) secrets() (*C.saltbox_secrets, error) {
	var secrets *C.saltbox_secrets
	if err := asError(Status(C.saltbox_secrets_new(&secrets))); err != nil {
		return nil, err
	}
	// In the order of the ids, so that violations come in the same order every time.
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		question, questionLen := textOf(id)
		answer := answers[id]
		status := C.saltbox_secrets_add(secrets, C.SALTBOX_SECRET_ANSWER,
			question, questionLen, bytesOf(answer), C.size_t(len(answer)))
		if err := asError(Status(status)); err != nil {
			C.saltbox_secrets_free(secrets)
			return nil, err
		}
	}
	return secrets, nil
}

// Question is one to ask.
type Question struct {
	ID   string `json:"id"`
	Text string `json:"text"` // as the configuration has it
}

// AnswerRule is a rule for answers. Numbers never change their meaning.
type AnswerRule uint32

const (
	AnswerNotUTF8               AnswerRule = C.SALTBOX_ANSWER_NOT_UTF8
	AnswerTooLong               AnswerRule = C.SALTBOX_ANSWER_TOO_LONG
	AnswerEmptyAfterNormalizing AnswerRule = C.SALTBOX_ANSWER_EMPTY_AFTER_NORMALIZING
	AnswerTooShort              AnswerRule = C.SALTBOX_ANSWER_TOO_SHORT
	AnswerNotADate              AnswerRule = C.SALTBOX_ANSWER_NOT_A_DATE
	AnswerInQuestion            AnswerRule = C.SALTBOX_ANSWER_IN_QUESTION
	AnswerSameAsAnother         AnswerRule = C.SALTBOX_ANSWER_SAME_AS_ANOTHER
	AnswerIsLoginID             AnswerRule = C.SALTBOX_ANSWER_IS_LOGIN_ID
	AnswerCommon                AnswerRule = C.SALTBOX_ANSWER_COMMON
	AnswerIsPassword            AnswerRule = C.SALTBOX_ANSWER_IS_PASSWORD
	AnswerUnknownQuestion       AnswerRule = C.SALTBOX_ANSWER_UNKNOWN_QUESTION
	AnswerTooFewAnswers         AnswerRule = C.SALTBOX_ANSWER_TOO_FEW_ANSWERS
	AnswerTooManyAnswers        AnswerRule = C.SALTBOX_ANSWER_TOO_MANY_ANSWERS
)

// AnswerViolation is a rule that an answer breaks.
type AnswerViolation struct {
	Code     AnswerRule `json:"code"`
	Name     string     `json:"name"`
	Question string     `json:"question"` // its id; "" where it is about how many answers there are
	Text     string     `json:"text"`     // in English, for hosts without words of their own
}

// SetQuestions sets up answers to security questions, which replace all that
// there were. Account.Request.SessionSubject says whose session the request comes with.
//
// Store the record of the outcome before anything else is done or said, also
// beside Rejected. The error is nil where the answers are set up, and Rejected
// where they are not, with an outcome for both: what is wrong with them stands
// in AnswerViolations. It is a *ConfigError where no questions are configured,
// and ErrAnswers for more than 16 answers.
func (c *Core) SetQuestions(ctx context.Context, account Account, answers Answers) (Outcome, error) {
	return c.flow(ctx, account, answers, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_set_questions(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.secrets, a.now, outcome)
	})
}

// GetQuestions says what to ask, Outcome.Questions: the same until it is
// answered. Store the record of the outcome first. The error is Rejected where
// there is nothing to ask. It computes no hash, so it needs no context.
func (c *Core) GetQuestions(account Account) (Outcome, error) {
	return c.decide(account, nil, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_get_questions(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.now, outcome)
	})
}

// VerifyQuestions says whether enough answers are right to what GetQuestions
// asked, and never which of them are wrong. With Account.Request.StepUp the
// session is to be raised, else there may be a new one.
//
// Store the record of the outcome before anything else is done or said, also
// beside Rejected: the attempt is charged in it.
func (c *Core) VerifyQuestions(ctx context.Context, account Account, answers Answers) (Outcome, error) {
	return c.flow(ctx, account, answers, func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status {
		return C.saltbox_verify_questions(c.handle, a.record, a.recordLen, a.subject, a.subjectLen,
			a.request, a.requestLen, a.secrets, a.now, outcome)
	})
}

// SameIdentifier is whether two logins or e-mail addresses are one: without
// case, width and form, and never by what only looks alike. Send to the address
// that is stored, not to the one that was typed in.
func SameIdentifier(a, b string) bool {
	first, firstLen := textOf(a)
	second, secondLen := textOf(b)
	return C.saltbox_same_identifier(first, firstLen, second, secondLen) == C.SALTBOX_OK
}

// FoldIdentifier is what SameIdentifier compares: a key that a database finds
// logins by, beside the login as it is shown. It is Rejected for what is not UTF-8.
func FoldIdentifier(identifier string) (string, error) {
	text, textLen := textOf(identifier)
	// No character becomes more than twelve times as long.
	folded := make([]byte, 12*len(identifier))
	var length C.size_t
	status := C.saltbox_fold_identifier(text, textLen, bytesOf(folded), C.size_t(len(folded)), &length)
	return string(folded[:length]), asError(Status(status))
}
