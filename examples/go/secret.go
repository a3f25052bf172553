package saltbox

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Secret is bytes to use once and then to wipe: a code to send, or what a client
// sent. A string of it cannot be wiped. nil is not given; empty is.
type Secret []byte

// Format prints nothing of it, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, "[secret]") }

// MarshalJSON writes nothing of it: what is logged as JSON goes here.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"[secret]"`), nil }

// UnmarshalJSON reads a string of JSON, where encoding/json would take what is
// not Unicode for U+FFFD: another password. Half of a surrogate pair becomes a
// byte that is not UTF-8, so that a check says so. As always, null changes nothing.
func (s *Secret) UnmarshalJSON(quoted []byte) error {
	if string(quoted) == "null" {
		return nil
	}
	if len(quoted) < 2 || quoted[0] != '"' {
		return errors.New("a secret has to be a string")
	}
	rest := quoted[1 : len(quoted)-1]
	// An escape is never shorter than what it stands for.
	out := make([]byte, 0, len(rest))
	for len(rest) > 0 {
		first := rest[0]
		if first != '\\' {
			out, rest = append(out, first), rest[1:]
			continue
		}
		if r, ok := escaped(rest); !ok {
			out, rest = append(out, short(rest[1])), rest[2:]
		} else if low, ok := escaped(rest[6:]); ok && utf16.DecodeRune(r, low) != unicode.ReplacementChar {
			out, rest = utf8.AppendRune(out, utf16.DecodeRune(r, low)), rest[12:]
		} else if utf16.IsSurrogate(r) {
			out, rest = append(out, 0xff), rest[6:]
		} else {
			out, rest = utf8.AppendRune(out, r), rest[6:]
		}
	}
	clear(*s)
	*s = out
	return nil
}

// escaped is the number of an escape such as \u00e4.
func escaped(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	number, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(number), err == nil
}

// short is what an escape of one letter stands for.
func short(letter byte) byte {
	switch letter {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default: // A quote, or a slash of either kind.
		return letter
	}
}
