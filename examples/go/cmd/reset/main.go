// Command reset shows how a forgotten password is reset: each of the three ways
// sends a code, which sets a new password once, however many requests bring it.
// Then security answers, as a second factor within a session.
//
// What to copy is host.commit and what calls it: read the record, decide, store
// by compare-and-swap, and only then act and answer.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"time"

	saltbox "example.invalid/saltbox-example"
)

const config = `{"keys":{"create_key_id":1},"policy":{"profile":"nist-63b-4"},"questions":{"pool":[
	{"id":"city","text":"Where were you born?","kind":"city"},
	{"id":"pet","text":"What was the name of your first pet?","kind":"pet"}]}}`

// What the host knows of its one user. The id never changes: the record is bound to it.
var ada = saltbox.Subject{ID: "u-1", Realm: "example", LoginID: "ada", Email: "ada@example.com", EmailVerified: true}

// words are what a client is told.
var words = map[saltbox.Client]string{
	saltbox.ClientDone:            "done",
	saltbox.ClientSent:            "sent",
	saltbox.ClientInvalidCode:     "invalid code",
	saltbox.ClientExpiredCode:     "expired code",
	saltbox.ClientUsedCode:        "used code",
	saltbox.ClientOlderCode:       "older code",
	saltbox.ClientPasswordRefused: "password refused",
	saltbox.ClientAnswersRefused:  "answers refused",
	saltbox.ClientWrongAnswers:    "wrong answers",
	saltbox.ClientSignInFirst:     "sign in first",
	saltbox.ClientPasswordReused:  "password reused",
}

func main() {
	// A real host has the same key on all nodes, from where it keeps secrets.
	key := make([]byte, 32)
	rand.Read(key)
	core, err := saltbox.New(saltbox.Options{Config: []byte(config), Keys: map[uint32][]byte{1: key}})
	clear(key)
	if err != nil {
		log.Fatal(err)
	}
	h := host{core: core, store: newStore()}
	// A request that cannot be served in time is better refused.
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := h.makeAccount(ada); err != nil {
		log.Fatal(err)
	}
	for _, each := range ways {
		fmt.Println(each.name)
		if err := h.goWay(ctx, each); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("security answers")
	if err := h.answerQuestions(ctx); err != nil {
		log.Fatal(err)
	}
}

// way is one of the ways, and how its code comes back.
type way struct {
	name    string
	way     saltbox.Way
	channel saltbox.Channel
	codes   func(m mail) saltbox.Codes
	// The new one: what is set already is refused.
	password string
}

var ways = []way{
	{"e-mail link", saltbox.EmailLink, saltbox.ByEmail, func(m mail) saltbox.Codes {
		return saltbox.Codes{EmailAuthCode: m.code}
	}, "correct horse battery staple"},
	{"one-time code", saltbox.OneTimeCode, saltbox.ByEmail, func(m mail) saltbox.Codes {
		return saltbox.Codes{RequestCode: saltbox.Secret(m.requestCode), VerificationCode: m.code}
	}, "wrong horse battery staple"},
	{"reset link", saltbox.ResetLink, saltbox.ByAdministrator, func(m mail) saltbox.Codes {
		return saltbox.Codes{PasswordResetCode: m.code}
	}, "another horse battery staple"},
}

// mail is what the user finds in the mailbox, and what the client was given.
type mail struct {
	code        saltbox.Secret
	requestCode string
}

// host is what a server has.
type host struct {
	core  *saltbox.Core
	store *store
	// The last mail.
	mail mail
}

// tell answers a client; the log has outcome.JSON.
func tell(when string, outcome saltbox.Outcome) {
	fmt.Printf("    %-22s %s\n", when, words[outcome.Client])
}

// decided is nil for a yes and a no alike: both have an outcome. Otherwise
// nothing was decided, and what is wrong is the host's to mend.
func decided(err error) error {
	if errors.Is(err, saltbox.Rejected) {
		return nil
	}
	return err
}

// commit stores what was decided, and acts only then. With errChanged nothing was decided.
func (h *host) commit(id, was string, outcome saltbox.Outcome) error {
	if outcome.Record != "" {
		if err := h.store.swap(id, was, outcome.Record); err != nil {
			return err
		}
	}
	if outcome.Effects.Has(saltbox.SendCode) {
		h.store.own(outcome.Lookup, id)
		clear(h.mail.code)
		h.mail = mail{code: outcome.Code, requestCode: outcome.Lookup}
	}
	if outcome.Effects.Has(saltbox.RevokeSessions) {
		fmt.Printf("    %-22s sessions and refresh tokens ended\n", "")
	}
	if outcome.Effects.Has(saltbox.StepUpSession) {
		fmt.Printf("    %-22s the session raised\n", "")
	}
	if outcome.Effects&(saltbox.NotifyPasswordChanged|saltbox.NotifyQuestionsChanged) != 0 {
		fmt.Printf("    %-22s the user told by mail\n", "")
	}
	return nil
}

// account is what a flow is given; of nobody nothing is known.
func (h *host) account(id string) saltbox.Account {
	if id == "" {
		return saltbox.Account{}
	}
	return saltbox.Account{Record: h.store.read(id), Subject: ada}
}

// makeAccount makes an account without a password, as an administrator does.
func (h *host) makeAccount(subject saltbox.Subject) error {
	outcome, err := h.core.AdminImport(saltbox.Account{Subject: subject}, "")
	if err != nil {
		return err
	}
	return h.commit(subject.ID, "", outcome)
}

// untilStored decides anew as often as the record changes meanwhile.
func (h *host) untilStored(id string, decide func(saltbox.Account) (saltbox.Outcome, error)) (saltbox.Outcome, error) {
	for {
		account := h.account(id)
		outcome, err := decide(account)
		if err := decided(err); err != nil {
			return saltbox.Outcome{}, err
		}
		err = h.commit(id, account.Record, outcome)
		if !errors.Is(err, errChanged) {
			return outcome, err
		}
	}
}

// request asks for a code for an account, or for one that does not exist.
func (h *host) request(ctx context.Context, w way, id, when string) error {
	outcome, err := h.untilStored(id, func(account saltbox.Account) (saltbox.Outcome, error) {
		return h.core.RequestReset(ctx, account, w.way, w.channel)
	})
	if err == nil {
		// The same for both: who asks learns nothing.
		tell(when, outcome)
	}
	return err
}

// redeem sets a new password, if the code is right.
func (h *host) redeem(ctx context.Context, codes saltbox.Codes, password, when string) error {
	// Where this fails a server answers 400: codes of two ways, half of a pair, an empty one, a cut one.
	lookup, err := h.core.ResetLookup(codes)
	if err != nil {
		return err
	}
	outcome, err := h.untilStored(h.store.owner(lookup), func(account saltbox.Account) (saltbox.Outcome, error) {
		return h.core.Reset(ctx, account, codes, []byte(password))
	})
	if err == nil {
		tell(when, outcome)
	}
	return err
}

// redeemTwice has two requests bring one code at once: both are decided by the same record.
func (h *host) redeemTwice(ctx context.Context, codes saltbox.Codes, password string) error {
	account := h.account(ada.ID)
	first, err := h.core.Reset(ctx, account, codes, []byte(password))
	if err != nil {
		return err
	}
	second, err := h.core.Reset(ctx, account, codes, []byte(password))
	if err != nil {
		return err
	}
	if err := h.commit(ada.ID, account.Record, first); err != nil {
		return err
	}
	tell("with a good one:", first)
	// Both said yes. The one that comes too late is decided anew.
	if err := h.commit(ada.ID, account.Record, second); !errors.Is(err, errChanged) {
		return fmt.Errorf("one code set two passwords: %w", err)
	}
	return h.redeem(ctx, codes, password, "at the same time:")
}

func (h *host) goWay(ctx context.Context, w way) error {
	if err := h.request(ctx, w, "", "asked for by nobody:"); err != nil {
		return err
	}
	if err := h.request(ctx, w, ada.ID, "asked for:"); err != nil {
		return err
	}
	codes := w.codes(h.mail)
	if err := h.redeem(ctx, codes, "acme-ada", "with a short password:"); err != nil {
		return err
	}
	if err := h.redeemTwice(ctx, codes, w.password); err != nil {
		return err
	}
	return h.redeem(ctx, codes, w.password, "once more:")
}
