"""Says what is wrong with a new password while a form is filled in, in the user's language.

    python3 sign_up_form.py [--blocklist FILE]
    curl -i localhost:8080/form
    curl -i localhost:8080/check -H 'Content-Type: application/json' -H 'Accept-Language: de' \\
        -d '{"login_id":"jane","password":"acme-jane"}'

It helps the user and guards nothing: the client can leave it out, and says
itself who the user is. What makes the account checks once more and hashes.
"""

import argparse
import html
import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from saltbox import Blocklist, Saltbox, SaltboxError, SubjectError, export_policy

# That of the core that makes the account.
CONFIG = {
    "policy": {
        "profile": "nist-63b-4",
        "max_repeated": 3,
        "max_sequence": 4,
        "max_keyboard_walk": 4,
        "context": {"words": ["Acme"], "match": "contained", "least": 4, "reversed": True, "leet": True},
        "blocklist": {"inside": True},
    }
}
# With a list of leaked passwords.
CONFIG_WITH_LIST = {"policy": {**CONFIG["policy"], "blocklist": {"inside": True, "outside": True}}}

# Room for the longest password there may be, escaped, and for what is known of the user.
MOST_BYTES = 64 << 10

# It posts, so that nothing of it stands in a URL, and from there in logs.
PAGE = """<!doctype html>
<title>Sign up</title>
<form method="post" action="/sign-up">
<input name="login_id" autocomplete="username" required>
<input name="email" type="email" autocomplete="email">
<input name="password" type="password" autocomplete="new-password" passwordrules="{}" required>
<button>Sign up</button>
</form>
"""

# Each language's words for codes, with {} for the bound of a rule. What is
# missing, such as a rule of a later release, is said in the library's English.
LANGUAGES = {
    "en": {"rules": {}, "warnings": {}, "weaknesses": {}, "suggestions": {}},
    "de": {
        "rules": {
            1: "Es braucht mindestens {} Zeichen.",
            3: "Es darf höchstens {} Bytes haben.",
            4: "Es enthält etwas, das kein Text ist.",
            30: "Dasselbe Zeichen darf höchstens {}-mal hintereinander stehen.",
            32: "Höchstens {} Zeichen dürfen wie im Alphabet oder beim Zählen aufeinander folgen.",
            33: "Höchstens {} Zeichen dürfen auf der Tastatur nebeneinander liegen.",
            40: "Es darf nichts von dem enthalten, was von Ihnen oder von Acme bekannt ist.",
            61: "Es gehört zu den häufigen oder den gestohlenen Passwörtern.",
        },
        "warnings": {
            1: "Nicht jede Tastatur hat alle diese Zeichen.",
            2: "Manche Zeichen werden nicht überall gleich geschrieben.",
            3: "Besondere Leerzeichen zählen wie gewöhnliche.",
            4: "Manche Zeichen gibt es noch nicht.",
            5: "Manche Zeichen sind nicht zu sehen.",
            6: "Es enthält Steuerzeichen.",
            7: "Leerzeichen am Anfang oder Ende gehen leicht verloren.",
            8: "Emoji werden nicht von allen Tastaturen gleich gesendet.",
            9: "Zeichen anderer Breite: Ist eine Eingabehilfe an?",
            10: "Es ist nichts davon zu sehen.",
        },
        "weaknesses": {
            1: "Tasten einer Reihe sind schnell probiert.",
            2: "Kurze Muster auf der Tastatur sind schnell probiert.",
            3: "Immer dasselbe Zeichen ist schnell probiert.",
            4: "Wiederholtes ist kaum besser, als was einmal dasteht.",
            5: "Folgen von Buchstaben oder Ziffern sind schnell probiert.",
            6: "Jahreszahlen sind schnell probiert.",
            7: "Ein Datum ist schnell probiert.",
            8: "Es ist eines der 10 häufigsten Passwörter.",
            9: "Es ist eines der 100 häufigsten Passwörter.",
            10: "Es ist ein häufiges Passwort.",
            11: "Es ist einem häufigen Passwort sehr ähnlich.",
            12: "Ein einzelnes Wort ist schnell probiert.",
            13: "Ein Name allein ist schnell probiert.",
            14: "Häufige Namen sind schnell probiert.",
        },
        "suggestions": {
            1: "Nehmen Sie mehrere Wörter, die nicht zusammengehören.",
            2: "Ziffern, Sonderzeichen und Großbuchstaben sind nicht nötig.",
            3: "Fügen Sie ein oder zwei seltene Wörter hinzu.",
            4: "Nehmen Sie einen längeren Weg über die Tastatur, mit mehr Wendungen.",
            5: "Wiederholen Sie keine Wörter oder Zeichen.",
            6: "Lassen Sie Folgen weg.",
            7: "Lassen Sie Jahreszahlen aus letzter Zeit weg.",
            8: "Lassen Sie Jahre weg, die mit Ihnen zu tun haben.",
            9: "Lassen Sie Daten und Jahre weg, die mit Ihnen zu tun haben.",
            10: "Ein Großbuchstabe am Anfang hilft wenig.",
            11: "Nur Großbuchstaben sind kaum besser als keine.",
            12: "Wörter von hinten sind kaum besser als Wörter.",
            13: "Zeichen für Buchstaben, etwa @ für a, helfen wenig.",
        },
    },
}


def language_of(accept):
    """The first language of an Accept-Language header that there are words in.

    Browsers list what the user likes best first.
    """
    for tag in accept.split(","):
        language = tag.partition(";")[0].strip().partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return "en"


def messages(found, words):
    """What the form shows of violations, warnings and suggestions."""
    return [
        {
            "code": each["code"],  # for scripts; never changes its meaning
            "text": words.get(each["code"], each["text"]).replace("{}", str(each.get("bound", ""))),
        }
        for each in found
    ]


def meter(strength, words):
    """What the form shows as a bar of four, and what would make it longer."""
    shown = {"score": strength["score"], "suggestions": messages(strength["suggestions"], words["suggestions"])}
    if "weakness" in strength:
        [shown["weakness"]] = messages([strength["weakness"]], words["weaknesses"])
    return shown


def check(core, body, language):
    """What a server answers: the HTTP status, and what is wrong for the form to show."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return 400, {}
    if not isinstance(asked, dict) or not isinstance(asked.get("password"), str):
        return 400, {}
    subject = {name: asked[name] for name in ("login_id", "email", "words") if name in asked}
    try:
        findings = core.check(asked["password"], subject)
    except SubjectError as error:
        return 400, {"error": str(error)}
    except SaltboxError as error:
        print(f"nothing decided: {error}")
        return 500, {}
    words = LANGUAGES[language]
    said = {
        "accepted": not findings,
        "messages": messages(findings, words["rules"]),
        "warnings": messages(findings.warnings, words["warnings"]),
    }
    if findings.strength is not None:
        said["strength"] = meter(findings.strength, words)
    return 200, said


def form(config):
    """The form, with the rules for password managers, which make a fit password at once."""
    # What cannot be said there, /check says.
    rules = export_policy(config, "passwordrules")["settings"]
    return PAGE.format(html.escape(rules)).encode()


class Handler(BaseHTTPRequestHandler):
    """Ends the connection after each answer (HTTP/1.0): what was not read of a body is never taken for a request."""

    timeout = 10

    def do_GET(self):
        if self.path != "/form":
            return self.send_error(404)
        self._answer(200, "text/html; charset=utf-8", self.server.form)

    def do_POST(self):
        if self.path != "/check":
            return self.send_error(404)
        # Another type is what a form of any site can send.
        if self.headers.get_content_type() != "application/json":
            return self.send_error(415)
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            return self.send_error(411)
        if len(length) > 9 or int(length) > MOST_BYTES:
            return self.send_error(413)
        body = self.rfile.read(int(length))
        language = language_of(self.headers.get("Accept-Language", ""))
        status, said = check(self.server.core, body, language)
        self._answer(status, "application/json", json.dumps(said).encode(), language)

    def _answer(self, status, kind, body, language="en"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Language", language)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code, message=None, explain=None):
        """Without the message, in which http.server repeats what the client wrote."""
        self._answer(code, "text/plain", f"{HTTPStatus(code).phrase}\n".encode())

    def log_message(self, format, *arguments):
        """Nothing: the first line of a request is the client's, and may hold a password that went astray."""


def serve(address, blocklist=None):
    """The server, not running yet. Behind what speaks TLS: passwords come here."""
    config = CONFIG if blocklist is None else CONFIG_WITH_LIST
    server = ThreadingHTTPServer(address, Handler)
    server.core = Saltbox(config, blocklist=blocklist)
    server.form = form(config)
    return server


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--blocklist", type=Blocklist, metavar="FILE", help="a list of leaked passwords")
    serve(("localhost", 8080), parser.parse_args().blocklist).serve_forever()
