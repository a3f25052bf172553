package saltbox

import (
	"errors"
	"math"
	"slices"
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
	for password, want := range map[string][]Warning{
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
