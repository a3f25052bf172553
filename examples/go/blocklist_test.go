package saltbox

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	leakedFile = "../../tests/lists/leaked.blocklist"
	bothLists  = `{"policy":{"min_length":8,"blocklist":{"inside":true,"outside":true}}}`
)

func openBlocklist(t *testing.T, path string) *Blocklist {
	t.Helper()
	list, err := OpenBlocklist(path)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// copyOfLeaked is a file of its own, with what change makes of it.
func copyOfLeaked(t *testing.T, change func([]byte) []byte) string {
	t.Helper()
	file, err := os.ReadFile(leakedFile)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "copy.blocklist")
	if err := os.WriteFile(path, change(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkLists looks passwords up, and wants the lists that have each.
func checkLists(t *testing.T, core *Core, passwords map[string][]string) {
	t.Helper()
	for password, want := range passwords {
		findings, err := core.Check(Subject{}, []byte(password))
		if want == nil {
			if codes(t, findings, err) != nil {
				t.Errorf("%q: %+v", password, findings)
			}
			continue
		}
		if got := codes(t, findings, err); !slices.Equal(got, []int{61}) || !slices.Equal(findings.Violations[0].Lists, want) {
			t.Errorf("%q: %+v, want %v", password, findings, want)
		}
	}
}

var inBothLists = map[string][]string{
	"hunter2 hunter2 hunter2":      {"outside"},
	"Tr0ub4dor&3":                  {"outside"},
	"TR0ub4dor&3":                  nil,
	"passwordpassword":             {"inside"},
	"correct horse battery staple": nil,
}

func TestLeakedPasswordsAreRefused(t *testing.T) {
	list := openBlocklist(t, leakedFile)
	if err := list.Check(); err != nil {
		t.Error(err)
	}
	core, err := New(Options{Config: []byte(bothLists), Blocklist: list})
	if err != nil {
		t.Fatal(err)
	}
	checkLists(t, core, inBothLists)

	// A core has its own settings, and so its own list; one list is for any number of cores.
	plain, err := core.Derive(Options{Config: []byte(`{"policy":{"min_length":8}}`)})
	if err != nil {
		t.Fatal(err)
	}
	checkLists(t, plain, map[string][]string{"Tr0ub4dor&3": nil})
	derived, err := plain.Derive(Options{Config: []byte(bothLists), Blocklist: list})
	if err != nil {
		t.Fatal(err)
	}
	checkLists(t, derived, inBothLists)
	settings, err := derived.EffectiveConfig()
	if err != nil || !strings.Contains(settings, `"blocklist":{"hash":"sha1","date":`) {
		t.Errorf("%s, %v", settings, err)
	}
}

func TestADamagedListIsRefused(t *testing.T) {
	sound := func(file []byte) []byte { return file }
	cut := func(file []byte) []byte { return file[:len(file)-1] }
	damaged := func(file []byte) []byte {
		file[20] ^= 1
		return file
	}
	foreign := func([]byte) []byte { return []byte(strings.Repeat("a text as long as a list\n", 40)) }
	for _, c := range []struct {
		name              string
		change            func([]byte) []byte
		checked, attached string
	}{
		{"sound", sound, "", ""},
		// Attaching it does not read it whole.
		{"damaged", damaged, "damaged", ""},
		{"cut", cut, "cut off", "cut off"},
		{"foreign", foreign, "not a blocklist", "not a blocklist"},
	} {
		list := openBlocklist(t, copyOfLeaked(t, c.change))
		_, err := New(Options{Config: []byte(bothLists), Blocklist: list})
		expectBlocklistError(t, c.name+", attached", err, c.attached)
		expectBlocklistError(t, c.name+", checked", list.Check(), c.checked)
	}
}

// expectBlocklistError wants an error with these words; none where there are none.
func expectBlocklistError(t *testing.T, what string, err error, words string) {
	t.Helper()
	var wrong *BlocklistError
	switch {
	case words == "":
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	case !errors.As(err, &wrong) || !errors.Is(err, ErrConfig) || !strings.Contains(wrong.Message, words):
		t.Errorf("%s: %v, want %q", what, err, words)
	}
}

func TestAListThatCannotBeMappedIsAnError(t *testing.T) {
	empty := copyOfLeaked(t, func([]byte) []byte { return nil })
	for _, path := range []string{empty, t.TempDir(), filepath.Join(t.TempDir(), "missing")} {
		list, err := OpenBlocklist(path)
		var wrong *fs.PathError
		if list != nil || !errors.As(err, &wrong) || wrong.Path != path {
			t.Errorf("%s: %v, %v", path, list, err)
		}
	}
	// What was not opened is no list.
	_, err := New(Options{Config: []byte(bothLists), Blocklist: &Blocklist{}})
	expectBlocklistError(t, "the zero value", err, "cut off")
}

func TestAListGoesWithAPolicyThatAsksForOne(t *testing.T) {
	list := openBlocklist(t, leakedFile)
	core := newCore(t, testOnly, 0)
	for config, words := range map[string]string{
		`{"policy":{"min_length":8}}`:                    "policy.blocklist is not set",
		`{"policy":{"blocklist":{"inside":true}}}`:       "policy.blocklist.outside is not true",
		`{"hash":{"max_running":4096},"policy":{"a":0}}`: "",
	} {
		options := Options{Config: []byte(config), Blocklist: list}
		for _, call := range []func(Options) (*Core, error){New, core.Derive} {
			made, err := call(options)
			if made != nil || err == nil {
				t.Errorf("%s: %v, %v", config, made, err)
			}
			if words != "" {
				expectBlocklistError(t, config, err, words)
			}
		}
	}
	for _, call := range []func(Options) (*Core, error){New, core.Derive} {
		made, err := call(Options{Config: []byte(bothLists)})
		var wrong *ConfigError
		if made != nil || !errors.As(err, &wrong) || wrong.Path != "policy.blocklist.outside" || wrong.Offset != math.MaxUint64 {
			t.Errorf("without a list: %v, %v", made, err)
		}
	}
}

// mappings is how often a file is mapped.
func mappings(t *testing.T, path string) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	return strings.Count(string(maps), path)
}

func TestAListStaysMappedForAsLongAsACoreHasIt(t *testing.T) {
	path := copyOfLeaked(t, func(file []byte) []byte { return file })
	core, err := New(Options{Config: []byte(bothLists), Blocklist: openBlocklist(t, path)})
	if err != nil {
		t.Fatal(err)
	}
	derived, err := core.Derive(Options{Config: []byte(bothLists), Blocklist: openBlocklist(t, path)})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if n := mappings(t, path); n != 2 {
		t.Errorf("mapped %d times for two cores", n)
	}
	checkLists(t, core, inBothLists)
	checkLists(t, derived, inBothLists)
	runtime.KeepAlive(core)
	runtime.KeepAlive(derived)

	// First the cores are freed, then the lists unmapped: a round of the collector for each.
	core, derived = nil, nil
	for range 1000 {
		runtime.GC()
		if mappings(t, path) == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Error("a list stays mapped that nobody has")
}
