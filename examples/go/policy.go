package saltbox

// #include <saltbox.h>
import "C"

import (
	"encoding/json"
	"math"
	"runtime"
)

// LintFindings is what a configuration breaks of the standards for passwords.
type LintFindings struct {
	// Conforming is whether nothing is broken that a standard insists on.
	Conforming     bool            `json:"conforming"`
	Breaches       []Breach        `json:"breaches"`
	Contradictions []Contradiction `json:"contradictions"`
}

// Breach is a requirement of a standard that a configuration breaks.
type Breach struct {
	Standard string `json:"standard"`
	Section  string `json:"section"`
	Level    string `json:"level"` // "SHALL", "SHALL NOT" or "SHOULD"
	Path     string `json:"path"`  // of the setting that breaks it, such as "policy.min_length"
	Text     string `json:"text"`
}

// Contradiction is where two standards ask for opposites, whatever the configuration.
type Contradiction struct {
	Topic string      `json:"topic"`
	NIST  Requirement `json:"nist"`
	ASVS  Requirement `json:"asvs"`
	Here  string      `json:"here"` // what this release does
}

// Requirement is what a standard asks for, and where.
type Requirement struct {
	Section string `json:"section"`
	Text    string `json:"text"`
}

// Lint says what a configuration, as Options has it, breaks of a standard:
// "nist-63b-4", "nist-63b-4-mfa", "asvs-5-l1" or "asvs-5-l2"; "" for all of them.
//
// The error is nil only where the configuration conforms, and Rejected where it
// does not; there are findings for both, because what a standard recommends may
// be broken all the same. It is a *ConfigError where the configuration is not
// valid, or where there is no such standard.
func Lint(config []byte, standard string) (LintFindings, error) {
	settings, err := newConfig(Options{Config: config})
	if err != nil {
		return LintFindings{}, err
	}
	defer C.saltbox_config_free(settings)
	var outcome *C.saltbox_outcome
	name := []byte(standard)
	status := C.saltbox_lint(settings, bytesOf(name), C.size_t(len(name)), &outcome)
	findings, err := said[LintFindings](status, outcome)
	switch {
	case status == C.SALTBOX_E_CONFIG:
		return findings, &ConfigError{
			Path:    "standard",
			Offset:  math.MaxUint64,
			Message: "there is no such standard",
		}
	case err == nil && !findings.Conforming:
		return LintFindings{}, ErrInternal
	}
	return findings, err
}

// NotExpressible is a setting that one side has and the other cannot say.
type NotExpressible struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// ImportedPolicy is another system's settings as a policy, and as what they say of accounts.
type ImportedPolicy struct {
	Policy         json.RawMessage  `json:"policy"`  // stands under "policy" in a configuration
	Account        json.RawMessage  `json:"account"` // stands under "account"; nil where nothing is said
	NotExpressible []NotExpressible `json:"not_expressible"`
}

// ImportPolicy makes another system's settings a policy. The formats are
// "passwordrules" and "keycloak", whose settings are a string, and "descope",
// "auth0", "okta", "cognito" and "firebase", whose settings are an object as
// the system has it: a map, a struct with tags, or a json.RawMessage.
//
// The error is nil only where policy and account say it all, and Rejected where
// something is not expressible; there is a policy for both. It is a
// *ConfigError where the settings are not of the format.
func ImportPolicy(format string, settings any) (ImportedPolicy, error) {
	text, err := json.Marshal(map[string]any{"format": format, "settings": settings})
	if err != nil {
		return ImportedPolicy{}, err
	}
	var outcome *C.saltbox_outcome
	var diag C.saltbox_diag
	status := C.saltbox_policy_import(bytesOf(text), C.size_t(len(text)), &outcome, &diag)
	imported, err := said[ImportedPolicy](status, outcome)
	if status == C.SALTBOX_E_CONFIG {
		return imported, configError(&diag)
	}
	return imported, err
}

// PublicPolicy is what a form says of new passwords before one is typed.
type PublicPolicy struct {
	Rules []PublicRule `json:"rules"`
	// ByLength has rules that hold instead for passwords of up to so many characters.
	ByLength []struct {
		UpTo  uint32       `json:"up_to"`
		Rules []PublicRule `json:"rules"`
	} `json:"by_length,omitempty"`
	Required   []string `json:"required,omitempty"` // sets of characters of which one each is needed
	Allowed    string   `json:"allowed,omitempty"`
	Disallowed string   `json:"disallowed,omitempty"`
	// PasswordRules is for the attribute of a form that managers of passwords read.
	PasswordRules string `json:"passwordrules,omitempty"`
	// Descope is the whole answer to Descope's GET /v1/auth/password/policy.
	Descope json.RawMessage `json:"descope"`
}

// PublicRule is a rule that is on. Bound is 0 where it has none.
type PublicRule struct {
	Code  int    `json:"code"` // as of a Violation
	Name  string `json:"name"`
	Bound uint32 `json:"bound,omitempty"`
	Text  string `json:"text"` // in English
}

// PublicPolicy says nothing of the words and lists that are looked for.
func (c *Core) PublicPolicy() (PublicPolicy, error) {
	defer runtime.KeepAlive(c)
	var outcome *C.saltbox_outcome
	status := C.saltbox_policy_public(c.handle, &outcome)
	return said[PublicPolicy](status, outcome)
}

// ExportedPolicy is a configuration as another system's settings.
type ExportedPolicy struct {
	Format         string           `json:"format"`
	Settings       json.RawMessage  `json:"settings"`
	NotExpressible []NotExpressible `json:"not_expressible"`
}

// ExportPolicy writes the policy of a configuration, as Options has it, and the
// account where it has one, as another system's settings, by the formats of ImportPolicy.
//
// The error is nil only where the settings say it all and no more, and Rejected
// where something is not expressible; there are settings for both. It is a
// *ConfigError where the configuration is not valid, or the format unknown.
func ExportPolicy(config []byte, format string) (ExportedPolicy, error) {
	settings, err := newConfig(Options{Config: config})
	if err != nil {
		return ExportedPolicy{}, err
	}
	defer C.saltbox_config_free(settings)
	var outcome *C.saltbox_outcome
	var diag C.saltbox_diag
	name := []byte(format)
	status := C.saltbox_policy_export(settings, bytesOf(name), C.size_t(len(name)), &outcome, &diag)
	exported, err := said[ExportedPolicy](status, outcome)
	if status == C.SALTBOX_E_CONFIG {
		return exported, configError(&diag)
	}
	return exported, err
}
