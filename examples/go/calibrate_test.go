package saltbox

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Room for little more than the least, so that little is computed.
const narrow = `{"hash":{"create":{"scheme":"argon2id","m_kib":7168,"t":5,"p":1},"limits":{"argon2_kib_passes":40960}}}`

func TestCalibrateProposesAConfiguration(t *testing.T) {
	target := Target{Scheme: "argon2id", Time: 20 * time.Second, AtOnce: 2, MemoryBytes: 64 << 20}
	proposal, err := Calibrate([]byte(narrow), target)
	if err != nil {
		t.Fatal(err)
	}
	if proposal.Alone <= 0 || proposal.UnderLoad <= 0 || proposal.UnderLoad > target.Time || proposal.HashesPerSecond <= 0 {
		t.Errorf("measured %+v", proposal)
	}
	if proposal.MemoryBytes < 2*7<<20 || proposal.MemoryBytes > target.MemoryBytes {
		t.Errorf("%d bytes in use", proposal.MemoryBytes)
	}
	core, err := New(Options{Config: proposal.Config})
	if err != nil || core.Capacity() != 2 {
		t.Fatalf("%s: %v", proposal.Config, err)
	}
	stored, err := core.Hash(t.Context(), password)
	if err != nil || !strings.HasPrefix(stored, "$argon2id$") {
		t.Errorf("%q, %v", stored, err)
	}
}

func TestCalibrateSaysWhatTheLeastTakes(t *testing.T) {
	target := Target{Scheme: "argon2id", Time: time.Nanosecond, MemoryBytes: 1 << 30}
	least, err := Calibrate(nil, target)
	if !errors.Is(err, Rejected) || least.UnderLoad <= target.Time || len(least.Config) == 0 {
		t.Errorf("%+v, %v", least, err)
	}
}

func TestCalibrateSaysWhatIsOutOfRange(t *testing.T) {
	for _, test := range []struct {
		config string
		target Target
		status Status
		says   string
	}{
		{"{}", Target{"argon2id", time.Second, 8, 32 << 20}, ErrBudget, "under the floor of"},
		{"{}", Target{"argon2id", time.Second, 1, 1}, ErrArgument, "under the floor of 1048576"},
		{"{}", Target{"argon2id", time.Second, 1025, 1 << 30}, ErrArgument, "over the limit of 1024"},
		{"{}", Target{"argon2id", time.Second, -1, 1 << 30}, ErrArgument, ""},
		{"{}", Target{"argon2id", time.Hour, 1, 1 << 30}, ErrArgument, "over the limit"},
		{"{}", Target{"argon2id", -time.Hour, 1, 1 << 30}, ErrArgument, ""},
		{"{}", Target{"md5crypt", time.Second, 1, 1 << 30}, ErrConfig, "never created"},
		{"{}", Target{"", time.Second, 1, 1 << 30}, ErrConfig, "no such scheme"},
		{narrow, Target{"argon2id", time.Second, 1, 1 << 20}, ErrBudget, "under the floor of"},
	} {
		proposal, err := Calibrate([]byte(test.config), test.target)
		if !errors.Is(err, test.status) || !strings.Contains(err.Error(), test.says) || proposal.Config != nil {
			t.Errorf("%+v: %+v, %v", test.target, proposal, err)
		}
	}
	var config *ConfigError
	if _, err := Calibrate([]byte("{"), Target{Scheme: "argon2id"}); !errors.As(err, &config) {
		t.Errorf("a configuration that is none: %v", err)
	}
}
