"""From a request to its answer: which route it is, who may take it, and what is said of what goes wrong."""

import enum
import hmac
import sys
import traceback
from http import HTTPStatus

from saltbox import AnswersError, Busy, CodesError, ConfigError, SaltboxError
from service_http import Answer
from service_requests import Members, Refused, as_descope, as_resets


class Need(enum.Enum):
    """What has to stand in the header after the project, which everybody knows."""

    PROJECT = enum.auto()
    SESSION = enum.auto()
    MANAGEMENT = enum.auto()
    # Not even the project.
    NOTHING = enum.auto()


class Api:
    def __init__(self, host, routes, project, management_key):
        """``routes`` are pairs of a Need and a function, by method and path."""
        self._host = host
        self._routes = routes
        self._paths = {path for _, path in routes}
        self._project = project
        self._management_key = management_key.encode()

    async def answer(self, request):
        """An answer, whatever came."""
        need = None
        try:
            need, function = self._route(request)
            session = self._authorize(need, request.authorization)
            members = Members({}) if request.method == "GET" else Members.of(request.body)
            return Answer(200, await function(self._host, members, session))
        except Exception as error:
            refused = _refused(error)
            if refused.name == "internal_error":
                print(f"{request.method} {request.path}: {_place(error)}", file=sys.stderr, flush=True)
            status, said = _shaped(refused, request.path)
            # Who has a session of the account hears how long to wait. To others it would tell that there is one.
            is_heard = need == Need.SESSION or refused.name == "try_again"
            return Answer(status, said, refused.retry_after_s if is_heard else 0)

    def refuse(self, status, path):
        """An answer to what is no request."""
        name = "too_large" if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "malformed_request"
        return Answer(status, _shaped(Refused(name), path)[1])

    def _route(self, request):
        if request.path not in self._paths:
            raise Refused("not_found")
        try:
            return self._routes[request.method, request.path]
        except KeyError:
            raise Refused("method_not_allowed") from None

    def _authorize(self, need, header):
        """The session that a request comes with, if it does, where it may be made at all."""
        if need == Need.NOTHING:
            return None
        scheme, _, parts = header.partition(" ")
        project, second, *_ = [*parts.split(":"), ""]
        if scheme != "Bearer" or project != self._project:
            raise Refused("sign_in_first")
        if need == Need.MANAGEMENT:
            if not hmac.compare_digest(second.encode("latin-1"), self._management_key):
                raise Refused("unauthorized")
            return None
        session = self._host.store.session(second, self._host.now())
        if need == Need.SESSION and session is None:
            raise Refused("sign_in_first")
        return session


def _shaped(refused, path):
    """Status and JSON as the clients of a path read them."""
    return (as_resets if path.startswith("/api/") else as_descope)(refused)


def _refused(error):
    """What a client is told of an error."""
    match error:
        case Refused():
            return error
        case Busy():
            return Refused("try_again", retry_after_s=1)
        case CodesError():
            return Refused(error.name.removeprefix("SALTBOX_E_").lower())
        case AnswersError():
            return Refused("invalid_request", "answers: more than 16, or an id that is none")
        case ConfigError(path="questions"):
            # They are off, so there is no such route.
            return Refused("not_found")
    return Refused("internal_error")


def _place(error):
    """For the log: what is wrong and where, without the text of an error, which may have what was sent or stored."""
    if isinstance(error, SaltboxError):
        return error.name
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
