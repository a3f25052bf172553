"""What a service puts around saltbox: threads, a store, a clock, and the one way in which a call is made.

What to copy is ``Host.decide``: read, decide, swap, and only then act and answer.
"""

import asyncio
import contextlib
import secrets
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from saltbox import Busy, Channel, Client, Decision, Effect, Outcome, fold_identifier
from service_requests import Refused
from service_store import Account, Changed, Session, Store

# How often a swap may be lost before the client is told to try again.
ATTEMPTS = 16
# Calls that may wait, for a thread or for one of the same login. Better busy at once than served too late.
WAITING = 256

# What decisions say of an account beside its record.
COLUMNS = {
    Decision.SIGNED_UP: {"has_password": True},
    Decision.PASSWORD_CHANGED: {"has_password": True},
    Decision.PASSWORD_RESET: {"has_password": True},
    Decision.PASSWORD_SET: {"has_password": True},
    Decision.TEMPORARY_SET: {"has_password": True},
    Decision.ACCOUNT_NOW_DISABLED: {"status": "disabled"},
    Decision.ACCOUNT_ENABLED: {"status": "enabled"},
}

# Mail without a code.
NOTICES = {
    Effect.NOTIFY_PASSWORD_CHANGED: "password_changed",
    Effect.NOTIFY_QUESTIONS_CHANGED: "questions_changed",
}
# Seconds until a user is told again that somebody tried to sign up: anybody may, so often as they like.
TOLD_S = 3600


class Done(NamedTuple):
    """What was decided, stored and acted upon."""

    outcome: Outcome
    account: Account | None
    # The one that was begun or raised.
    session: Session | None
    now: int


class Host:
    def __init__(self, core, project, app_url):
        self.core = core
        self.store = Store()
        self.app_url = app_url
        # Where a clock of tests stands.
        self.frozen_at = None
        settings = core.effective_config()["account"]
        # How old a sign-in may be that changes an account.
        self.auth_age_s = settings["auth_age_s"]
        # Whether a sign-up tells nobody that the login is taken.
        self.mask = settings["mask"]
        # Records are bound to it: that of another project is none here.
        self._realm = project
        threads = core.capacity()
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="saltbox")
        self._threads = asyncio.Semaphore(threads)
        self._turns = weakref.WeakValueDictionary()
        self._room = threads + WAITING

    def now(self):
        """The only clock."""
        return int(time.time()) if self.frozen_at is None else self.frozen_at

    def newcomer(self, login="", **columns):
        """An account that nobody has. What is done for one that is not there is done for such a one, and forgotten."""
        return Account(secrets.token_hex(16), login, self.now(), **columns)

    async def for_login(self, login, call, *given, change=None, **more):
        # What a login that nobody has costs may go by the login.
        change = change or (lambda account: account or self.newcomer(login))
        return await self.decide(self.store.by_login, fold_identifier(login), call, *given, change=change, **more)

    async def decide(self, find, key, call, *given, session=None, flags=None, change=None):
        """Makes a call of saltbox for the account that ``find(key)`` finds, stores what was decided, and acts.

        ``change`` makes of that account, or of None, the one that is decided
        about and stored, where it is to be another. Raises Refused with what
        the client may hear, where that is a no.
        """
        # What a code is sent as.
        mail = "verification" if call == self.core.request_verification else "reset"
        async with self._turn((find, key)):
            for _ in range(ATTEMPTS):
                was, now = find(key), self.now()
                # It may have ended or been raised while this call waited.
                session = session and self._session(session, now)
                account = change(was) if change else was or self.newcomer()
                request = {**(flags or {}), **_claims(session, now)}
                record, subject = was and was.record, self._subject(account)
                outcome = await self._in_thread(call, record, subject, *given, request=request, now=now)
                try:
                    done = self._commit(was, account, outcome, session, mail, now)
                except Changed:
                    continue
                if outcome.client in (Client.DONE, Client.SENT):
                    return done
                violations = outcome.said.get("violations", ())
                raise Refused(outcome.client.name.lower(), "", violations, outcome.retry_after_s)
        raise Busy

    @contextlib.asynccontextmanager
    async def _turn(self, whose):
        """One call at a time for a login or a code, whether it is there or not, and one for each thread.

        Two at once would be decided by one record, and one of them in vain: how
        long that takes would tell a little. The record is read within the turn,
        so that nobody waits with an old one.
        """
        if self._room == 0:
            raise Busy
        self._room -= 1
        # Kept by those who wait for it, and gone with the last of them.
        turn = self._turns.setdefault(whose, asyncio.Lock())
        try:
            async with turn, self._threads:
                yield
        finally:
            self._room += 1

    def _session(self, session, now):
        """The session as it is stored now."""
        stored = self.store.session(session.refresh, now)
        if stored is None:
            raise Refused("sign_in_first")
        return stored

    async def _in_thread(self, call, *given, **more):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: call(*given, **more))

    def _subject(self, account):
        return {
            "id": account.id,
            "realm": self._realm,
            "login_id": account.key,
            "email": account.email,
            "email_verified": account.email_verified,
            "phone": account.phone,
            "words": [account.name] if account.name else [],
            "status": account.status,
            "mfa_enrolled": account.mfa,
        }

    def _commit(self, was, account, outcome, session, mail, now):
        """The swap, and what follows of it for sessions and addresses: one transaction, for nothing awaits.

        If it were two, a sign-in that has compared just before a reset ends all
        sessions would begin one just after.
        """
        if session:
            self._session(session, now)
        becomes = was
        # A newcomer is stored only with a record: where the login is taken there is none.
        if outcome.record is not None or (was and was.id == account.id):
            record = outcome.record or account.record
            becomes = replace(account, record=record, **COLUMNS.get(outcome.decision, {}))
        self.store.swap(was, becomes)
        if was and was.email_verified and fold_identifier(was.email) != fold_identifier(becomes.email):
            # Whoever has taken the account over would be the only one to hear of it.
            self.store.send(was.email, "address_changed")
        return Done(outcome, becomes, self._act(becomes, outcome, session, mail, now), now)

    def _act(self, account, outcome, session, mail, now):
        """The effects. Mail is stored, too, for something else to send. Returns the session begun or raised."""
        effects, store, answered = outcome.effects, self.store, None
        if Effect.REVOKE_SESSIONS in effects:
            store.end_sessions(account)
        if Effect.REVOKE_OTHER_SESSIONS in effects:
            store.end_sessions(account, but=session)
        if Effect.NEW_SESSION in effects:
            answered = store.begin_session(account, now)
        if Effect.STEP_UP_SESSION in effects:
            # Answers are no sign-in.
            store.raise_session(session, **({"signed_in": now} if outcome.decision == Decision.SIGNED_IN else {}))
            answered = session
        if Effect.ADDRESS_VERIFIED in effects:
            # That the code went to: the swap has compared it, too.
            store.swap(account, replace(account, email_verified=True))
        if Effect.SEND_CODE in effects:
            store.own(outcome.lookup, account)
            if outcome.channel == Channel.EMAIL:
                store.send(account.email, mail, code=outcome.code.decode(), lifetimeSeconds=outcome.lifetime_s)
        for effect, kind in NOTICES.items():
            if effect in effects:
                store.send(account.email, kind)
        if Effect.NOTIFY_SIGN_UP_TRIED in effects and now - (account.told_at or 0) >= TOLD_S:
            store.swap(account, replace(account, told_at=now))
            store.send(account.email, "sign_up_tried")
        return answered


def _claims(session, now):
    """What is said of the session that a request comes with, which has been looked up."""
    if session is None:
        return {}
    return {"session_subject": session.account_id, "auth_age_s": max(0, now - session.signed_in)}
