"""What the service stores, in memory: accounts, whose a lookup key is, sessions, and mail that waits to be sent.

Only the thread of the event loop uses it. What is done between two awaits
nobody sees half of, so that is what a transaction of a database would be; each
method says which statement it stands for.
"""

import collections
import hashlib
import secrets
from dataclasses import dataclass, field, replace

from saltbox import fold_identifier

# Seconds that the tokens of a session are good for.
SESSION_S = 600
REFRESH_S = 28 * 86_400


class Changed(Exception):
    """The account is not what was read: another call was faster, and what was decided of it is void."""


@dataclass(frozen=True)
class Account:
    """A row. Calls decide about one that does not change under them, and another one takes its place."""

    # Never changes, because records are bound to it; a login may.
    id: str
    # As it was typed, to be shown.
    login: str
    created: int
    name: str = ""
    email: str = ""
    email_verified: bool = False
    phone: str = ""
    status: str = "enabled"
    mfa: bool = False
    has_password: bool = False
    # When its user was told that somebody tried to sign up with the login.
    told_at: int | None = None
    record: str | None = field(default=None, repr=False)

    @property
    def key(self):
        """What it is found by: logins are the same in capitals and in any width."""
        return fold_identifier(self.login)


@dataclass(frozen=True)
class Session:
    account_id: str
    expires: int
    # When the user gave the password, which is not when a token was made.
    signed_in: int
    stepped_up: bool = False
    # The token that authorizes, which whoever brought it or gets it has, and the store has not.
    # The short one, which other services take, is kept nowhere.
    refresh: str | None = field(default=None, repr=False)


class Store:
    def __init__(self):
        self.clear()

    def clear(self):
        self._accounts = {}
        self._ids_by_login = {}
        self._ids_by_lookup = {}
        # By the digest of the token: who reads the store cannot use it.
        self._sessions = {}
        # Until it is sent by something that tries again. Nobody waits for it.
        self._mail = collections.deque(maxlen=1000)

    def by_id(self, account_id):
        return self._accounts.get(account_id)

    def by_login(self, key):
        return self.by_id(self._ids_by_login.get(key))

    def by_lookup(self, lookup):
        return self.by_id(self._ids_by_lookup.get(lookup))

    def swap(self, was, becomes):
        """UPDATE accounts SET … WHERE id = ? AND version = ?, or INSERT, which fails where the login is there.

        Compares also where nothing changes: else, of many guesses at once, the
        right one would be told whatever the others were charged.
        """
        if was is not None and self._accounts.get(was.id) != was:
            raise Changed
        if becomes is None:
            return
        if was is None and becomes.key in self._ids_by_login:
            raise Changed
        self._accounts[becomes.id] = becomes
        self._ids_by_login[becomes.key] = becomes.id

    def own(self, lookup, account):
        """INSERT INTO lookups: a row that never changes."""
        self._ids_by_lookup[lookup] = account.id

    def begin_session(self, account, now):
        """INSERT INTO sessions"""
        refresh = secrets.token_hex(32)
        self._sessions[_digest(refresh)] = Session(account.id, now + REFRESH_S, now)
        return self.session(refresh, now)

    def session(self, refresh, now):
        """SELECT … WHERE refresh = ? AND expires > ?"""
        session = self._sessions.get(_digest(refresh))
        return replace(session, refresh=refresh) if session and now < session.expires else None

    def raise_session(self, session, **columns):
        """UPDATE sessions SET stepped_up = TRUE, … WHERE refresh = ?"""
        at = _digest(session.refresh)
        self._sessions[at] = replace(self._sessions[at], stepped_up=True, **columns)

    def end_sessions(self, account, but=None):
        """DELETE FROM sessions WHERE account_id = ? AND refresh <> ?"""
        kept = but and _digest(but.refresh)
        ended = [at for at, each in self._sessions.items() if each.account_id == account.id and at != kept]
        for at in ended:
            del self._sessions[at]

    def send(self, to, kind, **more):
        """INSERT INTO mail, where there is an address."""
        if to:
            self._mail.append({"to": to, "kind": kind, **more})

    def take_mail(self):
        mail = list(self._mail)
        self._mail.clear()
        return mail


def _digest(token):
    return hashlib.sha256(token.encode()).digest()
