"""A sign-in endpoint on asyncio: the event loop stays free while passwords are verified."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from saltbox import Busy, Rejected, Saltbox, SaltboxError


class AsyncSaltbox:
    """A core on as many threads as it has room for, with a bounded number of callers.

    Whoever comes when too many wait already is told Busy: better at once than
    served too late. The library says the same of those who come past this class.
    """

    def __init__(self, saltbox, threads=None, waiting=64):
        self._saltbox = saltbox
        threads = threads or saltbox.capacity()
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="saltbox")
        # The queue of an executor has no bound of its own.
        self._room = threads + waiting

    async def hash(self, password):
        return await self._run(self._saltbox.hash, password)

    async def verify(self, stored, password):
        return await self._run(self._saltbox.verify, stored, password)

    async def _run(self, call, *arguments):
        if self._room == 0:
            raise Busy
        self._room -= 1
        job = self._executor.submit(call, *arguments)
        loop = asyncio.get_running_loop()
        # Room is free when the work ends, not when the caller gives up: a call
        # that has begun cannot be interrupted.
        job.add_done_callback(lambda _: loop.call_soon_threadsafe(self._leave))
        return await asyncio.wrap_future(job)

    def _leave(self):
        self._room += 1

    def close(self):
        self._executor.shutdown()


async def sign_in(saltbox, users, name, password):
    """What a server answers: the HTTP status and, where there are any, headers."""
    stored = users.get(name)
    try:
        accepted = await saltbox.verify(stored, password)
    except Rejected:
        return 401, {}
    except Busy:
        # Not refused: it may well be the right password.
        return 503, {"Retry-After": "1"}
    except SaltboxError as error:
        print(f"nothing decided for {name}: {error}")
        return 500, {}
    if accepted.rehash:
        try:
            stronger = await saltbox.hash(password)
        except SaltboxError as error:
            # Signed in either way: that the upgrade has to wait is not the user's fault.
            print(f"not stored anew for {name}: {error!r}")
        else:
            # Unless the password was changed while this one was hashed.
            if users.get(name) == stored:
                users[name] = stronger
    return 200, {}


SAYS = {200: "signed in", 401: "refused", 500: "refused", 503: "come back later"}


async def main():
    core = Saltbox()
    saltbox = AsyncSaltbox(core, waiting=8)
    users = {
        "alice": await saltbox.hash("correct horse battery staple"),
        "bob": await saltbox.hash("Tr0ub4dor&3"),
        "carol": "$argon2id$v=19$damaged",
    }
    attempts = [
        ("alice", "correct horse battery staple"),
        ("alice", "Tr0ub4dor&3"),
        ("bob", "Tr0ub4dor&3"),
        ("carol", "whatever she had"),
        ("nobody", "correct horse battery staple"),
    ]
    answers = await asyncio.gather(*(sign_in(saltbox, users, *attempt) for attempt in attempts))
    for (name, _), (status, _) in zip(attempts, answers):
        print(f"{name:7} {SAYS[status]} ({status})")

    print(f"\nA rush: 100 at once, where {core.capacity()} can be served at a time and 8 may wait")
    rush = await asyncio.gather(*(sign_in(saltbox, users, *attempts[0]) for _ in range(100)))
    answers = Counter((status, *headers.items()) for status, headers in rush)
    for (status, *headers), count in sorted(answers.items()):
        print(f"{count:4}", SAYS[status], f"({status})", *map(": ".join, headers))

    stats = core.stats()
    print(f"\n{stats['jobs']} jobs, {stats['running_peak']} at once at most; {core.trim() >> 20} MiB given back")
    saltbox.close()


if __name__ == "__main__":
    asyncio.run(main())
