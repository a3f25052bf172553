package main

import (
	"strconv"
	"strings"

	saltbox "example.invalid/saltbox-example"
)

// texts are one language's words for codes, with {} for the bound. What is
// missing, such as a rule of a later release, is said in the library's English.
type texts struct {
	violations, warnings, weaknesses, suggestions map[int]string
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
			61: "Es gehört zu den häufigen oder den gestohlenen Passwörtern.",
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
		weaknesses: map[int]string{
			1:  "Tasten einer Reihe sind schnell probiert.",
			2:  "Kurze Muster auf der Tastatur sind schnell probiert.",
			3:  "Immer dasselbe Zeichen ist schnell probiert.",
			4:  "Wiederholtes ist kaum besser, als was einmal dasteht.",
			5:  "Folgen von Buchstaben oder Ziffern sind schnell probiert.",
			6:  "Jahreszahlen sind schnell probiert.",
			7:  "Ein Datum ist schnell probiert.",
			8:  "Es ist eines der 10 häufigsten Passwörter.",
			9:  "Es ist eines der 100 häufigsten Passwörter.",
			10: "Es ist ein häufiges Passwort.",
			11: "Es ist einem häufigen Passwort sehr ähnlich.",
			12: "Ein einzelnes Wort ist schnell probiert.",
			13: "Ein Name allein ist schnell probiert.",
			14: "Häufige Namen sind schnell probiert.",
		},
		suggestions: map[int]string{
			1:  "Nehmen Sie mehrere Wörter, die nicht zusammengehören.",
			2:  "Ziffern, Sonderzeichen und Großbuchstaben sind nicht nötig.",
			3:  "Fügen Sie ein oder zwei seltene Wörter hinzu.",
			4:  "Nehmen Sie einen längeren Weg über die Tastatur, mit mehr Wendungen.",
			5:  "Wiederholen Sie keine Wörter oder Zeichen.",
			6:  "Lassen Sie Folgen weg.",
			7:  "Lassen Sie Jahreszahlen aus letzter Zeit weg.",
			8:  "Lassen Sie Jahre weg, die mit Ihnen zu tun haben.",
			9:  "Lassen Sie Daten und Jahre weg, die mit Ihnen zu tun haben.",
			10: "Ein Großbuchstabe am Anfang hilft wenig.",
			11: "Nur Großbuchstaben sind kaum besser als keine.",
			12: "Wörter von hinten sind kaum besser als Wörter.",
			13: "Zeichen für Buchstaben, etwa @ für a, helfen wenig.",
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
	said := answer{
		Accepted: findings.Accepted,
		Messages: []message{},
		Warnings: messagesIn(words.warnings, findings.Warnings),
		Strength: strengthIn(words, findings.Strength),
	}
	for _, violation := range findings.Violations {
		text := violation.Text
		if own, ok := words.violations[violation.Code]; ok {
			text = strings.ReplaceAll(own, "{}", strconv.Itoa(violation.Bound))
		}
		said.Messages = append(said.Messages, message{violation.Code, text})
	}
	return said
}

// strengthIn is nil where there is no estimate: the form then hides its meter.
func strengthIn(words texts, estimate *saltbox.Strength) *strength {
	if estimate == nil {
		return nil
	}
	said := &strength{Score: estimate.Score, Suggestions: messagesIn(words.suggestions, estimate.Suggestions)}
	if estimate.Weakness != nil {
		said.Weakness = &messagesIn(words.weaknesses, []saltbox.Message{*estimate.Weakness})[0]
	}
	return said
}

func messagesIn(words map[int]string, messages []saltbox.Message) []message {
	// Empty is [] in JSON, nil would be null.
	said := []message{}
	for _, each := range messages {
		text := each.Text
		if own, ok := words[each.Code]; ok {
			text = own
		}
		said = append(said, message{each.Code, text})
	}
	return said
}
