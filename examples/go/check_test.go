package saltbox

import (
	"slices"
	"testing"
)

func TestEverythingThatIsWrong(t *testing.T) {
	core := newCore(t, `{"policy":{"profile":"nist-63b-4","context":{"words":["Acme"],"match":"contained"}}}`, 0)
	jane := Subject{LoginID: "jane", Email: "jane.doe@example.com", Words: []string{"Doe"}}
	for password, want := range map[string][]int{
		"correct horse battery staple": nil,
		"acme-jane":                    {1, 40},
		"":                             {1},
		"\xff":                         {4},
	} {
		violations, err := core.Check(jane, []byte(password))
		if err != nil {
			t.Fatal(err)
		}
		var codes []int
		for _, violation := range violations {
			codes = append(codes, violation.Code)
		}
		if !slices.Equal(codes, want) {
			t.Errorf("%q: %v, want %v", password, violations, want)
		}
	}
	if none, err := core.Check(Subject{}, password); err != nil || len(none) != 0 {
		t.Errorf("nobody in particular: %v, %v", none, err)
	}
}
