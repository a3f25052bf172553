import asyncio
import contextlib
import gc
import io
import json
import pathlib
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import saltbox as binding
from async_sign_in import AsyncSaltbox, sign_in
from saltbox import (
    Accepted,
    Blocklist,
    BlocklistError,
    Budget,
    Busy,
    CalibrationError,
    ConfigError,
    DescriptorError,
    Findings,
    PasswordError,
    Rejected,
    Saltbox,
    SaltboxError,
    StoredStringError,
    SubjectError,
    _error,
    calibrate,
    export_policy,
    import_descriptor,
    import_policy,
    lint,
)

TEST_ONLY = {"hash": {"create": {"profile": "test-only"}}}
SCRYPT = {"hash": {"create": {"scheme": "scrypt", "ln": 13, "r": 8, "p": 10}}}
# One slot, and nobody waits for it.
FULL_AT_ONCE = {"hash": {"max_running": 1, "queue_ms": 0}}
PASSWORD = "correct horse battery staple"
ROOT = pathlib.Path(__file__).resolve().parents[2]
LEAKED = ROOT / "tests/lists/leaked.blocklist"
BOTH_LISTS = {"policy": {"min_length": 8, "blocklist": {"inside": True, "outside": True}}}
# What each list has, and what none has.
IN_LISTS = {
    "hunter2 hunter2 hunter2": ["outside"],
    "Tr0ub4dor&3": ["outside"],
    "TR0ub4dor&3": None,
    "passwordpassword": ["inside"],
    PASSWORD: None,
}


def told_busy(saltbox, call):
    """The error of ``call`` while somebody else has the only slot; again where it came too late."""
    for _ in range(100):
        # A batch keeps its slot until all of it is done.
        holder = threading.Thread(target=saltbox.verify_batch, args=([(None, PASSWORD)] * 5,))
        holder.start()
        while saltbox.stats()["running"] == 0 and holder.is_alive():
            time.sleep(0.001)
        try:
            call()
        except Busy as error:
            return error
        finally:
            holder.join()
    raise AssertionError("nobody was told that the house is full")


@contextlib.contextmanager
def frees_counted():
    """How many outcomes and configurations are freed meanwhile; NULL is none."""
    lib = binding._library()
    freed = {}

    def counted(name):
        function = getattr(lib, name)
        freed[name] = 0

        def free(handle):
            freed[name] += bool(handle)
            function(handle)

        return mock.patch.object(lib, name, free)

    with counted("saltbox_outcome_free"), counted("saltbox_config_free"):
        yield freed


def root_key(seed):
    return bytes(seed ^ (7 * i % 256) for i in range(32))


class KeysTest(unittest.TestCase):
    CONFIG = {**TEST_ONLY, "keys": {"create_key_id": 2}}
    # MD5 of "password".
    WEAK = "5f4dcc3b5aa765d61d8327deb882cf99"

    @classmethod
    def setUpClass(cls):
        cls.plain = Saltbox(TEST_ONLY)
        cls.core = Saltbox(cls.CONFIG, {1: root_key(1), 2: root_key(2)})

    def test_rekey_and_wrap(self):
        stored = self.plain.hash(PASSWORD)
        for batch, one in ((self.core.rekey_batch, self.core.rekey), (self.core.wrap_batch, self.core.wrap)):
            strong, weak, nothing, unusable = batch([stored, self.WEAK, "", "!"])
            for sealed in (strong, weak):
                self.assertTrue(sealed.startswith("$saltbox$v=1,key=2$"), sealed)
                self.assertIsNone(one(sealed))
            self.assertEqual(nothing.name, "SALTBOX_E_UNSUPPORTED")
            self.assertFalse(unusable)
            with self.assertRaises(StoredStringError):
                one("!")
            self.core.verify(strong, PASSWORD)
            self.assertTrue(self.core.verify(weak, "password").rehash)
            with self.assertRaises(Rejected):
                self.core.verify(weak, self.WEAK)
            with self.assertRaises(SaltboxError) as raised:
                self.plain.verify(weak, "password")
            self.assertEqual(raised.exception.name, "SALTBOX_E_KEY")
        self.assertEqual(self.core.identify(self.WEAK)["upgrade"], "wrap")
        self.assertEqual(self.core.identify(weak)["wraps"], "bare-digest")

    def test_keys_that_are_refused(self):
        for key in (b"", bytes(31), bytes(32)):
            with self.assertRaises(SaltboxError) as raised:
                Saltbox(self.CONFIG, {2: key})
            self.assertEqual(raised.exception.name, "SALTBOX_E_KEY")
        with self.assertRaises(SaltboxError) as raised:
            # The key that is named was not added.
            Saltbox(self.CONFIG)
        self.assertEqual(raised.exception.name, "SALTBOX_E_KEY")
        for key_id in (-1, 2**32):
            with self.assertRaises(ValueError):
                Saltbox(self.CONFIG, {key_id: root_key(1)})

    def test_nothing_and_derived_cores(self):
        self.assertEqual(self.core.wrap_batch([]), [])
        self.assertEqual(self.core.rekey_batch([]), [])
        stored = self.core.hash(PASSWORD)
        derived = self.plain.derive(self.CONFIG, {2: root_key(2)})
        self.assertEqual(derived.verify(stored, PASSWORD), Accepted(rehash=False))


class PolicyTest(unittest.TestCase):
    def test_everything_that_is_wrong_is_said_at_once(self):
        saltbox = Saltbox({"policy": {"profile": "nist-63b-4", "context": {"words": ["Acme"], "match": "contained"}}})
        subject = {"login_id": "jane", "email": "jane.doe@example.com", "words": ["Doe"]}
        self.assertEqual(saltbox.check("correct horse battery staple", subject), [])
        wrong = saltbox.check("acme-jane", subject)
        self.assertEqual([violation["code"] for violation in wrong], [1, 40])
        self.assertEqual(wrong[0]["text"], "has to have at least 15 characters")
        self.assertEqual(wrong[1]["words"], ["login_id", "service"])
        self.assertEqual([violation["name"] for violation in saltbox.check(b"\xff")], ["not_utf8"])
        self.assertEqual([violation["name"] for violation in saltbox.check(5000 * "a")], ["too_many_bytes"])

    def test_what_is_wrong_with_a_subject_has_its_place(self):
        with self.assertRaises(SubjectError) as raised:
            Saltbox().check(PASSWORD, {"words": ["a", 1]})
        self.assertEqual((raised.exception.name, raised.exception.path), ("SALTBOX_E_SUBJECT", "words[1]"))
        with self.assertRaises(ConfigError) as raised:
            Saltbox({"policy": {"min_length": 9, "max_length": 8}})
        self.assertEqual(raised.exception.path, "policy.max_length")

    def test_warnings_stand_beside(self):
        findings = Saltbox().check("correct horse  b\u00e4ttery staple ")
        self.assertEqual(findings, [])
        self.assertEqual([warning["name"] for warning in findings.warnings], ["not_ascii", "edge_whitespace"])
        self.assertEqual(findings.warnings[0]["text"], "has characters that not every keyboard has")
        findings = Saltbox().check("\u00e4")
        self.assertEqual([violation["name"] for violation in findings], ["too_short"])
        self.assertEqual([warning["code"] for warning in findings.warnings], [1])
        self.assertIsInstance(findings, Findings)
        self.assertEqual(Saltbox().check(PASSWORD).warnings, [])

    def test_a_password_that_replaces_another_is_compared_with_it(self):
        saltbox = Saltbox({"policy": {"min_length": 8, "min_changes": 3}})
        jane = {"login_id": "jane"}
        for old, names in (
            (None, []),
            ("", []),
            ("something quite different", []),
            (PASSWORD.encode(), ["same_as_old", "too_similar"]),
            (PASSWORD + "1", ["too_similar"]),
            (b"\xff", []),
        ):
            with self.subTest(old=old):
                findings = saltbox.check(PASSWORD, jane, old=old)
                self.assertEqual([violation["name"] for violation in findings], names)
        with self.assertRaises(SubjectError) as raised:
            saltbox.check(PASSWORD, {"email": 1}, old=PASSWORD)
        self.assertEqual(raised.exception.path, "email")
        for wrong in (1, ["a"]):
            with self.assertRaises(TypeError):
                saltbox.check(PASSWORD, jane, old=wrong)

    def test_two_answers_that_differ_are_a_fault(self):
        saltbox = Saltbox()
        lies = {"violations": [], "warnings": []}
        with mock.patch.object(binding._Outcome, "read", lambda *_: lies), self.assertRaises(SaltboxError) as raised:
            saltbox.check("short")
        self.assertEqual(raised.exception.name, "SALTBOX_E_INTERNAL")

    def test_lint(self):
        said = lint(None, "nist-63b-4")
        self.assertEqual(said, lint({}, "nist-63b-4"))
        # Whatever this release leaves to the next one.
        insists = [breach["path"] for breach in said["breaches"] if breach["level"] != "SHOULD"]
        self.assertEqual(said["conforming"], not insists)
        self.assertNotIn("policy.min_length", insists)
        self.assertTrue(said["contradictions"])
        for config in ({"policy": {"min_length": 8, "min_digits": 1}}, '{"policy":{"min_length":8,"min_digits":1}}'):
            said = lint(config, "nist-63b-4")
            self.assertFalse(said["conforming"])
            broken = {(breach["section"], breach["path"]) for breach in said["breaches"]}
            self.assertIn(("3.1.1.2(1)", "policy.min_length"), broken)
            self.assertEqual({breach["standard"] for breach in said["breaches"]}, {"nist-63b-4"})
        self.assertIn("asvs-5-l2", {breach["standard"] for breach in lint(config)["breaches"]})
        for standard in ("nist-63b-5", b"\xff"):
            with self.assertRaises(ConfigError) as raised:
                lint({}, standard)
            self.assertEqual((raised.exception.path, raised.exception.offset), ("standard", None))
        misspelt = '{"policy": {"min_lenght": 8}}'
        with self.assertRaises(ConfigError) as raised:
            lint(misspelt)
        self.assertEqual((raised.exception.path, raised.exception.offset), ("policy.min_lenght", misspelt.index("8")))

    def test_policies_of_other_systems(self):
        rules = "minlength: 10; max-consecutive: 2; required: digit;"
        imported = import_policy("passwordrules", rules)
        policy = imported["policy"]
        self.assertEqual((policy["min_length"], policy["max_repeated"]), (10, 2))
        saltbox = Saltbox({"policy": policy})
        names = [violation["name"] for violation in saltbox.check("aaa")]
        self.assertTrue({"too_short", "repeated"} <= set(names), names)
        exported = export_policy({"policy": policy}, "passwordrules")
        self.assertEqual(exported["format"], "passwordrules")
        self.assertEqual(import_policy("passwordrules", exported["settings"])["policy"], policy)

        self.assertNotIn("account", imported)

        cognito = {"MinimumLength": 12, "RequireNumbers": True, "TemporaryPasswordValidityDays": 60}
        imported = import_policy("cognito", cognito)
        self.assertEqual(imported["policy"]["min_length"], 12)
        self.assertEqual(imported["account"], {"temporary_s": 30 * 86_400})
        self.assertIn("TemporaryPasswordValidityDays", [listed["path"] for listed in imported["not_expressible"]])
        exported = export_policy('{"policy": {"min_length": 12, "no_palindrome": true}}', "cognito")
        self.assertEqual(exported["settings"]["MinimumLength"], 12)
        self.assertIn("no_palindrome", [listed["path"] for listed in exported["not_expressible"]])

    def test_accounts_of_other_systems(self):
        theirs = {"minLength": 12, "reuse": True, "reuseAmount": 5, "expiration": True, "expirationWeeks": 26}
        theirs |= {"lock": True, "lockAttempts": 10}
        theirs |= {"tempLock": True, "tempLockAttempts": 3, "tempLockDuration": 5}
        config = import_policy("descope", theirs)
        self.assertEqual(config.pop("not_expressible"), [])
        lock = {"attempts": 3, "first_s": 300, "most_s": 300, "permanent": 10}
        self.assertEqual(config["account"], {"lock": lock, "history": 5, "max_age_days": 182})
        # What is left of the answer is a configuration.
        exported = export_policy(config, "descope")
        self.assertEqual(exported["not_expressible"], [])
        self.assertLessEqual(theirs.items(), exported["settings"].items())

    def test_settings_that_are_refused_have_their_place(self):
        for call, path, has_offset in (
            (lambda: import_policy("cognito", {"MinimumLength": "12"}), "settings.MinimumLength", True),
            (lambda: import_policy("cognito", "a string"), "settings", True),
            (lambda: import_policy("unknown", {}), "format", True),
            (lambda: export_policy({}, "unknown"), "", False),
            (lambda: export_policy({}, b"\xff"), "", False),
            (lambda: export_policy({"policy": {"min_length": 0}}, "okta"), "policy.min_length", True),
            (lambda: export_policy("", "okta"), "", True),
            (lambda: Saltbox(""), "", True),
        ):
            with self.assertRaises(ConfigError) as raised:
                call()
            self.assertEqual(raised.exception.path, path)
            self.assertEqual(raised.exception.offset is not None, has_offset, path)
            self.assertEqual(raised.exception.name, "SALTBOX_E_CONFIG")

    def test_what_a_call_made_is_freed_whichever_way_it_ends(self):
        saltbox = Saltbox()
        calls = (
            lambda: saltbox.check(PASSWORD),
            lambda: saltbox.check("short", old=PASSWORD),
            lambda: saltbox.identify("!"),
            saltbox.effective_config,
            lambda: lint({}),
            lambda: import_policy("passwordrules", "minlength: 10;"),
            lambda: export_policy({}, "passwordrules"),
        )
        configs = [0] * 4 + [1, 0, 1]
        for wrong in (None, ValueError, KeyboardInterrupt):
            for call, config in zip(calls, configs):
                with contextlib.ExitStack() as stack:
                    freed = stack.enter_context(frees_counted())
                    if wrong:
                        stack.enter_context(mock.patch.object(binding.json, "loads", side_effect=wrong))
                        stack.enter_context(self.assertRaises(wrong))
                    call()
                self.assertEqual(freed, {"saltbox_outcome_free": 1, "saltbox_config_free": config})
        # Without an outcome there is none to free; the configuration is all the same.
        for call, config in (
            (lambda: saltbox.check(PASSWORD, {"words": 1}), 0),
            (lambda: lint({}, "unknown"), 1),
            (lambda: export_policy({}, "unknown"), 1),
            (lambda: import_policy("unknown", {}), 0),
            (lambda: lint({"policy": 1}), 0),
            (lambda: Saltbox({}, {1: b""}), 1),
        ):
            with frees_counted() as freed, self.assertRaises(SaltboxError):
                call()
            self.assertEqual(freed, {"saltbox_outcome_free": 0, "saltbox_config_free": config})


class StrengthTest(unittest.TestCase):
    def test_a_meter_has_its_numbers(self):
        saltbox = Saltbox({"policy": {"min_length": 4}})
        weak = saltbox.check("password").strength
        # The second of a list, so the third guess, of a hundred an hour.
        self.assertEqual((weak["score"], weak["guesses_log10"]), (0, 0.477))
        self.assertAlmostEqual(weak["seconds"]["online_throttled"], 108)
        text = "is one of the 10 most frequent passwords"
        self.assertEqual(weak["weakness"], {"code": 8, "name": "top_10", "text": text})
        self.assertEqual([suggestion["name"] for suggestion in weak["suggestions"]], ["add_words"])
        strong = saltbox.check(PASSWORD, old="password").strength
        self.assertEqual((strong["score"], strong["suggestions"]), (4, []))
        self.assertNotIn("weakness", strong)
        self.assertGreater(strong["guesses_log10"], 10)
        self.assertEqual(len(weak["seconds"]), 5)
        for attacker, seconds in weak["seconds"].items():
            self.assertGreater(strong["seconds"][attacker], seconds)
        # What is known of the user is soon tried.
        self.assertEqual(saltbox.check("jane.doe", {"login_id": "jane.doe"}).strength["score"], 0)

    def test_no_meter_without_an_estimate(self):
        saltbox = Saltbox({"policy": {"min_length": 4}})
        for password in (b"\xff", 4097 * "a"):
            findings = saltbox.check(password)
            self.assertTrue(findings)
            self.assertIsNone(findings.strength)
        findings = Saltbox({"policy": {"min_length": 4, "strength": False}}).check("password")
        self.assertEqual((findings, findings.strength), ([], None))
        [violation] = Saltbox({"policy": {"min_score": 3}}).check("password")
        self.assertEqual([violation[name] for name in ("code", "bound", "found")], [60, 3, 0])
        self.assertIsNone(Findings().strength)


class BlocklistTest(unittest.TestCase):
    def copy(self, change=bytes):
        """A list of its own, of what ``change`` makes of the file."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "copy.blocklist"
        path.write_bytes(change(LEAKED.read_bytes()))
        return path

    def check_lists(self, saltbox, expected=IN_LISTS):
        for password, lists in expected.items():
            with self.subTest(password):
                found = [(violation["code"], violation["lists"]) for violation in saltbox.check(password)]
                self.assertEqual(found, [(61, lists)] if lists else [])

    def test_leaked_passwords_are_refused(self):
        leaked = Blocklist(LEAKED)
        self.assertIsNone(leaked.check())
        saltbox = Saltbox(BOTH_LISTS, blocklist=leaked)
        self.check_lists(saltbox)
        # A core has its own settings, and so its own list; one list is for any number of cores.
        plain = saltbox.derive({"policy": {"min_length": 8}})
        self.check_lists(plain, {"Tr0ub4dor&3": None})
        derived = plain.derive(BOTH_LISTS, blocklist=leaked)
        self.check_lists(derived)
        self.assertEqual(derived.effective_config()["blocklist"]["hash"], "sha1")

    def test_a_damaged_list_is_refused(self):
        def damaged(file):
            return file[:20] + bytes([file[20] ^ 1]) + file[21:]

        for change, checked, attached in (
            (bytes, None, None),
            # Attaching it does not read it whole.
            (damaged, "damaged", None),
            (lambda file: file[:-1], "cut off", "cut off"),
            (lambda _: b"a text as long as a list\n" * 40, "not a blocklist", "not a blocklist"),
        ):
            changed = Blocklist(self.copy(change))
            for call, words in ((changed.check, checked), (lambda: Saltbox(BOTH_LISTS, blocklist=changed), attached)):
                if words is None:
                    call()
                    continue
                with self.assertRaises(BlocklistError) as raised:
                    call()
                self.assertEqual(raised.exception.name, "SALTBOX_E_CONFIG")
                self.assertIn(words, str(raised.exception))

    def test_what_cannot_be_mapped_is_an_error(self):
        with self.assertRaises(ValueError):
            Blocklist(self.copy(lambda _: b""))
        for path in (LEAKED.parent, LEAKED.with_name("missing")):
            with self.assertRaises(OSError):
                Blocklist(path)

    def test_a_list_goes_with_a_policy_that_asks_for_one(self):
        leaked, core = Blocklist(LEAKED), Saltbox(TEST_ONLY)
        for policy, words in (
            ({"min_length": 8}, "policy.blocklist is not set"),
            ({"blocklist": {"inside": True}}, "policy.blocklist.outside is not true"),
        ):
            for make in (Saltbox, core.derive):
                with frees_counted() as freed, self.assertRaises(BlocklistError) as raised:
                    make({"policy": policy}, blocklist=leaked)
                self.assertIn(words, str(raised.exception))
                self.assertEqual(freed["saltbox_config_free"], 1)
        for make in (Saltbox, core.derive):
            for config in (BOTH_LISTS, '{"policy":{"blocklist":{"outside":true}}}'):
                with self.assertRaises(ConfigError) as raised:
                    make(config)
                self.assertEqual(raised.exception.path, "policy.blocklist.outside")
                self.assertNotIsInstance(raised.exception, BlocklistError)
        # Where nothing is looked up none is needed.
        self.assertIn("conforming", lint(BOTH_LISTS))

    def test_a_list_stays_mapped_for_as_long_as_a_core_has_it(self):
        maps = pathlib.Path("/proc/self/maps")
        if not maps.exists():
            self.skipTest(f"no {maps}")
        path = self.copy()
        saltbox = Saltbox(BOTH_LISTS, blocklist=Blocklist(path))
        derived = saltbox.derive(BOTH_LISTS, blocklist=Blocklist(path))
        gc.collect()
        for cores in (2, 1):
            self.assertEqual(maps.read_text().count(str(path)), cores)
            self.check_lists(derived)
            saltbox = None
            gc.collect()
        freed = []
        free = binding._library().saltbox_free
        with mock.patch.object(
            binding._library(), "saltbox_free", lambda handle: (freed.append(maps.read_text()), free(handle))
        ):
            derived = None
            gc.collect()
        # Still mapped while the core was freed, and not after it.
        self.assertEqual([text.count(str(path)) for text in (*freed, maps.read_text())], [1, 0])


class SaltboxTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.saltbox = Saltbox(TEST_ONLY)
        cls.stored = cls.saltbox.hash(PASSWORD)

    def refuse(self, stored, password, error=Rejected, name="SALTBOX_REJECTED"):
        with self.assertRaises(error) as raised:
            self.saltbox.verify(stored, password)
        self.assertEqual(raised.exception.name, name)

    def test_right_and_wrong(self):
        saltbox = Saltbox()
        stored = saltbox.hash(PASSWORD)
        self.assertTrue(stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$"))
        self.assertEqual(saltbox.verify(stored, PASSWORD), Accepted(rehash=False))
        self.assertEqual(saltbox.verify(stored.encode(), PASSWORD.encode()), Accepted(rehash=False))
        # Weaker than the policy asks.
        self.assertEqual(saltbox.verify(self.stored, PASSWORD), Accepted(rehash=True))
        for wrong in (None, ""):
            with self.assertRaises(Rejected):
                saltbox.verify(wrong, PASSWORD)
        with self.assertRaises(Rejected):
            saltbox.verify(stored, "incorrect horse")

    def test_passwords_that_cannot_be_set_are_wrong_ones_when_verified(self):
        for password, name in (
            ("", "SALTBOX_E_PASSWORD_EMPTY"),
            (b"a\xff", "SALTBOX_E_PASSWORD_NOT_UTF8"),
            ("a\ud800", "SALTBOX_E_PASSWORD_NOT_UTF8"),
            ("a" * 4097, "SALTBOX_E_PASSWORD_TOO_LONG"),
        ):
            with self.subTest(name=name):
                with self.assertRaises(PasswordError) as raised:
                    self.saltbox.hash(password)
                self.assertEqual(raised.exception.name, name)
                self.refuse(self.stored, password)
                self.refuse(None, password)

    def test_nul_bytes_count(self):
        for right, wrong in (("a\0b", "a\0c"), ("a\0b", "a"), ("\0", ""), ("a" * 4096, "a" * 4095)):
            stored = self.saltbox.hash(right)
            self.assertTrue(self.saltbox.verify(stored, right))
            self.refuse(stored, wrong)

    def test_a_nul_at_the_end_cannot_be_set_with_scrypt(self):
        saltbox = Saltbox(SCRYPT)
        with self.assertRaises(PasswordError) as raised:
            saltbox.hash("password\0")
        self.assertEqual(raised.exception.name, "SALTBOX_E_PASSWORD_NUL")
        stored = saltbox.hash("password")
        self.assertTrue(saltbox.verify(stored, "password"))
        with self.assertRaises(Rejected):
            saltbox.verify(stored, "password\0")
        # Argon2 tells them apart.
        stored = self.saltbox.hash("password\0")
        self.assertTrue(self.saltbox.verify(stored, "password\0"))
        self.refuse(stored, "password")

    def test_preparation(self):
        stored = self.saltbox.hash("caf\u00e9")
        self.assertTrue(self.saltbox.verify(stored, "cafe\u0301"))
        self.refuse(stored, "cafe")

    def test_stored_strings_that_cannot_be_verified(self):
        for stored, name in (
            (self.stored[:-2], "SALTBOX_E_MALFORMED"),
            (self.stored + "\0", "SALTBOX_E_MALFORMED"),
            (PASSWORD, "SALTBOX_E_UNSUPPORTED"),
            (b"\xff", "SALTBOX_E_UNSUPPORTED"),
            ("$saltbox$v=2$QQ$QQ", "SALTBOX_E_LATER_RELEASE"),
            (
                "$argon2id$v=19$m=4294967295,t=9,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
                "SALTBOX_E_LIMIT",
            ),
        ):
            with self.subTest(stored=stored):
                self.refuse(stored, PASSWORD, StoredStringError, name)
                self.assertEqual(self.saltbox.identify(stored)["problem"]["name"], name)
        self.assertEqual(self.saltbox.identify(self.stored)["verdict"], "verifiable")

    def test_what_is_not_text_is_a_type_error(self):
        for wrong in (None, 12345, 1.5, ["a"]):
            with self.assertRaises(TypeError):
                self.saltbox.hash(wrong)
            with self.assertRaises(TypeError):
                self.saltbox.verify(self.stored, wrong)
        self.assertTrue(self.saltbox.verify(self.stored, bytearray(PASSWORD.encode())))

    def test_batch(self):
        pairs = [
            (self.stored, PASSWORD),
            (self.stored, "wrong"),
            (None, PASSWORD),
            (self.stored[:20], PASSWORD),
            (self.stored, ""),
        ] * 3
        results = self.saltbox.verify_batch(pairs)
        kinds = [Accepted, Rejected, Rejected, StoredStringError, Rejected] * 3
        self.assertEqual([type(result) for result in results], kinds)
        self.assertEqual([bool(result) for result in results], [kind is Accepted for kind in kinds])
        self.assertEqual(self.saltbox.verify_batch(pairs[:1]), [Accepted(rehash=False)])
        # Nobody at all is not everybody.
        with self.assertRaises(SaltboxError) as raised:
            self.saltbox.verify_batch([])
        self.assertEqual(raised.exception.name, "SALTBOX_E_ARGUMENT")

    def test_numbers_of_a_later_release_are_errors(self):
        for status in (2, 9, 99, -1):
            self.assertFalse(_error(status))
            self.assertEqual(_error(status).name, "unknown status")

    def test_configuration_errors_say_where(self):
        with self.assertRaises(ConfigError) as raised:
            Saltbox({"hash": {"craete": {}}})
        self.assertEqual(raised.exception.path, "hash.craete")
        self.assertIn("create", raised.exception.message)

    def test_import(self):
        # SHA-256 of "salt" and "password".
        fields = {
            "algorithm": "SHA-256",
            "saltOrder": "PREFIX",
            "salt": "c2FsdA==",
            "value": "E2Ab2k6njlWge5iGbSvmvgdE44ZvE8AMgRyrYIoo8yI=",
        }
        stored = import_descriptor({"vendor": "okta", "hash": fields})
        self.assertTrue(self.saltbox.verify(stored, "password").rehash)
        self.refuse(stored, PASSWORD)
        unsaid = {"type": "sha1", "salt": "00", "hash": "00" * 20}
        cognito = {"password_hasher": "awscognito", "password_digest": ""}
        for vendor, fields, path, message, name in (
            ("descope", {"sha": unsaid}, "options.salt_position", "prefix, suffix", "SALTBOX_E_IMPORT"),
            ("clerk", cognito, "hash.password_hasher", "awscognito", "SALTBOX_E_UNSUPPORTED"),
        ):
            with self.subTest(vendor=vendor), self.assertRaises(DescriptorError) as raised:
                import_descriptor({"vendor": vendor, "hash": fields})
            self.assertEqual((raised.exception.path, raised.exception.name), (path, name))
            self.assertIn(message, raised.exception.message)

    def test_concurrent_callers(self):
        saltbox = Saltbox({"hash": {**TEST_ONLY["hash"], "max_running": 8}})

        def caller(number):
            mine = f"password of caller {number}"
            stored = saltbox.hash(mine)
            for _ in range(10):
                self.assertTrue(saltbox.verify(stored, mine))
                with self.assertRaises(Rejected):
                    saltbox.verify(stored, PASSWORD)
            return True

        with ThreadPoolExecutor(8) as executor:
            self.assertTrue(all(executor.map(caller, range(32))))

    def test_a_full_house_rejects_nobody(self):
        saltbox = Saltbox(FULL_AT_ONCE)
        stored = saltbox.hash(PASSWORD)

        def batch():
            for result in saltbox.verify_batch([(stored, PASSWORD)] * 2):
                if not result:
                    raise result

        for call in (lambda: saltbox.verify(stored, PASSWORD), lambda: saltbox.hash(PASSWORD), batch):
            error = told_busy(saltbox, call)
            self.assertEqual((error.name, error.status), ("SALTBOX_E_BUSY", 53))
            self.assertFalse(error)
            self.assertNotIsInstance(error, (Rejected, StoredStringError, PasswordError))
        self.assertTrue(saltbox.verify(stored, PASSWORD))
        stats = saltbox.stats()
        self.assertEqual([stats[name] for name in ("busy", "rejected", "running", "running_peak")], [3, 0, 0, 1])

    def test_a_crowd_is_served_or_told_busy(self):
        saltbox = Saltbox({"hash": {"max_running": 2, "queue_len": 3}})
        stored = saltbox.hash(PASSWORD)
        start = threading.Barrier(100)

        def caller(number):
            start.wait()
            try:
                right = bool(saltbox.verify(stored, PASSWORD if number % 2 else "wrong"))
            except Rejected:
                right = False
            except Busy:
                return None
            self.assertEqual(right, bool(number % 2))
            return right

        with ThreadPoolExecutor(100) as executor:
            answers = list(executor.map(caller, range(100)))
        stats = saltbox.stats()
        self.assertGreater(stats["busy"], 0)
        self.assertEqual(stats["busy"], answers.count(None))
        self.assertEqual((stats["accepted"], stats["rejected"]), (answers.count(True), answers.count(False)))
        self.assertLessEqual(stats["running_peak"], 2)
        self.assertLessEqual(stats["queued_peak"], 3)
        self.assertTrue(saltbox.verify(stored, PASSWORD))

    def test_as_many_threads_as_the_capacity_are_never_busy(self):
        saltbox = Saltbox({"hash": {"max_running": 3, "memory_mib": 40, "queue_ms": 0}})
        self.assertEqual(saltbox.capacity(), 2)
        with ThreadPoolExecutor(saltbox.capacity()) as executor:
            stored = list(executor.map(saltbox.hash, [PASSWORD] * 10))
            self.assertTrue(all(executor.map(saltbox.verify, stored, [PASSWORD] * 10)))
        self.assertEqual(saltbox.stats()["busy"], 0)

    def test_a_string_over_the_budget_is_its_own_failure(self):
        saltbox = Saltbox({"hash": {"create": {"profile": "test-only"}, "memory_mib": 1}})
        stored = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"
        with self.assertRaises(Budget) as raised:
            saltbox.verify(stored, PASSWORD)
        self.assertEqual(raised.exception.name, "SALTBOX_E_BUDGET")
        self.assertEqual(saltbox.identify(stored)["verdict"], "over_budget")

    def test_stats_and_trim(self):
        saltbox = Saltbox(
            {"hash": {"create": {"profile": "test-only"}, "max_running": 3, "queue_len": 5, "memory_mib": 2}}
        )
        stored = saltbox.hash(PASSWORD)
        saltbox.verify(stored, PASSWORD)
        for wrong in ((stored, "wrong"), (stored, ""), (None, PASSWORD), ("not a hash", PASSWORD)):
            with self.assertRaises(SaltboxError):
                saltbox.verify(*wrong)
        stats = saltbox.stats()
        memory = stats["memory_bytes"]
        by_scheme = [stats.pop("accepted_by_scheme"), stats.pop("rejected_by_scheme")]
        for number, counts in enumerate(by_scheme, start=1):
            self.assertIn("pbkdf2-sha512", counts)
            self.assertEqual({name: n for name, n in counts.items() if n}, {"argon2id": number})
        self.assertTrue(stats.pop("argon2_kernel") and stats.pop("scrypt_kernel"))
        self.assertEqual(
            stats,
            {
                "running": 0,
                "running_peak": 1,
                "max_running": 3,
                "queued": 0,
                "queued_peak": 0,
                "queue_len": 5,
                "memory_bytes": memory,
                "memory_idle_bytes": memory,
                "memory_peak_bytes": memory,
                "memory_budget_bytes": 2 << 20,
                "jobs": 6,
                "joined": 0,
                "busy": 0,
                "hashes": 1,
                "accepted": 1,
                "rehash": 0,
                "rejected": 2,
                "no_user": 1,
                "refused": 1,
            },
        )
        self.assertGreater(memory, 0)
        self.assertEqual([saltbox.trim(), saltbox.trim()], [memory, 0])
        self.assertEqual(saltbox.stats()["memory_bytes"], 0)
        self.assertTrue(saltbox.verify(stored, PASSWORD))

    def test_derived_cores_share_the_work_memory(self):
        saltbox = Saltbox({"hash": {"max_running": 2, "memory_mib": 64}})
        larger = {"scheme": "argon2id", "m_kib": 47104, "t": 1, "p": 1}
        derived = saltbox.derive({"hash": {"create": larger}})
        self.assertEqual((saltbox.capacity(), derived.capacity()), (2, 1))
        stored = derived.hash(PASSWORD)
        self.assertTrue(stored.startswith("$argon2id$v=19$m=47104,t=1,p=1$"))
        del derived
        gc.collect()
        self.assertTrue(saltbox.verify(stored, PASSWORD))
        self.assertEqual(saltbox.stats()["hashes"], 1)
        for config, path in (
            ({"hash": {"memory_mib": 65}}, "hash"),
            ({"hash": {"create": {**larger, "m_kib": 131072}}}, "hash"),
            ({"hash": {"craete": {}}}, "hash.craete"),
        ):
            with self.assertRaises(ConfigError) as raised:
                saltbox.derive(config)
            self.assertEqual((raised.exception.name, raised.exception.path), ("SALTBOX_E_CONFIG", path))

    def test_effective_config(self):
        two, three = (Saltbox({"hash": {"max_running": n}}).effective_config() for n in (2, 3))
        self.assertEqual((two["memory"]["max_running"], three["memory"]["max_running"]), (2, 3))
        # The size of the machine decides about nobody; what may be verified does.
        again = Saltbox({"hash": two["hash"]}).effective_config()
        self.assertEqual([two["digest"]] * 2, [three["digest"], again["digest"]])
        only = Saltbox({"hash": {"verify": ["argon2id"]}}).effective_config()
        self.assertNotEqual(two["digest"], only["digest"])

    def test_calibrate_proposes_a_configuration(self):
        # Room for little more than the least, so that little is computed.
        least = {"scheme": "argon2id", "m_kib": 7168, "t": 5, "p": 1}
        narrow = {"hash": {"create": least, "limits": {"argon2_kib_passes": 40960}}}
        proposal = calibrate("argon2id", 20, 2, 64 << 20, narrow)
        self.assertTrue(proposal)
        self.assertTrue(0 < proposal.under_load_s < 20 and 0 < proposal.alone_s)
        self.assertGreater(proposal.hashes_per_second, 0)
        self.assertTrue(2 * 7 << 20 <= proposal.memory_bytes <= 64 << 20)
        saltbox = Saltbox(proposal.config)
        self.assertEqual(saltbox.capacity(), 2)
        self.assertTrue(saltbox.verify(saltbox.hash(PASSWORD), PASSWORD))
        out_of_reach = calibrate("argon2id", 1e-9, 1, 64 << 20)
        self.assertFalse(out_of_reach)
        self.assertGreater(out_of_reach.under_load_s, 1e-9)

    def test_calibrate_says_what_is_out_of_range(self):
        for arguments, name, message in (
            (("argon2id", 1, 8, 32 << 20), "SALTBOX_E_BUDGET", "under the floor of"),
            (("argon2id", 1, 1025, 1 << 30), "SALTBOX_E_ARGUMENT", "over the limit of 1024"),
            (("argon2id", 0, 1, 1 << 30), "SALTBOX_E_ARGUMENT", "under the floor of 1"),
            (("md5crypt", 1, 1, 1 << 30), "SALTBOX_E_CONFIG", "never created"),
            (("", 1, 1, 1 << 30), "SALTBOX_E_CONFIG", "no such scheme"),
        ):
            with self.assertRaises(CalibrationError) as raised:
                calibrate(*arguments)
            self.assertEqual(raised.exception.name, name)
            self.assertIn(message, str(raised.exception))
        for arguments in (("scrypt", -1, 1, 1 << 30), ("scrypt", 1, -1, 1 << 30), ("scrypt", 1, 1, 1 << 64)):
            with self.assertRaises(ValueError):
                calibrate(*arguments)

    def test_the_public_policy_says_what_is_asked_for_and_no_word(self):
        policy = {"min_length": 12, "min_digits": 1, "context": {"words": ["sesame"]}}
        public = Saltbox({"policy": policy}).public_policy()
        self.assertEqual([rule["name"] for rule in public["rules"]][:2], ["too_short", "too_few_digits"])
        self.assertEqual(public["rules"][0]["bound"], 12)
        descope = {"minLength": 12, "lowercase": False, "uppercase": False, "number": True, "nonAlphanumeric": False}
        self.assertEqual(public["descope"], {**descope, "strengthScoreEnabled": False, "strengthScore": 0})
        self.assertNotIn("sesame", json.dumps(public))

    def test_other_threads_run_during_a_call(self):
        # One call that is long enough to be noticed on a busy machine as well.
        saltbox = Saltbox(
            {"hash": {"create": {"scheme": "argon2id", "m_kib": 262144, "t": 3, "p": 1}}}
        )
        ended = threading.Event()

        def work():
            saltbox.hash(PASSWORD)
            ended.set()

        thread = threading.Thread(target=work)
        turns = 0
        thread.start()
        while not ended.wait(0.001):
            turns += 1
        thread.join()
        self.assertGreater(turns, 1)

    def test_a_core_is_freed_once(self):
        for _ in range(100):
            Saltbox(TEST_ONLY).verify(self.stored, PASSWORD)
        gc.collect()

    def test_verifies_what_libargon2_made(self):
        rows = 0
        for line in (ROOT / "tests/support/libargon2.tsv").read_text().splitlines():
            if line.startswith("#"):
                continue
            password, stored, source = line.split("\t")
            rows += 1
            with self.subTest(source=source):
                self.assertTrue(self.saltbox.verify(stored, bytes.fromhex(password)))
                self.refuse(stored, bytes.fromhex(password) + b"\0")
        self.assertGreaterEqual(rows, 10)


class AsyncSaltboxTest(unittest.IsolatedAsyncioTestCase):
    async def test_answers(self):
        saltbox = AsyncSaltbox(Saltbox(TEST_ONLY), threads=2)
        self.addCleanup(saltbox.close)
        stored = await saltbox.hash(PASSWORD)
        self.assertTrue(await saltbox.verify(stored, PASSWORD))
        with self.assertRaises(Rejected):
            await saltbox.verify(None, PASSWORD)
        results = await asyncio.gather(
            *(saltbox.verify(stored, PASSWORD) for _ in range(50)),
            *(saltbox.verify(stored, "wrong") for _ in range(10)),
            return_exceptions=True,
        )
        self.assertEqual([bool(result) for result in results], [True] * 50 + [False] * 10)

    async def test_what_cannot_be_set_anew_is_left_as_it_is(self):
        saltbox = AsyncSaltbox(Saltbox(SCRYPT), threads=1)
        self.addCleanup(saltbox.close)
        # Right under Argon2, and not to be set with scrypt.
        stored = Saltbox(TEST_ONLY).hash("password\0")
        users = {"alice": stored}
        self.assertEqual(await sign_in(saltbox, users, "alice", "password\0"), (200, {}))
        self.assertEqual(users, {"alice": stored})

    async def test_an_upgrade_that_fails_refuses_nobody(self):
        users = {}

        async def upgrade():
            return "stronger"

        async def without_memory():
            raise _error(50)

        async def with_too_many_waiting():
            raise Busy

        async def while_the_password_changes():
            users["alice"] = "of a new password"
            return "stronger"

        class Weak:
            def __init__(self, upgrade):
                self.upgrade = upgrade

            async def verify(self, stored, password):
                return Accepted(rehash=True)

            async def hash(self, password):
                return await self.upgrade()

        for how, expected in (
            (upgrade, "stronger"),
            (without_memory, "weak"),
            (with_too_many_waiting, "weak"),
            (while_the_password_changes, "of a new password"),
        ):
            with self.subTest(how.__name__), contextlib.redirect_stdout(io.StringIO()):
                users["alice"] = "weak"
                self.assertEqual(await sign_in(Weak(how), users, "alice", PASSWORD), (200, {}))
                self.assertEqual(users["alice"], expected)

    async def test_what_a_server_answers(self):
        class Says:
            def __init__(self, status):
                self.status = status

            async def verify(self, stored, password):
                if self.status:
                    raise _error(self.status)
                return Accepted(rehash=False)

        for status, answer in (
            (0, (200, {})),
            (1, (401, {})),
            (53, (503, {"Retry-After": "1"})),
            (40, (500, {})),
            (50, (500, {})),
            (99, (500, {})),
        ):
            with self.subTest(status=status), contextlib.redirect_stdout(io.StringIO()):
                self.assertEqual(await sign_in(Says(status), {}, "alice", PASSWORD), answer)

    async def test_threads_are_the_capacity_unless_said(self):
        core = Saltbox({"hash": {"max_running": 3, "queue_ms": 0}})
        saltbox = AsyncSaltbox(core)
        self.addCleanup(saltbox.close)
        stored = await asyncio.gather(*(saltbox.hash(PASSWORD) for _ in range(30)))
        self.assertEqual(len(stored), 30)
        stats = core.stats()
        # Without the right number the library would have been busy, or less busy than it can be.
        self.assertEqual((stats["busy"], stats["running_peak"]), (0, 3))

    async def test_callers_are_bounded_also_after_they_gave_up(self):
        gate = threading.Event()

        class Slow:
            def verify(self, stored, password):
                gate.wait()
                return Accepted(rehash=False)

        saltbox = AsyncSaltbox(Slow(), threads=1, waiting=1)
        self.addCleanup(saltbox.close)
        self.addCleanup(gate.set)
        running = asyncio.create_task(saltbox.verify("", ""))
        waiting = asyncio.create_task(saltbox.verify("", ""))
        await asyncio.sleep(0.01)
        with self.assertRaises(Busy):
            await saltbox.verify("", "")
        # The one that works keeps its room; the one that waits gives its own back.
        running.cancel()
        waiting.cancel()
        await asyncio.sleep(0.01)
        again = asyncio.create_task(saltbox.verify("", ""))
        await asyncio.sleep(0.01)
        with self.assertRaises(Busy):
            await saltbox.verify("", "")
        gate.set()
        self.assertTrue(await again)


if __name__ == "__main__":
    unittest.main()
