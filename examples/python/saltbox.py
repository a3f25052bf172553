"""saltbox from Python, over its C library.

An example to start from: copy it, and keep what you need.

Everything fails closed. ``verify`` returns only where the password is right
and raises otherwise, so a call whose result nobody looks at lets nobody in.

ctypes lets other threads run while a call works. The library bounds how many
work at once and how many wait, and tells the rest that it is busy. In a pool of
``Saltbox.capacity`` threads, as in async_sign_in.py, none is told so, except
for a stored string that needs more memory than the policy.
"""

import ctypes
import ctypes.util
import enum
import functools
import json
import mmap
import os
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from ctypes import POINTER, byref, c_char, c_char_p, c_int32, c_size_t, c_ubyte, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass, field

ABI = 1
HASH_MAX = 1024
LOOKUP_MAX = 24
_SECRET_ANSWER = 5
SCHEMES_MAX = 64
CALIBRATION_READINGS = 4
# The offset of what has no place.
NOWHERE = 2**64 - 1

OK = 0
REJECTED = 1
E_CONFIG = 20
E_SUBJECT = 21
E_REQUEST = 22
E_UNSUPPORTED = 41
E_LATER_RELEASE = 43
E_IMPORT = 45
E_RECORD = 47
E_OTHER_SUBJECT = 48
E_BUDGET = 52
E_BUSY = 53
E_NO_CODE = 70
E_MALFORMED_CODE = 74
E_ANSWERS = 75
E_INTERNAL = 90


class SaltboxError(Exception):
    """A call did not say yes. ``name`` says why, such as "SALTBOX_E_MALFORMED"."""

    def __init__(self, status):
        self.status = status
        self.name = _library().saltbox_status_name(status).decode()
        super().__init__(self.name)

    def __bool__(self):
        # Results of a batch may hold errors: none of them is a yes.
        return False


class Rejected(SaltboxError):
    """The password is wrong, or there is no such user."""


class PasswordError(SaltboxError):
    """The password cannot be set: it is empty, over 4096 bytes, not UTF-8, or ends in a NUL that its scheme ignores."""


class StoredStringError(SaltboxError):
    """The stored string cannot be verified. ``Saltbox.identify`` says what is wrong and where."""


class Budget(StoredStringError):
    """The stored string needs more work memory than there ever is; see ``hash.memory_mib``."""


class Busy(SaltboxError):
    """Nothing was computed and nobody rejected, for want of room. Try again later: HTTP 503 with Retry-After."""

    def __init__(self, status=E_BUSY):
        super().__init__(status)


class PlacedError(SaltboxError):
    """What was given is not valid, at ``path`` and at the byte ``offset`` of its JSON; None where there is no place."""

    def __init__(self, status, path, offset, message):
        super().__init__(status)
        self.path = path
        self.offset = offset
        self.message = message

    def __str__(self):
        return f"{self.path}: {self.message}" if self.path else self.message


class ConfigError(PlacedError):
    """The configuration is not valid, or another system's settings are not."""


class BlocklistError(ConfigError):
    """A list cannot be used: the file is none, is damaged, or the policy asks for no list."""


class SubjectError(PlacedError):
    """What is said of a user is not valid."""


class RequestError(PlacedError):
    """What is asked for is not valid."""


class RecordError(PlacedError):
    """The record of an account is not valid, or a later release wrote it."""


class CodesError(PlacedError):
    """The codes of a request are not of exactly one way, or not of the shape that codes have. HTTP 400.

    ``name`` is SALTBOX_E_NO_CODE, _TWO_WAYS, _HALF_OF_A_PAIR, _EMPTY_CODE or _MALFORMED_CODE.
    """


class AnswersError(SaltboxError):
    """More than 16 answers, or the id of a question that cannot be one. HTTP 400."""


class OtherSubject(SaltboxError):
    """The record belongs to another account or realm than the subject: the wrong row was read."""


class DescriptorError(PlacedError):
    """The descriptor is not valid, or describes what no scheme verifies."""


@dataclass(frozen=True)
class Accepted:
    """The password is right. Where ``rehash`` is true, hash it anew and store the result."""

    rehash: bool


class Findings(list):
    """What is wrong with a password: a dict for each rule that it breaks, and none where it may be taken.

    Each has the ``code`` and ``name`` of a rule, ``bound`` where the rule has
    one, ``found`` and a ``text`` in English. ``warnings`` are dicts of the
    same kind, of what refuses nothing and may trouble the user later.

    ``strength`` is for a meter: a dict of ``score``, from 0 to 4,
    ``guesses_log10``, ``seconds`` by attacker, ``suggestions`` and, where there
    is one, ``weakness``. It is None where it was not estimated: for what is not
    UTF-8, for more than 4096 bytes, and where the policy says "strength": False.
    """

    def __init__(self, violations=(), warnings=(), strength=None):
        super().__init__(violations)
        self.warnings = list(warnings)
        self.strength = strength


class Way(enum.IntEnum):
    """How a code comes back: the three ways of a password reset."""

    EMAIL_LINK = 1  # a link in an e-mail
    ONE_TIME_CODE = 2  # digits that the user types in, with a request code that the client keeps
    RESET_LINK = 3  # a link that an administrator made


class Channel(enum.IntEnum):
    """How a code reaches the user."""

    EMAIL = 1
    TEXT = 2
    VOICE = 3
    POSTAL = 4
    ADMINISTRATOR = 5


class Decision(enum.IntEnum):
    """What a flow decided, for logs and counters. From 100 on it is a no."""

    CODE_ISSUED = 1
    PASSWORD_RESET = 2
    ADDRESS_VERIFIED = 3
    QUESTIONS_SET = 4
    QUESTIONS_ASKED = 5
    ANSWERS_RIGHT = 6
    IMPORTED = 7
    SIGNED_UP = 10
    SIGNED_IN = 11
    PASSWORD_CHANGED = 12
    PASSWORD_SET = 13
    TEMPORARY_SET = 14
    PASSWORD_EXPIRED = 15
    ACCOUNT_LOCKED = 16
    ACCOUNT_UNLOCKED = 17
    ACCOUNT_NOW_DISABLED = 18
    ACCOUNT_ENABLED = 19
    NO_ACCOUNT = 100
    NO_ADDRESS = 101
    ADDRESS_UNVERIFIED = 102
    TOO_SOON = 103
    EXHAUSTED = 104
    WRONG_CODE = 110
    UNKNOWN_CODE = 111
    EXPIRED_CODE = 112
    SPENT_CODE = 113
    SUPERSEDED_CODE = 114
    EARLY_CODE = 115
    OTHER_PURPOSE = 116
    OTHER_WAY = 117
    OTHER_REALM = 118
    ADDRESS_CHANGED = 119
    CREDENTIAL_CHANGED = 120
    PASSWORD_REFUSED = 130
    PASSWORD_REUSED = 131
    OTHER_SESSION = 140
    NO_QUESTIONS = 141
    NOT_ASKED = 142
    WRONG_ANSWERS = 143
    ANSWERS_REFUSED = 144
    EXISTS = 150
    WRONG_PASSWORD = 151
    TEMPORARILY_LOCKED = 152
    PERMANENTLY_LOCKED = 153
    ACCOUNT_DISABLED = 154
    ACCOUNT_INVITED = 155
    MUST_CHANGE = 156
    TEMPORARY_OVER = 157
    NO_PASSWORD = 158
    OLD_AUTHENTICATION = 159


class Client(enum.IntEnum):
    """What may be said to a client of whom nothing is known."""

    DONE = 1
    SENT = 2  # if there is such an account, a code is on its way
    INVALID_CODE = 3
    EXPIRED_CODE = 4
    USED_CODE = 5
    OLDER_CODE = 6
    PASSWORD_REFUSED = 7
    ANSWERS_REFUSED = 8
    WRONG_ANSWERS = 9
    SIGN_IN_FIRST = 10
    PASSWORD_REUSED = 11
    WRONG_PASSWORD = 12  # or there is no such account, or it may not sign in
    MUST_CHANGE = 13  # said only to who has the right password
    EXISTS = 14


class Effect(enum.IntFlag):
    """What has to be done, after the record was stored."""

    SEND_CODE = 1
    REVOKE_SESSIONS = 2  # and refresh tokens
    NOTIFY_PASSWORD_CHANGED = 4
    ADDRESS_VERIFIED = 8  # store that it is
    STEP_UP_SESSION = 16  # the one that the request came with
    NEW_SESSION = 32  # for the account
    NOTIFY_QUESTIONS_CHANGED = 64
    REVOKE_OTHER_SESSIONS = 128  # all but the one that the request came with
    REHASHED = 256  # nothing to do: the record has a stronger hash of the same password
    NOTIFY_SIGN_UP_TRIED = 512  # tell the user that somebody tried to sign up with the login


class AnswerRule(enum.IntEnum):
    """What an answer to a security question may break when it is set up."""

    NOT_UTF8 = 1
    TOO_LONG = 2
    EMPTY_AFTER_NORMALIZING = 3
    TOO_SHORT = 4
    NOT_A_DATE = 5
    IN_QUESTION = 10
    SAME_AS_ANOTHER = 11
    IS_LOGIN_ID = 12
    COMMON = 13
    IS_PASSWORD = 14
    UNKNOWN_QUESTION = 20
    TOO_FEW_ANSWERS = 21
    TOO_MANY_ANSWERS = 22


@dataclass(frozen=True)
class AnswerViolation:
    """A rule that an answer breaks."""

    code: AnswerRule
    # The id of the question; None where it is about how many answers there are.
    question: str | None
    # In English, for hosts without words of their own.
    text: str


@dataclass(frozen=True)
class Question:
    """One to ask."""

    id: str
    text: str


@dataclass(frozen=True, repr=False, eq=False)
class Codes:
    """The codes of a request, str or bytes, as its client sent them.

    None is null: not given. One that is empty was given, and is refused as that.
    """

    email_auth_code: str | bytes | None = None
    request_code: str | bytes | None = None
    verification_code: str | bytes | None = None
    password_reset_code: str | bytes | None = None

    def _each(self):
        """Kind, id and secret, as C takes them."""
        codes = (self.email_auth_code, self.request_code, self.verification_code, self.password_reset_code)
        return [(kind, "", code) for kind, code in enumerate(codes, 1) if code is not None]


@dataclass(frozen=True, repr=False, eq=False)
class Answers:
    """Answers to security questions, str or bytes by the id of the question, as a client sent them.

    The copy that the library is given is wiped after the call.
    """

    by_question: dict[str, str | bytes]

    def _each(self):
        # In the order of the ids, so that violations come in the same order every time.
        return [(_SECRET_ANSWER, question, self.by_question[question]) for question in sorted(self.by_question)]


@dataclass(frozen=True)
class Outcome:
    """What a flow decided. It counts as true for a yes and as false for a no.

    **Store ``record`` by compare-and-swap with the one of the call before
    anything else is done or said**, for a no as well: a wrong code costs an
    attempt, and a right one is spent. A code that two requests bring at once is
    accepted in both outcomes; by the one swap that succeeds it is accepted
    once. Where the swap fails, read the record again and make the call again.
    """

    decision: Decision
    client: Client
    effects: Effect
    # What to store; None where nothing has changed.
    record: str | None = field(repr=False)
    # What to send; None where there is none. It is nowhere else.
    code: bytes | None = field(repr=False)
    # What the account is found by when the code comes back. Of a one-time code it is the request
    # code, which the client is given, also where there is no such account.
    lookup: str | None = field(repr=False)
    # Seconds before trying again can help; 0 where no time does.
    retry_after_s: int
    # Seconds that the code lives, to be said in the mail; None where there is none.
    lifetime_s: int | None
    # How the code is to be sent, or was: whose address ADDRESS_VERIFIED is about.
    channel: Channel | None
    # What the policy found about the new password; None where none was checked.
    findings: Findings | None
    # The questions to ask.
    questions: tuple[Question, ...]
    # All that answers break that were to be set up.
    answer_violations: tuple[AnswerViolation, ...]
    # All of it by name, for logs, without record, code and lookup key.
    said: dict = field(repr=False)

    def __bool__(self):
        return 0 < self.decision < 100


class Blocklist:
    """A file of breached passwords, mapped; unmapped when neither it nor a core that has it is left.

    What is read of it stands in the page cache of the system, once for all
    processes. Any number of cores may have one. To change a list, rename a new
    file over it and make new cores: to write in place may end the process.
    """

    def __init__(self, path):
        with open(path, "rb") as file:
            # Nothing is written and so nothing copied: ctypes lends the bytes
            # only of what could be written. An empty file cannot be mapped.
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        self._file = (c_ubyte * len(mapped)).from_buffer(mapped)

    def check(self):
        """Reads the list whole, some seconds for a gigabyte: once after it was copied is enough.

        Raises BlocklistError where something is damaged.
        """
        diag = _Diag()
        _require_blocklist(_library().saltbox_blocklist_check(self._file, len(self._file), byref(diag)), diag)

    def _attach_to(self, settings):
        """Reads the head and the end of the list only."""
        diag = _Diag()
        attach = _library().saltbox_config_attach_blocklist
        _require_blocklist(attach(settings, self._file, len(self._file), byref(diag)), diag)


class Saltbox:
    """A configured core. Any number of threads may use one."""

    def __init__(self, config=None, keys=None, blocklist=None):
        """``config`` is a dict as README shows it, or the text of one; None for the defaults.

        ``keys`` are root keys by id, 32 random bytes or more each. All of them
        verify; the one that ``config["keys"]["create_key_id"]`` names seals.
        ``blocklist`` is the Blocklist that the policy asks for with
        ``"blocklist": {"outside": True}``.
        """
        handle = c_void_p()
        with _Config(config, keys, blocklist) as settings:
            _require_whole(settings)
            _require_ok(_library().saltbox_new(settings, byref(handle)))
        self._own(handle, blocklist)

    def _own(self, handle, blocklist):
        self._handle = handle
        # Not at exit: a thread may still be in a call, and memory goes with the process.
        # The list is an argument so that it is unmapped after the core was freed.
        weakref.finalize(self, _free, handle, blocklist).atexit = False

    def derive(self, config, keys=None, blocklist=None):
        """A core with other settings, keys and list, and the work memory of this one: both together never use more.

        Raises ConfigError also where ``config`` sizes the work memory
        differently (leaving that out is always right), or where one hash of its
        policy does not fit.
        """
        handle = c_void_p()
        with _Config(config, keys, blocklist) as settings:
            _require_whole(settings)
            status = _library().saltbox_derive(self._handle, settings, byref(handle))
        if status == E_CONFIG:
            message = "the work memory that is shared has another size, or none for one hash of this policy"
            raise ConfigError(status, "hash", None, message)
        _require_ok(status)
        derived = type(self).__new__(type(self))
        derived._own(handle, blocklist)
        return derived

    def capacity(self):
        """How many hashes of the policy can be computed at once."""
        jobs = c_uint32()
        _require_ok(_library().saltbox_capacity(self._handle, byref(jobs)))
        return jobs.value

    def hash(self, password):
        """The string to store for ``password``, which is str or bytes."""
        password = _bytes(password)
        out = ctypes.create_string_buffer(HASH_MAX)
        length = c_size_t()
        _require_ok(
            _library().saltbox_hash(
                self._handle, password, len(password), out, HASH_MAX, byref(length)
            )
        )
        return out.raw[: length.value].decode("ascii")

    def verify(self, stored, password):
        """Returns Accepted where ``password`` is the one ``stored`` was made from, and raises otherwise.

        ``stored`` is None for a user that does not exist: call it all the
        same, so that nobody can tell by the time.
        """
        stored, password = _bytes(stored or b""), _bytes(password)
        rehash = c_uint32()
        _require_ok(
            _library().saltbox_verify(
                self._handle, stored or None, len(stored), password or None, len(password), byref(rehash)
            )
        )
        return Accepted(rehash.value == 1)

    def verify_batch(self, attempts):
        """Verifies many pairs of stored string and password.

        Returns a list in the same order: Accepted, or the error that ``verify``
        would have raised, which counts as false.
        """
        attempts = [(_bytes(stored or b""), _bytes(password)) for stored, password in attempts]
        n = len(attempts)
        stored, stored_end = _joined([stored for stored, _ in attempts])
        passwords, password_end = _joined([password for _, password in attempts])
        statuses = (c_int32 * n)(*[-1] * n)
        rehash = (c_uint32 * n)()
        status = _library().saltbox_verify_batch(
            self._handle, n, stored, stored_end, passwords, password_end, statuses, rehash
        )
        if status != REJECTED:
            _require_ok(status)
        return [
            Accepted(rehash[i] == 1) if statuses[i] == OK else _error(statuses[i]) for i in range(n)
        ]

    def rekey(self, stored):
        """The same string, sealed with the key that creates, without its password; None where it is already.

        Store it by compare-and-swap on ``stored``.
        """
        return _raised(self.rekey_batch([stored])[0])

    def wrap(self, stored):
        """A weak string inside of the policy's hash, without its password; None where nothing is to be done.

        The system that wrote it can no longer read it. Store it by
        compare-and-swap on ``stored``.
        """
        return _raised(self.wrap_batch([stored])[0])

    def rekey_batch(self, stored):
        """As ``rekey``, for many: a list of strings, None and errors."""
        return self._rewritten(_library().saltbox_rekey_batch, stored)

    def wrap_batch(self, stored):
        """As ``wrap``, for many in one slot: a list of strings, None and errors."""
        return self._rewritten(_library().saltbox_wrap_batch, stored)

    def _rewritten(self, call, stored):
        stored = [_bytes(item) for item in stored]
        n = len(stored)
        if n == 0:
            return []
        text, ends = _joined(stored)
        out = ctypes.create_string_buffer(n * HASH_MAX)
        out_ends = (c_size_t * n)()
        statuses = (c_int32 * n)(*[-1] * n)
        status = call(self._handle, n, text, ends, out, len(out), out_ends, statuses)
        if status != REJECTED:
            _require_ok(status)
        # Not out.raw, which copies the whole buffer.
        written = ctypes.string_at(out, out_ends[n - 1]).decode("ascii")
        begin, results = 0, []
        for i in range(n):
            if statuses[i] == OK:
                results.append(written[begin : out_ends[i]])
            else:
                results.append(None if statuses[i] == REJECTED else _error(statuses[i]))
            begin = out_ends[i]
        return results

    def check(self, password, subject=None, old=None):
        """Everything that is wrong with ``password`` as a new one, as Findings: empty where nothing is.

        ``subject`` is a dict of what is known of the user: ``login_id``,
        ``email``, ``words``. ``old`` is the password that it replaces, as the
        user has just given it: it must not be the same.
        """
        lib = _library()
        subject = json.dumps(subject or {}).encode()
        password = _bytes(password)
        with _Outcome() as outcome:
            given = (self._handle, subject, len(subject))
            new = (password or None, len(password), int(time.time()), byref(outcome))
            if old is None:
                status = lib.saltbox_check(*given, *new)
            else:
                old = _bytes(old)
                status = lib.saltbox_check_change(*given, old or None, len(old), *new)
            if status == E_SUBJECT:
                diag = _Diag()
                _require(E_SUBJECT, lib.saltbox_subject_check(subject, len(subject), byref(diag)))
                raise diag.error(SubjectError)
            said = outcome.read(status)
        findings = Findings(said["violations"], said["warnings"], said.get("strength"))
        # Two ways to say the same: where they differ, nothing was decided.
        _require(OK if not findings else REJECTED, status)
        return findings

    def reset_lookup(self, codes):
        """What the account is found by whose Codes have come, before any store is asked. Raises CodesError."""
        out = ctypes.create_string_buffer(LOOKUP_MAX)
        length = c_size_t()
        with _Secrets(codes) as secrets:
            _require_codes(
                _library().saltbox_reset_lookup(self._handle, secrets, out, LOOKUP_MAX, byref(length)), secrets
            )
        return out.raw[: length.value].decode("ascii")

    def request_reset(self, record, subject, way, channel, request=None, now=None):
        """Makes a code for setting a new password, to be sent. Returns an Outcome.

        ``record`` is what is stored of the account, None where there is none;
        ``subject`` a dict of what is known of the user: ``id``, which a record
        is bound to, ``realm``, ``email``, ``email_verified``, ``phone``,
        ``phone_verified`` and what ``check`` takes. ``request`` is a dict of
        what is asked for besides: ``suppress_mail``. ``now`` is in seconds since 1970.

        Store the record of the outcome, then its ``lookup`` as the key of a row
        that names the account; then do what its ``effects`` say. The client is
        told the same whether there is such an account or not.
        """
        return self._issued(_library().saltbox_request_reset, record, subject, request, way, channel, now)

    def reset(self, record, subject, codes, new_password, request=None, now=None):
        """Sets a new password where the code is right. Returns an Outcome: see there what to do with its record.

        ``record`` is that of the account that ``reset_lookup`` finds, None where
        there is none. Raises CodesError as ``reset_lookup``. All sessions end, and
        there is no new one, unless "account" says "reset_signs_in": then
        Effect.REVOKE_SESSIONS comes with NEW_SESSION, in this order, where ``subject``
        has ``mfa_enrolled`` False and the code went to the user.
        """
        password = _bytes(new_password)
        with _Secrets(codes) as secrets:
            given = (secrets, password or None, len(password))
            return self._decided(_library().saltbox_reset, record, subject, request, given, now, secrets)

    def request_verification(self, record, subject, way, channel, request=None, now=None):
        """Makes a code that shows that an address is the user's. As ``request_reset``, but not for a reset link."""
        return self._issued(_library().saltbox_request_verification, record, subject, request, way, channel, now)

    def verify_address(self, record, subject, codes, request=None, now=None):
        """Says that an address is the user's where the code that went there is right. As ``reset``."""
        with _Secrets(codes) as secrets:
            call = _library().saltbox_verify_address
            return self._decided(call, record, subject, request, (secrets,), now, secrets)

    def sign_up(self, record, subject, password, request=None, now=None):
        """Makes the record of a new account, whose ``id`` ``subject`` has to say. Returns an Outcome.

        ``record`` is that of the account that has this login already, None
        where none has. Store the record of the outcome only where there still
        is none, before anything else is done or said. Unless "account" says
        "mask": False, a client is told the same of a new account and of one that
        exists, at the same cost, and neither gets a session: send a code with
        ``request_verification``, and let the user sign in.
        """
        return self._with_passwords(_library().saltbox_sign_up, record, subject, request, now, password)

    def sign_in(self, record, subject, password, request=None, now=None):
        """Whether ``password`` signs the account in. Returns an Outcome, whose ``effects`` name the session to give.

        An account that is not there (``record`` is None), is locked or is disabled
        costs the same and sounds the same as a wrong password. Of ``subject``
        its ``status`` counts: "enabled", "disabled", "invited" or "expired".
        ``request`` may have ``step_up`` and ``revoke_other_sessions``.

        Store the record for a no as well: failures are charged in it. **Where
        there is no record to store, compare that the stored one is still the one
        that was read**, and where it is not, make the call again: else, of many
        guesses at once, the right one would be told whatever the others were charged.
        """
        return self._with_passwords(_library().saltbox_sign_in, record, subject, request, now, password)

    def update(self, record, subject, new_password, request, now=None):
        """Sets a new password within a session of the account, without the old one. Returns an Outcome.

        ``request`` is a dict: ``session_subject`` is the ``id`` for which the
        session was made, ``auth_age_s`` how many seconds ago its user signed in,
        which is too long ago where it is not said, unless the password has
        just been reset; ``revoke_other_sessions`` ends all sessions but this one.
        """
        return self._with_passwords(_library().saltbox_update, record, subject, request, now, new_password)

    def replace(self, record, subject, old_password, new_password, request=None, now=None):
        """Sets a new password with the old one as the proof, also where ``sign_in`` says MUST_CHANGE.

        A wrong one is charged as by ``sign_in``.
        """
        return self._with_passwords(
            _library().saltbox_replace, record, subject, request, now, old_password, new_password
        )

    def admin_set_temporary(self, record, subject, password, request=None, now=None):
        """Sets a password that has to be replaced at its first use, within "temporary_s" of "account".

        The host has checked that the caller may, here and below. It keeps the
        policy, and is not compared with former ones.
        """
        return self._with_passwords(_library().saltbox_admin_set_temporary, record, subject, request, now, password)

    def admin_set_active(self, record, subject, password, request=None, now=None):
        """Sets a password that is good at once. As ``admin_set_temporary`` otherwise."""
        return self._with_passwords(_library().saltbox_admin_set_active, record, subject, request, now, password)

    def admin_expire(self, record, subject, request=None, now=None):
        """Says that the password has to be replaced before the next sign-in."""
        return self._decided(_library().saltbox_admin_expire, record, subject, request, (), now)

    def admin_lock(self, record, subject, request=None, now=None):
        """Locks an account: nothing is looked at until it is unlocked. All sessions end."""
        return self._decided(_library().saltbox_admin_lock, record, subject, request, (), now)

    def admin_unlock(self, record, subject, request=None, now=None):
        """Unlocks an account, whoever locked it, and forgets what failed at sign-ins, codes and answers."""
        return self._decided(_library().saltbox_admin_unlock, record, subject, request, (), now)

    def admin_disable(self, record, subject, request=None, now=None):
        """Disables an account: nobody signs in, resets or is sent a code. All sessions end."""
        return self._decided(_library().saltbox_admin_disable, record, subject, request, (), now)

    def admin_enable(self, record, subject, request=None, now=None):
        """Enables an account again."""
        return self._decided(_library().saltbox_admin_enable, record, subject, request, (), now)

    def _with_passwords(self, call, record, subject, request, now, *passwords):
        passwords = [_bytes(password) for password in passwords]
        given = [part for password in passwords for part in (password or None, len(password))]
        return self._decided(call, record, subject, request, given, now)

    def set_questions(self, record, subject, answers, request, now=None):
        """Sets up Answers to security questions, which replace all that there were. Returns an Outcome.

        ``request`` is a dict: ``session_subject`` is the ``id`` for which the
        session was made that the request comes with. What is wrong with the
        answers stands in ``answer_violations``. Raises ConfigError where no
        questions are configured, and AnswersError for more than 16 answers.
        """
        return self._answered(_library().saltbox_set_questions, record, subject, answers, request, now)

    def get_questions(self, record, subject, request, now=None):
        """What to ask, as ``questions`` of the Outcome: the same until it is answered. Store its record first."""
        return self._decided(_library().saltbox_get_questions, record, subject, request, (), now)

    def verify_questions(self, record, subject, answers, request, now=None):
        """Whether enough Answers are right to what was asked, and never which are wrong. Returns an Outcome.

        Where ``request`` has ``step_up``, the session is to be raised, else
        there may be a new one. Store the record for a no as well: the attempt
        is charged in it.
        """
        return self._answered(_library().saltbox_verify_questions, record, subject, answers, request, now)

    def _answered(self, call, record, subject, answers, request, now):
        with _Secrets(answers) as secrets:
            return self._decided(call, record, subject, request, (secrets,), now, secrets)

    def admin_import(self, record, subject, stored, request=None, now=None):
        """Makes a record of a stored string that ``verify`` takes; None for an account without a password."""
        stored = _bytes(stored or b"")
        given = (stored or None, len(stored))
        return self._decided(_library().saltbox_admin_import, record, subject, request, given, now)

    def _issued(self, call, record, subject, request, way, channel, now):
        return self._decided(call, record, subject, request, (Way(way), Channel(channel)), now)

    def _decided(self, call, record, subject, request, given, now, secrets=None):
        record = _bytes(record or b"")
        subject = json.dumps(subject).encode() if subject else b""
        request = json.dumps(request).encode() if request else b""
        now = int(time.time()) if now is None else now
        if not 0 <= now < 2**64:
            # ctypes would take the low bits of it.
            raise ValueError("now is in seconds since 1970")
        common = [part for text in (record, subject, request) for part in (text or None, len(text))]
        with _Outcome() as outcome:
            status = call(self._handle, *common, *given, now, byref(outcome))
            if status not in (OK, REJECTED):
                _raise_placed(status, record, subject, request)
                if status == E_CONFIG:
                    message = "security questions are off: the configuration has none"
                    raise ConfigError(status, "questions", None, message)
                _require_codes(status, secrets)
            decided = outcome.decided(status)
        # Two ways to say the same: where they differ, nothing was decided.
        _require(OK if decided else REJECTED, status)
        return decided

    def identify(self, stored):
        """What a stored string is, as a dict: scheme, parameters, and what is wrong with it and where."""
        stored = _bytes(stored)
        with _Outcome() as outcome:
            return outcome.read(
                _library().saltbox_identify(self._handle, stored, len(stored), None, byref(outcome))
            )

    def effective_config(self):
        """The settings in force, as a dict, with what the configuration left open.

        Nodes with the same ``digest`` decide alike.
        """
        with _Outcome() as outcome:
            return outcome.read(_library().saltbox_effective_config(self._handle, byref(outcome)))

    def public_policy(self):
        """What a form says of new passwords before one is typed, as a dict.

        ``rules`` have ``code``, ``name``, ``text`` and, where there is one, ``bound``;
        ``passwordrules`` is for the attribute of a form; ``descope`` is the whole answer
        to Descope's ``GET /v1/auth/password/policy``.
        """
        with _Outcome() as outcome:
            return outcome.read(_library().saltbox_policy_public(self._handle, byref(outcome)))

    def stats(self):
        """What happened in this process since the core was made, with all that are derived from it.

        A dict of numbers, named as in saltbox.h; those by scheme are dicts
        themselves, and the kernels are text.
        """
        lib = _library()
        # An older library fills less of it; the rest stays 0.
        counters = _Counters(struct_size=ctypes.sizeof(_Counters))
        _require_ok(lib.saltbox_stats(self._handle, byref(counters)))
        schemes = [lib.saltbox_scheme_name(scheme) for scheme in range(SCHEMES_MAX)]
        stats = {}
        for name, _ in _Counters._fields_[2:]:
            value = getattr(counters, name)
            if isinstance(value, bytes):
                value = value.decode()
            elif not isinstance(value, int):
                value = {scheme.decode(): n for scheme, n in zip(schemes, value) if scheme}
            stats[name] = value
        return stats

    def trim(self):
        """Gives work memory that no call uses back to the system. How many bytes."""
        freed = c_uint64()
        _require_ok(_library().saltbox_trim(self._handle, byref(freed)))
        return freed.value


def import_descriptor(descriptor):
    """The string to store for what another system exports in fields; ``Saltbox.verify`` reads it.

    ``descriptor`` is a dict: saltbox_import in saltbox.h says what is in it.
    """
    text = json.dumps(descriptor).encode()
    out = ctypes.create_string_buffer(HASH_MAX)
    length = c_size_t()
    diag = _Diag()
    status = _library().saltbox_import(text, len(text), out, HASH_MAX, byref(length), byref(diag))
    if status in (E_IMPORT, E_UNSUPPORTED):
        raise diag.error(DescriptorError)
    _require_ok(status)
    return out.raw[: length.value].decode()


def same_identifier(a, b):
    """Whether two logins or e-mail addresses are one: without case, width and form, and never by what only looks alike.

    Send to the address that is stored, not to the one that was typed in.
    """
    a, b = _bytes(a), _bytes(b)
    status = _library().saltbox_same_identifier(a or None, len(a), b or None, len(b))
    if status != REJECTED:
        _require_ok(status)
    return status == OK


def fold_identifier(identifier):
    """What ``same_identifier`` compares, as str: a key that a database finds logins by, beside the login as it is shown.

    What is not UTF-8 raises Rejected.
    """
    identifier = _bytes(identifier)
    # No character becomes more than twelve times as long.
    folded = ctypes.create_string_buffer(12 * len(identifier) + 1)
    length = c_size_t()
    status = _library().saltbox_fold_identifier(
        identifier or None, len(identifier), folded, len(folded), byref(length)
    )
    _require_ok(status)
    return folded.raw[: length.value].decode()


def lint(config, standard=None):
    """What a configuration breaks of the standards for passwords, as a dict with ``conforming`` and ``breaches``.

    ``config`` is what Saltbox takes. ``standard`` is "nist-63b-4",
    "nist-63b-4-mfa", "asvs-5-l1" or "asvs-5-l2"; None for all of them. What a
    standard only recommends stands among the breaches of what conforms, too.
    """
    name = _bytes(standard or b"")
    with _Config(config) as settings, _Outcome() as outcome:
        status = _library().saltbox_lint(settings, name or None, len(name), byref(outcome))
        if status == E_CONFIG:
            raise ConfigError(status, "standard", None, "there is no such standard")
        return outcome.read(status)


@dataclass(frozen=True)
class Proposal:
    """Parameters, and how they did on this machine.

    False where ``reached`` is: even the least that may be created takes longer than the target, and is what was measured.
    """

    reached: bool
    # A configuration, with the memory and the slots that were measured in.
    config: dict
    # Seconds that one hash takes by itself, and while as many as were asked for are computed.
    alone_s: float
    under_load_s: float
    # Under load.
    hashes_per_second: float
    # In use by all of them.
    memory_bytes: int

    def __bool__(self):
        return self.reached


class CalibrationError(PlacedError):
    """Nothing can be measured: a number is out of range, or there is no room for the least that may be created."""


def calibrate(scheme, target_s, at_once, memory_bytes, config=None):
    """The dearest parameters that keep to a target on this machine, as a Proposal.

    ``target_s`` is how many seconds a user may wait for one hash at the peak, ``at_once`` how many are
    computed then, ``memory_bytes`` the work memory of all of them together. ``scheme`` is "argon2id",
    "scrypt", "pbkdf2-sha256", "pbkdf2-sha512" or "bcrypt". The limits of ``config`` hold.

    It hashes on ``at_once`` threads, for about ten times ``target_s``, in work memory of its own:
    call it before the service starts, or on a machine of the same kind.
    """
    lib = _library()
    name = _bytes(scheme)
    diag = _Diag()
    numbers = (round(target_s * 1e9), at_once, memory_bytes)
    for number, most in zip(numbers, (2**64, 2**32, 2**64)):
        if not 0 <= number < most:
            # ctypes would take the low bits of it.
            raise ValueError(f"{number} is out of range")
    with _Config(config) as settings, _Calibration() as calibration:
        status = lib.saltbox_calibration_new(
            settings, name or None, len(name), *numbers, byref(calibration), byref(diag)
        )
        if status != OK:
            raise diag.error(CalibrationError)
        threads = c_uint32()
        with ThreadPoolExecutor(at_once) as executor:
            while (status := lib.saltbox_calibration_next(calibration, byref(threads))) == OK:
                readings = list(executor.map(_measure, [calibration] * threads.value))
                readings = [reading for thread in readings for reading in thread]
                told = (c_uint64 * len(readings))(*readings)
                _require_ok(lib.saltbox_calibration_tell(calibration, told, len(readings)))
        _require(REJECTED, status)
        alone, under_load, memory = c_uint64(), c_uint64(), c_uint64()
        with _Outcome() as outcome:
            status = lib.saltbox_calibration_advice(
                calibration, byref(alone), byref(under_load), byref(memory), byref(outcome)
            )
            proposed = outcome.read(status)
    rate = at_once * 1e9 / under_load.value
    return Proposal(status == OK, proposed, alone.value / 1e9, under_load.value / 1e9, rate, memory.value)


def _measure(calibration):
    """The hashes of one thread, and what its clock said around each."""
    readings = [time.perf_counter_ns()]
    while len(readings) < CALIBRATION_READINGS:
        _require_ok(_library().saltbox_calibration_hash(calibration))
        readings.append(time.perf_counter_ns())
    return readings


class _Calibration(c_void_p):
    """Freed where ``with`` ends, whichever way."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _library().saltbox_calibration_free(self)


def import_policy(format, settings):
    """Another system's password settings as ``policy`` and, where they say something of accounts, ``account``.

    Both go under their names in a configuration. ``format`` is "passwordrules" or "keycloak", whose ``settings`` are a str,
    or "descope", "auth0", "okta", "cognito" or "firebase", whose are a dict as
    the system has it. What policy and account cannot say is under
    ``not_expressible``: a list of dicts of ``path`` and ``reason``.
    """
    text = _json({"format": format, "settings": settings})
    diag = _Diag()
    with _Outcome() as outcome:
        status = _library().saltbox_policy_import(text, len(text), byref(outcome), byref(diag))
        if status == E_CONFIG:
            raise diag.error(ConfigError)
        return outcome.read(status)


def export_policy(config, format):
    """The policy of a configuration, and its account where it has one, as another system's ``settings``.

    ``config`` is what Saltbox takes, ``format`` as for ``import_policy``. What
    the settings cannot say is under ``not_expressible``, too.
    """
    name = _bytes(format)
    diag = _Diag()
    with _Config(config) as settings, _Outcome() as outcome:
        status = _library().saltbox_policy_export(settings, name or None, len(name), byref(outcome), byref(diag))
        if status == E_CONFIG:
            raise diag.error(ConfigError)
        return outcome.read(status)


class _Outcome(c_void_p):
    """What a call decided. Freed where ``with`` ends, whichever way."""

    def read(self, status):
        """What it says, as a dict, where the call answered yes or no."""
        if status != REJECTED:
            _require_ok(status)
        length = c_size_t()
        start = _library().saltbox_outcome_json(self, byref(length))
        return json.loads(ctypes.string_at(start, length.value))

    def decided(self, status):
        """The Outcome of a flow."""
        lib = _library()
        said = self.read(status)
        record, code, lookup = (
            self._lent(lend)
            for lend in (lib.saltbox_outcome_record, lib.saltbox_outcome_code, lib.saltbox_outcome_lookup)
        )
        decision = _known(Decision, lib.saltbox_outcome_verdict(self))
        findings, broken = None, ()
        # Of a password and of answers the violations have the same name there.
        if decision == Decision.ANSWERS_REFUSED:
            broken = said["violations"]
        elif "violations" in said:
            findings = Findings(said["violations"], said["warnings"], said.get("strength"))
        return Outcome(
            decision=decision,
            client=_known(Client, lib.saltbox_outcome_client(self)),
            effects=Effect(lib.saltbox_outcome_effects(self)),
            record=record and record.decode(),
            code=code,
            lookup=lookup and lookup.decode(),
            retry_after_s=lib.saltbox_outcome_retry_after_s(self),
            lifetime_s=lib.saltbox_outcome_lifetime_s(self) or None,
            channel=_known(Channel, lib.saltbox_outcome_channel(self) or None),
            findings=findings,
            questions=tuple(Question(**question) for question in said.get("questions", ())),
            answer_violations=tuple(
                AnswerViolation(_known(AnswerRule, each["code"]), each["question"] or None, each["text"])
                for each in broken
            ),
            said=said,
        )

    def _lent(self, lend):
        length = c_size_t()
        start = lend(self, byref(length))
        return None if start is None else ctypes.string_at(start, length.value)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _library().saltbox_outcome_free(self)


class _Secrets:
    """Codes or Answers as C takes them. Wiped where ``with`` ends, whichever way."""

    def __init__(self, given):
        lib = _library()
        self._handle = c_void_p()
        _require_ok(lib.saltbox_secrets_new(byref(self._handle)))
        try:
            for kind, question, secret in given._each():
                question, secret = _bytes(question), _bytes(secret)
                _require_ok(
                    lib.saltbox_secrets_add(
                        self._handle, kind, question or None, len(question), secret or None, len(secret)
                    )
                )
        except BaseException:
            lib.saltbox_secrets_free(self._handle)
            raise

    def __enter__(self):
        return self._handle

    def __exit__(self, *_):
        _library().saltbox_secrets_free(self._handle)


class _Config:
    def __init__(self, config, keys=None, blocklist=None):
        text = _json({} if config is None else config)
        diag = _Diag()
        self._handle = c_void_p()
        status = _library().saltbox_config_parse(text, len(text), byref(self._handle), byref(diag))
        if status != OK:
            raise diag.error(ConfigError)
        try:
            for key_id, key in (keys or {}).items():
                if not 0 <= key_id < 2**32:
                    # ctypes would take the low bits of it.
                    raise ValueError(f"the id of a key is from 0 to {2**32 - 1}")
                _require_ok(_library().saltbox_config_add_key(self._handle, key_id, key, len(key)))
            if blocklist is not None:
                blocklist._attach_to(self._handle)
        except BaseException:
            _library().saltbox_config_free(self._handle)
            raise

    def __enter__(self):
        return self._handle

    def __exit__(self, *_):
        _library().saltbox_config_free(self._handle)


class _Diag(ctypes.Structure):
    _fields_ = [
        ("status", c_int32),
        ("reserved", c_uint32),
        ("offset", c_uint64),
        ("path", c_char * 128),
        ("message", c_char * 256),
    ]

    def error(self, kind):
        path, message = (text.decode("utf-8", "replace") for text in (self.path, self.message))
        return kind(self.status, path, None if self.offset == NOWHERE else self.offset, message)


class _Counters(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("running", c_uint32),
        ("running_peak", c_uint32),
        ("max_running", c_uint32),
        ("queued", c_uint32),
        ("queued_peak", c_uint32),
        ("queue_len", c_uint32),
        ("memory_bytes", c_uint64),
        ("memory_idle_bytes", c_uint64),
        ("memory_peak_bytes", c_uint64),
        ("memory_budget_bytes", c_uint64),
        ("jobs", c_uint64),
        ("busy", c_uint64),
        ("hashes", c_uint64),
        ("accepted", c_uint64),
        ("rehash", c_uint64),
        ("rejected", c_uint64),
        ("no_user", c_uint64),
        ("refused", c_uint64),
        ("accepted_by_scheme", c_uint64 * SCHEMES_MAX),
        ("rejected_by_scheme", c_uint64 * SCHEMES_MAX),
        ("argon2_kernel", c_char * 16),
        ("scrypt_kernel", c_char * 16),
        ("joined", c_uint64),
    ]


def _bytes(text):
    """The bytes of a str, or bytes as they are.

    A lone surrogate, which JSON can bring in, becomes bytes that are not
    UTF-8: refused when set, an ordinary wrong password when verified.
    """
    if isinstance(text, str):
        return text.encode("utf-8", "surrogatepass")
    # Not bytes(text), which takes a number for a length.
    return text if isinstance(text, bytes) else bytes(memoryview(text))


def _json(value):
    """JSON: text as it is, and everything else as the text of it."""
    return _bytes(value) if isinstance(value, (str, bytes)) else json.dumps(value).encode()


def _joined(items):
    """The items one after the other, and where each ends."""
    ends = (c_size_t * len(items))()
    end = 0
    for i, item in enumerate(items):
        end += len(item)
        ends[i] = end
    return b"".join(items) or None, ends


def _raised(result):
    """A result of a batch, raised where it is an error."""
    if isinstance(result, SaltboxError):
        raise result
    return result


def _require_ok(status):
    """The one place where a status becomes a yes."""
    if status != OK:
        raise _error(status)


def _require_blocklist(status, diag):
    if status == E_CONFIG:
        raise diag.error(BlocklistError)
    _require_ok(status)


def _require_whole(settings):
    """Says what a configuration still lacks to make a core of it."""
    diag = _Diag()
    status = _library().saltbox_config_check(settings, byref(diag))
    if status == E_CONFIG:
        raise diag.error(ConfigError)
    _require_ok(status)


def _require_codes(status, secrets):
    if E_NO_CODE <= status <= E_MALFORMED_CODE:
        diag = _Diag()
        _require(status, _library().saltbox_secrets_check(secrets, byref(diag)))
        raise diag.error(CodesError)
    _require_ok(status)


def _raise_placed(status, record, subject, request):
    """Raises what is wrong with the JSON of a call, and where, if that is what is wrong."""
    lib = _library()
    diag = _Diag()
    for statuses, text, check, kind in (
        ((E_SUBJECT,), subject, lib.saltbox_subject_check, SubjectError),
        ((E_REQUEST,), request, lib.saltbox_request_check, RequestError),
        ((E_RECORD, E_LATER_RELEASE), record, lib.saltbox_record_check, RecordError),
    ):
        if status in statuses and check(text or None, len(text), byref(diag)) == status:
            raise diag.error(kind)
    if status == E_SUBJECT:
        # Valid, but not enough.
        message = "records are bound to an id that never changes, and there is none"
        raise SubjectError(status, "id", None, message)


def _known(kind, number):
    """A number by its name; a later library may have numbers that have none here."""
    try:
        return kind(number)
    except ValueError:
        return number


def _free(handle, _blocklist):
    _library().saltbox_free(handle)


def _require(expected, status):
    """For what the library has said before: another answer now is a fault."""
    if status != expected:
        raise SaltboxError(E_INTERNAL)


def _error(status):
    if status == REJECTED:
        return Rejected(status)
    if 30 <= status < 40:
        return PasswordError(status)
    if status == E_OTHER_SUBJECT:
        return OtherSubject(status)
    if 40 <= status < E_RECORD:
        return StoredStringError(status)
    if status == E_BUDGET:
        return Budget(status)
    if status == E_BUSY:
        return Busy(status)
    if status == E_ANSWERS:
        return AnswersError(status)
    return SaltboxError(status)


_REWRITE_BATCH = [
    c_void_p,
    c_size_t,
    c_char_p,
    POINTER(c_size_t),
    c_char_p,
    c_size_t,
    POINTER(c_size_t),
    POINTER(c_int32),
]

# Record, subject and request.
_ACCOUNT = [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, c_char_p, c_size_t]
_END = [c_uint64, POINTER(c_void_p)]
_ONE_PASSWORD = [*_ACCOUNT, c_char_p, c_size_t, *_END]
_LENDER = (c_void_p, [c_void_p, POINTER(c_size_t)])

_SIGNATURES = {
    "saltbox_abi": (c_uint32, []),
    "saltbox_status_name": (c_char_p, [c_int32]),
    "saltbox_config_parse": (c_int32, [c_char_p, c_size_t, POINTER(c_void_p), POINTER(_Diag)]),
    "saltbox_config_add_key": (c_int32, [c_void_p, c_uint32, c_char_p, c_size_t]),
    "saltbox_config_attach_blocklist": (c_int32, [c_void_p, c_void_p, c_size_t, POINTER(_Diag)]),
    "saltbox_config_check": (c_int32, [c_void_p, POINTER(_Diag)]),
    "saltbox_config_free": (None, [c_void_p]),
    "saltbox_blocklist_check": (c_int32, [c_void_p, c_size_t, POINTER(_Diag)]),
    "saltbox_new": (c_int32, [c_void_p, POINTER(c_void_p)]),
    "saltbox_derive": (c_int32, [c_void_p, c_void_p, POINTER(c_void_p)]),
    "saltbox_free": (None, [c_void_p]),
    "saltbox_hash": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, POINTER(c_size_t)],
    ),
    "saltbox_verify": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, POINTER(c_uint32)],
    ),
    "saltbox_verify_batch": (
        c_int32,
        [
            c_void_p,
            c_size_t,
            c_char_p,
            POINTER(c_size_t),
            c_char_p,
            POINTER(c_size_t),
            POINTER(c_int32),
            POINTER(c_uint32),
        ],
    ),
    "saltbox_check": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, c_uint64, POINTER(c_void_p)],
    ),
    "saltbox_check_change": (
        c_int32,
        [
            c_void_p,
            c_char_p,
            c_size_t,
            c_char_p,
            c_size_t,
            c_char_p,
            c_size_t,
            c_uint64,
            POINTER(c_void_p),
        ],
    ),
    "saltbox_subject_check": (c_int32, [c_char_p, c_size_t, POINTER(_Diag)]),
    "saltbox_lint": (c_int32, [c_void_p, c_char_p, c_size_t, POINTER(c_void_p)]),
    "saltbox_policy_import": (c_int32, [c_char_p, c_size_t, POINTER(c_void_p), POINTER(_Diag)]),
    "saltbox_policy_export": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, POINTER(c_void_p), POINTER(_Diag)],
    ),
    "saltbox_policy_public": (c_int32, [c_void_p, POINTER(c_void_p)]),
    "saltbox_rekey_batch": (c_int32, _REWRITE_BATCH),
    "saltbox_wrap_batch": (c_int32, _REWRITE_BATCH),
    "saltbox_import": (
        c_int32,
        [c_char_p, c_size_t, c_char_p, c_size_t, POINTER(c_size_t), POINTER(_Diag)],
    ),
    "saltbox_capacity": (c_int32, [c_void_p, POINTER(c_uint32)]),
    "saltbox_trim": (c_int32, [c_void_p, POINTER(c_uint64)]),
    "saltbox_stats": (c_int32, [c_void_p, POINTER(_Counters)]),
    "saltbox_scheme_name": (c_char_p, [c_uint32]),
    "saltbox_effective_config": (c_int32, [c_void_p, POINTER(c_void_p)]),
    "saltbox_calibration_new": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, c_uint64, c_uint32, c_uint64, POINTER(c_void_p), POINTER(_Diag)],
    ),
    "saltbox_calibration_next": (c_int32, [c_void_p, POINTER(c_uint32)]),
    "saltbox_calibration_hash": (c_int32, [c_void_p]),
    "saltbox_calibration_tell": (c_int32, [c_void_p, POINTER(c_uint64), c_size_t]),
    "saltbox_calibration_advice": (
        c_int32,
        [c_void_p, POINTER(c_uint64), POINTER(c_uint64), POINTER(c_uint64), POINTER(c_void_p)],
    ),
    "saltbox_calibration_free": (None, [c_void_p]),
    "saltbox_identify": (
        c_int32,
        [c_void_p, c_char_p, c_size_t, POINTER(_Diag), POINTER(c_void_p)],
    ),
    "saltbox_secrets_new": (c_int32, [POINTER(c_void_p)]),
    "saltbox_secrets_add": (c_int32, [c_void_p, c_uint32, c_char_p, c_size_t, c_char_p, c_size_t]),
    "saltbox_secrets_check": (c_int32, [c_void_p, POINTER(_Diag)]),
    "saltbox_secrets_free": (None, [c_void_p]),
    "saltbox_reset_lookup": (c_int32, [c_void_p, c_void_p, c_char_p, c_size_t, POINTER(c_size_t)]),
    "saltbox_request_reset": (c_int32, [*_ACCOUNT, c_uint32, c_uint32, *_END]),
    "saltbox_reset": (c_int32, [*_ACCOUNT, c_void_p, c_char_p, c_size_t, *_END]),
    "saltbox_request_verification": (c_int32, [*_ACCOUNT, c_uint32, c_uint32, *_END]),
    "saltbox_verify_address": (c_int32, [*_ACCOUNT, c_void_p, *_END]),
    "saltbox_admin_import": (c_int32, [*_ACCOUNT, c_char_p, c_size_t, *_END]),
    "saltbox_sign_up": (c_int32, _ONE_PASSWORD),
    "saltbox_sign_in": (c_int32, _ONE_PASSWORD),
    "saltbox_update": (c_int32, _ONE_PASSWORD),
    "saltbox_replace": (c_int32, [*_ACCOUNT, c_char_p, c_size_t, c_char_p, c_size_t, *_END]),
    "saltbox_admin_set_temporary": (c_int32, _ONE_PASSWORD),
    "saltbox_admin_set_active": (c_int32, _ONE_PASSWORD),
    "saltbox_admin_expire": (c_int32, [*_ACCOUNT, *_END]),
    "saltbox_admin_lock": (c_int32, [*_ACCOUNT, *_END]),
    "saltbox_admin_unlock": (c_int32, [*_ACCOUNT, *_END]),
    "saltbox_admin_disable": (c_int32, [*_ACCOUNT, *_END]),
    "saltbox_admin_enable": (c_int32, [*_ACCOUNT, *_END]),
    "saltbox_set_questions": (c_int32, [*_ACCOUNT, c_void_p, *_END]),
    "saltbox_get_questions": (c_int32, [*_ACCOUNT, *_END]),
    "saltbox_verify_questions": (c_int32, [*_ACCOUNT, c_void_p, *_END]),
    "saltbox_same_identifier": (c_int32, [c_char_p, c_size_t, c_char_p, c_size_t]),
    "saltbox_fold_identifier": (c_int32, [c_char_p, c_size_t, c_char_p, c_size_t, POINTER(c_size_t)]),
    "saltbox_record_check": (c_int32, [c_char_p, c_size_t, POINTER(_Diag)]),
    "saltbox_request_check": (c_int32, [c_char_p, c_size_t, POINTER(_Diag)]),
    "saltbox_outcome_json": _LENDER,
    "saltbox_outcome_record": _LENDER,
    "saltbox_outcome_code": _LENDER,
    "saltbox_outcome_lookup": _LENDER,
    "saltbox_outcome_verdict": (c_uint32, [c_void_p]),
    "saltbox_outcome_client": (c_uint32, [c_void_p]),
    "saltbox_outcome_effects": (c_uint32, [c_void_p]),
    "saltbox_outcome_retry_after_s": (c_uint64, [c_void_p]),
    "saltbox_outcome_lifetime_s": (c_uint64, [c_void_p]),
    "saltbox_outcome_channel": (c_uint32, [c_void_p]),
    "saltbox_outcome_free": (None, [c_void_p]),
}


@functools.cache
def _library():
    path = os.environ.get("SALTBOX_LIBRARY") or ctypes.util.find_library("saltbox")
    if path is None:
        raise ImportError("saltbox is not installed; SALTBOX_LIBRARY can name its shared library")
    lib = ctypes.CDLL(path)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(lib, name)
        function.restype = result
        function.argtypes = arguments
    if lib.saltbox_abi() != ABI:
        raise ImportError(f"{path} has ABI {lib.saltbox_abi()}, this module is for {ABI}")
    return lib
