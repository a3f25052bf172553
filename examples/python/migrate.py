"""Makes a table of weak stored strings strong tonight, without anybody's password.

    python3 migrate.py users.db                  what would be done, and what it costs
    python3 migrate.py users.db --write          do it

Every string that is weaker than the policy is wrapped in the policy's hash,
every other one sealed where a key is given. Rows are replaced by compare-and-swap
on the string that was read, so sign-ins go on meanwhile. It may be killed at any
time: run it again, and it goes on with what is left. Nothing is wrapped twice.

The old system can no longer read what is written. --keep-old COLUMN copies each
string into another column first: the way back, and as good as the old table for
whoever steals it, so drop the column when the new system has proven itself.

A configuration is JSON as README shows it; keys are files of 32 random bytes or more.
"""

import argparse
import collections
import json
import pathlib
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from saltbox import Busy, Saltbox, SaltboxError

# Rows of one call: one slot is kept for as long as that takes.
BATCH_ROWS = 64
# Rows that are written in one transaction.
COMMIT_ROWS = 1024
# Row keys that are shown for each reason to refuse.
SHOWN = 5


class Table:
    """A column of stored strings, read in the order of a key that is unique."""

    def __init__(self, database, table, key, column):
        self.connection = sqlite3.connect(database, isolation_level=None, timeout=60)
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.table, self.key, self.column = (_quoted(name) for name in (table, key, column))

    def rows(self):
        return self.connection.execute(
            f"SELECT count(*) FROM {self.table} WHERE {self.column} <> ''"
        ).fetchone()[0]

    def batches(self):
        """Lists of key and string. Each is read by itself: no cursor is open while rows change."""
        select = f"SELECT {self.key}, {self.column} FROM {self.table} WHERE {self.column} <> ''"
        order = f"ORDER BY {self.key} LIMIT {BATCH_ROWS}"
        batch = self.connection.execute(f"{select} {order}").fetchall()
        while batch:
            yield batch
            last = (batch[-1][0],)
            batch = self.connection.execute(f"{select} AND {self.key} > ? {order}", last).fetchall()

    def replace(self, changes, keep_old):
        """Puts each new string where the old one still stands. How many stood no longer."""
        assignments = f"{self.column} = ?"
        if keep_old:
            # What was kept of an earlier string stays.
            kept = _quoted(keep_old)
            assignments += f", {kept} = coalesce({kept}, {self.column})"
        update = f"UPDATE {self.table} SET {assignments} WHERE {self.key} = ? AND {self.column} = ?"
        missed = 0
        self.connection.execute("BEGIN IMMEDIATE")
        for key, old, new in changes:
            missed += self.connection.execute(update, (new, key, old)).rowcount != 1
        self.connection.execute("COMMIT")
        return missed


class Bar:
    """How far it is, on one line of a terminal; else a line now and then."""

    def __init__(self, total):
        self.total, self.done = total, 0
        self.began = self.shown = time.monotonic()
        self.is_terminal = sys.stderr.isatty()

    def advance(self, rows):
        self.done += rows
        now = time.monotonic()
        if now - self.shown >= (0.2 if self.is_terminal else 10) or self.done >= self.total:
            self.shown = now
            rate = self.done / max(now - self.began, 1e-6)
            left = max(self.total - self.done, 0) / max(rate, 1e-6)
            part = min(self.done / max(self.total, 1), 1)
            line = (
                f"[{'#' * int(24 * part):<24}] {100 * part:3.0f} %  {self.done:,} of {self.total:,} rows"
                f"  {rate:,.0f} a second  {_duration(left)} left"
            )
            print(f"\r{line:<79}" if self.is_terminal else line, end="" if self.is_terminal else "\n",
                  file=sys.stderr, flush=True)

    def end(self):
        if self.is_terminal:
            print(file=sys.stderr)


class Refused:
    """What is left as it is, and why: counts, and the keys of the first rows. Never a string."""

    def __init__(self):
        self.counts = collections.Counter()
        self.keys = {}

    def add(self, reason, key):
        self.counts[reason] += 1
        keys = self.keys.setdefault(reason, [])
        if len(keys) < SHOWN:
            keys.append(key)

    def show(self):
        for reason, count in self.counts.most_common():
            keys = ", ".join(str(key) for key in self.keys[reason])
            print(f"  {count:>10,}  left as they are: {reason} (rows {keys}{', ...' if count > SHOWN else ''})")


def plan(saltbox, table, threads):
    """Says what would be done. Reads every row, writes none, computes a few hashes to know how long one takes."""
    bar = Bar(table.rows())
    found, refused = collections.Counter(), Refused()
    for batch in table.batches():
        for key, stored in batch:
            findings = saltbox.identify(stored)
            scheme = findings.get("scheme", "not recognised")
            if "wraps" in findings:
                scheme = f"{findings['wraps']} in {scheme}"
            if "upgrade" in findings:
                found[findings["upgrade"], scheme] += 1
            else:
                refusal = findings.get("upgrade_refused") or findings["problem"]
                refused.add(f"{scheme}: {refusal['reason']}", key)
        bar.advance(len(batch))
    bar.end()
    says = {"wrap": "to be wrapped", "seal": "to be sealed only", "none": "strong already"}
    for (upgrade, scheme), count in sorted(found.items(), key=lambda item: -item[1]):
        print(f"  {count:>10,}  {says[upgrade]}: {scheme}")
    refused.show()
    hashes = sum(count for (upgrade, _), count in found.items() if upgrade == "wrap")
    seconds = min(_timed(lambda: saltbox.hash("how long does one take?")) for _ in range(3))
    stats = saltbox.stats()
    print(
        f"\n  {hashes:,} hashes of {1000 * seconds:.2f} ms: {hashes * seconds / 3600:,.2f} core hours, "
        f"{_duration(hashes * seconds / threads)} on {threads} threads"
    )
    print(f"  {threads} times {stats['memory_peak_bytes'] / 2**20:,.1f} MiB of work memory")
    print("  nothing was written; --write does it")
    return True


def write(saltbox, table, threads, keep_old):
    """Replaces what is weak. Whether every row is as it should be."""
    bar = Bar(table.rows())
    counts, refused = collections.Counter(), Refused()
    changes = []

    def flush():
        counts["changed meanwhile, to be done by another run"] += table.replace(changes, keep_old)
        changes.clear()

    def take(batch, results):
        for (key, old), new in zip(batch, results):
            if isinstance(new, SaltboxError):
                refused.add(new.name, key)
            elif new is None:
                counts["strong or wrapped already"] += 1
            else:
                counts["written"] += 1
                changes.append((key, old, new))
        if len(changes) >= COMMIT_ROWS:
            flush()
        bar.advance(len(batch))

    began, cpu_began = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        # Two batches a thread are under way, so memory does not grow with the table.
        under_way = collections.deque()
        for batch in table.batches():
            under_way.append((batch, pool.submit(_wrapped, saltbox, [stored for _, stored in batch])))
            if len(under_way) >= 2 * threads:
                batch, result = under_way.popleft()
                take(batch, result.result())
        for batch, result in under_way:
            take(batch, result.result())
    flush()
    bar.end()
    counts["written"] -= counts["changed meanwhile, to be done by another run"]
    for what, count in counts.items():
        if count:
            print(f"  {count:>10,}  {what}")
    refused.show()
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu_began
    if counts["written"]:
        print(
            f"  {counts['written'] / seconds:,.0f} rows a second on {threads} threads, "
            f"{counts['written'] / max(cpu, 1e-6):,.0f} for each second of a core"
        )
    return not refused.counts and not counts["changed meanwhile, to be done by another run"]


def _wrapped(saltbox, stored):
    results = saltbox.wrap_batch(stored)
    while any(isinstance(result, Busy) for result in results):
        # Sign-ins in this process go first.
        time.sleep(0.1)
        results = saltbox.wrap_batch(stored)
    return results


def _timed(call):
    began = time.monotonic()
    call()
    return time.monotonic() - began


def _duration(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _quoted(name):
    """An identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def _key(argument):
    """ID=FILE, as an id and the bytes of the file."""
    key_id, _, path = argument.partition("=")
    if not key_id.isdecimal() or not path:
        raise argparse.ArgumentTypeError("a key is ID=FILE, such as 1=root.key")
    return int(key_id), pathlib.Path(path).read_bytes()


def _threads(argument):
    threads = int(argument)
    if threads < 1:
        raise argparse.ArgumentTypeError("at least one thread")
    return threads


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", help="a file of SQLite")
    parser.add_argument("--table", default="users")
    parser.add_argument("--key", default="id", help="a column that is unique and has an order (id)")
    parser.add_argument("--column", default="password", help="the column of stored strings (password)")
    parser.add_argument("--config", help="a JSON file; the defaults without")
    parser.add_argument("--root-key", type=_key, action="append", default=[], metavar="ID=FILE")
    parser.add_argument("--threads", type=_threads, help="as many as the machine has room for")
    parser.add_argument("--keep-old", metavar="COLUMN", help="an empty column that takes the strings of before")
    parser.add_argument("--write", action="store_true", help="write; without, only say what would be done")
    options = parser.parse_args(arguments)
    if not pathlib.Path(options.database).is_file():
        parser.error(f"{options.database}: no such file")
    config = json.loads(pathlib.Path(options.config).read_text("utf-8")) if options.config else None
    try:
        saltbox = Saltbox(config, dict(options.root_key))
        table = Table(options.database, options.table, options.key, options.column)
        threads = options.threads or saltbox.capacity()
        if options.write:
            return write(saltbox, table, threads, options.keep_old)
        return plan(saltbox, table, threads)
    except (SaltboxError, sqlite3.Error) as error:
        print(f"not done: {error}", file=sys.stderr)
        return False


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
