package main

import (
	"strconv"
	"strings"

	saltbox "example.invalid/saltbox-example"
)

// texts are one language's words for codes, with {} for the bound. What is
// missing, such as a rule of a later release, is said in the library's English.
type texts struct {
	violations, warnings map[int]string
}

var languages = map[string]texts{
	"en": {},
	"de": {
		violations: map[int]string{
			1:  "Es braucht mindestens {} Zeichen.",
			3:  "Es darf höchstens {} Bytes haben.",
			4:  "Es enthält etwas, das kein Text ist.",
			30: "Dasselbe Zeichen darf höchstens {}-mal hintereinander stehen.",
			32: "Höchstens {} Zeichen dürfen wie im Alphabet oder beim Zählen aufeinander folgen.",
			33: "Höchstens {} Zeichen dürfen auf der Tastatur nebeneinander liegen.",
			40: "Es darf nichts von dem enthalten, was von Ihnen oder von Acme bekannt ist.",
		},
		warnings: map[int]string{
			1:  "Nicht jede Tastatur hat alle diese Zeichen.",
			2:  "Manche Zeichen werden nicht überall gleich geschrieben.",
			3:  "Besondere Leerzeichen zählen wie gewöhnliche.",
			4:  "Manche Zeichen gibt es noch nicht.",
			5:  "Manche Zeichen sind nicht zu sehen.",
			6:  "Es enthält Steuerzeichen.",
			7:  "Leerzeichen am Anfang oder Ende gehen leicht verloren.",
			8:  "Emoji werden nicht von allen Tastaturen gleich gesendet.",
			9:  "Zeichen anderer Breite: Ist eine Eingabehilfe an?",
			10: "Es ist nichts davon zu sehen.",
		},
	},
}

// languageOf is the first language of an Accept-Language header that there are
// words in. Browsers list what the user likes best first.
func languageOf(accept string) string {
	for tag := range strings.SplitSeq(accept, ",") {
		tag, _, _ = strings.Cut(tag, ";")
		tag, _, _ = strings.Cut(strings.TrimSpace(tag), "-")
		tag = strings.ToLower(tag)
		if _, ok := languages[tag]; ok {
			return tag
		}
	}
	return "en"
}

func answerIn(language string, findings saltbox.Findings) answer {
	words := languages[language]
	// Empty is [] in JSON, nil would be null.
	said := answer{Accepted: findings.Accepted, Messages: []message{}, Warnings: []message{}}
	for _, violation := range findings.Violations {
		text := violation.Text
		if own, ok := words.violations[violation.Code]; ok {
			text = strings.ReplaceAll(own, "{}", strconv.Itoa(violation.Bound))
		}
		said.Messages = append(said.Messages, message{violation.Code, text})
	}
	for _, warning := range findings.Warnings {
		text := warning.Text
		if own, ok := words.warnings[warning.Code]; ok {
			text = own
		}
		said.Warnings = append(said.Warnings, message{warning.Code, text})
	}
	return said
}
