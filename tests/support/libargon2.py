"""saltbox and libargon2 verify each other's strings, on random passwords and parameters.

With --present: exits 0 where libargon2 can be loaded, and does nothing else.
"""

import ctypes
import ctypes.util
import pathlib
import random
import sys

KINDS = {"argon2d": 0, "argon2i": 1, "argon2id": 2}
VERIFY_MISMATCH = -35


def load():
    """The library of the system; None where there is none."""
    for name in ("libargon2.so.1", ctypes.util.find_library("argon2")):
        try:
            if name:
                return ctypes.CDLL(name)
        except OSError:
            pass
    return None


def make(lib, rng, password):
    kind = rng.choice(list(KINDS))
    lanes = rng.randrange(1, 5)
    salt = rng.randbytes(rng.randrange(8, 49))
    out = ctypes.create_string_buffer(1024)
    status = lib.argon2_hash(
        rng.randrange(1, 4),
        8 * lanes + rng.randrange(300),
        lanes,
        password,
        ctypes.c_size_t(len(password)),
        salt,
        ctypes.c_size_t(len(salt)),
        None,
        ctypes.c_size_t(rng.randrange(16, 65)),
        out,
        ctypes.c_size_t(len(out)),
        KINDS[kind],
        rng.choice((0x10, 0x13)),
    )
    assert status == 0, status
    return out.value.decode()


def verifies(lib, stored, password):
    kind = KINDS[stored.split("$")[1]]
    status = lib.argon2_verify(stored.encode(), password, ctypes.c_size_t(len(password)), kind)
    assert status in (0, VERIFY_MISMATCH), status
    return status == 0


def theirs(lib, rng, saltbox, password):
    from saltbox import Rejected

    stored = make(lib, rng, password)
    assert saltbox.verify(stored, password), stored
    try:
        saltbox.verify(stored, password + b"x")
        raise AssertionError(stored)
    except Rejected:
        pass


def ours(lib, saltbox, password):
    stored = saltbox.hash(password)
    assert verifies(lib, stored, password), stored
    assert not verifies(lib, stored, password + b"x"), stored


def main(lib):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples/python"))
    from saltbox import Saltbox

    seed = random.randrange(2**32)
    print("seed", seed)
    rng = random.Random(seed)
    create = {"scheme": "argon2id", "m_kib": 7168, "t": 5, "p": 3}
    cores = [Saltbox(), Saltbox({"hash": {"create": create}})]
    cheap = Saltbox({"hash": {"create": {"profile": "test-only"}}})
    for _ in range(200):
        theirs(lib, rng, cheap, rng.randbytes(rng.randrange(100)))
        ours(lib, cheap, rng.randbytes(rng.randrange(1, 100)).hex().encode())
    for core in cores:
        for password in (b"password", "caf\u00e9 \U0001f511".encode(), b"a\0b", b"x" * 4096):
            ours(lib, core, password)
    print("200 of theirs and 208 of ours")


if __name__ == "__main__":
    library = load()
    if library is None:
        sys.exit("libargon2 is not installed")
    if "--present" not in sys.argv:
        main(library)
