"""The replacement for argon2-cffi's verify takes its strings and lets nobody in by mistake."""

import saltbox

exec(open("snippet.py", encoding="utf-8").read())

# argon2-cffi 25.1.0, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, salt_len=8).
STORED = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$8Tf44YakA6Z5zNBgblq13Nr+Q8FkCFWsjG4z6b1j7rM"

core = saltbox.Saltbox()
right = is_right(core, STORED, "password")
assert right and right.rehash, right
for stored, password in [
    (STORED, "Password"),
    (STORED, ""),
    (STORED[:-1], "password"),
    (None, "password"),
    ("", ""),
]:
    assert not is_right(core, stored, password), (stored, password)
