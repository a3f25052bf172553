import unittest

from reset import ADA, PASSWORD
from saltbox import Client, Decision, Effect, OtherSubject, Saltbox, SubjectError
from test_reset import CONFIG, KEY, NOW

WRONG = "wrong horse battery staple"
NEW = "a new password of her own"


class PasswordsTest(unittest.TestCase):
    def set_up(self, **account):
        """A core, and the record of an account that has signed up to it."""
        core = Saltbox({**CONFIG, "account": account}, {1: KEY})
        done = core.sign_up(None, ADA, PASSWORD, now=NOW)
        self.assertTrue(done)
        self.assertEqual((done.decision, done.findings), (Decision.SIGNED_UP, []))
        self.core, self.record = core, done.record
        return done

    def decide(self, call, decision, client, effects, *given, subject=ADA, request=None, now=NOW):
        """Calls with what is stored, stores what comes of it, and expects this."""
        outcome = call(self.record, subject, *given, request=request, now=now)
        said = (outcome.decision, outcome.client, outcome.effects)
        self.assertEqual(said, (decision, client, effects))
        self.assertEqual(bool(outcome), decision < 100)
        self.record = outcome.record or self.record
        return outcome

    def sign_in(self, password, decision, client, effects=Effect(0), **given):
        return self.decide(self.core.sign_in, decision, client, effects, password, **given)

    def sign_in_refused(self, password, decision, **given):
        return self.sign_in(password, decision, Client.WRONG_PASSWORD, **given)

    def test_a_sign_up_says_the_same_of_a_taken_login(self):
        made = self.set_up()
        self.assertEqual((made.client, made.effects), (Client.SENT, Effect(0)))
        other = {**ADA, "id": "u-2"}
        tried = (Decision.EXISTS, Client.SENT, Effect.NOTIFY_SIGN_UP_TRIED, PASSWORD)
        taken = self.decide(self.core.sign_up, *tried, subject=other)
        self.assertEqual((taken.record, taken.findings), (None, []))
        refused = self.core.sign_up(None, ADA, "mvqtz")
        self.assertEqual((refused.decision, len(refused.findings)), (Decision.PASSWORD_REFUSED, 1))
        self.assertRaises(SubjectError, self.core.sign_up, None, None, PASSWORD)

        made = self.set_up(mask=False)
        self.assertEqual((made.client, made.effects), (Client.DONE, Effect.NEW_SESSION))
        self.decide(self.core.sign_up, Decision.EXISTS, Client.EXISTS, Effect.NOTIFY_SIGN_UP_TRIED, PASSWORD)

    def test_a_sign_in_names_the_session_and_writes_nothing(self):
        self.set_up()
        done = self.sign_in(PASSWORD, Decision.SIGNED_IN, Client.DONE, Effect.NEW_SESSION)
        self.assertIsNone(done.record)
        request = {"session_subject": ADA["id"], "step_up": True, "revoke_other_sessions": True}
        raised = Effect.STEP_UP_SESSION | Effect.REVOKE_OTHER_SESSIONS
        self.sign_in(PASSWORD, Decision.SIGNED_IN, Client.DONE, raised, request=request)

        hashing = {"create": {"scheme": "argon2id", "m_kib": 7168, "t": 5, "p": 1}}
        stronger = Saltbox({**CONFIG, "hash": hashing}, {1: KEY})
        rehashed = stronger.sign_in(self.record, ADA, PASSWORD)
        self.assertEqual(rehashed.effects, Effect.NEW_SESSION | Effect.REHASHED)
        self.assertIsNotNone(rehashed.record)

        for status, decision in (("disabled", Decision.ACCOUNT_DISABLED), ("invited", Decision.ACCOUNT_INVITED)):
            self.sign_in_refused(PASSWORD, decision, subject={**ADA, "status": status})
        expired = {**ADA, "status": "expired"}
        self.sign_in(PASSWORD, Decision.MUST_CHANGE, Client.MUST_CHANGE, subject=expired)
        self.record = self.core.admin_import(None, ADA, None).record
        self.sign_in_refused(PASSWORD, Decision.NO_PASSWORD)
        self.record = None
        self.sign_in_refused(PASSWORD, Decision.NO_ACCOUNT)

    def test_failures_lock_and_an_administrator_unlocks(self):
        self.set_up(lock={"attempts": 2, "first_s": 60, "most_s": 60})
        for _ in range(2):
            self.assertIsNotNone(self.sign_in_refused(WRONG, Decision.WRONG_PASSWORD).record)
        locked = self.sign_in_refused(PASSWORD, Decision.TEMPORARILY_LOCKED)
        self.assertEqual(locked.retry_after_s, 60)
        self.assertEqual(self.core.replace(self.record, ADA, PASSWORD, NEW, now=NOW).decision, locked.decision)
        self.decide(self.core.admin_unlock, Decision.ACCOUNT_UNLOCKED, Client.DONE, Effect(0))
        self.sign_in(PASSWORD, Decision.SIGNED_IN, Client.DONE, Effect.NEW_SESSION)
        self.decide(self.core.admin_lock, Decision.ACCOUNT_LOCKED, Client.DONE, Effect.REVOKE_SESSIONS)
        self.sign_in_refused(PASSWORD, Decision.PERMANENTLY_LOCKED)

    def test_a_temporary_password_is_replaced_before_it_signs_in(self):
        self.set_up(temporary_s=3600, history=2)
        core, temporary = self.core, "for her first day only"
        told = Effect.REVOKE_SESSIONS | Effect.NOTIFY_PASSWORD_CHANGED
        self.decide(core.admin_set_temporary, Decision.TEMPORARY_SET, Client.DONE, told, temporary)
        self.sign_in(temporary, Decision.MUST_CHANGE, Client.MUST_CHANGE)
        late = core.sign_in(self.record, ADA, temporary, now=NOW + 3600)
        self.assertEqual((late.decision, late.client), (Decision.TEMPORARY_OVER, Client.WRONG_PASSWORD))

        nothing = Effect(0)
        self.decide(core.replace, Decision.WRONG_PASSWORD, Client.WRONG_PASSWORD, nothing, WRONG, NEW)
        self.decide(core.replace, Decision.PASSWORD_REUSED, Client.PASSWORD_REUSED, nothing, temporary, PASSWORD)
        changed = Effect.NEW_SESSION | Effect.NOTIFY_PASSWORD_CHANGED
        self.decide(core.replace, Decision.PASSWORD_CHANGED, Client.DONE, changed, temporary, NEW)
        self.sign_in(NEW, Decision.SIGNED_IN, Client.DONE, Effect.NEW_SESSION)

        self.decide(core.admin_set_active, Decision.PASSWORD_SET, Client.DONE, told, PASSWORD)
        self.decide(core.admin_expire, Decision.PASSWORD_EXPIRED, Client.DONE, nothing)
        self.sign_in(PASSWORD, Decision.MUST_CHANGE, Client.MUST_CHANGE)

    def test_an_update_needs_a_session_that_is_young(self):
        self.set_up()
        session = {"session_subject": ADA["id"]}
        for request, decision in (
            ({}, Decision.OTHER_SESSION),
            ({"session_subject": "u-2", "auth_age_s": 1}, Decision.OTHER_SESSION),
            (session, Decision.OLD_AUTHENTICATION),
            ({**session, "auth_age_s": 301}, Decision.OLD_AUTHENTICATION),
        ):
            refused = self.decide(
                self.core.update, decision, Client.SIGN_IN_FIRST, Effect(0), NEW, request=request
            )
            self.assertIsNone(refused.record)
        request = {**session, "auth_age_s": 300, "revoke_other_sessions": True}
        effects = Effect.REVOKE_OTHER_SESSIONS | Effect.NOTIFY_PASSWORD_CHANGED
        self.decide(self.core.update, Decision.PASSWORD_CHANGED, Client.DONE, effects, NEW, request=request)
        self.sign_in_refused(PASSWORD, Decision.WRONG_PASSWORD)

    def test_a_disabled_account_signs_nobody_in(self):
        self.set_up()
        self.decide(self.core.admin_disable, Decision.ACCOUNT_NOW_DISABLED, Client.DONE, Effect.REVOKE_SESSIONS)
        self.sign_in_refused(PASSWORD, Decision.ACCOUNT_DISABLED)
        self.assertIsNone(self.core.admin_disable(self.record, ADA).record)
        self.decide(self.core.admin_enable, Decision.ACCOUNT_ENABLED, Client.DONE, Effect(0))
        self.sign_in(PASSWORD, Decision.SIGNED_IN, Client.DONE, Effect.NEW_SESSION)

    def test_an_administrator_is_told_that_there_is_no_account(self):
        self.set_up()
        core = self.core
        for call, given in (
            (core.admin_set_temporary, [PASSWORD]),
            (core.admin_set_active, [PASSWORD]),
            (core.admin_expire, []),
            (core.admin_lock, []),
            (core.admin_unlock, []),
            (core.admin_disable, []),
            (core.admin_enable, []),
        ):
            with self.subTest(call.__name__):
                outcome = call(None, ADA, *given)
                self.assertFalse(outcome)
                self.assertEqual((outcome.decision, outcome.record), (Decision.NO_ACCOUNT, None))
                with self.assertRaises(OtherSubject):
                    call(self.record, {**ADA, "id": "u-2"}, *given)


if __name__ == "__main__":
    unittest.main()
