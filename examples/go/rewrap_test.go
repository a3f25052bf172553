package saltbox

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

const sealing = `{"hash":{"create":{"profile":"test-only"}},"keys":{"create_key_id":2}}`

func rootKey(seed byte) []byte {
	key := bytes.Repeat([]byte{seed}, 32)
	for i := range key {
		key[i] ^= byte(7 * i)
	}
	return key
}

func newSealingCore(t *testing.T, keys map[uint32][]byte) *Core {
	t.Helper()
	core, err := New(Options{Config: []byte(sealing), Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	return core
}

func TestRekeyAndWrap(t *testing.T) {
	plain := newCore(t, testOnly, 0)
	core := newSealingCore(t, map[uint32][]byte{1: rootKey(1), 2: rootKey(2)})
	strong := hash(t, plain, password)
	// MD5 of "password".
	weak := "5f4dcc3b5aa765d61d8327deb882cf99"
	items := []string{strong, weak, "", "!"}

	rekeyed := core.Rekey(items)
	wrapped, err := core.Wrap(t.Context(), items)
	if err != nil {
		t.Fatal(err)
	}
	for _, results := range [][]Rewritten{rekeyed, wrapped} {
		for i, result := range results[:2] {
			if result.Err != nil || !strings.HasPrefix(result.Stored, "$saltbox$v=1,key=2$") {
				t.Errorf("%s: %v", items[i], result)
			}
			if again := core.Rekey([]string{result.Stored}); again[0] != (Rewritten{}) {
				t.Errorf("sealed twice: %v", again)
			}
		}
		for _, result := range results[2:] {
			if !errors.Is(result.Err, ErrUnsupported) || result.Stored != "" {
				t.Errorf("not refused: %v", result)
			}
		}
		expect(t, core, results[0].Stored, password, nil)
		expect(t, core, results[1].Stored, []byte("password"), nil)
		expect(t, core, results[1].Stored, []byte(weak), Rejected)
		expect(t, plain, results[0].Stored, password, ErrKey)
	}
	other := newSealingCore(t, map[uint32][]byte{2: rootKey(3)})
	expect(t, other, wrapped[1].Stored, []byte("password"), ErrSeal)
	if none := core.Rekey(nil); len(none) != 0 {
		t.Errorf("of nothing came %v", none)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	for name, key := range map[string][]byte{"none": nil, "short": make([]byte, 31), "zeros": make([]byte, 32)} {
		if _, err := New(Options{Config: []byte(sealing), Keys: map[uint32][]byte{2: key}}); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{Config: []byte(sealing)}); !errors.Is(err, ErrKey) {
		t.Errorf("made without the key that is named: %v", err)
	}
	core := newSealingCore(t, map[uint32][]byte{2: rootKey(2)})
	derived, err := newCore(t, testOnly, 0).Derive(Options{Config: []byte(sealing), Keys: map[uint32][]byte{2: rootKey(2)}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, derived, hash(t, core, password), password, nil)
}
