"""Forgotten passwords: each of the three ways sends a code, which sets a new password once.

Then security answers, as a second factor within a session.

    python3 reset.py

What to copy is ``Host.until_stored`` and ``Host.commit``: read the record,
decide, store by compare-and-swap, and only then act and answer.
"""

import secrets
import threading

from saltbox import AnswerRule, Answers, Channel, Codes, Effect, Saltbox, Way

CONFIG = {
    "keys": {"create_key_id": 1},
    "policy": {"profile": "nist-63b-4"},
    "questions": {
        "pool": [
            {"id": "city", "text": "Where were you born?", "kind": "city"},
            {"id": "pet", "text": "What was the name of your first pet?", "kind": "pet"},
        ]
    },
}

# What the host knows of its one user. The id never changes: the record is bound to it.
ADA = {"id": "u-1", "realm": "example", "login_id": "ada", "email": "ada@example.com", "email_verified": True}
PASSWORD = "correct horse battery staple"

# The request comes with a session of the user, which the host has checked; right answers raise it.
SESSION = {"session_subject": ADA["id"], "auth_age_s": 30, "step_up": True}
# What a client is told of an answer; of others, what the library says of them.
WORDS = {AnswerRule.COMMON: "too common", AnswerRule.TOO_SHORT: "too short", AnswerRule.NOT_A_DATE: "not a date"}

# Each way with its channel, and how its code comes back.
WAYS = {
    "e-mail link": (Way.EMAIL_LINK, Channel.EMAIL, lambda code, lookup: Codes(email_auth_code=code)),
    "one-time code": (
        Way.ONE_TIME_CODE,
        Channel.EMAIL,
        lambda code, lookup: Codes(request_code=lookup, verification_code=code),
    ),
    "reset link": (Way.RESET_LINK, Channel.ADMINISTRATOR, lambda code, lookup: Codes(password_reset_code=code)),
}


class Changed(Exception):
    """The record is not the one that was read: another request was faster, and nothing was decided."""


class Store:
    """What is stored of each account, and whose a lookup key is."""

    def __init__(self):
        self._lock = threading.Lock()
        self._records = {}
        # Rows that never change.
        self._owners = {}

    def read(self, account):
        with self._lock:
            return self._records.get(account)

    def swap(self, account, was, record):
        """UPDATE accounts SET record = ? WHERE id = ? AND record = ?"""
        with self._lock:
            if self._records.get(account) != was:
                raise Changed
            self._records[account] = record

    def own(self, lookup, account):
        with self._lock:
            self._owners[lookup] = account

    def owner(self, lookup):
        with self._lock:
            return self._owners.get(lookup)


class Host:
    """What a server has."""

    def __init__(self, core):
        self.core = core
        self.store = Store()
        # What the user finds in the mailbox, and what the client was given.
        self.mail = None

    def commit(self, account, was, outcome):
        """Stores what was decided, and acts only then."""
        if outcome.record is not None:
            self.store.swap(account, was, outcome.record)
        if Effect.SEND_CODE in outcome.effects:
            self.store.own(outcome.lookup, account)
            self.mail = (outcome.code, outcome.lookup)
        if Effect.REVOKE_SESSIONS in outcome.effects:
            say("", "sessions and refresh tokens ended")
        if Effect.STEP_UP_SESSION in outcome.effects:
            say("", "the session raised")
        if outcome.effects & (Effect.NOTIFY_PASSWORD_CHANGED | Effect.NOTIFY_QUESTIONS_CHANGED):
            say("", "the user told by mail")

    def until_stored(self, account, decide):
        """Decides anew as often as the record changes meanwhile. ``account`` is None for nobody."""
        while True:
            was = self.store.read(account)
            outcome = decide(was, ADA if account else None)
            try:
                self.commit(account, was, outcome)
            except Changed:
                continue
            return outcome

    def make_account(self):
        """An account without a password, as an administrator makes one."""
        self.until_stored(ADA["id"], lambda record, subject: self.core.admin_import(record, subject, None))

    def request(self, account, way, channel):
        """Asks for a code for an account, or for one that does not exist."""
        return self.until_stored(
            account, lambda record, subject: self.core.request_reset(record, subject, way, channel)
        )

    def redeem(self, codes, password):
        """Sets a new password, if the code is right."""
        # Where this raises CodesError a server answers 400.
        account = self.store.owner(self.core.reset_lookup(codes))
        return self.until_stored(account, lambda record, subject: self.core.reset(record, subject, codes, password))

    def redeem_twice(self, codes, password):
        """Two requests bring one code at once: both are decided by the same record."""
        was = self.store.read(ADA["id"])
        first, second = (self.core.reset(was, ADA, codes, password) for _ in range(2))
        self.commit(ADA["id"], was, first)
        tell("with a good one:", first)
        # Both said yes. The one that comes too late is decided anew.
        try:
            self.commit(ADA["id"], was, second)
        except Changed:
            return self.redeem(codes, password)
        raise AssertionError("one code set two passwords")


    def in_session(self, call, *answers):
        """Makes a call of a signed-in user."""
        return self.until_stored(ADA["id"], lambda record, subject: call(record, subject, *answers, SESSION))


def say(when, what):
    print(f"    {when:22} {what}")


def tell(when, outcome):
    """Answers a client; the log has ``outcome.said``."""
    say(when, outcome.client.name.lower().replace("_", " "))


def go_way(host, way, channel, codes_of, password):
    # The same for both: who asks learns nothing.
    tell("asked for by nobody:", host.request(None, way, channel))
    tell("asked for:", host.request(ADA["id"], way, channel))
    codes = codes_of(*host.mail)
    tell("with a short password:", host.redeem(codes, "acme-ada"))
    tell("at the same time:", host.redeem_twice(codes, password))
    tell("once more:", host.redeem(codes, password))


def answer_questions(host):
    core = host.core
    refused = host.in_session(core.set_questions, Answers({"city": "Étretat", "pet": "Rex"}))
    tell("with a common one:", refused)
    for violation in refused.answer_violations:
        say("", f"{violation.question}: {WORDS.get(violation.code, violation.text)}")
    own = Answers({"city": "Étretat", "pet": "Mr. Whiskers"})
    tell("set up:", host.in_session(core.set_questions, own))
    asked = host.in_session(core.get_questions)
    tell("asked:", asked)
    for question in asked.questions:
        say("", question.text)
    wrong, right = (Answers({"city": "ETRETAT", "pet": pet}) for pet in ("whiskers", "mr whiskers"))
    for when, answers in (("with a wrong one:", wrong), ("with right ones:", right), ("once more:", right)):
        tell(when, host.in_session(core.verify_questions, answers))


def main():
    # A real host has the same key on all nodes, from where it keeps secrets.
    host = Host(Saltbox(CONFIG, {1: secrets.token_bytes(32)}))
    host.make_account()
    for name, way in WAYS.items():
        print(name)
        # What is set already is refused.
        go_way(host, *way, f"{PASSWORD}, by {name}")
    print("security answers")
    answer_questions(host)


if __name__ == "__main__":
    main()
