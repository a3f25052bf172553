package saltbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestASecretIsTheStringThatJSONSays(t *testing.T) {
	for _, text := range []string{"", "plain", "ä\u20ac\U0001f600", "\"\\/\b\f\n\r\t\x00\x1f", "\\u0041", "<>&\u2028"} {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, quoted := range []string{string(quoted), escapedWhole(text)} {
			var got Secret
			if err := json.Unmarshal([]byte(quoted), &got); err != nil || string(got) != text {
				t.Errorf("%s is %q, %v", quoted, []byte(got), err)
			}
		}
	}
	for quoted, want := range map[string]string{
		`"\/"`:                 "/",
		`"\ud83d"`:             "\xff",
		`"\ude00\ud83d"`:       "\xff\xff",
		`"\ud83dx"`:            "\xffx",
		`"\ud83d\u0041"`:       "\xffA",
		`"\ud83d\ud83d\ude00"`: "\xff\U0001f600",
		`"\ufffd"`:             "\ufffd",
		"\"\xff\"":             "\xff",
	} {
		var got Secret
		if err := json.Unmarshal([]byte(quoted), &got); err != nil || string(got) != want {
			t.Errorf("%s is %q, %v, want %q", quoted, []byte(got), err, want)
		}
	}
}

// escapedWhole is a string of JSON in which everything is escaped by number.
func escapedWhole(text string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&out, `\u%04X`, unit)
	}
	out.WriteByte('"')
	return out.String()
}

func TestASecretThatWasNotGivenIsNotAnEmptyOne(t *testing.T) {
	var sent Codes
	if err := json.Unmarshal([]byte(`{"requestCode":"","verificationCode":null}`), &sent); err != nil {
		t.Fatal(err)
	}
	if sent.RequestCode == nil || len(sent.RequestCode) != 0 || sent.VerificationCode != nil || sent.EmailAuthCode != nil {
		t.Errorf("%#v", [][]byte{sent.RequestCode, sent.VerificationCode, sent.EmailAuthCode})
	}
	for _, other := range []string{`7`, `{}`, `["1"]`, `true`} {
		var got Secret
		if err := json.Unmarshal([]byte(other), &got); err == nil || got != nil {
			t.Errorf("%s is taken", other)
		}
	}
}
