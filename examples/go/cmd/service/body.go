package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	saltbox "example.invalid/saltbox-example"
)

// mostBytes is room for two passwords of the greatest length, escaped.
const mostBytes = 64 << 10

// object is an object of JSON that a client sent. A member that is null is none,
// and one that nobody asks for may be anything. What is wrong is noted as the
// members are read, and said by check. encoding/json would read structs as well,
// but takes "LOGINID" for a loginId, says nothing of what is missing, and makes
// U+FFFD of what is not Unicode: two passwords would be one.
type object struct {
	path    string // before the names of members, such as "user."
	members map[string]json.RawMessage
	notes   *notes
}

// notes are shared by an object and those inside.
type notes struct {
	wrong *fault
	// Everything that may hold a secret.
	wipe [][]byte
}

// readObject reads the body of a request. Wipe it, also beside an error.
func readObject(w http.ResponseWriter, r *http.Request) (object, error) {
	// Never grows, which would leave copies behind; what net/http has read ahead is not ours to wipe.
	room := make([]byte, mostBytes+1)
	o := object{notes: &notes{wipe: [][]byte{room}}}
	length, err := io.ReadFull(http.MaxBytesReader(w, r.Body, mostBytes), room)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return o, bodyTooLarge
	}
	if text := room[:length]; !utf8.Valid(text) || !o.read(text) {
		return o, malformed
	}
	return o, nil
}

// read takes the members of a text, if that is an object.
func (o *object) read(text []byte) bool {
	if json.Unmarshal(text, &o.members) != nil {
		return false
	}
	for _, member := range o.members {
		o.notes.wipe = append(o.notes.wipe, member)
	}
	return o.members != nil
}

// wipe is for when nothing of the body is needed any more.
func (o object) wipe() {
	for _, bytes := range o.notes.wipe {
		clear(bytes)
	}
}

// check is the first thing that was wrong.
func (o object) check() error {
	if o.notes.wrong == nil {
		return nil
	}
	return o.notes.wrong
}

func (o object) note(wrong *fault) {
	if o.notes.wrong == nil {
		o.notes.wrong = wrong
	}
}

// refuse says what a member has to be.
func (o object) refuse(name, need string) {
	o.note(invalid.with(o.path + name + ": " + need))
}

// member is nil where it is not given.
func (o object) member(name string) json.RawMessage {
	if raw := o.members[name]; string(raw) != "null" {
		return raw
	}
	return nil
}

func (o object) needed(name string) json.RawMessage {
	raw := o.member(name)
	if raw == nil {
		o.note(missing.with(o.path + name + " is missing"))
	}
	return raw
}

// decoded is what a string of JSON stands for. nothing is not one.
func (o object) decoded(raw json.RawMessage) (decoded saltbox.Secret, isString bool) {
	if raw == nil || decoded.UnmarshalJSON(raw) != nil {
		return nil, false
	}
	o.notes.wipe = append(o.notes.wipe, decoded)
	// The body is UTF-8, so that there is half of a surrogate pair in it.
	if !utf8.Valid(decoded) {
		o.note(malformed)
	}
	return decoded, true
}

func (o object) stringOf(name string, raw json.RawMessage) saltbox.Secret {
	decoded, isString := o.decoded(raw)
	if raw != nil && !isString {
		o.refuse(name, "a string is needed")
	}
	return decoded
}

// secret is nil where it is not given; empty is given.
func (o object) secret(name string) saltbox.Secret { return o.stringOf(name, o.member(name)) }

func (o object) neededSecret(name string) saltbox.Secret { return o.stringOf(name, o.needed(name)) }

func (o object) text(name string) string { return string(o.secret(name)) }

// neededText is missing where it is empty, too.
func (o object) neededText(name string) string {
	text := string(o.neededSecret(name))
	if text == "" {
		o.note(missing.with(o.path + name + " is missing"))
	}
	return text
}

func (o object) flag(name string) bool {
	raw := o.member(name)
	isTrue := string(raw) == "true"
	if raw != nil && !isTrue && string(raw) != "false" {
		o.refuse(name, "a boolean is needed")
	}
	return isTrue
}

// object has no members where it is not given.
func (o object) object(name string) object {
	in := object{path: o.path + name + ".", notes: o.notes}
	if raw := o.member(name); raw != nil && !in.read(raw) {
		o.refuse(name, "an object is needed")
	}
	return in
}

// rawObject is for others to read; nil where it is not given.
func (o object) rawObject(name string) json.RawMessage {
	o.object(name)
	return o.member(name)
}

// refuseUnserved is for what would promise a client more than is done. A client
// that leaves it empty does not ask for it.
func (o object) refuseUnserved(names ...string) {
	for _, name := range names {
		var value any
		// The body is JSON, and so is a member; of what is not there nothing is decoded.
		json.Unmarshal(o.member(name), &value)
		if members, isObject := value.(map[string]any); isObject && len(members) == 0 {
			value = nil
		}
		if value != nil && value != false && value != "" {
			o.refuse(name, "is not served here")
		}
	}
}

// answers are a list of objects with an id and an answer.
func (o object) answers() saltbox.Answers {
	const name, need = "answers", "a list of id and answer is needed"
	raw, answers := o.needed(name), saltbox.Answers{}
	if raw == nil {
		return nil
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		o.refuse(name, need)
	}
	for _, item := range items {
		o.notes.wipe = append(o.notes.wipe, item)
		in := object{notes: o.notes}
		isObject := in.read(item)
		id, hasID := in.decoded(in.member("id"))
		answer, hasAnswer := in.decoded(in.member("answer"))
		if !isObject || !hasID || !hasAnswer {
			o.refuse(name, need)
		}
		if _, isSecond := answers[string(id)]; isSecond {
			// The core would say so of a list; a map has no room for it.
			o.note(faultOf(saltbox.ErrAnswers))
		}
		answers[string(id)] = answer
	}
	return answers
}
