"""What tests/services.rs does not reach with its stories: odd bytes, and what takes a second writer or a fault."""

import asyncio
import collections
import contextlib
import io
import json
import time
import unittest
from dataclasses import replace
from unittest import mock

import service_http
import service_host
from saltbox import Busy, Saltbox
from service_api import Api
from service_host import Host
from service_routes import ROUTES

KEY = bytes(7 * i % 256 for i in range(32))
CONFIG = {
    "hash": {"create": {"profile": "test-only"}},
    "keys": {"create_key_id": 1},
    "account": {"mask": False},
    "questions": {"pool": [{"id": "pet", "text": "What was the name of your first pet?"}], "set_up": 1},
}
LOGIN = "ada@example.com"
PASSWORD = "a password of hers"
SIGN_IN = {"loginId": LOGIN, "password": PASSWORD}
NOW = 1_800_000_000


class ServiceTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.host = Host(Saltbox(CONFIG, {1: KEY}), "example", "http://localhost/reset")
        self.host.frozen_at = NOW
        self.api = Api(self.host, ROUTES, "example", "key")
        self.addCleanup(self.host._executor.shutdown)

    async def ask(self, path, members, second="", method="POST"):
        body = json.dumps(members).encode()
        answer = await self.api.answer(service_http.Request(method, path, f"Bearer example:{second}", body))
        return answer.status, answer

    async def sign_up(self):
        status, answer = await self.ask("/v1/auth/password/signup", SIGN_IN)
        self.assertEqual(status, 200)
        return answer.json["refreshJwt"]

    @contextlib.contextmanager
    def meanwhile(self, name, act):
        """Lets ``act`` happen after a call of the library has decided and before that is stored."""
        call = getattr(self.host.core, name)

        def decided(*given, **more):
            outcome = call(*given, **more)
            act()
            return outcome

        with mock.patch.object(self.host.core, name, decided):
            yield

    def write(self, **columns):
        """Another node writes the row."""
        row = self.host.store.by_login(LOGIN)
        self.host.store.swap(row, replace(row, **columns))


class HostTest(ServiceTest):
    async def test_a_swap_that_is_lost_is_tried_again_and_not_without_end(self):
        session = await self.sign_up()
        for lost, expected in ((service_host.ATTEMPTS - 1, 200), (service_host.ATTEMPTS, 503)):
            writes = iter([{"name": f"Ada {n}"} for n in range(lost)])
            with self.meanwhile("set_questions", lambda: self.write(**next(writes, {}))):
                answers = {"loginId": LOGIN, "answers": [{"id": "pet", "answer": f"Barnaby Rudge {lost}"}]}
                status, answer = await self.ask("/v1/auth/security-questions/setup", answers, session)
            self.assertEqual((status, answer.retry_after_s), (expected, 0 if status == 200 else 1))
            self.assertEqual(len(self.host.store.take_mail()), 1 if status == 200 else 0)
        self.assertEqual(answer.json, {"errorCode": "E130429", "errorDescription": "Try again"})

    async def test_a_login_that_somebody_else_takes_meanwhile_is_taken(self):
        other = self.host.newcomer(LOGIN)
        record = self.host.core.admin_import(None, {"id": other.id, "realm": "example"}, None, now=NOW).record

        def take():
            if self.host.store.by_login(LOGIN) is None:
                self.host.store.swap(None, replace(other, record=record))

        with self.meanwhile("sign_up", take):
            status, answer = await self.ask("/v1/auth/password/signup", SIGN_IN)
        self.assertEqual((status, answer.json["reason"]), (400, "exists"))
        self.assertEqual(self.host.store.by_login(LOGIN).record, record)

    async def test_a_session_that_ends_while_its_call_is_decided_changes_nothing(self):
        session = await self.sign_up()
        with self.meanwhile("update", lambda: self.host.store.end_sessions(self.host.store.by_login(LOGIN))):
            update = {"loginId": LOGIN, "newPassword": "a newer one of hers"}
            status, answer = await self.ask("/v1/auth/password/update", update, session)
        self.assertEqual((status, answer.json["reason"]), (401, "sign_in_first"))
        self.assertEqual((await self.ask("/v1/auth/password/signin", SIGN_IN))[0], 200)

    async def test_an_address_that_moves_while_its_code_is_redeemed_is_not_verified(self):
        session = await self.sign_up()
        moved = {"loginId": LOGIN, "email": "lovelace@example.com"}
        self.assertEqual((await self.ask("/v1/auth/magiclink/update/email", moved, session))[0], 200)
        [mail] = self.host.store.take_mail()
        with self.meanwhile("verify_address", lambda: self.write(email="eve@example.com")):
            status, answer = await self.ask("/v1/auth/magiclink/verify", {"token": mail["code"]})
        self.assertEqual((status, answer.json["reason"]), (401, "invalid_code"))
        row = self.host.store.by_login(LOGIN)
        self.assertEqual((row.email, row.email_verified), ("eve@example.com", False))

    async def test_a_full_house_is_told_to_come_back_and_room_comes_back(self):
        await self.sign_up()
        with mock.patch.object(self.host, "_room", 2):
            answers = await asyncio.gather(*(self.ask("/v1/auth/password/signin", SIGN_IN) for _ in range(8)))
            self.assertEqual(sorted(status for status, _ in answers), [200] * 2 + [503] * 6)
            self.assertEqual({answer.retry_after_s for status, answer in answers if status == 503}, {1})
            self.assertEqual(self.host._room, 2)
        with mock.patch.object(self.host.core, "sign_in", side_effect=Busy):
            self.assertEqual((await self.ask("/v1/auth/password/signin", SIGN_IN))[0], 503)
        self.assertEqual(len(self.host._turns), 0)

    async def test_calls_are_made_one_at_a_time_for_a_login_and_as_many_as_there_is_room_for(self):
        # Some are there, and some are not.
        given = [{"loginId": f"user {n // 4}", "password": f"a password of {n // 4}"} for n in range(32)]
        for members in given[::8]:
            await self.ask("/v1/auth/password/signup", members)
        running, most, call, told = [], collections.Counter(), self.host.core.sign_in, set()

        def counted(record, subject, password, **more):
            running.append(password)
            told.add(subject["login_id"])
            most["all"] = max(most["all"], len(running))
            most["login"] = max(most["login"], running.count(password))
            outcome = call(record, subject, password, **more)
            # Long enough that another one would begin, if it might.
            time.sleep(0.002)
            running.remove(password)
            return outcome

        with mock.patch.object(self.host.core, "sign_in", counted):
            await asyncio.gather(*(self.ask("/v1/auth/password/signin", members) for members in given))
        self.assertEqual(told, {members["loginId"] for members in given})
        self.assertEqual(most["login"], 1)
        self.assertLessEqual(most["all"], self.host.core.capacity())

    async def test_a_fault_is_told_to_nobody_and_logged_without_a_secret(self):
        session = await self.sign_up()
        record = self.host.store.by_login(LOGIN).record
        self.write(record=record[: len(record) // 2])
        with contextlib.redirect_stderr(io.StringIO()) as log:
            answers = [
                await self.ask("/v1/auth/password/signin", SIGN_IN),
                await self.ask("/v1/auth/password/update", {"loginId": LOGIN, "newPassword": PASSWORD}, session),
            ]
        with contextlib.redirect_stderr(io.StringIO()) as bug:
            with mock.patch.object(self.host.core, "sign_in", side_effect=ValueError(PASSWORD)):
                answers.append(await self.ask("/v1/auth/password/signin", SIGN_IN))
        for status, answer in answers:
            self.assertEqual((status, answer.json["errorCode"]), (500, "E011001"))
            self.assertEqual(set(answer.json), {"errorCode", "errorDescription"})
        first, second = log.getvalue().splitlines()
        self.assertEqual(first, "POST /v1/auth/password/signin: SALTBOX_E_RECORD")
        self.assertEqual(second, "POST /v1/auth/password/update: SALTBOX_E_RECORD")
        self.assertRegex(bug.getvalue(), r"^POST /v1/auth/password/signin: ValueError in \w+, line \d+\n$")

    async def test_tokens_are_not_in_the_store(self):
        session = await self.sign_up()
        await self.ask("/v1/auth/password/signin", SIGN_IN | {"loginOptions": {"stepup": True}}, session)
        sessions = self.host.store._sessions
        self.assertEqual([(len(at), row.refresh, row.stepped_up) for at, row in sessions.items()], [(32, None, True)])

    async def test_what_holds_secrets_does_not_print_them(self):
        session = await self.sign_up()
        request = service_http.Request("POST", "/", "Bearer example:" + session, PASSWORD.encode())
        row = self.host.store.by_login(LOGIN)
        kept = self.host.store.session(session, NOW)
        for value in (request, service_http.Answer(200, {"refreshJwt": session}), row, kept):
            for secret in (session, PASSWORD, row.record):
                self.assertNotIn(secret, repr(value))


class HttpTest(ServiceTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        server = await service_http.listen("127.0.0.1", 0, self.api.answer, self.api.refuse)
        self.addCleanup(server.close)
        self.address = server.sockets[0].getsockname()

    async def send(self, *pieces):
        """What comes back until the connection is closed: the status and the JSON of each answer."""
        reader, writer = await asyncio.open_connection(*self.address)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        writer.write_eof()
        received = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        answers = []
        while received:
            head, _, rest = received.partition(b"\r\n\r\n")
            length = int(next((line[16:] for line in head.split(b"\r\n") if line.startswith(b"Content-Length: ")), 0))
            answers.append((int(head[9:12]), rest[:length] and json.loads(rest[:length])))
            received = rest[length:]
        return answers

    def request(self, *more, body=b"{}", first=b"POST /v1/auth/password/signin HTTP/1.1"):
        head = [first, b"Host: x", b"Authorization: Bearer example", *more]
        return b"\r\n".join([*head, b"", b""]) + body

    def statuses(self, answers):
        return [status for status, _ in answers]

    async def test_one_connection_takes_many_requests_however_they_come_in_pieces(self):
        await self.sign_up()
        body = json.dumps(SIGN_IN).encode()
        one = self.request(b"Content-Length: %d" % len(body), body=body)
        self.assertEqual(self.statuses(await self.send(one + one)), [200, 200])
        self.assertEqual(self.statuses(await self.send(*(one[at : at + 1] for at in range(len(one))))), [200])
        # A request that does not come to its end gets no answer.
        self.assertEqual(self.statuses(await self.send(one + one[:-1])), [200])
        self.assertEqual(self.statuses(await self.send(one.replace(b"Host: x", b"connection: Close") + one)), [200])
        self.assertEqual(self.statuses(await self.send(one.replace(b"HTTP/1.1", b"HTTP/1.0") + one)), [200])

    async def test_a_client_that_waits_for_it_is_told_to_go_on(self):
        answers = await self.send(self.request(b"Content-Length: 2", b"Expect: 100-continue"))
        self.assertEqual(self.statuses(answers), [100, 400])

    async def test_what_a_proxy_may_have_read_otherwise_is_refused_and_nothing_after_it_is_read(self):
        smuggled = self.request(first=b"GET / HTTP/1.1")
        for status, odd in (
            (411, self.request(b"Transfer-Encoding: chunked")),
            (411, self.request(b"Content-Length: 2", b"Transfer-Encoding: identity")),
            (400, self.request(b"Content-Length: 2", b"Content-Length: 2")),
            (400, self.request(b"Content-Length : 2")),
            (400, self.request(b"Content-Length: 2", b" and: more")),
            (400, self.request(b"Content-Length: +2")),
            (400, self.request(b"Content-Length: -2")),
            (400, self.request(b"Content-Length: 2, 2")),
            (400, self.request("Content-Length: ²".encode())),
            (400, self.request(b"Authorization: Bearer another")),
            (400, self.request(b"no colon")),
            (400, self.request(b": no name")),
            (400, self.request(first=b"POST /v1/auth/password/signin HTTP/2.0")),
            (400, self.request(first=b"POST http://x/v1/auth/password/signin HTTP/1.1")),
            (400, self.request(first=b"POST")),
            (400, b"\r\n\r\n"),
            (413, self.request(b"Content-Length: 65537")),
            (413, self.request(b"Content-Length: " + b"9" * 5000)),
            (431, self.request(b"X: " + b"x" * service_http.HEAD_MAX)),
        ):
            with self.subTest(odd[:80]):
                [(got, said)] = await self.send(odd + smuggled)
                self.assertEqual((got, said["errorCode"]), (status, "E011001"))
        [(got, said)] = await self.send(self.request(b"Content-Length: 65537", first=b"POST /api/v1/x HTTP/1.1"))
        self.assertEqual((got, said["code"]), (413, "too_large"))

    async def test_an_answer_to_head_is_the_last(self):
        answers = await self.send(self.request(first=b"HEAD /v1/auth/password/signin HTTP/1.1", body=b"") * 2)
        self.assertEqual(self.statuses(answers), [405])

    async def test_who_says_nothing_is_left(self):
        with mock.patch.object(service_http, "PATIENCE_S", 0.05):
            reader, writer = await asyncio.open_connection(*self.address)
            writer.write(b"POST /v1/auth/password/signin HTTP/1.1\r\nContent-")
            self.assertEqual(await asyncio.wait_for(reader.read(), 10), b"")
            writer.close()


if __name__ == "__main__":
    unittest.main()
