"""A sign-in endpoint on asyncio: the event loop stays free while passwords are verified."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from saltbox import Rejected, Saltbox, SaltboxError


class Busy(Exception):
    """Too many callers wait already: better refused at once than served too late."""


class AsyncSaltbox:
    """A core on a bounded number of threads, with a bounded number of callers."""

    def __init__(self, saltbox, threads=os.cpu_count() or 1, waiting=64):
        self._saltbox = saltbox
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
    """Whether ``password`` lets ``name`` in."""
    stored = users.get(name)
    try:
        accepted = await saltbox.verify(stored, password)
    except Rejected:
        return False
    except SaltboxError as error:
        print(f"nothing decided for {name}: {error}")
        return False
    if accepted.rehash:
        try:
            stronger = await saltbox.hash(password)
        except (Busy, SaltboxError) as error:
            # Signed in either way: that the upgrade has to wait is not the user's fault.
            print(f"not stored anew for {name}: {error!r}")
        else:
            # Unless the password was changed while this one was hashed.
            if users.get(name) == stored:
                users[name] = stronger
    return True


async def main():
    saltbox = AsyncSaltbox(Saltbox())
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
    for (name, _), signed_in in zip(attempts, answers):
        print(f"{name:7}", "signed in" if signed_in else "refused")
    saltbox.close()


if __name__ == "__main__":
    asyncio.run(main())
