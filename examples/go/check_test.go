package saltbox

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

var jane = Subject{LoginID: "jane", Email: "jane.doe@example.com", Words: []string{"Doe"}}

// codes are those of the violations, where findings and error say the same.
func codes(t *testing.T, findings Findings, err error) []int {
	t.Helper()
	var codes []int
	for _, violation := range findings.Violations {
		codes = append(codes, violation.Code)
	}
	if err != nil && !errors.Is(err, Rejected) {
		t.Fatal(err)
	}
	if findings.Accepted != (err == nil) || findings.Accepted != (codes == nil) {
		t.Errorf("%+v beside %v", findings, err)
	}
	return codes
}

func TestEverythingThatIsWrong(t *testing.T) {
	core := newCore(t, `{"policy":{"profile":"nist-63b-4","context":{"words":["Acme"],"match":"contained"}}}`, 0)
	for password, want := range map[string][]int{
		"correct horse battery staple": nil,
		"acme-jane":                    {1, 40},
		"":                             {1},
		"\xff":                         {4},
	} {
		findings, err := core.Check(jane, []byte(password))
		if got := codes(t, findings, err); !slices.Equal(got, want) {
			t.Errorf("%q: %+v, want %v", password, findings, want)
		}
	}
	findings, err := core.Check(jane, []byte("acme-jane"))
	if codes(t, findings, err); findings.Violations[0].Bound != 15 || findings.Violations[0].Found != 9 ||
		!slices.Equal(findings.Violations[1].Words, []string{"login_id", "service"}) {
		t.Errorf("%+v", findings)
	}
	if findings, err := core.Check(Subject{}, password); codes(t, findings, err) != nil {
		t.Errorf("nobody in particular: %+v, %v", findings, err)
	}
}

func TestWarningsStandBeside(t *testing.T) {
	core := newCore(t, testOnly, 0)
	for password, want := range map[string][]Message{
		"correct horse battery staple": {},
		"b\u00e4ttery staple and horse ": {
			{1, "not_ascii", "has characters that not every keyboard has"},
			{7, "edge_whitespace", "begins or ends with white space"},
		},
	} {
		findings, err := core.Check(Subject{}, []byte(password))
		if codes(t, findings, err) != nil || !slices.Equal(findings.Warnings, want) {
			t.Errorf("%q: %+v, want %v", password, findings, want)
		}
	}
	findings, err := core.Check(Subject{}, []byte("\u00e4"))
	if !slices.Equal(codes(t, findings, err), []int{1}) || len(findings.Warnings) != 1 {
		t.Errorf("%+v", findings)
	}
}

func TestAMeterHasItsNumbers(t *testing.T) {
	core := newCore(t, `{"policy":{"min_length":4}}`, 0)
	findings, err := core.Check(jane, []byte("password"))
	weak := findings.Strength
	if codes(t, findings, err) != nil || weak == nil || weak.Score != 0 || weak.GuessesLog10 != 0.477 {
		t.Fatalf("%+v, %+v", findings, weak)
	}
	if weak.Weakness == nil || *weak.Weakness != (Message{8, "top_10", "is one of the 10 most frequent passwords"}) {
		t.Errorf("weakness is %+v", weak.Weakness)
	}
	if !slices.Contains(weak.Suggestions, Message{3, "add_words", "Add one or two words that are rarely used"}) {
		t.Errorf("suggestions are %+v", weak.Suggestions)
	}
	// The second of a list, so the third guess, of a hundred an hour.
	if got := weak.Seconds["online_throttled"]; len(weak.Seconds) != 5 || math.Abs(got-108) > 1e-6 {
		t.Errorf("seconds are %v", weak.Seconds)
	}

	findings, err = core.CheckChange(jane, []byte("password"), password)
	strong := findings.Strength
	if codes(t, findings, err) != nil || strong == nil || strong.Score != 4 || strong.GuessesLog10 <= 10 ||
		strong.Weakness != nil || len(strong.Suggestions) != 0 {
		t.Errorf("%+v, %+v", findings, strong)
	}
	for attacker, seconds := range weak.Seconds {
		if strong.Seconds[attacker] <= seconds {
			t.Errorf("%s: %v and %v", attacker, seconds, strong.Seconds[attacker])
		}
	}
	// What is known of the user is soon tried, and what has no name as a reason has none.
	if findings, _ = core.Check(jane, []byte("jane.doe")); findings.Strength.Score != 0 {
		t.Errorf("%+v", findings.Strength)
	}
}

func TestAMeterOnlyWhereThereIsAnEstimate(t *testing.T) {
	core := newCore(t, `{"policy":{"min_length":4}}`, 0)
	for _, password := range []string{"\xff", strings.Repeat("a", 4097)} {
		if findings, _ := core.Check(Subject{}, []byte(password)); findings.Strength != nil || len(findings.Violations) == 0 {
			t.Errorf("%+v", findings)
		}
	}
	core = newCore(t, `{"policy":{"min_length":4,"strength":false}}`, 0)
	findings, err := core.Check(Subject{}, []byte("password"))
	if codes(t, findings, err) != nil || findings.Strength != nil {
		t.Errorf("%+v", findings)
	}
	core = newCore(t, `{"policy":{"min_score":3}}`, 0)
	findings, err = core.Check(Subject{}, []byte("password"))
	if !slices.Equal(codes(t, findings, err), []int{60}) || findings.Violations[0].Bound != 3 || findings.Violations[0].Found != 0 {
		t.Errorf("%+v", findings)
	}
}

func TestAPasswordThatReplacesAnotherIsComparedWithIt(t *testing.T) {
	core := newCore(t, `{"policy":{"min_length":8,"min_changes":3}}`, 0)
	for old, want := range map[string][]int{
		"":                              nil,
		"something quite different":     nil,
		"\xff":                          nil,
		"correct horse battery staple":  {50, 51},
		"correct horse battery staple1": {51},
	} {
		findings, err := core.CheckChange(jane, []byte(old), password)
		if got := codes(t, findings, err); !slices.Equal(got, want) {
			t.Errorf("%q: %+v, want %v", old, findings, want)
		}
	}
}

func TestWhatIsWrongWithASubjectHasItsPlace(t *testing.T) {
	core := newCore(t, testOnly, 0)
	crowded := Subject{Words: make([]string, 129)}
	for _, check := range []func() (Findings, error){
		func() (Findings, error) { return core.Check(crowded, password) },
		func() (Findings, error) { return core.CheckChange(crowded, nil, password) },
	} {
		findings, err := check()
		var wrong *SubjectError
		if !errors.As(err, &wrong) || !errors.Is(err, ErrSubject) || findings.Accepted {
			t.Fatalf("%+v, %v", findings, err)
		}
		if wrong.Path != "words[128]" || wrong.Offset == math.MaxUint64 || wrong.Message == "" {
			t.Errorf("error is %+v", wrong)
		}
	}
}
