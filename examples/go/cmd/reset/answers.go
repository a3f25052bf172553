package main

import (
	"context"
	"fmt"
	"time"

	saltbox "example.invalid/saltbox-example"
)

// answerWords are what a client is told of an answer that is not taken.
var answerWords = map[saltbox.AnswerRule]string{
	saltbox.AnswerCommon:        "too common",
	saltbox.AnswerTooShort:      "too short",
	saltbox.AnswerTooLong:       "too long",
	saltbox.AnswerNotADate:      "not a date",
	saltbox.AnswerInQuestion:    "stands in the question",
	saltbox.AnswerIsPassword:    "is the password",
	saltbox.AnswerIsLoginID:     "is the login",
	saltbox.AnswerNotUTF8:       "not a text",
	saltbox.AnswerSameAsAnother: "given twice",
}

// inSession makes a call of a signed-in user, whose session the request comes
// with: the host has checked it. Right answers raise it.
func (h *host) inSession(when string, call func(saltbox.Account) (saltbox.Outcome, error)) (saltbox.Outcome, error) {
	outcome, err := h.untilStored(ada.ID, func(account saltbox.Account) (saltbox.Outcome, error) {
		account.Request = saltbox.Request{SessionSubject: ada.ID, AuthTime: time.Now(), StepUp: true}
		return call(account)
	})
	if err != nil {
		return outcome, err
	}
	tell(when, outcome)
	for _, violation := range outcome.AnswerViolations {
		word, isKnown := answerWords[violation.Code]
		if !isKnown {
			word = violation.Text
		}
		fmt.Printf("    %-22s %s: %s\n", "", violation.Question, word)
	}
	for _, question := range outcome.Questions {
		fmt.Printf("    %-22s %s\n", "", question.Text)
	}
	return outcome, nil
}

func (h *host) setQuestions(ctx context.Context, answers saltbox.Answers, when string) error {
	_, err := h.inSession(when, func(account saltbox.Account) (saltbox.Outcome, error) {
		return h.core.SetQuestions(ctx, account, answers)
	})
	return err
}

func (h *host) verifyQuestions(ctx context.Context, answers saltbox.Answers, when string) (saltbox.Outcome, error) {
	return h.inSession(when, func(account saltbox.Account) (saltbox.Outcome, error) {
		return h.core.VerifyQuestions(ctx, account, answers)
	})
}

// answersOf are as a client sends them: bytes that can be wiped.
func answersOf(city, pet string) saltbox.Answers {
	return saltbox.Answers{"city": saltbox.Secret(city), "pet": saltbox.Secret(pet)}
}

func (h *host) answerQuestions(ctx context.Context) error {
	if err := h.setQuestions(ctx, answersOf("Étretat", "Rex"), "with a common one:"); err != nil {
		return err
	}
	if err := h.setQuestions(ctx, answersOf("Étretat", "Mr. Whiskers"), "set up:"); err != nil {
		return err
	}
	if _, err := h.inSession("asked:", h.core.GetQuestions); err != nil {
		return err
	}
	right := answersOf("ETRETAT", "mr whiskers")
	for _, each := range []struct {
		when    string
		answers saltbox.Answers
	}{
		{"with a wrong one:", answersOf("Étretat", "Whiskers")},
		{"with right ones:", right},
		{"once more:", right},
	} {
		if _, err := h.verifyQuestions(ctx, each.answers, each.when); err != nil {
			return err
		}
	}
	return nil
}
