"""What clients send and are told: members of JSON, each looked at by its type, and one table of all that is refused."""

import json

from saltbox import Answers, Client

# Everything that is refused, by name: HTTP status, Descope's code and its text.
REFUSALS = {
    # What the library says that a client may hear.
    "wrong_password": (401, "E062903", "Invalid signin credentials"),
    "must_change": (401, "E062909", "Password expired"),
    "wrong_answers": (401, "E062903", "Invalid answers"),
    "sign_in_first": (401, "E064001", "Not authorized"),
    "invalid_code": (401, "E062504", "Token expired"),
    "expired_code": (401, "E062504", "Token expired"),
    "used_code": (401, "E062504", "Token expired"),
    "older_code": (401, "E062504", "Token expired"),
    "password_refused": (400, "E011003", "Request is invalid"),
    "password_reused": (400, "E011003", "Request is invalid"),
    "answers_refused": (400, "E011003", "Request is invalid"),
    "exists": (400, "E062107", "User already exists"),
    # The codes of a request are of no way, or have no shape of one.
    "no_code": (400, "E011003", "Request is invalid"),
    "two_ways": (400, "E011003", "Request is invalid"),
    "half_of_a_pair": (400, "E011003", "Request is invalid"),
    "empty_code": (400, "E011003", "Request is invalid"),
    "malformed_code": (400, "E011003", "Request is invalid"),
    # Administrators hear why an account gets no link.
    "account_disabled": (400, "E011003", "Request is invalid"),
    "permanently_locked": (400, "E011003", "Request is invalid"),
    "user_not_found": (404, "E112102", "User not found"),
    "unauthorized": (401, "E111119", "Unauthorized"),
    # What is no request, and what cannot be answered now.
    "malformed_request": (400, "E011001", "Request is malformed"),
    "too_large": (413, "E011001", "Request is too large"),
    "missing_member": (400, "E011002", "A member is missing"),
    "invalid_request": (400, "E011003", "Request is invalid"),
    "not_found": (404, "E011001", "Not found"),
    "method_not_allowed": (405, "E011001", "Method not allowed"),
    "try_again": (503, "E130429", "Try again"),
    "internal_error": (500, "E011001", "Internal error"),
}

# Those that are told beside Descope's code, which says less.
REASONS = {client.name.lower() for client in Client} | {"empty_code", "malformed_code"}


class Refused(Exception):
    """What a client is told instead of what it asked for: the name of a row of REFUSALS, and what is known besides."""

    def __init__(self, name, message="", violations=(), retry_after_s=0):
        super().__init__(name)
        self.name, self.message, self.violations, self.retry_after_s = name, message, violations, retry_after_s


def as_descope(refused):
    """Status and JSON as Descope's clients read them."""
    status, code, text = REFUSALS[refused.name]
    said = {"errorCode": code, "errorDescription": text}
    if refused.message:
        said["errorMessage"] = refused.message
    if refused.name in REASONS:
        said["reason"] = refused.name
    if refused.violations:
        said["violations"] = list(refused.violations)
    return status, said


def as_resets(refused):
    """Status and JSON below /api/v1, where another vendor's clients ask."""
    status, _, text = REFUSALS[refused.name]
    said = {"type": "base_error", "code": refused.name, "message": refused.message or text}
    if refused.name == "password_refused":
        broken = [{"code": each["name"], "message": each["text"]} for each in refused.violations]
        said |= {"type": "constraint_violations_error", "violations": {"newPassword": broken}}
    # A code authorizes nothing there, so a wrong one is a wrong request.
    return 400 if refused.name.endswith("_code") else status, said


class Members:
    """The members of a request's JSON. What is null is not there, and what is not known is ignored."""

    def __init__(self, members, path=""):
        self._members = members
        self._path = path

    @classmethod
    def of(cls, body):
        """Of a body, read strictly: what is read in another way than it was written is another password."""
        try:
            members = json.loads(body.decode(), parse_constant=_is_no_number)
            # An escaped surrogate without its other half is no character, and does not encode.
            json.dumps(members, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            # Without the cause: it has the body.
            raise Refused("malformed_request") from None
        if not isinstance(members, dict):
            raise Refused("malformed_request")
        return cls(members)

    def optional(self, name):
        """A text, or None."""
        return self._take(name, str, "a string")

    def text(self, name):
        return self._require(name, self.optional(name))

    def flag(self, name):
        """False where it is not there."""
        return bool(self._take(name, bool, "a boolean"))

    def number(self, name):
        return self._require(name, self._take(name, int, "a number"))

    def json(self, name):
        """An object as it is, or None."""
        return self._take(name, dict, "an object")

    def below(self, name):
        """The members of an object, none where it is not there."""
        return Members(self.json(name) or {}, f"{self._path}{name}.")

    def filled(self, name):
        """A text that is missing where it is empty, too."""
        return self._require(name, self.optional(name) or None)

    def login(self):
        """As it was typed."""
        return self.filled("loginId")

    def refuse_unserved(self, *names):
        """What would promise a client more than is done. A client that leaves it empty does not ask for it."""
        for name in names:
            value = self._members.get(name)
            # 0 would be equal to False.
            if not (value is None or value is False or value in ("", {})):
                raise self.refused(name, "is not served here")

    def refused(self, name, why):
        return Refused("invalid_request", f"{self._path}{name}: {why}")

    def answers(self):
        needed = "a list of id and answer"
        by_question = {}
        for each in self._require("answers", self._take("answers", list, needed)):
            match each:
                case {"id": str(question), "answer": str(answer)} if question not in by_question:
                    by_question[question] = answer
                case _:
                    raise Refused("invalid_request", f"answers: {needed} is needed")
        return Answers(by_question)

    def _take(self, name, kind, needed):
        value = self._members.get(name)
        if value is not None and not isinstance(value, kind):
            raise self.refused(name, f"{needed} is needed")
        return value

    def _require(self, name, value):
        if value is None:
            raise Refused("missing_member", f"{self._path}{name} is missing")
        return value


def _is_no_number(name):
    raise ValueError(name)
