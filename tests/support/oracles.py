"""Stored strings as other systems make them, for tests/oracles.rs.

    python oracles.py <source> <seed> <count>   a line for each case: family, password in hex, string
    python oracles.py missing                   a line for each source: its name, the packages it lacks
    python oracles.py selfcheck                 published strings, made again by what is composed here

Of every family there are <count> cases or, where a case is costly, a fraction
of them. The same seed makes the same cases. The last line says how many.
"""

import base64
import ctypes
import hashlib
import hmac
import importlib.metadata
import random
import struct
import sys
import warnings
from typing import Callable, NamedTuple

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CRYPT_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BCRYPT_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# Which cases are made of a family: all, every tenth, every thousandth.
ALL, COSTLY, FEW = 1, 10, 1000


# Passwords, as the bytes that a source gets. A NUL is in none of them.

# What a normalization would change, what looks like ASCII, and several bytes for a character.
SPECIALS = [
    "e\u0301", "\u00e9", "o\u0308", "a\u0323\u0302", "\u1112\u1161\u11ab", "\ud55c\uae00",
    "\u212b", "\u00c5", "\u00a0", "\u2003", "\u3000", "\ufb01", "\uff21\uff42\uff11", "\u2460",
    "\u00df", "\u0130", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "\u05e9\u05dc\u05d5\u05dd",
    "\u0928\u093f", "\u0958", "\u65e5\u672c\u8a9e", "\u20ac", "\u200d", "\ufeff", "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\U0001d15e", "\u00ff\u00ff",
]  # fmt: skip


def ascii_piece(rng):
    return chr(rng.randrange(0x20, 0x7F))


def unicode_piece(rng):
    while True:
        last = rng.choice((0x7FF, 0xFFFF, 0x10FFFF))
        code = rng.randrange(1, last + 1)
        if not 0xD800 <= code < 0xE000:
            return chr(code)


def special_piece(rng):
    return rng.choice(SPECIALS)


def mixed_piece(rng):
    return rng.choice((ascii_piece, special_piece, unicode_piece))(rng)


def fill(rng, size, piece):
    """Pieces up to `size` bytes, and ASCII where none fits."""
    out = b""
    while len(out) < size:
        more = piece(rng).encode()
        out += more if len(out) + len(more) <= size else ascii_piece(rng).encode()
    return out


def size_up_to(rng, most):
    """Mostly what is typed; sometimes as long as may be, or past the blocks of the hash functions."""
    if rng.randrange(16) == 0:
        return rng.randint(most - 8, most) if most < 100 else rng.randint(65, most)
    return rng.randint(1, 64)


def text(most=200):
    kinds = (ascii_piece, mixed_piece, unicode_piece, special_piece)
    return lambda rng: fill(rng, size_up_to(rng, most), rng.choice(kinds))


def ascii_text(rng):
    return fill(rng, size_up_to(rng, 200), ascii_piece)


def not_ascii_text(rng):
    return special_piece(rng).encode() + fill(rng, size_up_to(rng, 100), mixed_piece)


def text_or_bytes(most=200):
    """Text, or what some older system took for text."""

    def draw(rng):
        if rng.randrange(8):
            return text(most)(rng)
        high = rng.choice((1, 0x80, 0xFE))
        return bytes(rng.randrange(high, 256) for _ in range(size_up_to(rng, most)))

    return draw


# bcrypt looks at no more.
bcrypt_text = text(72)


# Salts and encodings.


def letters(rng, least, most):
    return "".join(rng.choices(LETTERS, k=rng.randint(least, most)))


def crypt_letters(rng, least, most):
    return "".join(rng.choices(CRYPT_ALPHABET, k=rng.randint(least, most)))


def salt_bytes(rng, least, most, usual=16):
    return rng.randbytes(rng.choice((usual, rng.randint(least, most))))


def b64(data):
    return base64.b64encode(data).decode()


def b64_without_padding(data):
    return b64(data).rstrip("=")


def crypt_number(value, digits):
    return "".join(CRYPT_ALPHABET[value >> 6 * i & 63] for i in range(digits))


def crypt_base64(data):
    """Base64 of crypt(3): the low bits first."""
    groups = (data[i : i + 3] for i in range(0, len(data), 3))
    return "".join(crypt_number(int.from_bytes(g, "little"), (8 * len(g) + 5) // 6) for g in groups)


def bcrypt_salt(rng):
    """22 characters for 16 bytes, without a bit in the padding."""
    return b64_without_padding(rng.randbytes(16)).translate(
        str.maketrans(BASE64_ALPHABET, BCRYPT_ALPHABET)
    )


class Family(NamedTuple):
    name: str
    make: Callable[[random.Random, bytes], str]
    share: int = ALL
    draw: Callable[[random.Random], bytes] = text()


# crypt(3).


def load_crypt():
    """crypt(3) of libxcrypt: None where the library is another or none."""
    try:
        library = ctypes.CDLL("libcrypt.so.1")
    except OSError:
        return None

    def errcheck(result, _function, arguments):
        # A failure is a short string with a star, or NULL.
        if result is None or result.startswith(b"*"):
            raise ValueError(f"crypt{arguments} failed: {result}")
        return result

    library.crypt.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    library.crypt.restype = ctypes.c_char_p
    library.crypt.errcheck = errcheck
    try:
        library.crypt(b"a", b"$gy$j75$.......")
    except ValueError:
        return None
    return lambda password, setting: library.crypt(password, setting.encode()).decode()


def libxcrypt():
    crypt = load_crypt()

    def family(name, setting, share=ALL, draw=text_or_bytes()):
        return Family(name, lambda rng, password: crypt(password, setting(rng)), share, draw)

    def bcrypt(ident):
        setting = lambda rng: f"${ident}$04${bcrypt_salt(rng)}"
        return family(f"bcrypt_{ident}", setting, draw=text_or_bytes(72))

    def sha_crypt(name, ident):
        def setting(rng):
            rounds = f"rounds={rng.randint(1000, 2500)}$" if rng.randrange(8) else ""
            return f"${ident}${rounds}{crypt_letters(rng, 0, 16)}"

        return family(name, setting)

    def scrypt(rng):
        costs = (rng.randint(2, 6), 1), (rng.randint(1, 8), 5), (rng.randint(1, 3), 5)
        numbers = "".join(crypt_number(value, digits) for value, digits in costs)
        return f"$7${numbers}{crypt_letters(rng, 0, 43)}"

    def yescrypt(ident, costs):
        # log2 N and r in one character each, less one.
        def setting(rng):
            numbers = "".join(crypt_number(value - 1, 1) for value in costs(rng))
            return f"${ident}$j{numbers}${crypt_base64(salt_bytes(rng, 0, 32))}"

        return setting

    small = lambda rng: (rng.randint(3, 7), rng.randint(1, 8))
    # The least of those whose password is hashed beforehand.
    debian = lambda rng: (12, 32)
    return [
        bcrypt("2a"),
        bcrypt("2b"),
        bcrypt("2y"),
        bcrypt("2x"),
        sha_crypt("sha256_crypt", 5),
        sha_crypt("sha512_crypt", 6),
        family("md5_crypt", lambda rng: f"$1${crypt_letters(rng, 0, 8)}"),
        family(
            "sha1_crypt",
            lambda rng: f"$sha1${rng.randint(4, 200)}${crypt_letters(rng, 1, 64)}",
        ),
        family("scrypt_7", scrypt),
        family("yescrypt", yescrypt("y", small)),
        family("gost_yescrypt", yescrypt("gy", small)),
        family("yescrypt_of_debian", yescrypt("y", debian), FEW),
        family("gost_yescrypt_of_debian", yescrypt("gy", debian), FEW),
        # It widens UTF-8 byte by byte where NT, and so saltbox, takes UTF-16.
        family("nt_hash", lambda rng: "$3$", draw=ascii_text),
    ]


# passlib.


def passlib():
    # It asks for `crypt` of the standard library, which is deprecated.
    warnings.simplefilter("ignore")
    from passlib import hash as passlib_hash

    def handler(name):
        """Its own code, where it would take crypt(3): that is a source of its own."""
        found = getattr(passlib_hash, name)
        # Of its own bcrypt a case takes seconds, so pyca's is asked.
        if "os_crypt" in (getattr(found, "backends", None) or ()) and "bcrypt" not in name:
            found.set_backend("builtin")
        return found

    def family(name, handler_name, settings=lambda rng: {}, share=COSTLY, draw=text()):
        found = handler(handler_name)

        def make(rng, password):
            chosen = settings(rng)
            return (found.using(**chosen) if chosen else found).hash(password)

        return Family(name, make, share, draw)

    def argon2(rng):
        lanes = rng.randint(1, 4)
        return {
            "type": rng.choice(("ID", "I", "D")),
            "salt": salt_bytes(rng, 8, 48),
            "rounds": rng.randint(1, 3),
            "memory_cost": 8 * lanes + rng.randrange(100),
            "parallelism": lanes,
            "digest_size": rng.randint(16, 64),
        }

    def scrypt(rng):
        return {
            "salt": salt_bytes(rng, 0, 64),
            "rounds": rng.randint(1, 6),
            "block_size": rng.randint(1, 8),
            "parallelism": rng.randint(1, 3),
        }

    def pbkdf2(rng):
        return {"salt": salt_bytes(rng, 0, 64), "rounds": rng.randint(1, 300)}

    def bcrypt(ident):
        settings = lambda rng: plain_bcrypt(rng) | {"ident": ident}
        return family(f"bcrypt_{ident}", "bcrypt", settings, draw=bcrypt_text)

    def bcrypt_sha256(version):
        idents = ("2a", "2b") if version == 1 else ("2b",)

        def settings(rng):
            return plain_bcrypt(rng) | {"ident": rng.choice(idents), "version": version}

        return settings

    def plain_bcrypt(rng):
        return {"salt": bcrypt_salt(rng), "rounds": 4}

    def crypt_salt(least, most):
        return lambda rng: {"salt": crypt_letters(rng, least, most)}

    def sha_crypt(rng):
        return {"salt": crypt_letters(rng, 0, 16), "rounds": rng.choice((rng.randint(1000, 1500), 5000))}

    def sha1_crypt(rng):
        return {"salt": crypt_letters(rng, 0, 64), "rounds": rng.randint(1, 200)}

    def phpass(ident):
        salt = crypt_salt(8, 8)
        return lambda rng: salt(rng) | {"ident": ident, "rounds": rng.randint(7, 9)}

    def django_salt(rng):
        return {"salt": letters(rng, 1, 32)}

    def django_pbkdf2(rng):
        return django_salt(rng) | {"rounds": rng.randint(1, 300)}

    def salted(rng):
        return {"salt": salt_bytes(rng, 4, 16, usual=8)}

    def nt_hash():
        make = lambda rng, password: handler("bsd_nthash").hash(password.decode())
        return Family("nt_hash", make, COSTLY)

    return [
        family("argon2_phc", "argon2", argon2),
        family("scrypt_phc", "scrypt", scrypt),
        bcrypt("2a"),
        bcrypt("2b"),
        bcrypt("2y"),
        family("bcrypt_sha256_v1", "bcrypt_sha256", bcrypt_sha256(1)),
        family("bcrypt_sha256_v2", "bcrypt_sha256", bcrypt_sha256(2)),
        family("passlib_pbkdf2", "pbkdf2_sha1", pbkdf2),
        family("passlib_pbkdf2", "pbkdf2_sha256", pbkdf2),
        family("passlib_pbkdf2", "pbkdf2_sha512", pbkdf2),
        family("ldap_pbkdf2", "ldap_pbkdf2_sha1", pbkdf2),
        family("ldap_pbkdf2", "ldap_pbkdf2_sha256", pbkdf2),
        family("ldap_pbkdf2", "ldap_pbkdf2_sha512", pbkdf2),
        family(
            "atlassian_pkcs5s2",
            "atlassian_pbkdf2_sha1",
            lambda rng: {"salt": rng.randbytes(16)},
        ),
        family("django_pbkdf2", "django_pbkdf2_sha1", django_pbkdf2),
        family("django_pbkdf2", "django_pbkdf2_sha256", django_pbkdf2),
        family("django_md5", "django_salted_md5", django_salt, ALL),
        family("django_sha1", "django_salted_sha1", django_salt, ALL),
        family("django_argon2", "django_argon2", argon2),
        family("django_bcrypt", "django_bcrypt", plain_bcrypt, draw=bcrypt_text),
        family("django_bcrypt_sha256", "django_bcrypt_sha256", plain_bcrypt),
        family("ldap_md5", "ldap_md5", share=ALL),
        family("ldap_sha1", "ldap_sha1", share=ALL),
        family("ldap_salted_md5", "ldap_salted_md5", salted, ALL),
        family("ldap_salted_sha1", "ldap_salted_sha1", salted, ALL),
        family("ldap_salted_sha256", "ldap_salted_sha256", salted, ALL),
        family("ldap_salted_sha512", "ldap_salted_sha512", salted, ALL),
        family("ldap_crypt", "ldap_md5_crypt", crypt_salt(0, 8)),
        family("ldap_crypt", "ldap_sha1_crypt", sha1_crypt),
        family("ldap_crypt", "ldap_sha256_crypt", sha_crypt),
        family("ldap_crypt", "ldap_sha512_crypt", sha_crypt),
        family("ldap_crypt", "ldap_bcrypt", plain_bcrypt, draw=bcrypt_text),
        family("apr_md5_crypt", "apr_md5_crypt", crypt_salt(0, 8)),
        family("md5_crypt", "md5_crypt", crypt_salt(0, 8)),
        family("sha1_crypt", "sha1_crypt", sha1_crypt),
        family("sha256_crypt", "sha256_crypt", sha_crypt),
        family("sha512_crypt", "sha512_crypt", sha_crypt),
        family("phpass_p", "phpass", phpass("P")),
        family("phpass_h", "phpass", phpass("H")),
        nt_hash(),
        family("hex_md5", "hex_md5", share=ALL),
        family("hex_sha1", "hex_sha1", share=ALL),
        family("hex_sha256", "hex_sha256", share=ALL),
        family("hex_sha512", "hex_sha512", share=ALL),
    ]


# Django, Werkzeug, pyca, argon2-cffi.


def django():
    from django.conf import settings

    settings.configure()
    from django.contrib.auth import hashers

    def pbkdf2(hasher):
        return lambda rng, password: hasher().encode(
            password.decode(), letters(rng, 1, 40), rng.randint(1, 300)
        )

    def argon2(rng, password):
        hasher = hashers.Argon2PasswordHasher()
        hasher.parallelism = rng.randint(1, 4)
        hasher.memory_cost = 8 * hasher.parallelism + rng.randrange(100)
        hasher.time_cost = rng.randint(1, 3)
        return hasher.encode(password.decode(), letters(rng, 8, 40))

    def bcrypt(hasher):
        return lambda rng, password: hasher().encode(
            password.decode(), f"$2b$04${bcrypt_salt(rng)}".encode()
        )

    def scrypt(rng, password):
        costs = {"n": 2 ** rng.randint(1, 6), "r": rng.randint(1, 8), "p": rng.randint(1, 3)}
        return hashers.ScryptPasswordHasher().encode(password.decode(), letters(rng, 1, 40), **costs)

    def md5(rng, password):
        return hashers.MD5PasswordHasher().encode(password.decode(), letters(rng, 1, 40))

    return [
        Family("django_pbkdf2", pbkdf2(hashers.PBKDF2PasswordHasher), COSTLY),
        Family("django_pbkdf2", pbkdf2(hashers.PBKDF2SHA1PasswordHasher), COSTLY),
        Family("django_argon2", argon2, COSTLY),
        Family("django_bcrypt_sha256", bcrypt(hashers.BCryptSHA256PasswordHasher), COSTLY),
        Family("django_bcrypt", bcrypt(hashers.BCryptPasswordHasher), COSTLY, bcrypt_text),
        Family("django_scrypt", scrypt, COSTLY),
        Family("django_md5", md5),
    ]


def werkzeug():
    from werkzeug import security

    def family(name, method):
        def make(rng, password):
            # Its salt comes from the system otherwise.
            security.gen_salt = lambda size: letters(rng, size, size)
            size = rng.choice((16, rng.randint(1, 40)))
            return security.generate_password_hash(password.decode(), method(rng), size)

        return Family(name, make, COSTLY)

    def scrypt(rng):
        # For a lower N the memory that it allows itself is too little.
        return f"scrypt:{2 ** rng.randint(7, 9)}:{rng.randint(1, 8)}:{rng.randint(1, 3)}"

    def pbkdf2(hash_name):
        return lambda rng: f"pbkdf2:{hash_name}:{rng.randint(1, 300)}"

    return [
        family("werkzeug_scrypt", scrypt),
        *(family("werkzeug_pbkdf2", pbkdf2(name)) for name in ("sha1", "sha256", "sha512")),
    ]


def pyca_bcrypt(password, ident, cost, salt):
    import bcrypt

    return bcrypt.hashpw(password, f"${ident}${cost}${salt}".encode()).decode()


def bcrypt():
    def family(name, ident, before=""):
        make = lambda rng, password: before + pyca_bcrypt(password, ident, "04", bcrypt_salt(rng))
        return Family(name, make, COSTLY, bcrypt_text)

    return [
        family("bcrypt_2a", "2a"),
        family("bcrypt_2b", "2b"),
        family("spring_bcrypt", "2a", before="{bcrypt}"),
    ]


def argon2_cffi():
    from argon2 import low_level

    def make(rng, password):
        lanes = rng.randint(1, 4)
        return low_level.hash_secret(
            password,
            salt_bytes(rng, 8, 48),
            time_cost=rng.randint(1, 3),
            memory_cost=8 * lanes + rng.randrange(100),
            parallelism=lanes,
            hash_len=rng.randint(16, 64),
            type=rng.choice(list(low_level.Type)),
            version=rng.choice((16, 19)),
        ).decode()

    def before_versions(rng, password):
        """As libargon2 wrote it before it knew versions."""
        while "$v=16$" not in (stored := make(rng, password)):
            pass
        return stored.replace("$v=16$", "$")

    return [
        Family("argon2_phc", make, COSTLY),
        Family("argon2_phc", before_versions, COSTLY),
        Family("spring_argon2", lambda rng, password: "{argon2}" + make(rng, password), COSTLY),
    ]


# Composed over OpenSSL, by way of hashlib. Parameters come in, so that published strings can be made again.


def digest(hash_name, data):
    return hashlib.new(hash_name, data).digest()


def phc_pbkdf2(hash_name, password, salt, iterations, size):
    tag = hashlib.pbkdf2_hmac(hash_name, password, salt, iterations, size)
    salt, tag = b64_without_padding(salt), b64_without_padding(tag)
    return f"$pbkdf2-{hash_name}$i={iterations},l={size}${salt}${tag}"


def drupal7(password, setting):
    """`setting` is `$S$`, a character for log2 of the count, and eight of salt."""
    salt = setting[4:12].encode()
    value = digest("sha512", salt + password)
    for _ in range(1 << CRYPT_ALPHABET.index(setting[3])):
        value = digest("sha512", value + password)
    return (setting + crypt_base64(value))[:55]


def drupal7_over_md5(password, setting):
    return "U" + drupal7(digest("md5", password).hex().encode(), setting)


def atlassian(password, salt):
    return "{PKCS5S2}" + b64(salt + hashlib.pbkdf2_hmac("sha1", password, salt, 10_000, 32))


def seafile(password, salt, iterations):
    tag = hashlib.pbkdf2_hmac("sha256", password, salt, iterations)
    return f"PBKDF2SHA256${iterations}${salt.hex()}${tag.hex()}"


def asp_net_v2(password, salt):
    return b64(b"\0" + salt + hashlib.pbkdf2_hmac("sha1", password, salt, 1000, 32))


def asp_net_v3(hash_name, password, salt, iterations, size):
    number = ("sha1", "sha256", "sha512").index(hash_name)
    header = struct.pack(">BIII", 1, number, iterations, len(salt))
    return b64(header + salt + hashlib.pbkdf2_hmac(hash_name, password, salt, iterations, size))


def spring_standard(password, salt):
    value = salt + password
    for _ in range(1024):
        value = digest("sha256", value)
    return "{sha256}" + (salt + value).hex()


def spring_message_digest(name, password, salt):
    """`salt` with its braces."""
    value = digest(name.replace("-", "").lower(), password + salt.encode())
    return f"{{{name}}}{salt}{value.hex()}"


def spring_pbkdf2(password, salt):
    tag = hashlib.pbkdf2_hmac("sha1", password, salt, 185_000, 32)
    return "{pbkdf2}" + (salt + tag).hex()


def spring_pbkdf2_v5_8(password, salt):
    tag = hashlib.pbkdf2_hmac("sha256", password, salt, 310_000, 32)
    return "{pbkdf2@SpringSecurity_v5_8}" + (salt + tag).hex()


def scrypt_tag(password, salt, log_n, r, p):
    # OpenSSL's own ceiling is 32 MiB.
    return hashlib.scrypt(password, salt=salt, n=1 << log_n, r=r, p=p, maxmem=1 << 30, dklen=32)


def spring_scrypt(spring_id, password, salt, log_n, r, p):
    costs = f"{log_n << 16 | r << 8 | p:x}"
    return f"{spring_id}${costs}${b64(salt)}${b64(scrypt_tag(password, salt, log_n, r, p))}"


def kratos_scrypt(password, salt, log_n, r, p):
    tag = scrypt_tag(password, salt, log_n, r, p)
    return f"$scrypt$ln={1 << log_n},r={r},p={p}${b64(salt)}${b64(tag)}"


def wordpress(password, cost, salt):
    """PHP's trim() takes a NUL too, of which there is none here."""
    mac = hmac.digest(b"wp-sha384", password.strip(b" \t\n\r\x0b"), "sha384")
    return "$wp" + pyca_bcrypt(b64(mac).encode(), "2y", cost, salt)


def mediawiki_a(password):
    return ":A:" + digest("md5", password).hex()


def mediawiki_b(password, salt):
    inner = digest("md5", password).hex()
    return f":B:{salt}:" + digest("md5", f"{salt}-{inner}".encode()).hex()


def kratos_digest(hash_name, template, password, salt):
    data = template.encode().replace(b"{SALT}", salt)
    data = data.replace(b"{PASSWORD}", password)
    value = digest(hash_name, data)
    return f"${hash_name}$pf={b64(template.encode())}${b64(salt)}${b64(value)}"


def kratos_hmac(hash_name, password, key):
    mac = hmac.digest(key, password, hash_name).hex()
    return f"$hmac-{hash_name}${b64(mac.encode())}${b64(key)}"


def firebase_tag(password, salt, separator, signer_key, log_n, r):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = scrypt_tag(password, salt + separator, log_n, r, 1)
    encryptor = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    return encryptor.update(signer_key) + encryptor.finalize()


def firebase_of_kratos(password, salt, separator, signer_key, log_n, r):
    tag = firebase_tag(password, salt, separator, signer_key, log_n, r)
    fields = "$".join(map(b64, (salt, tag, separator, signer_key)))
    return f"$firescrypt$ln={log_n},r={r},p=1${fields}"


def firebase_of_supabase(password, salt, separator, signer_key, log_n, r):
    tag = firebase_tag(password, salt, separator, signer_key, log_n, r)
    costs = f"v=1,n={log_n},r={r},p=1,ss={b64(separator)},sk={b64(signer_key)}"
    return f"$fbscrypt${costs}${b64(salt)}${b64(tag)}"


def openssl():
    pbkdf2_hashes = ("sha1", "sha256", "sha512")

    def phc(rng, password):
        name = rng.choice(("sha256", "sha512"))
        salt = salt_bytes(rng, 0, 48)
        return phc_pbkdf2(name, password, salt, rng.randint(1, 300), rng.randint(16, 100))

    def drupal_setting(rng):
        return f"$S${CRYPT_ALPHABET[rng.randint(7, 9)]}{crypt_letters(rng, 8, 8)}"

    def asp_net(rng, password):
        name = rng.choice(pbkdf2_hashes)
        salt, iterations = salt_bytes(rng, 16, 64), rng.randint(1, 300)
        return asp_net_v3(name, password, salt, iterations, rng.choice((32, rng.randint(16, 64))))

    def message_digest(name):
        # Its default is Base64 of 32 bytes.
        salt = lambda rng: "{" + b64(rng.randbytes(32)) + "}"
        return Family(
            f"spring_{name.replace('-', '').lower()}_salted",
            lambda rng, password: spring_message_digest(name, password, salt(rng)),
        )

    def spring_costs(rng):
        return rng.randint(1, 6), rng.randint(1, 8), rng.randint(1, 3)

    def spring(rng, password):
        spring_id = rng.choice(("", "{scrypt}", "{scrypt@SpringSecurity_v5_8}"))
        return spring_scrypt(
            spring_id, password, rng.randbytes(rng.choice((16, 64))), *spring_costs(rng)
        )

    def kratos_ln_is_n(rng, password):
        # Past what log2 N can be.
        costs = rng.randint(6, 9), rng.randint(1, 8), rng.randint(1, 3)
        return kratos_scrypt(password, salt_bytes(rng, 8, 64, usual=32), *costs)

    def wordpress_string(rng, password):
        return wordpress(password, "04", bcrypt_salt(rng))

    def trimmed(rng):
        return text()(rng).strip(b" \t\n\r\x0b") or b"x"

    def untrimmed(rng):
        before, behind = rng.choice(((" ", ""), ("", " "), ("  ", "\t"), ("\n", "\r\n"), ("", "\x0b")))
        return before.encode() + trimmed(rng) + behind.encode()

    templates = ("{SALT}{PASSWORD}", "{PASSWORD}{SALT}", "x{SALT}$$-{PASSWORD}\u00e9")

    def template_digest(name):
        def make(rng, password):
            salt = letters(rng, 1, 32).encode()
            return kratos_digest(name, rng.choice(templates), password, salt)

        return Family(f"kratos_{name}", make)

    def mac(name):
        make = lambda rng, password: kratos_hmac(name, password, salt_bytes(rng, 1, 128, usual=32))
        return Family(f"kratos_hmac_{name}", make)

    def firebase(compose):
        # Salt, separator and key of the sizes that the console shows.
        return lambda rng, password: compose(
            password,
            rng.randbytes(rng.choice((8, 10, 16))),
            rng.choice((b"\x07", b"", b"\x07\x07")),
            rng.randbytes(64),
            rng.randint(1, 7),
            rng.randint(1, 8),
        )

    return [
        Family("pbkdf2_phc", phc, COSTLY),
        Family("drupal7", lambda rng, pw: drupal7(pw, drupal_setting(rng)), COSTLY),
        Family("drupal7_over_md5", lambda rng, pw: drupal7_over_md5(pw, drupal_setting(rng)), COSTLY),
        Family("atlassian_pkcs5s2", lambda rng, pw: atlassian(pw, rng.randbytes(16)), COSTLY),
        Family(
            "seafile_pbkdf2",
            lambda rng, pw: seafile(pw, rng.randbytes(32), rng.randint(1, 300)),
            COSTLY,
        ),
        Family("asp_net_v2", lambda rng, pw: asp_net_v2(pw, rng.randbytes(16)), COSTLY),
        Family("asp_net_v3", asp_net, COSTLY),
        Family("spring_sha256", lambda rng, pw: spring_standard(pw, rng.randbytes(8)), COSTLY),
        message_digest("MD5"),
        message_digest("SHA-1"),
        message_digest("SHA-256"),
        Family("spring_pbkdf2", lambda rng, pw: spring_pbkdf2(pw, rng.randbytes(8)), FEW),
        Family("spring_pbkdf2", lambda rng, pw: spring_pbkdf2_v5_8(pw, rng.randbytes(16)), FEW),
        Family("spring_scrypt", spring, COSTLY),
        Family("wordpress", wordpress_string, COSTLY, trimmed),
        Family("wordpress_untrimmed", wordpress_string, COSTLY, untrimmed),
        Family("mediawiki_a", lambda rng, pw: mediawiki_a(pw)),
        Family("mediawiki_b", lambda rng, pw: mediawiki_b(pw, rng.randbytes(4).hex())),
        template_digest("md5"),
        template_digest("sha1"),
        template_digest("sha256"),
        template_digest("sha512"),
        Family("kratos_md5_plain", lambda rng, pw: "$md5$" + b64(digest("md5", pw))),
        mac("md5"),
        mac("sha1"),
        mac("sha256"),
        mac("sha512"),
        Family("kratos_scrypt", kratos_ln_is_n, COSTLY),
        Family("firebase_of_kratos", firebase(firebase_of_kratos), COSTLY),
        Family("firebase_of_supabase", firebase(firebase_of_supabase), COSTLY),
    ]


def of_base64(encoded):
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4))


def published():
    """Published strings: name, password, string, and how it is made here from its own salt and costs."""

    def dollar(at, decode=of_base64):
        return lambda stored: decode(stored.split("$")[at])

    def blob(skip, first, last):
        return lambda stored: of_base64(stored[skip:])[first:last]

    def of_hex(skip, size):
        return lambda stored: bytes.fromhex(stored[skip:])[:size]

    def with_salt(salt, make):
        return lambda pw, stored: make(pw, salt(stored))

    def asp_net(name, iterations, size):
        return with_salt(blob(0, 13, 29), lambda pw, salt: asp_net_v3(name, pw, salt, iterations, size))

    def firebase_kratos(pw, stored):
        salt, _, separator, key = map(of_base64, stored.split("$")[3:])
        return firebase_of_kratos(pw, salt, separator, key, 14, 8)

    def firebase_supabase(pw, stored):
        fields = dict(field.split("=", 1) for field in stored.split("$")[2].split(","))
        separator, key = of_base64(fields["ss"]), of_base64(fields["sk"])
        return firebase_of_supabase(pw, dollar(3)(stored), separator, key, 14, 8)

    drupal = lambda pw, stored: drupal7(pw, stored[:12])
    kratos = lambda name: with_salt(
        dollar(3), lambda pw, salt: kratos_digest(name, "{SALT}{PASSWORD}", pw, salt)
    )
    message_digest = lambda name, end: lambda pw, stored: spring_message_digest(
        name, pw, stored[len(name) + 2 : -end]
    )
    return [
        (
            "PBKDF2 in PHC, RustCrypto password-auth", "passwordPASSWORDpassword",
            "$pbkdf2-sha256$i=4096,l=40$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0$NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU+HGNVGMfaxH6Q",
            with_salt(dollar(3), lambda pw, salt: phc_pbkdf2("sha256", pw, salt, 4096, 40)),
        ), (
            "PBKDF2 in PHC, Kratos", "test",
            "$pbkdf2-sha256$i=100000,l=32$1jP+5Zxpxgtee/iPxGgOz0RfE9/KJuDElP1ley4VxXc$QJxzfvdbHYBpydCbHoFg3GJEqMFULwskiuqiJctoYpI",
            with_salt(dollar(3), lambda pw, salt: phc_pbkdf2("sha256", pw, salt, 100_000, 32)),
        ), (
            "Drupal 7", "valid password",
            "$S$5TOxWPdvJRs0P/xZBdrrPlGgzViOS0drHu3jaIjitesfttrp18bk", drupal,
        ), (
            "Drupal 7, passwap", "password",
            "$S$ErandomsaOpYrAZqwxGynirQbWYCb3ejW4BwGH81LJcOzbzeVd02", drupal,
        ), (
            "Drupal 7 over MD5", "valid password",
            "U$S$5vNHDQyLqCTvsYBLWBUWXJWhA0m3DTpBh04acFEOGB.bKBclhKgo",
            lambda pw, stored: drupal7_over_md5(pw, stored[1:13]),
        ), (
            "Atlassian, passlib", "admin",
            "{PKCS5S2}c4xaeTQM0lUieMS3V5voiexyX9XhqC2dBd5ecVy60IPksHChwoTAVYFrhsgoq8/p",
            with_salt(blob(9, 0, 16), atlassian),
        ), (
            "Seafile, DokuWiki", "@STR0NGpassW0RD",
            "PBKDF2SHA256$10000$99227b6df52aa1394b5ca0aceee2733dd6c2670c85bbe26c751a2c65e79d4db7$d61dd1c4df6873c73813fe97f96d0e917792602a33966f3fab0eef154637cc84",
            with_salt(dollar(2, bytes.fromhex), lambda pw, salt: seafile(pw, salt, 10_000)),
        ), (
            "ASP.NET 2", "my password",
            "ANXrDknc7fGPpigibZXXZFMX4aoqz44JveK6jQuwY3eH/UyPhvr5xTPeGYEckLxz9A==",
            with_salt(blob(0, 1, 17), asp_net_v2),
        ), (
            "ASP.NET 3, SHA-1", "my password",
            "AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M",
            asp_net("sha1", 250, 16),
        ), (
            "ASP.NET 3, SHA-256", "my password",
            "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
            asp_net("sha256", 10_000, 32),
        ), (
            "ASP.NET 3, SHA-512", "my password",
            "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw",
            asp_net("sha512", 50, 16),
        ), (
            "Spring sha256", "password",
            "{sha256}97cde38028ad898ebc02e690819fa220e88c62e0699403e94fff291cfffaf8410849f27605abcbc0",
            with_salt(of_hex(8, 8), spring_standard),
        ), (
            "Spring SHA-256", "password",
            "{SHA-256}{UisHp3pFSMqcqrhQsrhR+hspIG0SyMDyDW/XtY+t6nA=}a98efbaf59277bfd1837c33fd4fde67de5bcfd2205bcba0992f6fc32b03a8f88",
            message_digest("SHA-256", 64),
        ), (
            "Spring MD5", "password",
            "{MD5}{aRYR+Yp2xSqtgF+vtjH6jNda6M083iEbP+zCFjLt9IA=}905e382a25eed53e22224223b3581092",
            message_digest("MD5", 32),
        ), (
            "Spring pbkdf2", "password",
            "{pbkdf2}5d923b44a6d129f3ddf3e3c8d29412723dcbde72445e8ef6bf3b508fbf17fa4ed4d6b99ca763d8dc",
            with_salt(of_hex(8, 8), spring_pbkdf2),
        ), (
            "Spring pbkdf2 5.8", "password",
            "{pbkdf2@SpringSecurity_v5_8}fefe5120467e5d4ccff442dbb2fa86d276262d97435c0c54e5eebced51ffd144fcb05eb53fea2677216c4f3250010006",
            with_salt(of_hex(28, 16), spring_pbkdf2_v5_8),
        ), (
            "Spring scrypt", "password",
            "{scrypt}$e0801$8bWJaSu2IKSn9Z9kM+TPXfOc/9bdYSrN1oD9qfVThWEwdRTnO7re7Ei+fUZRJ68k9lTyuTeUp4of4g24hHnazw==$OAOec05+bXxvuu/1qZ6NUR+xQYvYv7BeL1QxwRpY5Pc=",
            with_salt(dollar(2), lambda pw, salt: spring_scrypt("{scrypt}", pw, salt, 14, 8, 1)),
        ), (
            "scrypt of Kratos", "test",
            "$scrypt$ln=16384,r=8,p=1$2npRo7P03Mt8keSoMbyD/tKFWyUzjiQf2svUaNDSrhA=$MiCzNcIplSMqSBrm4HckjYqYhaVPPjTARTzwB1cVNYE=",
            with_salt(dollar(3), lambda pw, salt: kratos_scrypt(pw, salt, 14, 8, 1)),
        ), (
            "WordPress 6.8", "grimoire-test-123",
            "$wp$2y$12$iWN5xRwDE7i9R5jVJvCyqOxS1CNnwUggQaF8O2W9Bg8TuXQz.ngrS",
            lambda pw, stored: wordpress(pw, "12", stored[10:32]),
        ), (
            "MediaWiki B, DokuWiki", "password",
            ":B:838c83e1:e4ab7024509eef084cdabd03d8b2972c",
            lambda pw, stored: mediawiki_b(pw, stored.split(":")[2]),
        ), (
            "MediaWiki A, as the MD5 of Clerk", "password",
            ":A:5f4dcc3b5aa765d61d8327deb882cf99",
            lambda pw, stored: mediawiki_a(pw),
        ), (
            "MD5 of Kratos", "test",
            "$md5$pf=e1NBTFR9e1BBU1NXT1JEfQ==$MTIz$q+RdKCgc+ipCAcm5ChQwlQ==", kratos("md5"),
        ), (
            "SHA-256 of Kratos", "test",
            "$sha256$pf=e1NBTFR9e1BBU1NXT1JEfQ==$NW9wbWtnejAzcg==$0gfRVLCvtBCk20udLDEY5vNhujWx7RGjwRIS1ebMsLY=",
            kratos("sha256"),
        ), (
            "HMAC of Kratos", "test",
            "$hmac-sha256$ZTAzMWJhMWMyOTM4YjFkMjgzZjkxOWExZGY5YWM2NmMxOTJhN2RkNzQ0MzJkNWZkNGFkYTI5OTk0MWJhMTA5Zg==$MTIzNDU=",
            with_salt(dollar(3), lambda pw, key: kratos_hmac("sha256", pw, key)),
        ), (
            "Firebase, Kratos", "8x4WjoDbSxJZdR",
            "$firescrypt$ln=14,r=8,p=1$sPtDhWcd1MfdAw==$xbSou7FOl6mChCyzpCPIQ7tku7nsQMTFtyOZSXXd7tjBa4NtimOx7v42Gv2SfzPQu1oxM2/k4SsbOu73wlKe1A==$Bw==$YE0dO4bwD4JnJafh6lZZfkp1MtKzuKAXQcDCJNJNyeCHairWHKENOkbh3dzwaCdizzOspwr/FITUVlnOAwPKyw==",
            firebase_kratos,
        ), (
            "Firebase, Supabase", "mytestpassword",
            "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==",
            firebase_supabase,
        ),
    ]  # fmt: skip


def selfcheck():
    cases = published()
    wrong = [name for name, pw, stored, make in cases if make(pw.encode(), stored) != stored]
    for name in wrong:
        print(f"{name}: composed otherwise than published", file=sys.stderr)
    print(f"done\t{len(cases)}")
    return 1 if wrong else 0


# Each source, and the packages that it needs.
SOURCES = {
    "libxcrypt": (libxcrypt, ()),
    "passlib": (passlib, ("passlib", "argon2-cffi", "bcrypt")),
    "django": (django, ("Django", "argon2-cffi", "bcrypt")),
    "werkzeug": (werkzeug, ("Werkzeug",)),
    "bcrypt": (bcrypt, ("bcrypt",)),
    "argon2-cffi": (argon2_cffi, ("argon2-cffi",)),
    "openssl": (openssl, ("bcrypt", "cryptography")),
}


def lacks(package):
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return True
    # passlib probes it in a way that later ones refuse, and then refuses every password.
    return package == "bcrypt" and tuple(map(int, version.split(".")[:2])) > (4, 0)


def missing():
    for source, (_, packages) in SOURCES.items():
        lacking = [package for package in packages if lacks(package)]
        if source == "libxcrypt" and load_crypt() is None:
            lacking = ["libxcrypt"]
        print(source, " ".join(lacking), sep="\t")


def main(source, seed, count):
    rng = random.Random(int(seed))
    families = SOURCES[source][0]()
    done = 0
    for i in range(int(count)):
        for family in families:
            # The first case of a costly family is always made.
            if i % family.share == 0:
                password = family.draw(rng)
                stored = family.make(rng, password)
                print(family.name, password.hex(), stored, sep="\t")
                done += 1
    print(f"done\t{done}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["missing"]:
            missing()
        case ["selfcheck"]:
            sys.exit(selfcheck())
        case [source, seed, count] if source in SOURCES:
            main(source, seed, count)
        case _:
            sys.exit(__doc__)
