package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	saltbox "example.invalid/saltbox-example"
)

// What a client sees is told by the stories of tests/services, to every example
// service. Here is what only this one can be asked.

const right = "correct horse battery staple"

func newTestService(t *testing.T) *service {
	t.Helper()
	key := make([]byte, 32)
	rand.Read(key)
	core, err := saltbox.New(saltbox.Options{
		Config: []byte(`{"hash":{"create":{"profile":"test-only"}},"keys":{"create_key_id":1},"account":{"mask":false}}`),
		Keys:   map[uint32][]byte{1: key},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := newService(core, options{project: "p", managementKey: "key", appURL: "https://app/", dev: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask makes a request and returns the status and what the answer has.
func ask(t *testing.T, s *service, send, bearer string, body any) (int, map[string]any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	method, path, _ := strings.Cut(send, " ")
	request := httptest.NewRequest(method, path, bytes.NewReader(text))
	request.Header.Set("Authorization", "Bearer p"+bearer)
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	var said map[string]any
	if err := json.Unmarshal(recorder.Body.Bytes(), &said); err != nil {
		t.Fatalf("%s: %v", recorder.Body, err)
	}
	return recorder.Code, said
}

type sends = map[string]any

// signUp makes ada's account, and is her refresh token.
func signUp(t *testing.T, s *service) string {
	t.Helper()
	status, said := ask(t, s, "POST /v1/auth/password/signup", "", sends{"loginId": "ada@a.b", "password": right})
	refresh, ok := said["refreshJwt"].(string)
	if status != http.StatusOK || !ok {
		t.Fatal(status, said)
	}
	return refresh
}

// inSession is a call of ada's.
func inSession(t *testing.T, s *service, refresh string) *call {
	t.Helper()
	c := &call{service: s, ctx: t.Context(), asks: ofSession}
	var err error
	if c.credential, err = s.authorize("Bearer p:"+refresh, ofSession); err != nil {
		t.Fatal(err)
	}
	return c
}

// change is what another node does meanwhile.
func change(s *service, how func(*account)) {
	s.store.do(func(t *tables) {
		for id, each := range t.accounts {
			how(&each)
			t.accounts[id] = each
		}
	})
}

func signIn(a *attempt) (saltbox.Outcome, error) {
	return a.core.SignIn(a.ctx, a.asked(saltbox.Request{}), []byte(right))
}

func TestWhatWasDecidedByWhatHasChangedIsDecidedAnew(t *testing.T) {
	s := newTestService(t)
	c := inSession(t, s, signUp(t, s))
	tries := 0
	d, err := c.decide(byID(c.user), func(a *attempt) (saltbox.Outcome, error) {
		if tries++; tries < 3 {
			change(s, func(a *account) { a.name += "a" })
		}
		return signIn(a)
	})
	if err != nil || tries != 3 || d.account.name != "aa" || d.refresh == "" {
		t.Errorf("%d tries, %+v, %v", tries, d.account, err)
	}
	// The ones that were lost have begun no session.
	if n := len(s.store.tables.sessions); n != 2 {
		t.Errorf("%d sessions", n)
	}
}

func TestWhoLosesEverySwapHasToTryAgain(t *testing.T) {
	s := newTestService(t)
	c := inSession(t, s, signUp(t, s))
	tries := 0
	_, err := c.decide(byID(c.user), func(a *attempt) (saltbox.Outcome, error) {
		tries++
		change(s, func(a *account) { a.name += "a" })
		return signIn(a)
	})
	if f := faultOf(err); tries != mostTries || f.status != 503 || f.retryAfter != time.Second {
		t.Errorf("%d tries, %v", tries, err)
	}
}

func TestASessionThatEndsMeanwhileIsNone(t *testing.T) {
	s := newTestService(t)
	refresh := signUp(t, s)
	c := inSession(t, s, refresh)
	_, err := c.decide(byID(c.user), func(a *attempt) (saltbox.Outcome, error) {
		outcome, err := a.core.Update(a.ctx, a.asked(saltbox.Request{}), []byte("wrong horse battery staple"))
		s.store.do(func(t *tables) { t.end(c.user, digest{}) })
		return outcome, err
	})
	if f := faultOf(err); f.status != 401 || f.name != "sign_in_first" {
		t.Error(err)
	}
	if status, said := ask(t, s, "POST /v1/auth/password/signin", "", sends{"loginId": "ada@a.b", "password": right}); status != 200 {
		t.Error(said)
	}
}

func TestALoginThatWasTakenMeanwhileIsTaken(t *testing.T) {
	s := newTestService(t)
	c := &call{service: s, ctx: t.Context()}
	newcomer := c.newcomer("ada@a.b")
	_, err := c.decide(byLogin(newcomer), func(a *attempt) (saltbox.Outcome, error) {
		outcome, err := a.core.SignUp(a.ctx, a.asked(saltbox.Request{}), []byte("wrong horse battery staple"))
		if a.account.record == "" {
			// On another node, which has turns of its own.
			s.turns = newTurns()
			signUp(t, s)
		}
		return outcome, err
	})
	if f := faultOf(err); f.name != "exists" || len(s.store.tables.accounts) != 1 {
		t.Error(err)
	}
}

func TestAMessageIsSentOnceItIsStored(t *testing.T) {
	s := newTestService(t)
	signUp(t, s)
	change(s, func(a *account) { a.emailVerified = true })
	var sent []message
	s.send = func(m message) { sent = append(sent, m) }
	c := &call{service: s, ctx: t.Context()}
	var lost saltbox.Secret
	d, err := c.decide(byLogin(c.newcomer("ada@a.b")), func(a *attempt) (saltbox.Outcome, error) {
		outcome, err := a.core.RequestReset(a.ctx, a.asked(saltbox.Request{}), saltbox.EmailLink, saltbox.ByEmail)
		if lost == nil {
			lost = outcome.Code
			change(s, func(a *account) { a.name = "Ada" })
		}
		return outcome, err
	})
	if err != nil || len(sent) != 1 || sent[0].to != "ada@a.b" || s.store.tables.lookups[d.Lookup] != d.account.id {
		t.Errorf("%+v, %v", sent, err)
	}
	if len(lost) == 0 || strings.Trim(string(lost), "\x00") != "" {
		t.Error("the code that was not sent is not wiped")
	}
}

func TestTurnsAreTakenByNameAndUnderAContext(t *testing.T) {
	turns := newTurns()
	back, err := turns.take(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := turns.take(ctx, "ada"); !errors.Is(err, context.DeadlineExceeded) || faultOf(err).status != 503 {
		t.Error(err)
	}
	back()
	back, err = turns.take(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	back()
}

func TestABodyIsWipedWithAllThatWasReadOfIt(t *testing.T) {
	const text = `{"password":"hunt\u0065r2","more":{"word":"hunter2"},"answers":[{"id":"a","answer":"hunter2"}],"odd":"hunter2"}`
	o, err := readObject(httptest.NewRecorder(), httptest.NewRequest("POST", "/", strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	password, word, answers := o.secret("password"), o.object("more").secret("word"), o.answers()
	if string(password) != "hunter2" || string(word) != "hunter2" || string(answers["a"]) != "hunter2" || o.check() != nil {
		t.Fatal(o.check())
	}
	o.wipe()
	for _, bytes := range append(o.notes.wipe, password, word, answers["a"], o.members["odd"]) {
		if strings.Trim(string(bytes), "\x00") != "" {
			t.Errorf("%q is left", bytes)
		}
	}
}

func TestAMemberIsTheOneOfItsName(t *testing.T) {
	s := newTestService(t)
	signUp(t, s)
	status, said := ask(t, s, "POST /v1/auth/password/signin", "", sends{"LOGINID": "ada@a.b", "password": right})
	if status != 400 || said["errorMessage"] != "loginId is missing" {
		t.Error(status, said)
	}
}

// A core of a later release may say something new.
func TestEveryNoOfTheCoreHasWords(t *testing.T) {
	for client := saltbox.ClientInvalidCode; client.String() != fmt.Sprint(uint32(client)); client++ {
		if word := words[client]; word.status == 0 || word.code == "" || word.description == "" {
			t.Errorf("%v has no words", client)
		}
	}
	if err := refusal(saltbox.Outcome{}, false); err == nil || faultOf(err).status != 500 {
		t.Error(err)
	}
}

func TestWhatIsBrokenInsideIsLoggedWithoutWhatItIs(t *testing.T) {
	var logged bytes.Buffer
	before := log.Writer()
	log.SetOutput(&logged)
	t.Cleanup(func() { log.SetOutput(before) })
	s := newTestService(t)
	signUp(t, s)
	change(s, func(a *account) { a.record = `{"v":1,"id":"secret"}` })
	status, said := ask(t, s, "POST /v1/auth/password/signin", "", sends{"loginId": "ada@a.b", "password": right})
	if status != 500 || len(said) != 2 || said["errorCode"] != "E011001" {
		t.Error(status, said)
	}
	line := logged.String()
	if !strings.Contains(line, "POST /v1/auth/password/signin: ") || strings.Count(line, "\n") != 1 ||
		strings.Contains(line, "secret") || strings.Contains(line, right) {
		t.Error(line)
	}
	logged.Reset()
	code := saltbox.Secret("123456")
	sendNothing(message{"ada@a.b", resetCode, code, time.Minute})
	if code[0] != 0 || strings.Contains(logged.String(), "ada") || !strings.Contains(logged.String(), "reset") {
		t.Errorf("%q, %s", []byte(code), &logged)
	}
}

// For the race detector, mostly.
func TestACrowdDoesEverythingAtOnce(t *testing.T) {
	s := newTestService(t)
	refresh := signUp(t, s)
	login := func(more sends) sends {
		more["loginId"] = "ada@a.b"
		return more
	}
	requests := []struct {
		send, bearer string
		body         sends
	}{
		{"POST /v1/auth/password/signin", "", login(sends{"password": right})},
		{"POST /v1/auth/password/signin", "", login(sends{"password": "wrong"})},
		{"POST /v1/auth/password/signup", "", login(sends{"password": right})},
		{"POST /v1/auth/password/update", ":" + refresh, login(sends{"newPassword": "wrong horse battery staple"})},
		{"POST /v1/auth/password/reset", "", login(sends{})},
		{"POST /v1/auth/magiclink/update/email", ":" + refresh, login(sends{"email": "b@a.b"})},
		{"POST /v1/mgmt/user/lock", ":key", login(sends{})},
		{"POST /v1/mgmt/user/unlock", ":key", login(sends{})},
		{"POST /v1/mgmt/user/password/set/active", ":key", login(sends{"password": right})},
		{"GET /dev/outbox", "", nil},
	}
	var running sync.WaitGroup
	for range 4 {
		for _, each := range requests {
			running.Add(1)
			go func() {
				defer running.Done()
				if status, said := ask(t, s, each.send, each.bearer, each.body); status >= 500 {
					t.Errorf("%s: %d %v", each.send, status, said)
				}
			}()
		}
	}
	running.Wait()
}
