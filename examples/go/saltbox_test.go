package saltbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	testOnly = `{"hash":{"create":{"profile":"test-only"}}}`
	scrypt   = `{"hash":{"create":{"scheme":"scrypt","ln":13,"r":8,"p":10}}}`
)

var password = []byte("correct horse battery staple")

func newCore(t *testing.T, config string, threads int) *Core {
	t.Helper()
	core, err := New(Options{Config: []byte(config), Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	return core
}

func hash(t *testing.T, core *Core, password []byte) string {
	t.Helper()
	stored, err := core.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// expect verifies and compares the error. Whatever is not nil must not be accepted either.
func expect(t *testing.T, core *Core, stored string, password []byte, want error) {
	t.Helper()
	verdict, err := core.Verify(t.Context(), stored, password)
	if !errors.Is(err, want) {
		t.Errorf("Verify(%q, %q) = %v, want %v", stored, password, err, want)
	}
	if verdict.Accepted != (err == nil) {
		t.Errorf("Verify(%q, %q): accepted is %v beside %v", stored, password, verdict.Accepted, err)
	}
}

func TestRightAndWrong(t *testing.T) {
	core, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	stored := hash(t, core, password)
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("stored is %q", stored)
	}
	expect(t, core, stored, password, nil)
	expect(t, core, stored, []byte("incorrect horse"), Rejected)
	expect(t, core, "", password, Rejected)
}

func TestEdgesOfPasswords(t *testing.T) {
	core := newCore(t, testOnly, 0)
	stored := hash(t, core, password)
	longest := bytes.Repeat([]byte("a"), 4096)

	for _, c := range []struct {
		name     string
		password []byte
		want     error
	}{
		{"nil", nil, ErrPasswordEmpty},
		{"empty", []byte{}, ErrPasswordEmpty},
		{"not UTF-8", []byte("a\xff"), ErrPasswordNotUTF8},
		{"too long", append(longest, 'a'), ErrPasswordTooLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			made, err := core.Hash(t.Context(), c.password)
			if !errors.Is(err, c.want) || made != "" {
				t.Errorf("Hash = %q, %v, want %v", made, err, c.want)
			}
			// What cannot be set is an ordinary wrong password.
			expect(t, core, stored, c.password, Rejected)
			expect(t, core, "", c.password, Rejected)
		})
	}
	for _, c := range [][2]string{
		{"a\x00b", "a\x00c"},
		{"a\x00b", "a"},
		{"\x00", ""},
		{string(longest), string(longest[1:])},
	} {
		stored := hash(t, core, []byte(c[0]))
		expect(t, core, stored, []byte(c[0]), nil)
		expect(t, core, stored, []byte(c[1]), Rejected)
	}
}

func TestNULAtTheEnd(t *testing.T) {
	plain, withNUL := []byte("password"), []byte("password\x00")

	// scrypt cannot tell them apart, so only the one without can be set.
	core := newCore(t, scrypt, 0)
	if made, err := core.Hash(t.Context(), withNUL); !errors.Is(err, ErrPasswordNul) || made != "" {
		t.Errorf("Hash = %q, %v, want %v", made, err, ErrPasswordNul)
	}
	stored := hash(t, core, plain)
	expect(t, core, stored, plain, nil)
	expect(t, core, stored, withNUL, Rejected)

	// Argon2 can.
	core = newCore(t, testOnly, 0)
	stored = hash(t, core, withNUL)
	expect(t, core, stored, withNUL, nil)
	expect(t, core, stored, plain, Rejected)
}

func TestPreparation(t *testing.T) {
	core := newCore(t, testOnly, 0)
	stored := hash(t, core, []byte("caf\u00e9"))
	expect(t, core, stored, []byte("cafe\u0301"), nil)
	expect(t, core, stored, []byte("cafe"), Rejected)
}

func TestStoredStringsThatCannotBeVerified(t *testing.T) {
	core := newCore(t, testOnly, 0)
	stored := hash(t, core, password)
	for text, want := range map[string]error{
		stored[:len(stored)-2]:         ErrMalformed,
		stored + "\x00":                ErrMalformed,
		stored + "$":                   ErrMalformed,
		"correct horse battery staple": ErrUnsupported,
		"\xff":                         ErrUnsupported,
		"$saltbox$v=2$QQ$QQ":           ErrLaterRelease,
		"$argon2id$v=19$m=4294967295,t=9,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA": ErrLimit,
	} {
		expect(t, core, text, password, want)
		findings, err := core.Identify(text)
		if !errors.Is(err, Rejected) || !strings.Contains(findings, `"problem"`) {
			t.Errorf("Identify(%q) = %s, %v", text, findings, err)
		}
	}
	findings, err := core.Identify(stored)
	if err != nil || !strings.Contains(findings, `"verdict":"verifiable"`) {
		t.Errorf("Identify(%q) = %s, %v", stored, findings, err)
	}
	onlyScrypt := newCore(t, `{"hash":{"create":{"profile":"owasp-scrypt"},"verify":["scrypt"]}}`, 0)
	expect(t, onlyScrypt, stored, nil, ErrNotAllowed)
}

func TestRehashIsAskedForWhatIsWeaker(t *testing.T) {
	weak := hash(t, newCore(t, testOnly, 0), password)
	core := newCore(t, "{}", 0)
	for stored, want := range map[string]Verdict{
		weak:                    {Accepted: true, Rehash: true},
		hash(t, core, password): {Accepted: true},
	} {
		if verdict, err := core.Verify(t.Context(), stored, password); verdict != want || err != nil {
			t.Errorf("Verify(%q) = %v, %v, want %v", stored, verdict, err, want)
		}
	}
}

func TestBatch(t *testing.T) {
	core := newCore(t, `{"hash":{"create":{"profile":"test-only"},"max_running":3}}`, 0)
	stored := hash(t, core, password)
	var attempts []Attempt
	var want []error
	for range 5 {
		attempts = append(attempts,
			Attempt{stored, password},
			Attempt{stored, []byte("wrong")},
			Attempt{"", password},
			Attempt{stored[:20], password},
			Attempt{stored, nil})
		want = append(want, nil, Rejected, Rejected, ErrMalformed, Rejected)
	}
	results, err := core.VerifyBatch(t.Context(), attempts)
	if !errors.Is(err, Rejected) || len(results) != len(want) {
		t.Fatalf("VerifyBatch = %v, %v", results, err)
	}
	for i, result := range results {
		if !errors.Is(result.Err, want[i]) || result.Accepted != (want[i] == nil) {
			t.Errorf("item %d is %+v, want %v", i, result, want[i])
		}
	}

	allRight := []Attempt{{stored, password}, {stored, password}}
	if results, err := core.VerifyBatch(t.Context(), allRight); err != nil || !results[1].Accepted {
		t.Errorf("VerifyBatch = %v, %v", results, err)
	}
	// Nobody at all is not everybody.
	if results, err := core.VerifyBatch(t.Context(), nil); !errors.Is(err, ErrArgument) || results != nil {
		t.Errorf("VerifyBatch of nothing = %v, %v", results, err)
	}
}

func TestContextEndsTheWait(t *testing.T) {
	core := newCore(t, testOnly, 2)
	stored := hash(t, core, password)
	// Both threads are busy.
	if err := core.threads.acquire(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	var waiting sync.WaitGroup
	for range 4 {
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			verdict, err := core.Verify(ctx, stored, password)
			if !errors.Is(err, context.DeadlineExceeded) || verdict.Accepted {
				t.Errorf("Verify = %v, %v", verdict, err)
			}
			results, err := core.VerifyBatch(ctx, []Attempt{{stored, password}, {stored, password}})
			if !errors.Is(err, context.DeadlineExceeded) || results != nil {
				t.Errorf("VerifyBatch = %v, %v", results, err)
			}
		}()
	}
	waiting.Wait()
	core.threads.release(2)
	// Whoever gave up holds nothing.
	expect(t, core, stored, password, nil)
	if _, err := core.VerifyBatch(t.Context(), []Attempt{{stored, password}, {stored, password}}); err != nil {
		t.Error(err)
	}
}

func TestContextThatEndedBefore(t *testing.T) {
	core := newCore(t, testOnly, 0)
	stored := hash(t, core, password)
	cause := errors.New("the client hung up")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	// Often: select would let some of them through.
	for range 100 {
		if verdict, err := core.Verify(ctx, stored, password); !errors.Is(err, cause) || verdict.Accepted {
			t.Fatalf("Verify = %v, %v", verdict, err)
		}
	}
	if made, err := core.Hash(ctx, password); !errors.Is(err, cause) || made != "" {
		t.Errorf("Hash = %q, %v", made, err)
	}
}

func TestConcurrentCallers(t *testing.T) {
	core := newCore(t, `{"hash":{"create":{"profile":"test-only"},"max_running":4}}`, 0)
	var callers sync.WaitGroup
	for caller := range 32 {
		callers.Add(1)
		go func() {
			defer callers.Done()
			mine := fmt.Appendf(nil, "password of caller %d", caller)
			stored, err := core.Hash(t.Context(), mine)
			if err != nil {
				t.Error(err)
				return
			}
			for range 20 {
				expect(t, core, stored, mine, nil)
				expect(t, core, stored, password, Rejected)
				if _, err := core.VerifyBatch(t.Context(), []Attempt{{stored, mine}, {stored, mine}}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	callers.Wait()
}

func TestConfigurationErrorsSayWhere(t *testing.T) {
	core, err := New(Options{Config: []byte(`{"hash":{"craete":{}}}`)})
	var wrong *ConfigError
	if !errors.As(err, &wrong) || !errors.Is(err, ErrConfig) || core != nil {
		t.Fatalf("New = %v, %v", core, err)
	}
	if wrong.Path != "hash.craete" || !strings.Contains(wrong.Message, "create") {
		t.Errorf("error is %+v", wrong)
	}
	// Empty is not absent: no JSON is not valid JSON.
	if core, err := New(Options{Config: []byte{}}); !errors.Is(err, ErrConfig) || core != nil {
		t.Errorf("New = %v, %v", core, err)
	}
}

func TestImport(t *testing.T) {
	core := newCore(t, testOnly, 0)
	// SHA-256 of "salt" and "password".
	stored, err := Import([]byte(`{"vendor":"okta","hash":{"algorithm":"SHA-256","saltOrder":"PREFIX",
		"salt":"c2FsdA==","value":"E2Ab2k6njlWge5iGbSvmvgdE44ZvE8AMgRyrYIoo8yI="}}`))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, core, stored, []byte("password"), nil)
	expect(t, core, stored, password, Rejected)

	for _, refused := range []struct {
		descriptor, path, message string
		status                    Status
	}{
		{`{"vendor":"descope","hash":{"sha":{"type":"sha1","salt":"00",
			"hash":"0000000000000000000000000000000000000000"}}}`, "options.salt_position", "prefix, suffix", ErrImport},
		{`{"vendor":"clerk","hash":{"password_hasher":"awscognito","password_digest":""}}`,
			"hash.password_hasher", "awscognito", ErrUnsupported},
		{"", "", "not valid JSON", ErrImport},
	} {
		stored, err := Import([]byte(refused.descriptor))
		var wrong *ImportError
		if !errors.As(err, &wrong) || !errors.Is(err, refused.status) || stored != "" {
			t.Fatalf("Import = %q, %v", stored, err)
		}
		if wrong.Path != refused.path || !strings.Contains(wrong.Message, refused.message) {
			t.Errorf("error is %+v", wrong)
		}
	}
}

func TestStatuses(t *testing.T) {
	if got := ErrPasswordNotUTF8.Error(); got != "saltbox: SALTBOX_E_PASSWORD_NOT_UTF8" {
		t.Error(got)
	}
	// A number of a later release is not a yes.
	for _, status := range []Status{2, 9, 99, -1, math.MaxInt32} {
		if err := asError(status); err == nil {
			t.Errorf("%d is a yes", status)
		}
	}
	if asError(0) != nil {
		t.Error("0 is not a yes")
	}
}

func TestAnErrorHasItsPlaceWhereThereIsOne(t *testing.T) {
	for want, err := range map[string]error{
		"saltbox: configuration: hash.t: too low": &ConfigError{Path: "hash.t", Message: "too low"},
		"saltbox: subject: not valid JSON":        &SubjectError{Message: "not valid JSON"},
		"saltbox: import: hash.salt: not Base64":  &ImportError{Path: "hash.salt", Message: "not Base64"},
		"saltbox: record: not valid JSON":         &RecordError{Message: "not valid JSON"},
	} {
		if err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
