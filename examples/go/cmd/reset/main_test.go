package main

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	saltbox "example.invalid/saltbox-example"
)

// However many requests bring a code at once, one of them sets the password.
func TestACrowdRedeemsACodeOnce(t *testing.T) {
	key := make([]byte, 32)
	rand.Read(key)
	core, err := saltbox.New(saltbox.Options{
		Config: []byte(`{"hash":{"create":{"profile":"test-only"}},"keys":{"create_key_id":1}}`),
		Keys:   map[uint32][]byte{1: key},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range ways {
		h := host{core: core, store: newStore()}
		if err := h.makeAccount(ada); err != nil {
			t.Fatal(err)
		}
		if err := h.request(t.Context(), each, ada.ID, "asked for:"); err != nil {
			t.Fatal(err)
		}
		codes := each.codes(h.mail)
		var done, decisions atomic.Int32
		var running sync.WaitGroup
		for range 16 {
			running.Add(1)
			go func() {
				defer running.Done()
				outcome, err := h.untilStored(ada.ID, func(account saltbox.Account) (saltbox.Outcome, error) {
					decisions.Add(1)
					return core.Reset(context.Background(), account, codes, []byte("correct horse battery staple"))
				})
				switch {
				case err != nil:
					t.Error(err)
				case outcome.Verdict == saltbox.PasswordReset:
					done.Add(1)
				case outcome.Verdict != saltbox.SpentCode:
					t.Errorf("%+v", outcome)
				}
			}()
		}
		running.Wait()
		if done.Load() != 1 || decisions.Load() < 16 {
			t.Errorf("%s: %d of %d decisions stored as a yes", each.name, done.Load(), decisions.Load())
		}
	}
}

// However many requests guess at once, no more of them are looked at than attempts are left.
func TestACrowdGuessesAsOftenAsItMay(t *testing.T) {
	key := make([]byte, 32)
	rand.Read(key)
	core, err := saltbox.New(saltbox.Options{
		Config: []byte(`{"hash":{"create":{"profile":"test-only"}},"keys":{"create_key_id":1},
			"questions":{"pool":[{"id":"pet","text":"Pet?"}],"attempts":4}}`),
		Keys: map[uint32][]byte{1: key},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := host{core: core, store: newStore()}
	if err := h.makeAccount(ada); err != nil {
		t.Fatal(err)
	}
	// The set-up takes the first attempt.
	if err := h.setQuestions(t.Context(), saltbox.Answers{"pet": saltbox.Secret("Mr. Whiskers")}, "set up:"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.inSession("asked:", core.GetQuestions); err != nil {
		t.Fatal(err)
	}
	var wrong, exhausted atomic.Int32
	var running sync.WaitGroup
	for range 16 {
		running.Add(1)
		go func() {
			defer running.Done()
			outcome, err := h.verifyQuestions(context.Background(), saltbox.Answers{"pet": saltbox.Secret("Whiskers")}, "a guess:")
			switch {
			case err != nil:
				t.Error(err)
			case outcome.Verdict == saltbox.WrongAnswers:
				wrong.Add(1)
			case outcome.Verdict == saltbox.Exhausted:
				exhausted.Add(1)
			}
		}()
	}
	running.Wait()
	if wrong.Load() != 3 || exhausted.Load() != 13 {
		t.Errorf("%d wrong, %d exhausted", wrong.Load(), exhausted.Load())
	}
}

func TestARecordIsStoredOnlyWhereItIsTheOneThatWasRead(t *testing.T) {
	s := newStore()
	if err := s.swap("u", "", "first"); err != nil {
		t.Error(err)
	}
	for _, was := range []string{"", "other"} {
		if err := s.swap("u", was, "second"); !errors.Is(err, errChanged) || s.read("u") != "first" {
			t.Errorf("%v, %q", err, s.read("u"))
		}
	}
}
