package saltbox

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestLintSaysWhatIsBroken(t *testing.T) {
	// Whether the default conforms is this release's; what is said of it has to agree.
	findings, err := Lint(nil, "nist-63b-4")
	insists := slices.ContainsFunc(findings.Breaches, func(breach Breach) bool { return breach.Level != "SHOULD" })
	if errors.Is(err, Rejected) != insists || findings.Conforming != (err == nil) {
		t.Errorf("%+v, %v", findings, err)
	}
	if len(findings.Contradictions) == 0 || findings.Contradictions[0].NIST.Section == "" {
		t.Errorf("contradictions are %+v", findings.Contradictions)
	}

	findings, err = Lint([]byte(`{"policy":{"min_length":8,"min_digits":1}}`), "")
	if !errors.Is(err, Rejected) || findings.Conforming {
		t.Fatalf("%+v, %v", findings, err)
	}
	for standard, path := range map[string]string{"nist-63b-4": "policy.min_length", "asvs-5-l2": "policy.min_digits"} {
		if !slices.ContainsFunc(findings.Breaches, func(breach Breach) bool {
			return breach.Standard == standard && breach.Path == path && breach.Section != "" && breach.Text != ""
		}) {
			t.Errorf("%s of %s is not among %+v", path, standard, findings.Breaches)
		}
	}
}

func TestPoliciesOfOtherSystems(t *testing.T) {
	imported, err := ImportPolicy("passwordrules", "minlength: 10; max-consecutive: 2; allowed: unicode;")
	if err != nil || len(imported.NotExpressible) != 0 {
		t.Fatalf("%+v, %v", imported, err)
	}
	config := []byte(`{"policy":` + string(imported.Policy) + `}`)
	findings, err := newCore(t, string(config), 0).Check(Subject{}, []byte("aaa"))
	if got := codes(t, findings, err); !slices.Equal(got, []int{1, 30}) {
		t.Errorf("violations are %v", got)
	}
	exported, err := ExportPolicy(config, "passwordrules")
	var rules string
	if err != nil || exported.Format != "passwordrules" || json.Unmarshal(exported.Settings, &rules) != nil ||
		rules != "minlength: 10; max-consecutive: 2; allowed: unicode;" {
		t.Errorf("%+v, %v", exported, err)
	}

	if imported.Account != nil {
		t.Errorf("account is %s", imported.Account)
	}

	imported, err = ImportPolicy("cognito", map[string]any{"MinimumLength": 12, "TemporaryPasswordValidityDays": 60})
	if !errors.Is(err, Rejected) || len(imported.NotExpressible) != 1 ||
		imported.NotExpressible[0].Path != "TemporaryPasswordValidityDays" || imported.NotExpressible[0].Reason == "" ||
		string(imported.Account) != `{"temporary_s":2592000}` ||
		!strings.Contains(string(imported.Policy), `"min_length":12`) {
		t.Errorf("%s, %+v, %v", imported.Policy, imported.NotExpressible, err)
	}
	exported, err = ExportPolicy([]byte(`{"policy":{"min_length":12,"no_palindrome":true}}`), "cognito")
	if !errors.Is(err, Rejected) || !slices.ContainsFunc(exported.NotExpressible, func(listed NotExpressible) bool {
		return listed.Path == "no_palindrome"
	}) || !strings.Contains(string(exported.Settings), `"MinimumLength":12`) {
		t.Errorf("%s, %+v, %v", exported.Settings, exported.NotExpressible, err)
	}
}

func TestThePublicPolicySaysWhatIsAskedForAndNoWord(t *testing.T) {
	core, err := New(Options{Config: []byte(`{"policy":{"min_length":12,"min_digits":1,"context":{"words":["sesame"]}}}`)})
	if err != nil {
		t.Fatal(err)
	}
	public, err := core.PublicPolicy()
	if err != nil || len(public.Rules) == 0 || public.Rules[0].Bound != 12 || public.Rules[0].Name != "too_short" {
		t.Fatalf("%+v, %v", public, err)
	}
	if !strings.HasPrefix(public.PasswordRules, "minlength: 12;") {
		t.Error(public.PasswordRules)
	}
	descope := `{"minLength":12,"lowercase":false,"uppercase":false,"number":true,"nonAlphanumeric":false,"strengthScoreEnabled":false,"strengthScore":0}`
	if string(public.Descope) != descope {
		t.Errorf("%s", public.Descope)
	}
	if text, err := json.Marshal(public); err != nil || strings.Contains(string(text), "sesame") {
		t.Errorf("%s, %v", text, err)
	}
}

func TestAccountsOfOtherSystems(t *testing.T) {
	theirs := map[string]any{
		"minLength": 12, "reuse": true, "reuseAmount": 5, "expiration": true, "expirationWeeks": 26,
		"lock": true, "lockAttempts": 10, "tempLock": true, "tempLockAttempts": 3, "tempLockDuration": 5,
	}
	imported, err := ImportPolicy("descope", theirs)
	want := `{"lock":{"attempts":3,"first_s":300,"most_s":300,"permanent":10},"history":5,"max_age_days":182}`
	if err != nil || string(imported.Account) != want {
		t.Fatalf("%s, %v, want %s", imported.Account, err, want)
	}
	config := []byte(`{"policy":` + string(imported.Policy) + `,"account":` + string(imported.Account) + `}`)
	exported, err := ExportPolicy(config, "descope")
	var settings map[string]any
	if err != nil || json.Unmarshal(exported.Settings, &settings) != nil {
		t.Fatalf("%+v, %v", exported, err)
	}
	for key, value := range theirs {
		if number, isNumber := value.(int); isNumber {
			value = float64(number)
		}
		if settings[key] != value {
			t.Errorf("%s is %v, want %v", key, settings[key], value)
		}
	}
}

func TestSettingsThatAreRefusedHaveTheirPlace(t *testing.T) {
	for _, refused := range []struct {
		path     string
		hasPlace bool
		call     func() (any, error)
	}{
		{"settings.MinimumLength", true, func() (any, error) {
			return ImportPolicy("cognito", map[string]string{"MinimumLength": "12"})
		}},
		{"settings", true, func() (any, error) { return ImportPolicy("cognito", "a string") }},
		{"format", true, func() (any, error) { return ImportPolicy("unknown", nil) }},
		{"", false, func() (any, error) { return ExportPolicy(nil, "unknown") }},
		{"", false, func() (any, error) { return ExportPolicy(nil, "\xff") }},
		{"policy.min_length", true, func() (any, error) { return ExportPolicy([]byte(`{"policy":{"min_length":0}}`), "okta") }},
		{"", true, func() (any, error) { return ExportPolicy([]byte{}, "okta") }},
		{"policy.min_lenght", true, func() (any, error) { return Lint([]byte(`{"policy":{"min_lenght":8}}`), "") }},
		{"standard", false, func() (any, error) { return Lint(nil, "nist-63b-5") }},
	} {
		said, err := refused.call()
		var wrong *ConfigError
		if !errors.As(err, &wrong) || !errors.Is(err, ErrConfig) {
			t.Fatalf("%s: %+v, %v", refused.path, said, err)
		}
		if wrong.Path != refused.path || wrong.Message == "" || refused.hasPlace != (wrong.Offset != math.MaxUint64) {
			t.Errorf("error is %+v, want it at %q", wrong, refused.path)
		}
		if text, err := json.Marshal(said); err != nil || strings.Contains(string(text), "true") {
			t.Errorf("%s beside an error: %v", text, err)
		}
	}
	// What is no JSON does not get as far.
	if imported, err := ImportPolicy("okta", func() {}); err == nil || imported.Policy != nil {
		t.Errorf("%+v, %v", imported, err)
	}
}
