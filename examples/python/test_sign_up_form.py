import contextlib
import html
import http.client
import io
import json
import pathlib
import socket
import threading
import unittest

from saltbox import Blocklist, Saltbox, SaltboxError
from sign_up_form import CONFIG, LANGUAGES, MOST_BYTES, form, language_of, serve

JANE = {"login_id": "jane", "email": "jane.doe@example.com", "words": ["Doe"]}
JSON = {"Content-Type": "application/json"}
STRONG = {"score": 4, "suggestions": []}
LEAKED = pathlib.Path(__file__).resolve().parents[2] / "tests/lists/leaked.blocklist"


class SignUpFormTest(unittest.TestCase):
    def setUp(self):
        self.server = serve(("localhost", 0))
        self.addCleanup(self.server.server_close)
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)

    def request(self, method, path, body=None, headers=JSON):
        """The status, the headers and what was answered."""
        connection = http.client.HTTPConnection(*self.server.server_address[:2])
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()

    def check(self, password, language="de"):
        body = json.dumps({**JANE, "password": password})
        status, headers, text = self.request("POST", "/check", body, {**JSON, "Accept-Language": language})
        self.assertEqual((status, headers["Cache-Control"]), (200, "no-store"))
        return json.loads(text)

    def test_what_is_wrong_is_said_in_the_users_language(self):
        self.assertEqual(
            self.check("correct horse battery staple"),
            {"accepted": True, "messages": [], "warnings": [], "strength": STRONG},
        )
        german = [
            {"code": 1, "text": "Es braucht mindestens 15 Zeichen."},
            {"code": 40, "text": "Es darf nichts von dem enthalten, was von Ihnen oder von Acme bekannt ist."},
        ]
        english = [
            {"code": 1, "text": "has to have at least 15 characters"},
            {"code": 40, "text": "must not be made of what is known of you or of this service"},
        ]
        languages = {"de-AT, en;q=0.5": german, "fr, *;q=0.1": english, "": english, "en, de": english}
        for language, said in languages.items():
            with self.subTest(language):
                expected = {"accepted": False, "messages": said, "warnings": []}
                answer = self.check("acme-jane", language)
                suggestion = "Fügen Sie ein" if said is german else "Add one"
                self.assertTrue(answer["strength"]["suggestions"][0]["text"].startswith(suggestion))
                self.assertEqual(answer.pop("strength")["score"], 2)
                self.assertEqual(answer, expected)
        warned = self.check("bättery staple and horse ")
        self.assertTrue(warned["accepted"])
        self.assertEqual(
            warned["warnings"],
            [
                {"code": 1, "text": "Nicht jede Tastatur hat alle diese Zeichen."},
                {"code": 7, "text": "Leerzeichen am Anfang oder Ende gehen leicht verloren."},
            ],
        )

    def test_a_common_password_is_refused_and_weak(self):
        self.assertEqual(
            self.check("passwordpassword"),
            {
                "accepted": False,
                "messages": [{"code": 61, "text": "Es gehört zu den häufigen oder den gestohlenen Passwörtern."}],
                "warnings": [],
                "strength": {
                    "score": 0,
                    "weakness": {"code": 4, "text": "Wiederholtes ist kaum besser, als was einmal dasteht."},
                    "suggestions": [
                        {"code": 3, "text": "Fügen Sie ein oder zwei seltene Wörter hinzu."},
                        {"code": 5, "text": "Wiederholen Sie keine Wörter oder Zeichen."},
                    ],
                },
            },
        )

    def test_a_list_that_is_given_is_looked_into(self):
        self.assertTrue(self.check("hunter2 hunter2 hunter2")["accepted"])
        with serve(("localhost", 0), Blocklist(LEAKED)) as server:
            self.server.core = server.core
        self.assertEqual([message["code"] for message in self.check("hunter2 hunter2 hunter2")["messages"]], [61])

    def test_half_of_a_surrogate_pair_is_no_text(self):
        answer = self.check("correct horse battery \ud83d")
        self.assertEqual([message["code"] for message in answer["messages"]], [4])
        self.assertNotIn("strength", answer)

    def test_the_longest_password_fits_as_it_is_escaped(self):
        for length, codes in ((4096, [30]), (4097, [3])):
            body = '{"password":"' + "\\u0041" * length + '"}'
            status, _, text = self.request("POST", "/check", body)
            self.assertEqual(status, 200)
            self.assertEqual([message["code"] for message in json.loads(text)["messages"]], codes)

    def test_what_cannot_be_read_is_refused_and_not_repeated(self):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            for body in (
                "",
                '{"password":"hunter2"',
                '{"password":null}',
                '{"password":["hunter2"]}',
                '{"login_id":"hunter2"}',
                '{"password":"hunter2","email":{}}',
                json.dumps({"password": "hunter2", "words": [""] * 129}),
                json.dumps({"password": "hunter2", "login_id": "\ud83d"}),
                '"hunter2"',
                b'{"password":"hunter2\xff"}',
                "[" * 10_000,
                "9" * 10_000,
            ):
                with self.subTest(body[:40]):
                    status, _, text = self.request("POST", "/check", body)
                    self.assertEqual(status, 400)
                    self.assertNotIn("hunter2", text)
            for path, headers, expected in (
                ("/check", {"Content-Type": "text/plain"}, 415),
                ("/check", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
                ("/check?password=hunter2", JSON, 404),
            ):
                status, _, text = self.request("POST", path, '{"password":"hunter2"}', headers)
                self.assertEqual(status, expected)
                self.assertNotIn("hunter2", text)
            status, _, text = self.request("GET", "/check?password=hunter2")
            self.assertEqual(status, 404)
            self.assertNotIn("hunter2", text)
        self.assertEqual(printed.getvalue(), "")

    def raw(self, request):
        """All that is answered to these bytes."""
        with socket.create_connection(self.server.server_address[:2]) as connection:
            connection.sendall(request)
            with connection.makefile("rb") as answer:
                return answer.read()

    def test_a_body_has_a_length_that_is_bounded(self):
        for length, status in (
            (None, 411),
            ("-1", 411),
            ("\u00b2", 411),
            (str(MOST_BYTES + 1), 413),
            ("9" * 5000, 413),
        ):
            head = b"POST /check HTTP/1.1\r\nContent-Type: application/json\r\n"
            if length is not None:
                head += b"Content-Length: " + length.encode("latin-1") + b"\r\n"
            with self.subTest(length=length):
                self.assertTrue(self.raw(head + b"\r\n").startswith(f"HTTP/1.0 {status} ".encode()))

    def test_what_is_no_request_is_not_repeated(self):
        printed = io.StringIO()
        with contextlib.redirect_stderr(printed):
            answer = self.raw(b'{"password": "hunter2"} and more words\r\n\r\n')
        self.assertIn(b"Bad Request", answer)
        self.assertNotIn(b"hunter2", answer)
        self.assertEqual(printed.getvalue(), "")

    def test_the_form_tells_password_managers_the_rules(self):
        status, _, text = self.request("GET", "/form")
        self.assertEqual(status, 200)
        for part in (
            'passwordrules="minlength: 15; max-consecutive: 3; allowed: unicode;"',
            'autocomplete="new-password"',
            'method="post"',
        ):
            self.assertIn(part, text)
        # Rules may hold whatever an attribute may not.
        quoted = form({"policy": {"min_length": 9, "allowed": "<\"'&>{}abc"}}).decode()
        rules = quoted.partition('passwordrules="')[2].partition('"')[0]
        self.assertEqual(html.unescape(rules), "minlength: 9; allowed: [\"&'<>abc{}];")

    def test_nothing_is_left_in_english(self):
        core = Saltbox(CONFIG)
        candidates = ("acme", b"\xff", 4097 * "a", "aaaa", "abcde", "qwert")
        broken = {violation["code"] for candidate in candidates for violation in core.check(candidate)}
        words = LANGUAGES["de"]
        self.assertEqual(broken, set(words["rules"]))
        for kind, count in (("warnings", 10), ("weaknesses", 14), ("suggestions", 13)):
            self.assertEqual(set(words[kind]), set(range(1, count + 1)))

    def test_a_fault_is_no_answer(self):
        class Broken:
            def check(self, password, subject):
                raise SaltboxError(90)

        self.server.core = Broken()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            status, _, text = self.request("POST", "/check", '{"password":"hunter2"}')
        self.assertEqual((status, text), (500, "{}"))
        self.assertEqual(printed.getvalue(), "nothing decided: SALTBOX_E_INTERNAL\n")

    def test_languages(self):
        for accept, language in (("DE", "de"), ("fr-CH, fr;q=0.9, de;q=0.8", "de"), ("x" * 9, "en"), (",;-", "en")):
            self.assertEqual(language_of(accept), language)


if __name__ == "__main__":
    unittest.main()
