package saltbox

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestEveryDecisionHasTheNameThatTheHeaderHas(t *testing.T) {
	header, err := os.ReadFile("../../include/saltbox.h")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]func(uint32) fmt.Stringer{
		"VERDICT": func(number uint32) fmt.Stringer { return Decision(number) },
		"CLIENT":  func(number uint32) fmt.Stringer { return Client(number) },
	}
	defined := regexp.MustCompile(`(?m)^#define SALTBOX_(VERDICT|CLIENT)_(\w+) (\d+)`)
	constants := defined.FindAllStringSubmatch(string(header), -1)
	if len(constants) != len(decisionNames)+len(clientNames) {
		t.Errorf("%d constants", len(constants))
	}
	for _, constant := range constants {
		number, err := strconv.ParseUint(constant[3], 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		if name := named[constant[1]](uint32(number)).String(); name != strings.ToLower(constant[2]) {
			t.Errorf("%s is %s", constant[2], name)
		}
	}
	if text := fmt.Sprint(Decision(0), Client(4_000_000_000)); text != "0 4000000000" {
		t.Error(text)
	}
}

func TestAnOutcomeHasTheNamesOfItsJSON(t *testing.T) {
	core := newAccountCore(t, "{}")
	account := signedUp(t, core)
	outcome, err := core.SignIn(t.Context(), account, fresh)
	want := fmt.Sprintf(`{"verdict":"%v","client":"%v"`, outcome.Verdict, outcome.Client)
	if err != Rejected || !strings.HasPrefix(outcome.JSON, want) || !strings.Contains(want, "wrong_password") {
		t.Errorf("%s, %v, want %s", outcome.JSON, err, want)
	}
}
