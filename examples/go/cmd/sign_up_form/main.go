// Command sign_up_form says what is wrong with a new password while a form is
// filled in, in the user's language.
//
//	go run ./cmd/sign_up_form [-blocklist FILE]
//	curl -i localhost:8080/form
//	curl -i localhost:8080/check -H 'Content-Type: application/json' -H 'Accept-Language: de' \
//		-d '{"login_id":"jane","password":"acme-jane"}'
//
// It helps the user and guards nothing: the client can leave it out, and says
// itself who the user is. What makes the account checks once more and hashes.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"log"
	"mime"
	"net/http"
	"time"

	saltbox "example.invalid/saltbox-example"
)

// config is that of the core that makes the account, with a list of leaked passwords or without.
func config(hasList bool) []byte {
	return fmt.Appendf(nil, `{"policy":{"profile":"nist-63b-4","max_repeated":3,"max_sequence":4,"max_keyboard_walk":4,
	"context":{"words":["Acme"],"match":"contained","least":4,"reversed":true,"leet":true},
	"blocklist":{"inside":true,"outside":%t}}}`, hasList)
}

// mostBytes is room for the longest password there may be, escaped, and for what is known of the user.
const mostBytes = 64 << 10

func main() {
	path := flag.String("blocklist", "", "a file of leaked passwords")
	flag.Parse()
	var list *saltbox.Blocklist
	if *path != "" {
		var err error
		if list, err = saltbox.OpenBlocklist(*path); err != nil {
			log.Fatal(err)
		}
	}
	handler, err := newHandler(list)
	if err != nil {
		log.Fatal(err)
	}
	server := http.Server{
		// Behind what speaks TLS: passwords come here.
		Addr:              "localhost:8080",
		Handler:           handler,
		ReadTimeout:       10 * time.Second,
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      10 * time.Second,
	}
	log.Fatal(server.ListenAndServe())
}

// request is the form as far as it is filled in.
type request struct {
	LoginID  string         `json:"login_id"`
	Email    string         `json:"email"`
	Words    []string       `json:"words"`
	Password saltbox.Secret `json:"password"`
}

// answer is what the form shows.
type answer struct {
	Accepted bool      `json:"accepted"`
	Messages []message `json:"messages"`
	Warnings []message `json:"warnings"`
	Strength *strength `json:"strength,omitempty"`
}

// strength is what the meter shows: a bar of four, and what would make it longer.
type strength struct {
	Score       int       `json:"score"`
	Weakness    *message  `json:"weakness,omitempty"`
	Suggestions []message `json:"suggestions"`
}

type message struct {
	Code int    `json:"code"` // for scripts; never changes its meaning
	Text string `json:"text"`
}

// page has the rules for password managers, which make a fit password at once.
// It posts, so that nothing of it stands in a URL, and from there in logs.
var page = template.Must(template.New("form").Parse(`<!doctype html>
<title>Sign up</title>
<form method="post" action="/sign-up">
<input name="login_id" autocomplete="username" required>
<input name="email" type="email" autocomplete="email">
<input name="password" type="password" autocomplete="new-password" passwordrules="{{.}}" required>
<button>Sign up</button>
</form>
`))

func newHandler(list *saltbox.Blocklist) (http.Handler, error) {
	config := config(list != nil)
	core, err := saltbox.New(saltbox.Options{Config: config, Blocklist: list})
	if err != nil {
		return nil, err
	}
	form, err := newForm(config)
	if err != nil {
		return nil, err
	}
	handler := http.NewServeMux()
	handler.HandleFunc("GET /form", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(form)
	})
	handler.HandleFunc("POST /check", func(w http.ResponseWriter, r *http.Request) { check(core, w, r) })
	return handler, nil
}

func newForm(config []byte) ([]byte, error) {
	exported, err := saltbox.ExportPolicy(config, "passwordrules")
	// Rejected is some rule that cannot be said there: /check says it.
	if err != nil && !errors.Is(err, saltbox.Rejected) {
		return nil, err
	}
	var rules string
	if err := json.Unmarshal(exported.Settings, &rules); err != nil {
		return nil, err
	}
	var form bytes.Buffer
	err = page.Execute(&form, rules)
	return form.Bytes(), err
}

// check answers what is wrong. An error of reading is not told further: it may quote what was read.
func check(core *saltbox.Core, w http.ResponseWriter, r *http.Request) {
	// Another type is what a form of any site can send.
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		http.Error(w, "the body has to be application/json", http.StatusUnsupportedMediaType)
		return
	}
	// Never grows, which would leave copies behind; what net/http has read ahead is not ours to wipe.
	body := bytes.NewBuffer(make([]byte, 0, mostBytes+bytes.MinRead))
	defer func() { clear(body.Bytes()) }()
	var tooLarge *http.MaxBytesError
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, mostBytes)); errors.As(err, &tooLarge) {
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
		return
	} else if err != nil {
		http.Error(w, "the body did not arrive", http.StatusBadRequest)
		return
	}
	var asked request
	defer func() { clear(asked.Password) }()
	if err := json.Unmarshal(body.Bytes(), &asked); err != nil || asked.Password == nil {
		http.Error(w, "the body has to be an object of login_id, email, words and password", http.StatusBadRequest)
		return
	}

	subject := saltbox.Subject{LoginID: asked.LoginID, Email: asked.Email, Words: asked.Words}
	findings, err := core.Check(subject, asked.Password)
	var wrong *saltbox.SubjectError
	switch {
	case errors.As(err, &wrong):
		http.Error(w, wrong.Error(), http.StatusBadRequest)
		return
	case err != nil && !errors.Is(err, saltbox.Rejected):
		log.Print("nothing decided: ", err)
		http.Error(w, "try again later", http.StatusInternalServerError)
		return
	}
	language := languageOf(r.Header.Get("Accept-Language"))
	text, err := json.Marshal(answerIn(language, findings))
	if err != nil {
		http.Error(w, "try again later", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Language", language)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(text)
}
