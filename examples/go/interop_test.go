package saltbox

import (
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

// Strings that libargon2 made, from a table with their sources.
func TestVerifiesWhatLibargon2Made(t *testing.T) {
	table, err := os.ReadFile("../../tests/support/libargon2.tsv")
	if err != nil {
		t.Fatal(err)
	}
	core := newCore(t, testOnly, 0)
	rows := 0
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		password, err := hex.DecodeString(columns[0])
		if err != nil || len(columns) != 3 {
			t.Fatalf("not a row: %q", line)
		}
		rows++
		expect(t, core, columns[1], password, nil)
		expect(t, core, columns[1], append(password, 0), Rejected)
	}
	if rows < 10 {
		t.Errorf("only %d rows", rows)
	}
}
