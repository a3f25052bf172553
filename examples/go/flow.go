package saltbox

// #include <saltbox.h>
import "C"

import (
	"context"
	"encoding/json"
	"math"
	"runtime"
	"time"
	"unsafe"
)

// Account is what a flow is given of an account and of the request.
type Account struct {
	// Record is what is stored of it; "" where there is no such account.
	Record  string
	Subject Subject
	Request Request
	// Now is when it is; the zero value for time.Now().
	Now time.Time
}

// Request is what is asked for besides. The zero value is safe.
type Request struct {
	SuppressMail bool `json:"suppress_mail,omitempty"` // the user is not told that the password was changed
	StepUp       bool `json:"step_up,omitempty"`       // a right password or right answers raise the session
	// RevokeOtherSessions ends every session of the user but the one that the request comes with.
	RevokeOtherSessions bool `json:"revoke_other_sessions,omitempty"`
	// SessionSubject is the Subject.ID for which the session was made that the
	// request comes with, which the host has checked; "" where it comes with none.
	SessionSubject string `json:"session_subject,omitempty"`
	// AuthTime is when the user of that session signed in with the password, which
	// the host has checked, too; the zero value where that is not known, which is
	// too long ago for Update and SetQuestions. A time to come is now: a clock was set back.
	AuthTime time.Time `json:"-"`
}

// json is the request as the library reads it, where it is now.
func (r Request) json(now time.Time) ([]byte, error) {
	var age *int64
	if !r.AuthTime.IsZero() {
		// By the clock on the wall: the other one may stand still while a machine sleeps.
		passed := max(0, now.Round(0).Sub(r.AuthTime))
		seconds := int64(passed / time.Second)
		if passed%time.Second > 0 {
			seconds++
		}
		age = &seconds
	}
	return json.Marshal(struct {
		Request
		AuthAge *int64 `json:"auth_age_s,omitempty"`
	}{r, age})
}

// Decision is what a flow decided, for logs and counters. The zero value is none.
type Decision uint32

const (
	CodeIssued         Decision = C.SALTBOX_VERDICT_CODE_ISSUED
	PasswordReset      Decision = C.SALTBOX_VERDICT_PASSWORD_RESET
	AddressVerified    Decision = C.SALTBOX_VERDICT_ADDRESS_VERIFIED
	QuestionsSet       Decision = C.SALTBOX_VERDICT_QUESTIONS_SET
	QuestionsAsked     Decision = C.SALTBOX_VERDICT_QUESTIONS_ASKED
	AnswersRight       Decision = C.SALTBOX_VERDICT_ANSWERS_RIGHT
	Imported           Decision = C.SALTBOX_VERDICT_IMPORTED
	SignedUp           Decision = C.SALTBOX_VERDICT_SIGNED_UP
	SignedIn           Decision = C.SALTBOX_VERDICT_SIGNED_IN
	PasswordChanged    Decision = C.SALTBOX_VERDICT_PASSWORD_CHANGED
	PasswordSet        Decision = C.SALTBOX_VERDICT_PASSWORD_SET
	TemporarySet       Decision = C.SALTBOX_VERDICT_TEMPORARY_SET
	PasswordExpired    Decision = C.SALTBOX_VERDICT_PASSWORD_EXPIRED
	AccountLocked      Decision = C.SALTBOX_VERDICT_ACCOUNT_LOCKED
	AccountUnlocked    Decision = C.SALTBOX_VERDICT_ACCOUNT_UNLOCKED
	AccountNowDisabled Decision = C.SALTBOX_VERDICT_ACCOUNT_NOW_DISABLED
	AccountEnabled     Decision = C.SALTBOX_VERDICT_ACCOUNT_ENABLED
	NoAccount          Decision = C.SALTBOX_VERDICT_NO_ACCOUNT
	NoAddress          Decision = C.SALTBOX_VERDICT_NO_ADDRESS
	AddressUnverified  Decision = C.SALTBOX_VERDICT_ADDRESS_UNVERIFIED
	TooSoon            Decision = C.SALTBOX_VERDICT_TOO_SOON
	Exhausted          Decision = C.SALTBOX_VERDICT_EXHAUSTED
	WrongCode          Decision = C.SALTBOX_VERDICT_WRONG_CODE
	UnknownCode        Decision = C.SALTBOX_VERDICT_UNKNOWN_CODE
	ExpiredCode        Decision = C.SALTBOX_VERDICT_EXPIRED_CODE
	SpentCode          Decision = C.SALTBOX_VERDICT_SPENT_CODE
	SupersededCode     Decision = C.SALTBOX_VERDICT_SUPERSEDED_CODE
	EarlyCode          Decision = C.SALTBOX_VERDICT_EARLY_CODE
	OtherPurpose       Decision = C.SALTBOX_VERDICT_OTHER_PURPOSE
	OtherWay           Decision = C.SALTBOX_VERDICT_OTHER_WAY
	OtherRealm         Decision = C.SALTBOX_VERDICT_OTHER_REALM
	AddressChanged     Decision = C.SALTBOX_VERDICT_ADDRESS_CHANGED
	CredentialChanged  Decision = C.SALTBOX_VERDICT_CREDENTIAL_CHANGED
	PasswordRefused    Decision = C.SALTBOX_VERDICT_PASSWORD_REFUSED
	PasswordReused     Decision = C.SALTBOX_VERDICT_PASSWORD_REUSED
	OtherSession       Decision = C.SALTBOX_VERDICT_OTHER_SESSION
	NoQuestions        Decision = C.SALTBOX_VERDICT_NO_QUESTIONS
	NotAsked           Decision = C.SALTBOX_VERDICT_NOT_ASKED
	WrongAnswers       Decision = C.SALTBOX_VERDICT_WRONG_ANSWERS
	AnswersRefused     Decision = C.SALTBOX_VERDICT_ANSWERS_REFUSED
	Exists             Decision = C.SALTBOX_VERDICT_EXISTS
	WrongPassword      Decision = C.SALTBOX_VERDICT_WRONG_PASSWORD
	TemporarilyLocked  Decision = C.SALTBOX_VERDICT_TEMPORARILY_LOCKED
	PermanentlyLocked  Decision = C.SALTBOX_VERDICT_PERMANENTLY_LOCKED
	AccountDisabled    Decision = C.SALTBOX_VERDICT_ACCOUNT_DISABLED
	AccountInvited     Decision = C.SALTBOX_VERDICT_ACCOUNT_INVITED
	MustChange         Decision = C.SALTBOX_VERDICT_MUST_CHANGE
	TemporaryOver      Decision = C.SALTBOX_VERDICT_TEMPORARY_OVER
	NoPassword         Decision = C.SALTBOX_VERDICT_NO_PASSWORD
	OldAuthentication  Decision = C.SALTBOX_VERDICT_OLD_AUTHENTICATION
)

// Client is what may be said to a client of whom nothing is known. The zero value is nothing.
type Client uint32

const (
	ClientDone            Client = C.SALTBOX_CLIENT_DONE
	ClientSent            Client = C.SALTBOX_CLIENT_SENT // if there is such an account, a code is on its way
	ClientInvalidCode     Client = C.SALTBOX_CLIENT_INVALID_CODE
	ClientExpiredCode     Client = C.SALTBOX_CLIENT_EXPIRED_CODE
	ClientUsedCode        Client = C.SALTBOX_CLIENT_USED_CODE
	ClientOlderCode       Client = C.SALTBOX_CLIENT_OLDER_CODE
	ClientPasswordRefused Client = C.SALTBOX_CLIENT_PASSWORD_REFUSED
	ClientAnswersRefused  Client = C.SALTBOX_CLIENT_ANSWERS_REFUSED
	ClientWrongAnswers    Client = C.SALTBOX_CLIENT_WRONG_ANSWERS
	ClientSignInFirst     Client = C.SALTBOX_CLIENT_SIGN_IN_FIRST
	ClientPasswordReused  Client = C.SALTBOX_CLIENT_PASSWORD_REUSED
	ClientWrongPassword   Client = C.SALTBOX_CLIENT_WRONG_PASSWORD // or there is no such account, or it may not sign in
	ClientMustChange      Client = C.SALTBOX_CLIENT_MUST_CHANGE    // said only to who has the right password
	ClientExists          Client = C.SALTBOX_CLIENT_EXISTS
)

// Effects is what has to be done, after the record was stored: a set of bits.
type Effects uint32

const (
	SendCode               Effects = C.SALTBOX_EFFECT_SEND_CODE
	RevokeSessions         Effects = C.SALTBOX_EFFECT_REVOKE_SESSIONS // refresh tokens, too
	NotifyPasswordChanged  Effects = C.SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED
	StoreAddressVerified   Effects = C.SALTBOX_EFFECT_ADDRESS_VERIFIED
	StepUpSession          Effects = C.SALTBOX_EFFECT_STEP_UP_SESSION // the one that the request came with
	NewSession             Effects = C.SALTBOX_EFFECT_NEW_SESSION     // for the account
	NotifyQuestionsChanged Effects = C.SALTBOX_EFFECT_NOTIFY_QUESTIONS_CHANGED
	RevokeOtherSessions    Effects = C.SALTBOX_EFFECT_REVOKE_OTHER_SESSIONS // all but the one that the request came with
	Rehashed               Effects = C.SALTBOX_EFFECT_REHASHED              // nothing to do: the record has a stronger hash of the same password
	NotifySignUpTried      Effects = C.SALTBOX_EFFECT_NOTIFY_SIGN_UP_TRIED  // tell the user that somebody tried to sign up with the login
)

// Has is whether all of effects are to be done.
func (e Effects) Has(effects Effects) bool { return e&effects == effects }

// Outcome is what a flow decided. The zero value is no.
//
// STORE ITS RECORD BY COMPARE-AND-SWAP WITH THE ONE OF THE CALL BEFORE ANYTHING
// ELSE IS DONE OR SAID. A code that two requests bring at once is accepted in
// both outcomes; by the one swap that succeeds it is accepted once. Where the
// swap fails, read the record again and make the call again.
type Outcome struct {
	// Record is what to store; "" where nothing has changed.
	Record string
	// Code is what to send; nil where there is none. It is nowhere else.
	Code Secret
	// Lookup is what the account is found by when the code comes back. Of a
	// OneTimeCode it is the request code, which the client is given, also where
	// there is no such account.
	Lookup  string
	Verdict Decision
	Client  Client
	Effects Effects
	// Channel is how a code is to be sent, or was: whose address StoreAddressVerified is about.
	Channel Channel
	// RetryAfter is when trying again can help; 0 where no time does.
	RetryAfter time.Duration
	// Lifetime is how long the code lives, to be said in the mail.
	Lifetime time.Duration
	// Findings is what the policy found about the new password; the zero value where none was checked.
	Findings Findings
	// Questions are those to ask.
	Questions []Question
	// AnswerViolations are all that answers break that were to be set up.
	AnswerViolations []AnswerViolation
	// JSON is all of it by name, for logs, without record, code and lookup key.
	JSON string
}

// arguments is an Account as C takes it.
type arguments struct {
	record, subject, request          *C.uint8_t
	recordLen, subjectLen, requestLen C.size_t
	secrets                           *C.saltbox_secrets
	now                               C.uint64_t
}

// secretSource is what has the secrets of a request: Codes or Answers.
type secretSource interface {
	secrets() (*C.saltbox_secrets, error)
}

type flowCall func(a *arguments, outcome **C.saltbox_outcome) C.saltbox_status

// flow decides on one of the threads of the core.
func (c *Core) flow(ctx context.Context, account Account, given secretSource, call flowCall) (Outcome, error) {
	if err := c.threads.acquire(ctx, c.weight); err != nil {
		return Outcome{}, err
	}
	defer c.threads.release(c.weight)
	return c.decide(account, given, call)
}

func (c *Core) decide(account Account, given secretSource, call flowCall) (Outcome, error) {
	defer runtime.KeepAlive(c)
	subject, err := json.Marshal(account.Subject)
	if err != nil {
		return Outcome{}, err
	}
	now := account.Now
	if now.IsZero() {
		now = time.Now()
	}
	request, err := account.Request.json(now)
	if err != nil {
		return Outcome{}, err
	}
	a := arguments{
		subject: bytesOf(subject), subjectLen: C.size_t(len(subject)),
		request: bytesOf(request), requestLen: C.size_t(len(request)),
		now: C.uint64_t(max(0, now.Unix())),
	}
	a.record, a.recordLen = textOf(account.Record)
	if given != nil {
		if a.secrets, err = given.secrets(); err != nil {
			return Outcome{}, err
		}
		defer C.saltbox_secrets_free(a.secrets)
	}
	var outcome *C.saltbox_outcome
	status := call(&a, &outcome)
	defer C.saltbox_outcome_free(outcome)
	switch status {
	case C.SALTBOX_OK, C.SALTBOX_REJECTED:
		return outcomeOf(status, outcome)
	case C.SALTBOX_E_SUBJECT:
		if account.Subject.ID == "" {
			const message = "records are bound to an id that never changes, and there is none"
			return Outcome{}, &SubjectError{Path: "id", Offset: math.MaxUint64, Message: message}
		}
		return Outcome{}, subjectError(subject)
	case C.SALTBOX_E_RECORD, C.SALTBOX_E_LATER_RELEASE:
		return Outcome{}, recordError(status, account.Record)
	case C.SALTBOX_E_CONFIG:
		const message = "security questions are off: the configuration has none"
		return Outcome{}, &ConfigError{Path: "questions", Offset: math.MaxUint64, Message: message}
	}
	return Outcome{}, codesError(status, a.secrets)
}

// outcomeOf copies what an outcome lends.
func outcomeOf(status C.saltbox_status, outcome *C.saltbox_outcome) (Outcome, error) {
	var length C.size_t
	lent := func(start *C.uint8_t) []byte {
		return unsafe.Slice((*byte)(start), int(length))
	}
	said := struct {
		Questions []Question `json:"questions"`
	}{}
	text := lent(C.saltbox_outcome_json(outcome, &length))
	if err := json.Unmarshal(text, &said); err != nil {
		return Outcome{}, err
	}
	o := Outcome{
		Verdict:    Decision(C.saltbox_outcome_verdict(outcome)),
		Client:     Client(C.saltbox_outcome_client(outcome)),
		Effects:    Effects(C.saltbox_outcome_effects(outcome)),
		RetryAfter: time.Duration(C.saltbox_outcome_retry_after_s(outcome)) * time.Second,
		Lifetime:   time.Duration(C.saltbox_outcome_lifetime_s(outcome)) * time.Second,
		Channel:    Channel(C.saltbox_outcome_channel(outcome)),
		Questions:  said.Questions,
		JSON:       string(text),
	}
	// Of a password and of answers the violations have the same name there.
	var err error
	if o.Verdict == AnswersRefused {
		broken := struct {
			Violations *[]AnswerViolation `json:"violations"`
		}{&o.AnswerViolations}
		err = json.Unmarshal(text, &broken)
	} else {
		err = json.Unmarshal(text, &o.Findings)
	}
	if err != nil {
		return Outcome{}, err
	}
	// None were found, not that none were looked for.
	o.Findings.Accepted = o.Findings.Violations != nil && len(o.Findings.Violations) == 0
	o.Record = string(lent(C.saltbox_outcome_record(outcome, &length)))
	o.Lookup = string(lent(C.saltbox_outcome_lookup(outcome, &length)))
	if code := lent(C.saltbox_outcome_code(outcome, &length)); len(code) > 0 {
		o.Code = append(Secret(nil), code...)
	}
	return o, asError(Status(status))
}

// RecordError says what is wrong with a record, and where.
type RecordError struct {
	Status  Status // ErrRecord, or ErrLaterRelease for what this release cannot read yet
	Path    string // of the JSON value, such as "tickets[0].digest"; empty where there is none
	Offset  uint64 // in bytes; the highest uint64 where there is no place
	Message string
}

func (e *RecordError) Error() string {
	return placed("record", e.Path, e.Message)
}

// Unwrap makes errors.Is(err, ErrRecord) true, or ErrLaterRelease.
func (e *RecordError) Unwrap() error { return e.Status }

func recordError(status C.saltbox_status, record string) error {
	var diag C.saltbox_diag
	text, length := textOf(record)
	if C.saltbox_record_check(text, length, &diag) != status {
		// Not the record, but the string that was to be imported.
		return Status(status)
	}
	return &RecordError{
		Status:  Status(status),
		Path:    C.GoString(&diag.path[0]),
		Offset:  uint64(diag.offset),
		Message: C.GoString(&diag.message[0]),
	}
}
