package saltbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const threeQuestions = `{"pool":[{"id":"pet","text":"What was the name of your first pet?","kind":"pet"},
	{"id":"city","text":"Where were you born?","kind":"city"},
	{"id":"day","text":"When did your parents marry?","kind":"date","order":"dmy"}],
	"set_up":3,"ask":2,"required":2,"hashing":"separate","attempts":3}`

// right are answers as they are set up, and again are those as another day types them.
var (
	right = Answers{"pet": Secret("Mr. Whiskers"), "city": Secret("Étretat"), "day": Secret("9.3.1961")}
	again = Answers{"pet": Secret("mr whiskers"), "city": Secret("ETRETAT"), "day": Secret("1961-03-09")}
)

func newAskingCore(t *testing.T) *Core {
	t.Helper()
	config := `{"hash":{"create":{"profile":"test-only"}},"keys":{"create_key_id":1},"questions":` + threeQuestions + `}`
	core, err := New(Options{Config: []byte(config), Keys: map[uint32][]byte{1: rootKey(1)}})
	if err != nil {
		t.Fatal(err)
	}
	return core
}

// newAskedAccount is ada's, with the answers set up and a session.
func newAskedAccount(t *testing.T, core *Core) Account {
	t.Helper()
	account := newAccount(t, core)
	account.Request.SessionSubject, account.Request.AuthTime = ada.ID, now
	set, err := core.SetQuestions(t.Context(), account, right)
	if err != nil || set.Verdict != QuestionsSet || set.Client != ClientDone || set.Effects != NotifyQuestionsChanged {
		t.Fatalf("%+v, %v", set, err)
	}
	account.Record = set.Record
	return account
}

// asked takes those answers that are asked for.
func asked(outcome Outcome, answers Answers) Answers {
	some := Answers{}
	for _, question := range outcome.Questions {
		some[question.ID] = answers[question.ID]
	}
	return some
}

func TestARefusedSetUpSaysAllThatIsWrong(t *testing.T) {
	core := newAskingCore(t)
	account := newAccount(t, core)
	account.Request.SessionSubject, account.Request.AuthTime = ada.ID, now
	type broken = map[AnswerRule]string
	for _, each := range []struct {
		answers Answers
		want    broken
	}{
		{Answers{"pet": Secret("Rex"), "city": Secret("\xff"), "day": Secret("in spring")}, broken{AnswerCommon: "pet", AnswerNotUTF8: "city", AnswerNotADate: "day"}},
		{Answers{"pet": Secret("🐈"), "city": Secret("Ys"), "day": Secret(strings.Repeat("1", 1025))},
			broken{AnswerEmptyAfterNormalizing: "pet", AnswerTooShort: "city", AnswerTooLong: "day"}},
		{Answers{"pet": Secret("your first pet"), "city": Secret("Ada"), "school": Secret("x")}, broken{AnswerInQuestion: "pet", AnswerIsLoginID: "city", AnswerUnknownQuestion: "school"}},
		{Answers{"pet": Secret("Whiskers")}, broken{AnswerTooFewAnswers: ""}},
		{Answers{"pet": Secret("Whiskers"), "city": Secret("Étretat"), "day": Secret("1961-03-09"), "car": Secret("x")}, broken{AnswerTooManyAnswers: "", AnswerUnknownQuestion: "car"}},
		{Answers{}, broken{AnswerTooFewAnswers: ""}},
		{nil, broken{AnswerTooFewAnswers: ""}},
	} {
		refused, err := core.SetQuestions(t.Context(), account, each.answers)
		if !errors.Is(err, Rejected) || refused.Verdict != AnswersRefused || refused.Client != ClientAnswersRefused ||
			refused.Record != "" || refused.Effects != 0 || !reflect.DeepEqual(refused.Findings, Findings{}) {
			t.Errorf("%+v, %v", refused, err)
		}
		found := broken{}
		for _, violation := range refused.AnswerViolations {
			found[violation.Code] = violation.Question
			if violation.Name == "" || violation.Text == "" {
				t.Errorf("%+v", violation)
			}
		}
		if !maps.Equal(found, each.want) || len(found) != len(refused.AnswerViolations) {
			t.Errorf("%+v, want %v", refused.AnswerViolations, each.want)
		}
	}
	same, err := core.SetQuestions(t.Context(), account, Answers{"pet": Secret("Étretat"), "city": Secret("etretat"), "day": Secret("1961-03-09")})
	if !errors.Is(err, Rejected) || len(same.AnswerViolations) != 2 || same.AnswerViolations[0].Code != AnswerSameAsAnother {
		t.Errorf("%+v, %v", same, err)
	}
}

func TestAnAnswerThatIsThePasswordCostsAnAttempt(t *testing.T) {
	core := newAskingCore(t)
	stored, err := core.Hash(t.Context(), []byte("Zerberus der Erste"))
	if err != nil {
		t.Fatal(err)
	}
	imported, err := core.AdminImport(Account{Subject: ada, Now: now}, stored)
	if err != nil {
		t.Fatal(err)
	}
	account := Account{Record: imported.Record, Subject: ada, Now: now, Request: Request{SessionSubject: ada.ID, AuthTime: now}}
	answers := maps.Clone(right)
	answers["pet"] = Secret("Zerberus der Erste")
	refused, err := core.SetQuestions(t.Context(), account, answers)
	if !errors.Is(err, Rejected) || len(refused.AnswerViolations) != 1 || refused.Record == "" ||
		refused.AnswerViolations[0].Code != AnswerIsPassword || refused.AnswerViolations[0].Question != "pet" {
		t.Errorf("%+v, %v", refused, err)
	}
}

func TestTheSameIsAskedUntilItIsAnswered(t *testing.T) {
	core := newAskingCore(t)
	account := newAskedAccount(t, core)
	unasked, err := core.VerifyQuestions(t.Context(), account, right)
	if !errors.Is(err, Rejected) || unasked.Verdict != NotAsked || unasked.Client != ClientWrongAnswers || unasked.Record != "" {
		t.Errorf("%+v, %v", unasked, err)
	}
	first, err := core.GetQuestions(account)
	if err != nil || first.Verdict != QuestionsAsked || first.Client != ClientDone || len(first.Questions) != 2 || first.Record == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	for _, question := range first.Questions {
		if right[question.ID] == nil || !strings.HasSuffix(question.Text, "?") {
			t.Errorf("%+v", question)
		}
	}
	account.Record = first.Record
	for range 16 {
		second, err := core.GetQuestions(account)
		if err != nil || !slices.Equal(second.Questions, first.Questions) || second.Record != "" {
			t.Fatalf("%+v, %v, want %+v", second, err, first)
		}
	}
	account.Request.StepUp = true
	raised, err := core.VerifyQuestions(t.Context(), account, asked(first, again))
	if err != nil || raised.Verdict != AnswersRight || raised.Client != ClientDone || raised.Effects != StepUpSession || raised.Record == "" {
		t.Errorf("%+v, %v", raised, err)
	}
	account.Request.StepUp = false
	renewed, err := core.VerifyQuestions(t.Context(), account, asked(first, again))
	if err != nil || renewed.Effects != 0 {
		t.Errorf("%+v, %v", renewed, err)
	}
	account.Record = raised.Record
	if spent, err := core.VerifyQuestions(t.Context(), account, asked(first, again)); !errors.Is(err, Rejected) || spent.Verdict != NotAsked {
		t.Errorf("%+v, %v", spent, err)
	}
}

func TestWrongAnswersCostAttempts(t *testing.T) {
	core := newAskingCore(t)
	account := newAskedAccount(t, core)
	questions, err := core.GetQuestions(account)
	if err != nil {
		t.Fatal(err)
	}
	account.Record = questions.Record
	half := asked(questions, again)
	half[questions.Questions[0].ID] = Secret("1999-12-31")
	more := maps.Clone(asked(questions, again))
	maps.Copy(more, again)
	// The set-up took one of three.
	for _, answers := range []Answers{half, more} {
		wrong, err := core.VerifyQuestions(t.Context(), account, answers)
		if !errors.Is(err, Rejected) || wrong.Verdict != WrongAnswers || wrong.Client != ClientWrongAnswers ||
			wrong.Effects != 0 || wrong.AnswerViolations != nil || wrong.Record == "" {
			t.Fatalf("%+v, %v", wrong, err)
		}
		account.Record = wrong.Record
	}
	for _, call := range []func() (Outcome, error){
		func() (Outcome, error) { return core.VerifyQuestions(t.Context(), account, asked(questions, again)) },
		func() (Outcome, error) { return core.SetQuestions(t.Context(), account, right) },
	} {
		exhausted, err := call()
		if !errors.Is(err, Rejected) || exhausted.Verdict != Exhausted || exhausted.RetryAfter != time.Hour || exhausted.Effects != 0 {
			t.Errorf("%+v, %v", exhausted, err)
		}
	}
	account.Now = now.Add(time.Hour)
	if later, err := core.VerifyQuestions(t.Context(), account, asked(questions, again)); err != nil || later.Verdict != AnswersRight {
		t.Errorf("%+v, %v", later, err)
	}
}

func TestQuestionsAreForASessionOfTheAccount(t *testing.T) {
	core := newAskingCore(t)
	account := newAskedAccount(t, core)
	nobody := Account{Subject: ada, Now: now, Request: Request{SessionSubject: ada.ID, AuthTime: now}}
	without := newAccount(t, core)
	without.Request.SessionSubject, without.Request.AuthTime = ada.ID, now
	calls := func(account Account) map[string]func() (Outcome, error) {
		return map[string]func() (Outcome, error){
			"set":    func() (Outcome, error) { return core.SetQuestions(t.Context(), account, right) },
			"get":    func() (Outcome, error) { return core.GetQuestions(account) },
			"verify": func() (Outcome, error) { return core.VerifyQuestions(t.Context(), account, right) },
		}
	}
	for _, session := range []string{"", "u-2", "U-1"} {
		account.Request.SessionSubject = session
		for name, call := range calls(account) {
			outcome, err := call()
			if !errors.Is(err, Rejected) || outcome.Verdict != OtherSession || outcome.Client != ClientSignInFirst || outcome.Record != "" {
				t.Errorf("%s of %q: %+v, %v", name, session, outcome, err)
			}
		}
	}
	for name, call := range calls(nobody) {
		if outcome, err := call(); !errors.Is(err, Rejected) || outcome.Verdict != NoAccount || outcome.Record != "" {
			t.Errorf("%s: %+v, %v", name, outcome, err)
		}
	}
	for _, name := range []string{"get", "verify"} {
		if outcome, err := calls(without)[name](); !errors.Is(err, Rejected) || outcome.Verdict != NoQuestions {
			t.Errorf("%s: %+v, %v", name, outcome, err)
		}
	}
}

func TestAnswersThatNoCallTakes(t *testing.T) {
	core := newAskingCore(t)
	account := newAskedAccount(t, core)
	many := Answers{}
	for i := range 17 {
		many[fmt.Sprint("q", i)] = Secret("answer")
	}
	for _, answers := range []Answers{many, {strings.Repeat("q", 65): Secret("answer")}, {"\xff": Secret("answer")}} {
		_, setErr := core.SetQuestions(t.Context(), account, answers)
		_, verifyErr := core.VerifyQuestions(t.Context(), account, answers)
		if setErr != ErrAnswers || verifyErr != ErrAnswers {
			t.Errorf("%v, %v", setErr, verifyErr)
		}
	}
	var wrong *ConfigError
	if _, err := newKeyedCore(t, "{}").GetQuestions(account); !errors.As(err, &wrong) || wrong.Path != "questions" {
		t.Error(err)
	}
}

func TestNoAnswerIsPrinted(t *testing.T) {
	core := newAskingCore(t)
	account := newAskedAccount(t, core)
	logged, err := json.Marshal(struct{ Answers Answers }{right})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprint(right), fmt.Sprintf("%+v %#v %x %s %q %v", right, right, right, right, right, &right), string(logged), account.Record,
	} {
		for _, answer := range right {
			if strings.Contains(text, string(answer)) || strings.Contains(text, fmt.Sprintf("%x", []byte(answer))) {
				t.Errorf("%q stands in %s", []byte(answer), text)
			}
		}
	}
	var sent struct{ Answers Answers }
	if err := json.Unmarshal([]byte(`{"answers":{"pet":"Mr. Whiskers"}}`), &sent); err != nil || !bytes.Equal(sent.Answers["pet"], right["pet"]) {
		t.Errorf("%q, %v", []byte(sent.Answers["pet"]), err)
	}
}

func TestAnIdentifierIsItselfInAnyCaseAndNoOther(t *testing.T) {
	for _, pair := range [][2]string{{"Mike@Example.com", "mike@example.com"}, {"ＡＤＡ", "ada"}, {"", ""}} {
		a, wrongA := FoldIdentifier(pair[0])
		b, wrongB := FoldIdentifier(pair[1])
		if a != b || wrongA != nil || wrongB != nil {
			t.Errorf("%q and %q are found by two keys: %q and %q", pair[0], pair[1], a, b)
		}
		if !SameIdentifier(pair[0], pair[1]) {
			t.Errorf("%q", pair)
		}
	}
	for _, pair := range [][2]string{{"m\u0131ke@example.com", "mike@example.com"}, {"\xff", "\xff"}, {"ada", ""}} {
		a, wrongA := FoldIdentifier(pair[0])
		b, wrongB := FoldIdentifier(pair[1])
		if a == b && wrongA == nil && wrongB == nil {
			t.Errorf("%q and %q are found by one key", pair[0], pair[1])
		}
		if SameIdentifier(pair[0], pair[1]) {
			t.Errorf("%q", pair)
		}
	}
}

// What the header has and the binding has not would be a number without a name.
func TestEveryNumberOfTheHeaderIsBound(t *testing.T) {
	header, err := os.ReadFile("../../include/saltbox.h")
	if err != nil {
		t.Fatal(err)
	}
	var source bytes.Buffer
	for _, file := range []string{"flow.go", "codes.go", "questions.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	defined := regexp.MustCompile(`(?m)^#define (SALTBOX_(?:WAY|CHANNEL|VERDICT|CLIENT|EFFECT|ANSWER|SECRET)_\w+) `)
	names := defined.FindAllSubmatch(header, -1)
	if len(names) < 60 {
		t.Errorf("%d names", len(names))
	}
	for _, name := range names {
		if !regexp.MustCompile(`C\.` + string(name[1]) + `\b`).Match(source.Bytes()) {
			t.Errorf("%s is not bound", name[1])
		}
	}
}
