"""Makes a table of weak stored strings strong tonight, without anybody's password.

    python3 migrate.py users.db                  what would be done, and what it costs
    python3 migrate.py users.db --write          do it

Every string that is weaker than the policy is wrapped in the policy's hash, and
with a root key all are sealed: with the key that the configuration names, or the
one of the largest id. Rows are replaced by compare-and-swap on the string that
was read, so sign-ins go on meanwhile. It may be killed at any time: run it again,
and it goes on with what is left. Nothing is wrapped twice.

Some strings can be read in several ways (32 digits are MD5, MD4 or an NT hash).
Once wrapped, only the first can ever match, so such rows are left as they are
until --accept-readings says that the first is right; the plan shows which they are.

The old system can no longer read what is written, which has up to 1023 bytes.
--keep-old COLUMN keeps each string in another column: the way back, by

    UPDATE users SET password = COLUMN WHERE COLUMN IS NOT NULL AND COLUMN <> ''

(what users have changed since is lost with it), and as good as the old table for
whoever steals it, so drop the column when the new system has proven itself. Old
strings also stay in backups and in the log until they are overwritten.

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

MEANWHILE = "changed meanwhile, to be done by another run"
NO_TEXT = "no text of UTF-8 in the column"


class NotDone(Exception):
    """Why nothing can be done, or no more."""


class Table:
    """A column of stored strings, read in the order of a key that is unique."""

    def __init__(self, database, table, key, column, keep_old):
        self.connection = sqlite3.connect(database, isolation_level=None, timeout=60)
        # What is no UTF-8 is refused by itself, and ends nothing.
        self.connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.execute("PRAGMA secure_delete = ON")
        self._check_names(table, [key, column] + [keep_old] * (keep_old is not None))
        if keep_old is not None and _folded(keep_old) == _folded(column):
            raise NotDone("the column that keeps the old strings has to be another one")
        self.table, self.key, self.column = (_quoted(name) for name in (table, key, column))
        self.keep_old = keep_old and _quoted(keep_old)
        self._check_key(key)

    def _check_names(self, table, names):
        # SQLite takes an unknown name in quotes for a text.
        rows = self.connection.execute("SELECT name FROM pragma_table_xinfo(?)", (table,))
        columns = {_folded(name) for (name,) in rows}
        if not columns:
            raise NotDone(f"no such table: {table}")
        for name in names:
            if _folded(name) not in columns:
                raise NotDone(f"no such column: {table}.{name}")

    def _check_key(self, name):
        count, known, distinct = self.connection.execute(
            f"SELECT count(*), count({self.key}), count(DISTINCT {self.key}) FROM {self.table}"
        ).fetchone()
        if count != known or count != distinct:
            raise NotDone(f"the column {name} is NULL or the same in several rows; --key has to tell them apart")

    def rows(self):
        return self.connection.execute(
            f"SELECT count(*) FROM {self.table} WHERE {self.column} <> ''"
        ).fetchone()[0]

    def batches(self):
        """Lists of key and string, which is None where it is no text. Each is
        read by itself: no cursor is open while rows change."""
        select = f"SELECT {self.key}, {self.column} FROM {self.table} WHERE {self.column} <> ''"
        order = f"ORDER BY {self.key} LIMIT {BATCH_ROWS}"
        batch = self.connection.execute(f"{select} {order}").fetchall()
        while batch:
            yield [(key, stored if _is_text(stored) else None) for key, stored in batch]
            last = (batch[-1][0],)
            batch = self.connection.execute(f"{select} AND {self.key} > ? {order}", last).fetchall()

    def replace(self, changes):
        """Puts each new string where the old one still stands. How many stood no longer."""
        assignments = f"{self.column} = ?"
        if self.keep_old:
            # What was kept of an earlier string stays: a sealed one is no way back.
            assignments += f", {self.keep_old} = coalesce(nullif({self.keep_old}, ''), {self.column})"
        update = f"UPDATE {self.table} SET {assignments} WHERE {self.key} = ? AND {self.column} = ?"
        missed = 0
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            for key, old, new in changes:
                missed += self.connection.execute(update, (new, key, old)).rowcount != 1
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
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


class Left:
    """A row that is not handed to the library, and why."""

    def __init__(self, reason):
        self.reason = reason


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


def plan(saltbox, table, threads, accept_readings):
    """Says what would be done. Reads every row, writes none, computes a few hashes to know how long one takes."""
    bar = Bar(table.rows())
    found, refused = collections.Counter(), Refused()
    for batch in table.batches():
        for key, stored in batch:
            if stored is None:
                refused.add(NO_TEXT, key)
                continue
            findings = saltbox.identify(stored)
            if not accept_readings and (reason := _ambiguous(findings)):
                refused.add(reason, key)
                continue
            scheme = findings.get("scheme", "not recognised")
            if "wraps" in findings:
                scheme = f"{findings['wraps']} in {scheme}"
            if "upgrade" in findings:
                found[findings["upgrade"], scheme] += 1
            else:
                refusal = findings.get("upgrade_refused") or findings["problem"]
                # Not the reason: it may hold a number of the row's own.
                refused.add(f"{scheme}: {refusal['name']}", key)
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
    print(f"  {_sealing(saltbox)}; the column has to have room for 1023 bytes")
    print("  nothing was written; --write does it")
    return True


def _sealing(saltbox):
    settings = saltbox.effective_config()
    key_id = settings["keys"].get("create_key_id")
    fingerprints = {key["id"]: key["fingerprint"] for key in settings["known_keys"]}
    if key_id is None:
        return "without a root key, nothing is sealed"
    return f"sealed with the root key {key_id}, fingerprint {fingerprints[key_id]}"


def _ambiguous(findings):
    """Why a row waits for somebody's word; "" where it does not."""
    if not findings.get("readings") or findings.get("upgrade") != "wrap":
        return ""
    return f"may be {' or '.join(findings['readings'])}: --accept-readings takes the first"


def write(saltbox, table, threads, accept_readings):
    """Replaces what is weak. Whether every row is as it should be."""
    bar = Bar(table.rows())
    counts, refused = collections.Counter(), Refused()
    changes = []

    def flush():
        counts[MEANWHILE] += table.replace(changes)
        changes.clear()

    def take(batch, results):
        for (key, old), new in zip(batch, results):
            if isinstance(new, Left):
                refused.add(new.reason, key)
            elif isinstance(new, SaltboxError):
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
    try:
        with ThreadPoolExecutor(threads) as pool:
            # Two batches a thread are under way, so memory does not grow with the table.
            under_way = collections.deque()
            for batch in table.batches():
                strings = [stored for _, stored in batch]
                under_way.append((batch, pool.submit(_wrapped, saltbox, strings, accept_readings)))
                if len(under_way) >= 2 * threads:
                    batch, result = under_way.popleft()
                    take(batch, result.result())
            for batch, result in under_way:
                take(batch, result.result())
    finally:
        # What is computed is not lost, whatever happened.
        flush()
    bar.end()
    counts["written"] -= counts[MEANWHILE]
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
    return not refused.counts and not counts[MEANWHILE]


def _wrapped(saltbox, stored, accept_readings):
    """For each string a new one, None, an error, or Left."""
    results = [_left(saltbox, item, accept_readings) for item in stored]
    places = [i for i, left in enumerate(results) if left is None]
    strings = [stored[i] for i in places]
    wrapped = saltbox.wrap_batch(strings)
    while any(isinstance(result, Busy) for result in wrapped):
        # Sign-ins in this process go first.
        time.sleep(0.1)
        wrapped = saltbox.wrap_batch(strings)
    for i, result in zip(places, wrapped):
        results[i] = result
    return results


def _left(saltbox, stored, accept_readings):
    if stored is None:
        return Left(NO_TEXT)
    if not accept_readings and (reason := _ambiguous(saltbox.identify(stored))):
        return Left(reason)
    return None


def _is_text(stored):
    try:
        return isinstance(stored, str) and bool(stored.encode())
    except UnicodeEncodeError:
        return False


def _folded(name):
    """SQLite tells no case of ASCII apart."""
    return name.encode().lower()


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
    if not (key_id.isdecimal() and int(key_id) < 2**32 and path):
        raise argparse.ArgumentTypeError("a key is ID=FILE, such as 1=root.key")
    return int(key_id), _file(path)


def _file(path):
    try:
        return pathlib.Path(path).read_bytes()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{path}: {error.strerror}") from None


def _config(path):
    try:
        config = json.loads(_file(path))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{path}: not JSON") from None
    if not isinstance(config, dict):
        raise argparse.ArgumentTypeError(f"{path}: not an object of JSON")
    return config


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
    parser.add_argument("--config", type=_config, default={}, help="a JSON file; the defaults without")
    parser.add_argument("--root-key", type=_key, action="append", default=[], metavar="ID=FILE")
    parser.add_argument("--threads", type=_threads, help="as many as the machine has room for")
    parser.add_argument("--keep-old", metavar="COLUMN", help="an empty column that keeps the strings of before")
    parser.add_argument("--accept-readings", action="store_true", help="wrap what can be read in several ways")
    parser.add_argument("--write", action="store_true", help="write; without, only say what would be done")
    options = parser.parse_args(arguments)
    if not pathlib.Path(options.database).is_file():
        parser.error(f"{options.database}: no such file")
    keys = dict(options.root_key)
    if len(keys) != len(options.root_key):
        parser.error("two root keys have the same id")
    if keys and isinstance(options.config.get("keys", {}), dict):
        # Unless it says so itself, a key that is given is there to seal.
        named = {"create_key_id": max(keys), **options.config.get("keys", {})}
        options.config = {**options.config, "keys": named}
    try:
        saltbox = Saltbox(options.config, keys)
        table = Table(options.database, options.table, options.key, options.column, options.keep_old)
        # More would wait for each other inside of the library.
        threads = min(options.threads or saltbox.capacity(), saltbox.capacity())
        do = write if options.write else plan
        return do(saltbox, table, threads, options.accept_readings)
    except (SaltboxError, NotDone) as error:
        print(f"not done: {error}", file=sys.stderr)
    except sqlite3.Error as error:
        print(f"ended by the database, {error}; run it again to go on", file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
