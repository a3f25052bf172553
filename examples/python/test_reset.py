import contextlib
import io
import pathlib
import re
import threading
import unittest
from unittest import mock

import reset
import saltbox as binding
from reset import ADA, PASSWORD, WAYS, Host
from saltbox import (
    AnswerRule,
    Channel,
    Client,
    Codes,
    CodesError,
    Decision,
    Effect,
    OtherSubject,
    RecordError,
    RequestError,
    Saltbox,
    SaltboxError,
    StoredStringError,
    SubjectError,
    Way,
)

CONFIG = {"hash": {"create": {"profile": "test-only"}}, "keys": {"create_key_id": 1}}
KEY = bytes(7 * i % 256 for i in range(32))
NOW = 1_800_000_000
ROOT = pathlib.Path(__file__).resolve().parents[2]
LOOKUP = "a" * 24
LINK = LOOKUP + "." + "b" * 32


@contextlib.contextmanager
def balanced():
    """The secrets that are made and freed meanwhile."""
    lib = binding._library()
    made, freed = [], []
    with contextlib.ExitStack() as stack:
        for name, counts in (("saltbox_secrets_new", made), ("saltbox_secrets_free", freed)):
            function = getattr(lib, name)

            def counted(handle, function=function, counts=counts):
                counts.append(function)
                return function(handle)

            stack.enter_context(mock.patch.object(lib, name, counted))
        yield made, freed


class ResetTest(unittest.TestCase):
    def setUp(self):
        self.core = Saltbox(CONFIG, {1: KEY})
        imported = self.core.admin_import(None, ADA, None, now=NOW)
        self.assertEqual((imported.decision, imported.client), (Decision.IMPORTED, Client.DONE))
        self.record = imported.record

    def test_each_way_resets_once(self):
        for name, (way, channel, codes_of) in WAYS.items():
            with self.subTest(name):
                issued = self.core.request_reset(self.record, ADA, way, channel, now=NOW)
                self.assertTrue(issued)
                self.assertEqual((issued.client, issued.effects), (Client.SENT, Effect.SEND_CODE))
                self.assertGreaterEqual(issued.lifetime_s, 60)
                codes = codes_of(issued.code, issued.lookup)
                self.assertEqual(self.core.reset_lookup(codes), issued.lookup)

                refused = self.core.reset(issued.record, ADA, codes, "mvqtz", now=NOW)
                self.assertFalse(refused)
                self.assertEqual(refused.decision, Decision.PASSWORD_REFUSED)
                self.assertEqual([violation["code"] for violation in refused.findings], [1])
                # To be swapped all the same: nothing is told of a code without that.
                self.assertNotIn(refused.record, (None, issued.record))

                done = self.core.reset(issued.record, ADA, codes, PASSWORD, now=NOW)
                self.assertTrue(done)
                self.assertEqual(done.effects, Effect.REVOKE_SESSIONS | Effect.NOTIFY_PASSWORD_CHANGED)
                self.assertEqual((done.findings, done.client), ([], Client.DONE))
                silent = self.core.reset(issued.record, ADA, codes, PASSWORD, {"suppress_mail": True}, NOW)
                # The configuration does not allow that, so the user is told all the same.
                self.assertEqual(silent.effects, done.effects)
                self.assertEqual(silent.said["ignored"], ["suppress_mail"])

                again = self.core.reset(done.record, ADA, codes, PASSWORD, now=NOW)
                self.assertFalse(again)
                self.assertEqual((again.decision, again.client), (Decision.SPENT_CODE, Client.USED_CODE))
                nobody = self.core.reset(None, None, codes, PASSWORD, now=NOW)
                self.assertFalse(nobody)
                self.assertEqual((nobody.decision, nobody.client), (Decision.NO_ACCOUNT, Client.INVALID_CODE))

    def test_a_reset_signs_in_where_that_is_set_and_there_is_no_other_factor(self):
        signing_in = Saltbox({**CONFIG, "account": {"reset_signs_in": True}}, {1: KEY})
        for core, known, signs_in in (
            (self.core, {"mfa_enrolled": False}, False),
            (signing_in, {}, False),
            (signing_in, {"mfa_enrolled": True}, False),
            (signing_in, {"mfa_enrolled": False}, True),
        ):
            issued = core.request_reset(self.record, ADA, Way.EMAIL_LINK, Channel.EMAIL, now=NOW)
            codes = Codes(email_auth_code=issued.code)
            done = core.reset(issued.record, {**ADA, **known}, codes, PASSWORD, now=NOW)
            self.assertIn(Effect.REVOKE_SESSIONS, done.effects)
            self.assertEqual(Effect.NEW_SESSION in done.effects, signs_in)

    def test_a_client_is_told_the_same_whoever_it_asks_for(self):
        ask = (Way.ONE_TIME_CODE, Channel.EMAIL)
        issued = self.core.request_reset(self.record, ADA, *ask, now=NOW)
        for decision, record, subject, wait in (
            (Decision.TOO_SOON, issued.record, ADA, 59),
            (Decision.NO_ACCOUNT, None, None, 0),
            (Decision.ADDRESS_UNVERIFIED, self.record, {**ADA, "email_verified": False}, 0),
            (Decision.NO_ADDRESS, self.record, {"id": "u-1", "realm": "example"}, 0),
        ):
            with self.subTest(decision):
                refused = self.core.request_reset(record, subject, *ask, now=NOW + 1)
                self.assertFalse(refused)
                self.assertEqual((refused.decision, refused.client), (decision, issued.client))
                self.assertEqual((refused.code, refused.retry_after_s, refused.effects), (None, wait, Effect(0)))
                self.assertEqual(len(refused.lookup), len(issued.lookup))

    def test_an_address_is_verified_by_its_code(self):
        new = {**ADA, "email_verified": False}
        issued = self.core.request_verification(self.record, new, Way.EMAIL_LINK, Channel.EMAIL, now=NOW)
        codes = Codes(email_auth_code=issued.code)
        for decision, subject, now in (
            (Decision.EXPIRED_CODE, new, NOW + 86_400),
            (Decision.ADDRESS_CHANGED, {**new, "email": "else@example.com"}, NOW),
        ):
            self.assertEqual(self.core.verify_address(issued.record, subject, codes, now=now).decision, decision)
        verified = self.core.verify_address(issued.record, new, codes, now=NOW)
        self.assertTrue(verified)
        self.assertEqual(verified.effects, Effect.ADDRESS_VERIFIED)

    def test_codes_are_of_exactly_one_way(self):
        for codes, name, offset in (
            (Codes(), "NO_CODE", None),
            (Codes(LINK, password_reset_code=LINK), "TWO_WAYS", None),
            (Codes(LINK, password_reset_code=""), "TWO_WAYS", None),
            (Codes(request_code=LOOKUP), "HALF_OF_A_PAIR", None),
            (Codes(verification_code="123456"), "HALF_OF_A_PAIR", None),
            (Codes(email_auth_code=""), "EMPTY_CODE", None),
            (Codes(request_code=LOOKUP, verification_code=b""), "EMPTY_CODE", None),
            (Codes(email_auth_code=LOOKUP), "MALFORMED_CODE", 24),
        ):
            for call in (
                lambda codes: self.core.reset_lookup(codes),
                lambda codes: self.core.reset(None, None, codes, PASSWORD),
                lambda codes: self.core.verify_address(None, None, codes),
            ):
                with self.subTest(name), balanced() as (made, freed), self.assertRaises(CodesError) as raised:
                    call(codes)
                self.assertEqual((raised.exception.name, raised.exception.offset), (f"SALTBOX_E_{name}", offset))
                self.assertEqual((len(made), len(freed)), (1, 1))
        with balanced() as (made, freed), self.assertRaises(TypeError):
            self.core.reset_lookup(Codes(email_auth_code=7))
        self.assertEqual((len(made), len(freed)), (1, 1))

    def test_no_code_is_printed(self):
        issued = self.core.request_reset(self.record, ADA, Way.EMAIL_LINK, Channel.EMAIL, now=NOW)
        codes = Codes(email_auth_code=issued.code)
        for text in (repr(issued), str(issued), repr(codes), str(codes), repr(issued.said), issued.record):
            self.assertNotIn(issued.code.decode(), text)
            self.assertNotIn(issued.code.decode()[-32:], text)
        self.assertEqual(issued.said["verdict"], "code_issued")

    def test_what_is_wrong_has_its_place(self):
        ask = (Way.EMAIL_LINK, Channel.EMAIL)
        for record, subject, request, error, path in (
            ('{"v":1,"id":7}', ADA, None, RecordError, "id"),
            ('{"v":2}', ADA, None, RecordError, "v"),
            (self.record, {**ADA, "words": [7]}, None, SubjectError, "words[0]"),
            (self.record, None, None, SubjectError, "id"),
            (self.record, ADA, {"suppress_mail": 1}, RequestError, "suppress_mail"),
        ):
            with self.assertRaises(error) as raised:
                self.core.request_reset(record, subject, *ask, request, NOW)
            self.assertEqual(raised.exception.path, path)
        with self.assertRaises(OtherSubject):
            self.core.request_reset(self.record, {**ADA, "id": "u-2"}, *ask, now=NOW)
        with self.assertRaises(StoredStringError):
            self.core.admin_import(self.record, ADA, "$saltbox$v=2$", now=NOW)
        for wrong in (
            lambda: self.core.request_reset(None, None, 4, Channel.EMAIL),
            lambda: self.core.request_reset(None, None, Way.EMAIL_LINK, 0),
            lambda: self.core.request_reset(None, None, *ask, now=-1),
        ):
            self.assertRaises(ValueError, wrong)
        with self.assertRaises(SaltboxError) as raised:
            Saltbox().request_reset(None, None, *ask)
        self.assertEqual(raised.exception.name, "SALTBOX_E_KEY")

    def test_a_crowd_redeems_a_code_once(self):
        for way, channel, codes_of in WAYS.values():
            with contextlib.redirect_stdout(io.StringIO()):
                host = Host(self.core)
                host.make_account()
                host.request(ADA["id"], way, channel)
                codes = codes_of(*host.mail)
                outcomes = []
                threads = [
                    threading.Thread(target=lambda: outcomes.append(host.redeem(codes, PASSWORD))) for _ in range(8)
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            self.assertEqual(len(outcomes), 8)
            self.assertEqual([outcome.decision for outcome in outcomes if outcome], [Decision.PASSWORD_RESET])

    def test_the_story(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            reset.main()
        self.assertEqual(said.getvalue().count("used code"), 2 * len(WAYS))
        self.assertEqual(said.getvalue().count("wrong answers"), 2)


class NumbersTest(unittest.TestCase):
    """Against the header, which is made of the library's tables."""

    def test_every_number_has_the_name_of_the_header(self):
        header = (ROOT / "include/saltbox.h").read_text()
        for kind, names in (
            ("WAY", Way),
            ("CHANNEL", Channel),
            ("VERDICT", Decision),
            ("CLIENT", Client),
            ("EFFECT", Effect),
            ("ANSWER", AnswerRule),
        ):
            defined = re.findall(rf"#define SALTBOX_{kind}_(\w+) (\d+)", header)
            self.assertEqual({name: int(number) for name, number in defined}, {each.name: each.value for each in names})


if __name__ == "__main__":
    unittest.main()
