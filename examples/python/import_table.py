"""A table of many systems' strings moves in: each user signs in once with the password of old and is stored anew.

    python3 import_table.py ../mixed-table.tsv
"""

import json
import sys

from saltbox import Rejected, Saltbox, import_descriptor


def move_in(saltbox, stored, password):
    """The string that replaces ``stored``, which may be what a vendor exports in JSON."""
    if stored.startswith('{"vendor"'):
        stored = import_descriptor(json.loads(stored))
        print("  one string:", stored)
    print(" ", saltbox.identify(stored))
    try:
        saltbox.verify(stored, "Tr0ub4dor&3")
    except Rejected:
        pass
    else:
        raise AssertionError("a wrong password was accepted")
    if saltbox.verify(stored, password).rehash:
        # A database compares with the string that was verified before it replaces it.
        stored = saltbox.hash(password)
    return stored


def main(path):
    saltbox = Saltbox()
    users = moved = 0
    with open(path, encoding="utf-8") as table:
        for line in table:
            if line.startswith("#"):
                continue
            users += 1
            system, stored, password = line.rstrip("\n").split("\t")
            print(system)
            print("  signed in, stored anew:", move_in(saltbox, stored, password))
            moved += 1
    print(f"{moved} of {users} users moved in")


if __name__ == "__main__":
    main(sys.argv[1])
