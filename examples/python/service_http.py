"""As much of HTTP/1.1 as an API takes, on asyncio: behind a proxy that has TLS and limits clients by address."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

BODY_MAX = 64 << 10
HEAD_MAX = 16 << 10
# Seconds for a request to come in, and for a connection to be idle.
PATIENCE_S = 30
# What is read, and for how long, of a body that is too large, so that its sender gets to the answer.
DRAINED_MAX = 1 << 20
DRAINED_S = 5


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    # Tokens and passwords, so they are printed nowhere. Python has no way to wipe them.
    authorization: str = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Answer:
    status: int
    json: dict = field(repr=False)
    retry_after_s: int = 0

    def encode(self, is_last):
        body = json.dumps(self.json).encode()
        head = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            *([f"Retry-After: {self.retry_after_s}"] if self.retry_after_s else []),
            *(["Connection: close"] if is_last else []),
        ]
        return "\r\n".join([*head, "", ""]).encode() + body


class BadRequest(Exception):
    """What came is no request that can be answered and followed by another one."""

    def __init__(self, status, path=""):
        super().__init__(status)
        self.status, self.path = status, path


async def listen(
    host: str, port: int, answer: Callable[[Request], Awaitable[Answer]], refuse: Callable[[int, str], Answer]
):
    """Serves ``answer``; ``refuse`` says by its status and its path what cannot be read."""

    async def connected(reader, writer):
        try:
            await _converse(reader, writer, answer, refuse)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            pass  # The client has gone, or says nothing.
        finally:
            writer.close()

    return await asyncio.start_server(connected, host, port, limit=HEAD_MAX)


async def _converse(reader, writer, answer, refuse):
    is_last = False
    while not is_last:
        try:
            request, is_last = await asyncio.wait_for(_read(reader, writer), PATIENCE_S)
        except BadRequest as bad:
            writer.write(refuse(bad.status, bad.path).encode(is_last=True))
            writer.write_eof()
            await asyncio.wait_for(_drain(reader), DRAINED_S)
            return
        writer.write((await answer(request)).encode(is_last))
        await writer.drain()


async def _read(reader, writer):
    """A request, and whether it is the last of its connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    target, _, version = rest.partition(" ")
    if version not in ("HTTP/1.1", "HTTP/1.0") or not target.startswith("/"):
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    path = target.partition("?")[0]
    headers = _headers(lines)
    if "transfer-encoding" in headers:
        # Who finds the end of a body otherwise than the proxy is told a request that the proxy has not seen.
        raise BadRequest(HTTPStatus.LENGTH_REQUIRED)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise BadRequest(HTTPStatus.BAD_REQUEST)
    if len(length) > 9 or int(length) > BODY_MAX:
        raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, path)
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await reader.readexactly(int(length))
    # HEAD has no route, and its answer no body that would be seen as one.
    is_last = version == "HTTP/1.0" or method == "HEAD" or "close" in headers.get("connection", "").lower()
    return Request(method, path, headers.get("authorization", ""), body), is_last


def _headers(lines):
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        # A blank before the colon, a line that goes on with the one before, or one of these twice: proxies differ.
        is_twice = name in headers and name in ("content-length", "authorization")
        if not colon or not name or name != name.strip() or is_twice:
            raise BadRequest(HTTPStatus.BAD_REQUEST)
        headers[name] = value.strip()
    return headers


async def _drain(reader):
    left = DRAINED_MAX
    while left > 0 and (read := await reader.read(left)):
        left -= len(read)
