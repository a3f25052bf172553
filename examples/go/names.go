package saltbox

import "strconv"

// String is the name that JSON of Outcome has.
func (d Decision) String() string { return nameOf(decisionNames, d) }

// String is the name that JSON of Outcome has.
func (c Client) String() string { return nameOf(clientNames, c) }

// nameOf is a number as text where it has no name, as one of a later release.
func nameOf[T ~uint32](names map[T]string, number T) string {
	if name, ok := names[number]; ok {
		return name
	}
	return strconv.FormatUint(uint64(number), 10)
}

var clientNames = map[Client]string{
	ClientDone:            "done",
	ClientSent:            "sent",
	ClientInvalidCode:     "invalid_code",
	ClientExpiredCode:     "expired_code",
	ClientUsedCode:        "used_code",
	ClientOlderCode:       "older_code",
	ClientPasswordRefused: "password_refused",
	ClientAnswersRefused:  "answers_refused",
	ClientWrongAnswers:    "wrong_answers",
	ClientSignInFirst:     "sign_in_first",
	ClientPasswordReused:  "password_reused",
	ClientWrongPassword:   "wrong_password",
	ClientMustChange:      "must_change",
	ClientExists:          "exists",
}

var decisionNames = map[Decision]string{
	CodeIssued:         "code_issued",
	PasswordReset:      "password_reset",
	AddressVerified:    "address_verified",
	QuestionsSet:       "questions_set",
	QuestionsAsked:     "questions_asked",
	AnswersRight:       "answers_right",
	Imported:           "imported",
	SignedUp:           "signed_up",
	SignedIn:           "signed_in",
	PasswordChanged:    "password_changed",
	PasswordSet:        "password_set",
	TemporarySet:       "temporary_set",
	PasswordExpired:    "password_expired",
	AccountLocked:      "account_locked",
	AccountUnlocked:    "account_unlocked",
	AccountNowDisabled: "account_now_disabled",
	AccountEnabled:     "account_enabled",
	NoAccount:          "no_account",
	NoAddress:          "no_address",
	AddressUnverified:  "address_unverified",
	TooSoon:            "too_soon",
	Exhausted:          "exhausted",
	WrongCode:          "wrong_code",
	UnknownCode:        "unknown_code",
	ExpiredCode:        "expired_code",
	SpentCode:          "spent_code",
	SupersededCode:     "superseded_code",
	EarlyCode:          "early_code",
	OtherPurpose:       "other_purpose",
	OtherWay:           "other_way",
	OtherRealm:         "other_realm",
	AddressChanged:     "address_changed",
	CredentialChanged:  "credential_changed",
	PasswordRefused:    "password_refused",
	PasswordReused:     "password_reused",
	OtherSession:       "other_session",
	NoQuestions:        "no_questions",
	NotAsked:           "not_asked",
	WrongAnswers:       "wrong_answers",
	AnswersRefused:     "answers_refused",
	Exists:             "exists",
	WrongPassword:      "wrong_password",
	TemporarilyLocked:  "temporarily_locked",
	PermanentlyLocked:  "permanently_locked",
	AccountDisabled:    "account_disabled",
	AccountInvited:     "account_invited",
	MustChange:         "must_change",
	TemporaryOver:      "temporary_over",
	NoPassword:         "no_password",
	OldAuthentication:  "old_authentication",
}
