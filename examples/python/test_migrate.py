"""The migration is killed and goes on, while people sign in: every row is right in the end.

With SALTBOX_PROOF=full the table has a million rows.
"""

import base64
import contextlib
import hashlib
import io
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import migrate
from saltbox import Accepted, Saltbox

ROWS = 1_000_000 if os.environ.get("SALTBOX_PROOF") == "full" else 20_000
CONFIG = {"hash": {"create": {"profile": "test-only"}}, "keys": {"create_key_id": 3}}
# In bytes: two batches a thread and their results are all that there is at a time.
MOST_MEMORY = 128 << 20
MORE_MEMORY = 16 << 20

WRAPPED = re.compile(r"\$saltbox\$v=1,key=3\$[A-Za-z0-9+/]+\.[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
SEALED = re.compile(r"\$saltbox\$v=1,key=3\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")


def password_of(user):
    return f"password {user}"


def weak(user):
    """What an old system would have stored."""
    password, salt = password_of(user).encode(), f"salt{user}".encode()
    match user % 5:
        case 0:
            return hashlib.md5(password).hexdigest()
        case 1:
            return "{SSHA}" + base64.b64encode(hashlib.sha1(password + salt).digest() + salt).decode()
        case 2:
            return f"sha1${salt.decode()}${hashlib.sha1(salt + password).hexdigest()}"
        case 3:
            tag = base64.b64encode(hashlib.pbkdf2_hmac("sha256", password, salt, 1)).decode()
            return f"pbkdf2_sha256$1${salt.decode()}${tag}"
        case _:
            return hashlib.sha256(password).hexdigest()


def hwm_of(process):
    """The most memory that a process has had, in bytes."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) << 10


class MigrateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "root.key").write_bytes(bytes(7 * i % 256 for i in range(32)))
        (self.folder / "config.json").write_text(json.dumps(CONFIG))
        self.database = self.folder / "users.db"
        self.connection = sqlite3.connect(self.database, isolation_level=None, timeout=60)
        self.addCleanup(self.connection.close)
        self.connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, password TEXT, old TEXT)")
        self.saltbox = Saltbox(CONFIG, {3: (self.folder / "root.key").read_bytes()})

    def fill(self, rows):
        self.connection.execute("BEGIN")
        self.connection.executemany("INSERT INTO users VALUES (?, ?, NULL)", rows)
        self.connection.execute("COMMIT")

    def arguments(self, *more):
        key = f"3={self.folder / 'root.key'}"
        return [str(self.database), "--config", str(self.folder / "config.json"), "--root-key", key, *more]

    def run_here(self, *more):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            is_done = migrate.main(self.arguments(*more))
        return is_done, output.getvalue()

    def start(self):
        more = ("--write", "--threads", "2", "--accept-readings")
        command = [sys.executable, "migrate.py", *self.arguments(*more)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def sign_in(self, user):
        """Replaces the string of a user who has just signed in, as an endpoint would."""
        for _ in range(1000):
            (stored,) = self.connection.execute("SELECT password FROM users WHERE id = ?", (user,)).fetchone()
            if not self.saltbox.verify(stored, password_of(user)).rehash:
                return
            new = self.saltbox.hash(password_of(user))
            update = "UPDATE users SET password = ? WHERE id = ? AND password = ?"
            if self.connection.execute(update, (new, user, stored)).rowcount == 1:
                return
        raise AssertionError("never the first")

    def test_killed_and_resumed(self):
        self.fill((user, weak(user)) for user in range(ROWS))
        done = "SELECT count(*) FROM users WHERE password LIKE '$saltbox$%'"
        memory, signed_in, kills = [], set(), 0
        for part in (0.2, 0.45, 0.7):
            with self.start() as process:
                while self.connection.execute(done).fetchone()[0] < part * ROWS:
                    user = (7919 * len(signed_in)) % ROWS
                    self.sign_in(user)
                    signed_in.add(user)
                with contextlib.suppress(OSError, TypeError):
                    memory.append(hwm_of(process))
                process.send_signal(signal.SIGKILL)
            # With few rows it may be done before it is killed.
            kills += process.returncode == -signal.SIGKILL
        self.assertGreaterEqual(kills, 3 if ROWS >= 1_000_000 else 1)
        last = 0
        with self.start() as process:
            while process.poll() is None:
                with contextlib.suppress(OSError, TypeError):
                    last = hwm_of(process)
                time.sleep(0.01)
        self.assertEqual(process.returncode, 0)
        if memory:
            memory.append(last or memory[-1])
            print(f"memory in MiB, at each kill and in the end: {[at >> 20 for at in memory]}")
            self.assertLess(max(memory), MOST_MEMORY)
            self.assertLess(max(memory) - min(memory), MORE_MEMORY)

        # Nothing is left to do, and every row is right.
        is_done, output = self.run_here("--write", "--accept-readings")
        self.assertTrue(is_done)
        self.assertRegex(output, f"{ROWS:,}  strong or wrapped already")
        self.assertNotIn("written", output)
        checked = 0
        cursor = self.connection.execute("SELECT id, password FROM users ORDER BY id")
        while rows := cursor.fetchmany(1000):
            verdicts = self.saltbox.verify_batch((stored, password_of(user)) for user, stored in rows)
            for (user, stored), verdict in zip(rows, verdicts):
                form = SEALED if user in signed_in else WRAPPED
                self.assertTrue(form.fullmatch(stored), stored)
                self.assertEqual(verdict, Accepted(rehash=user not in signed_in), stored)
                checked += 1
            wrong = self.saltbox.verify_batch((stored, weak(user)) for user, stored in rows[:10])
            self.assertFalse(any(wrong))
        self.assertEqual(checked, ROWS)

    def test_says_what_would_be_done_and_does_it(self):
        strong = Saltbox({"hash": CONFIG["hash"]}).hash("password")
        rows = [weak(user) for user in range(10)] + [strong, "!locked", "$2b$31$" + 53 * "A", None, ""]
        self.fill(enumerate(rows))
        before = self.connection.execute("SELECT * FROM users").fetchall()
        is_done, plan = self.run_here()
        self.assertTrue(is_done)
        self.assertEqual(self.connection.execute("SELECT * FROM users").fetchall(), before)
        for line in (
            "2  to be wrapped: bare-digest",
            "2  to be wrapped: ldap-digest",
            "1  to be sealed only: argon2id",
            "1  left as they are: not recognised: SALTBOX_E_UNSUPPORTED (rows 11)",
            "1  left as they are: bcrypt: SALTBOX_E_LIMIT (rows 12)",
            "2  left as they are: may be md5 or nt-hash or md4: --accept-readings takes the first (rows 0, 5)",
            "2  left as they are: may be django-digest or werkzeug-hmac",
            "4 hashes of",
            "core hours",
            "sealed with the root key 3, fingerprint",
            "nothing was written",
        ):
            self.assertIn(line, plan)
        self.assertIn("10 hashes of", self.run_here("--accept-readings")[1])
        is_done, output = self.run_here("--write")
        self.assertFalse(is_done)
        self.assertIn("5  written", output)
        self.assertEqual(self.connection.execute("SELECT password FROM users WHERE id = 5").fetchone(), (rows[5],))
        self.connection.execute("DELETE FROM users")
        self.fill(enumerate(rows))
        is_done, output = self.run_here("--write", "--accept-readings", "--keep-old", "old")
        self.assertFalse(is_done, "two rows are refused")
        self.assertIn("11  written", output)
        self.assertIn("SALTBOX_E_LIMIT (rows 12)", output)
        after = self.connection.execute("SELECT id, password, old FROM users ORDER BY id").fetchall()
        for (user, stored, kept), old in zip(after, rows):
            if user < 11:
                self.assertNotEqual(stored, old)
                self.assertEqual(kept, old)
            else:
                self.assertEqual((stored, kept), (old, None))
        # Once more: what was kept stays what it was.
        self.run_here("--write", "--accept-readings", "--keep-old", "old")
        self.assertEqual(self.connection.execute("SELECT id, password, old FROM users ORDER BY id").fetchall(), after)
        is_done, plan = self.run_here()
        self.assertIn("2  strong already: ldap-digest in argon2id", plan)

    def test_a_key_that_is_given_seals(self):
        (self.folder / "config.json").write_text(json.dumps({"hash": CONFIG["hash"]}))
        (self.folder / "old.key").write_bytes(bytes(11 * i % 256 for i in range(32)))
        self.fill([(1, weak(1))])
        is_done, output = self.run_here("--write", "--root-key", f"2={self.folder / 'old.key'}")
        self.assertTrue(is_done, output)
        (stored,) = self.connection.execute("SELECT password FROM users").fetchone()
        self.assertTrue(WRAPPED.fullmatch(stored), stored)

    def test_an_empty_text_is_nothing_that_was_kept(self):
        self.fill([(1, weak(1))])
        self.connection.execute("UPDATE users SET old = ''")
        self.assertTrue(self.run_here("--write", "--keep-old", "OLD")[0])
        self.assertEqual(self.connection.execute("SELECT old FROM users").fetchone(), (weak(1),))

    def test_what_is_no_text_stays_and_ends_nothing(self):
        odd = [weak(1), b"\xff\xfe", 17, 2.5, weak(6)]
        self.fill(enumerate(odd))
        self.connection.execute("UPDATE users SET password = CAST(x'6162ff' AS TEXT) WHERE id = 1")
        self.connection.execute("UPDATE users SET password = CAST(password AS BLOB) WHERE id = 4")
        for more in ((), ("--write",)):
            is_done, output = self.run_here(*more)
            # SQLite makes texts of the numbers: the column says so.
            self.assertIn("2  left as they are: no text of UTF-8 in the column (rows 1, 4)", output)
        self.assertFalse(is_done)
        self.assertIn("1  written", output)

    def test_what_cannot_be_done_is_said(self):
        self.fill([(1, weak(1)), (2, weak(2))])
        self.connection.execute("CREATE TABLE twice (id, password TEXT)")
        self.connection.execute("INSERT INTO twice VALUES (1, 'a'), (1, 'b')")
        self.connection.execute("CREATE TABLE nulls (id TEXT PRIMARY KEY, password TEXT)")
        self.connection.execute("INSERT INTO nulls VALUES ('a', 'a'), (NULL, 'b')")
        (self.folder / "list.json").write_text("[]")
        refused = [
            (["--table", "nobody"], "no such table: nobody"),
            (["--key", "ident"], "no such column: users.ident"),
            (["--column", "pasword"], "no such column: users.pasword"),
            (["--keep-old", "before"], "no such column: users.before"),
            (["--keep-old", "Password"], "has to be another one"),
            (["--table", "twice"], "the same in several rows"),
            (["--table", "nulls"], "NULL"),
        ]
        wrong = [
            (["--root-key", f"3={self.folder / 'root.key'}"], "the same id"),
            (["--root-key", "4=nowhere"], "nowhere: No such file"),
            (["--root-key", "4294967296=root.key"], "ID=FILE"),
            (["--config", "nowhere"], "nowhere: No such file"),
            (["--config", str(self.folder / "root.key")], "not JSON"),
            (["--config", str(self.folder / "list.json")], "not an object"),
            (["--threads", "0"], "at least one"),
        ]
        before = self.connection.execute("SELECT * FROM users").fetchall()
        for arguments, reason in refused + wrong:
            with self.subTest(arguments), contextlib.redirect_stderr(io.StringIO()) as errors:
                if (arguments, reason) in wrong:
                    with self.assertRaises(SystemExit):
                        migrate.main(self.arguments("--write", *arguments))
                else:
                    self.assertFalse(migrate.main(self.arguments("--write", *arguments)))
            self.assertIn(reason, errors.getvalue())
        with contextlib.redirect_stderr(io.StringIO()) as errors:
            with self.assertRaises(SystemExit):
                migrate.main(["no such file"])
            (self.folder / "root.key").write_bytes(b"short")
            self.assertFalse(migrate.main(self.arguments()))
        self.assertIn("no such file", errors.getvalue())
        self.assertIn("SALTBOX_E_KEY", errors.getvalue())
        self.assertEqual(self.connection.execute("SELECT * FROM users").fetchall(), before)


if __name__ == "__main__":
    unittest.main()
