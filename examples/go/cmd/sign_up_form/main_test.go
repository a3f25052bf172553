package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	saltbox "example.invalid/saltbox-example"
)

func newServer(t *testing.T) *httptest.Server {
	t.Helper()
	return newServerWith(t, nil)
}

func newServerWith(t *testing.T, list *saltbox.Blocklist) *httptest.Server {
	t.Helper()
	handler, err := newHandler(list)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// post sends a body to /check and returns the status, the headers and what was answered.
func post(t *testing.T, server *httptest.Server, language, kind, body string) (int, http.Header, string) {
	t.Helper()
	asked, err := http.NewRequest("POST", server.URL+"/check", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	asked.Header.Set("Content-Type", kind)
	asked.Header.Set("Accept-Language", language)
	response, err := server.Client().Do(asked)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, text.String()
}

func TestWhatIsWrongIsSaidInTheUsersLanguage(t *testing.T) {
	server := newServer(t)
	const strong = `"strength":{"score":4,"suggestions":[]}}`
	const jane = `{"login_id":"jane","email":"jane.doe@example.com","words":["Doe"],"password":`
	for _, c := range []struct{ language, password, want string }{
		{"de", `"correct horse battery staple"`, `{"accepted":true,"messages":[],"warnings":[],` + strong},
		{"de-AT, en;q=0.5", `"acme-jane"`, `{"accepted":false,"messages":[` +
			`{"code":1,"text":"Es braucht mindestens 15 Zeichen."},` +
			`{"code":40,"text":"Es darf nichts von dem enthalten, was von Ihnen oder von Acme bekannt ist."}],"warnings":[],` +
			`"strength":{"score":2,"suggestions":[` +
			`{"code":3,"text":"Fügen Sie ein oder zwei seltene Wörter hinzu."}]}}`},
		{"fr, *;q=0.1", `"acme-jane"`, `{"accepted":false,"messages":[` +
			`{"code":1,"text":"has to have at least 15 characters"},` +
			`{"code":40,"text":"must not be made of what is known of you or of this service"}],"warnings":[],` +
			`"strength":{"score":2,"suggestions":[` +
			`{"code":3,"text":"Add one or two words that are rarely used"}]}}`},
		{"de", `"bättery staple and horse "`, `{"accepted":true,"messages":[],"warnings":[` +
			`{"code":1,"text":"Nicht jede Tastatur hat alle diese Zeichen."},` +
			`{"code":7,"text":"Leerzeichen am Anfang oder Ende gehen leicht verloren."}],` + strong},
		{"", `""`, `{"accepted":false,"messages":[{"code":1,"text":"has to have at least 15 characters"}],"warnings":[],` +
			`"strength":{"score":0,"suggestions":[` +
			`{"code":1,"text":"Use several words that do not belong together"},` +
			`{"code":2,"text":"It needs no symbols, digits or capitals"}]}}`},
		{"de", `"passwordpassword"`, `{"accepted":false,"messages":[` +
			`{"code":61,"text":"Es gehört zu den häufigen oder den gestohlenen Passwörtern."}],"warnings":[],` +
			`"strength":{"score":0,"weakness":{"code":4,"text":"Wiederholtes ist kaum besser, als was einmal dasteht."},` +
			`"suggestions":[{"code":3,"text":"Fügen Sie ein oder zwei seltene Wörter hinzu."},` +
			`{"code":5,"text":"Wiederholen Sie keine Wörter oder Zeichen."}]}}`},
		// Half of a pair is no text, whatever JSON says, and has no strength.
		{"de", `"correct horse battery \ud83d"`,
			`{"accepted":false,"messages":[{"code":4,"text":"Es enthält etwas, das kein Text ist."}],"warnings":[]}`},
	} {
		status, header, text := post(t, server, c.language, "application/json; charset=utf-8", jane+c.password+"}")
		if status != http.StatusOK || text != c.want {
			t.Errorf("%s in %q: %d %s, want %s", c.password, c.language, status, text, c.want)
		}
		if header.Get("Cache-Control") != "no-store" || header.Get("Content-Type") != "application/json" {
			t.Errorf("headers are %v", header)
		}
	}
}

func TestAListThatIsGivenIsLookedInto(t *testing.T) {
	const leaked = `{"password":"hunter2 hunter2 hunter2"}`
	list, err := saltbox.OpenBlocklist("../../../../tests/lists/leaked.blocklist")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		list *saltbox.Blocklist
		want []message
	}{
		{nil, []message{}},
		{list, []message{{61, "Es gehört zu den häufigen oder den gestohlenen Passwörtern."}}},
	} {
		status, _, text := post(t, newServerWith(t, c.list), "de", "application/json", leaked)
		var said answer
		if err := json.Unmarshal([]byte(text), &said); err != nil || status != http.StatusOK ||
			!slices.Equal(said.Messages, c.want) || said.Accepted != (len(c.want) == 0) {
			t.Errorf("%d %s, want %v", status, text, c.want)
		}
	}
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	server := newServer(t)
	crowded, err := json.Marshal(map[string]any{"words": make([]string, 129), "password": "hunter2"})
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{
		"":                                  http.StatusBadRequest,
		`{"password":"hunter2"`:             http.StatusBadRequest,
		`{"password":null}`:                 http.StatusBadRequest,
		`{"password":["hunter2"]}`:          http.StatusBadRequest,
		`{"password":"hunter2","email":{}}`: http.StatusBadRequest,
		`"hunter2"`:                         http.StatusBadRequest,
		string(crowded):                     http.StatusBadRequest,
		`{"password":"` + strings.Repeat("hunter2", mostBytes/7) + `"}`: http.StatusRequestEntityTooLarge,
	} {
		status, _, text := post(t, server, "de", "application/json", body)
		if status != want || strings.Contains(text, "hunter2") {
			t.Errorf("%.40s: %d %s, want %d", body, status, text, want)
		}
	}
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
		if status, _, _ := post(t, server, "de", kind, `{"password":"hunter2"}`); status != http.StatusUnsupportedMediaType {
			t.Errorf("%q: %d", kind, status)
		}
	}
	response, err := server.Client().Get(server.URL + "/check?password=hunter2")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a password in a URL: %d", response.StatusCode)
	}
}

// The longest password that the library looks at is one that the form may send.
func TestTheLongestPasswordFitsAsItIsEscaped(t *testing.T) {
	server := newServer(t)
	for bytes, want := range map[int][]int{4096: {30}, 4097: {3}} {
		body := `{"password":"` + strings.Repeat(`\u0041`, bytes) + `"}`
		status, _, text := post(t, server, "de", "application/json", body)
		var said answer
		if err := json.Unmarshal([]byte(text), &said); err != nil || status != http.StatusOK {
			t.Fatal(status, err)
		}
		var codes []int
		for _, message := range said.Messages {
			codes = append(codes, message.Code)
		}
		if !slices.Equal(codes, want) {
			t.Errorf("%d bytes: %s", bytes, text)
		}
	}
}

func TestNothingOfAPasswordIsLogged(t *testing.T) {
	var logged bytes.Buffer
	before := log.Writer()
	log.SetOutput(&logged)
	t.Cleanup(func() { log.SetOutput(before) })
	server := newServer(t)
	for _, body := range []string{`{"password":"hunter2"}`, `{"password":"hunter2`, `{"password":{"hunter2":1}}`} {
		post(t, server, "de", "application/json", body)
	}
	server.Close()
	if logged.Len() != 0 {
		t.Errorf("logged %s", logged.String())
	}
	asked := request{Password: saltbox.Secret("hunter2")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if text := fmt.Sprintf(verb, asked.Password); text != "[secret]" {
			t.Errorf("%s prints %s", verb, text)
		}
	}
	if text := fmt.Sprintf("%+v", asked); strings.Contains(text, "hunter2") || !strings.Contains(text, "[secret]") {
		t.Errorf("printed %s", text)
	}
}

func TestTheFormTellsPasswordManagersTheRules(t *testing.T) {
	response, err := http.Get(newServer(t).URL + "/form")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var form bytes.Buffer
	if _, err := form.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`passwordrules="minlength: 15; max-consecutive: 3; allowed: unicode;"`,
		`autocomplete="new-password"`,
		`method="post"`,
	} {
		if !strings.Contains(form.String(), want) {
			t.Errorf("%s is not in %s", want, form.String())
		}
	}
	// Rules may hold whatever an attribute may not.
	quoted, err := newForm([]byte(`{"policy":{"min_length":9,"allowed":"<\"'&>abc"}}`))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(quoted), `passwordrules="`)
	rules, _, _ := strings.Cut(rest, `"`)
	if strings.ContainsAny(rules, "<>'") || html.UnescapeString(rules) != `minlength: 9; allowed: ["&'<>abc];` {
		t.Errorf("rules are %s", rules)
	}
}

// Every rule of the policy, and every warning, has words of its own.
func TestNothingIsLeftInEnglish(t *testing.T) {
	core, err := saltbox.New(saltbox.Options{Config: config(false)})
	if err != nil {
		t.Fatal(err)
	}
	german := languages["de"]
	broken := map[int]bool{}
	for _, password := range []string{"acme", "\xff", strings.Repeat("a", 4097), "aaaa", "abcde", "qwert"} {
		findings, _ := core.Check(saltbox.Subject{}, []byte(password))
		for _, violation := range findings.Violations {
			broken[violation.Code] = true
		}
	}
	for code := range broken {
		if german.violations[code] == "" {
			t.Errorf("no words for %d", code)
		}
	}
	if len(broken) != len(german.violations) {
		t.Errorf("broken are %v, words there are for %v", broken, german.violations)
	}
	for _, kind := range []struct {
		name  string
		codes int
		words map[int]string
	}{
		{"warning", 10, german.warnings},
		{"weakness", 14, german.weaknesses},
		{"suggestion", 13, german.suggestions},
	} {
		for code := 1; code <= kind.codes; code++ {
			if kind.words[code] == "" {
				t.Errorf("no words for the %s %d", kind.name, code)
			}
		}
	}
}
