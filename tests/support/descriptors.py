"""Writes descriptors.tsv: what vendors export, with the password it was made from.

    python3 descriptors.py > descriptors.tsv

The hashes are those of hashlib, hmac, crypt(3) and argon2-cffi, put together as
each vendor documents it; phpass is written out below. Where a vendor publishes
a credential with its password, it stands here as published. Needs Python 3.11
or 3.12 (crypt), a libcrypt with bcrypt, and argon2-cffi.
"""

import base64
import crypt
import hashlib
import hmac
import json

from argon2.low_level import Type, hash_secret_raw

PASSWORD = "pässwörd"
P = PASSWORD.encode()
SALT = b"\xff\xfesixteen bytes.."
TEXT = "Sodium/Chloride"
RADIX = "abcdefghijklmnopqrstuu"
ITOA64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# Values of firebase/scrypt README.md, password "user1password".
FIREBASE = {
    "hash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
    "salt": "42xEC+ixf3L2lw==",
    "key": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    "separator": "Bw==",
}
# ory/kratos hash/hasher_test.go, password "8x4WjoDbSxJZdR".
KRATOS = {
    "hash": "xbSou7FOl6mChCyzpCPIQ7tku7nsQMTFtyOZSXXd7tjBa4NtimOx7v42Gv2SfzPQu1oxM2/k4SsbOu73wlKe1A==",
    "salt": "sPtDhWcd1MfdAw==",
    "key": "YE0dO4bwD4JnJafh6lZZfkp1MtKzuKAXQcDCJNJNyeCHairWHKENOkbh3dzwaCdizzOspwr/FITUVlnOAwPKyw==",
    "separator": "Bw==",
}


def b64(data):
    return base64.b64encode(data).decode()


def url(text):
    """The same bytes as the URL's alphabet has them, without padding."""
    return text.replace("+", "-").replace("/", "_").rstrip("=")


def digest(name, *parts, rounds=1, again=b""):
    data = b"".join(parts)
    for turn in range(rounds):
        data = hashlib.new(name, data + (again if turn else b"")).digest()
    return data


def pbkdf2(name, iterations, length, salt=SALT, password=P):
    return hashlib.pbkdf2_hmac(name, password, salt, iterations, length)


def scrypt(n, r, p, length, salt=SALT, password=P):
    return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, dklen=length)


def argon2(kind, version=19, salt=SALT, length=32):
    return hash_secret_raw(P, salt, 2, 64, 2, length, kind, version)


def phc_argon2(kind):
    name = {Type.ID: "argon2id", Type.I: "argon2i"}[kind]
    bare = [b64(part).rstrip("=") for part in (SALT, argon2(kind))]
    return f"${name}$v=19$m=64,t=2,p=2${bare[0]}${bare[1]}"


def bcrypt(password, cost="05", revision="2a"):
    text = crypt.crypt(password, f"${revision}${cost}${RADIX}")
    assert len(text) == 60, text
    return text


def h64(data):
    """phpass's encode64."""
    out = ""
    for at in range(0, len(data), 3):
        group = data[at : at + 3]
        value = int.from_bytes(group, "little")
        for _ in range(len(group) + 1):
            out += ITOA64[value & 63]
            value >>= 6
    return out


def phpass(name, log2, salt="eightchr", password=P):
    state = hashlib.new(name, salt.encode() + password).digest()
    for _ in range(1 << log2):
        state = hashlib.new(name, state + password).digest()
    return state


def mac(name, key, message=P):
    return hmac.new(key, message, name).digest()


def rows():
    """Vendor, hash, options, how the stored string begins, password."""
    yield from auth0()
    yield from clerk()
    yield from descope()
    yield from firebase()
    yield from fusionauth()
    yield from keycloak()
    yield from okta()
    yield from stytch()
    yield from others()


def auth0():
    def row(algorithm, begins, value, encoding=None, password=PASSWORD, charset=None, salt=None, **more):
        inner = {"value": value, **({"encoding": encoding} if encoding else {})}
        for key in ("digest", "key"):
            if key in more:
                inner[key] = more.pop(key)
        custom = {"algorithm": algorithm, "hash": inner, **more}
        if salt:
            custom["salt"] = salt
        if charset:
            custom["password"] = {"encoding": charset}
        return "auth0", custom, {}, begins, password

    yield "auth0", bcrypt(PASSWORD, revision="2b"), {}, "$2b$05$", PASSWORD
    yield row("bcrypt", "$2b$10$", "$2b$10$nFguVi9LsCAcvTZFKQlRKeLVydo8ETv483lkNsSFI/Wl1Rz1Ypo1K", password="hello")
    yield row("bcrypt", "$saltbox-input$prefix=cGVwcGVy$$2a$05$", bcrypt("pepper" + PASSWORD), "utf8", salt={"value": "pepper"})
    yield row("bcrypt", "$saltbox-input$suffix=cGVwcGVy$$2y$05$", bcrypt(PASSWORD + "pepper", revision="2y"),
              salt={"value": "706570706572", "encoding": "hex", "position": "suffix"})
    yield row("argon2", "$argon2id$v=19$m=64,t=2,p=2$", phc_argon2(Type.ID))
    yield row("ldap", "{SSHA}", "{SSHA}" + b64(digest("sha1", P, SALT) + SALT), "utf8")
    yield row("md4", "$saltbox-input$text=utf16le$$saltbox-digest$h=md4,i=1$", "e0fba38268d0ec66ef1cb452d5885e53", "hex", "abc", "utf16le")
    # bulk-user-import-schema.mdx.
    yield row("md5", "$saltbox-input$prefix=c2FsdA$$saltbox-digest$h=md5,i=1$", "67A1E09BB1F83F5007DC119C14D663AA", "hex", "password", salt={"value": "salt"})
    for name in ("md5", "sha1", "sha256", "sha512"):
        yield row(name, f"$saltbox-digest$h={name},i=1$", url(b64(digest(name, P))), "base64")
        yield row(name, "$saltbox-input$suffix=", digest(name, P, SALT).hex().upper(), "hex",
                  salt={"value": b64(SALT), "encoding": "base64", "position": "suffix"})
    yield row("sha256", "$saltbox-input$text=utf16le,prefix=", digest("sha256", SALT, PASSWORD.encode("utf-16-le")).hex(), "hex",
              charset="ucs2", salt={"value": SALT.hex(), "encoding": "hex"})
    yield row("sha1", "$saltbox-input$text=latin1$", digest("sha1", PASSWORD.encode("latin-1")).hex(), "hex", charset="binary")
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
        yield row("hmac", f"$hmac-{name}$", mac(name, b"key").hex(), "hex", digest=name, key={"value": "key"})
    yield row("hmac", "$saltbox-input$prefix=", b64(mac("sha1", b"shh", TEXT.encode() + P)), "base64", digest="sha1",
              key={"value": "736868", "encoding": "hex"}, salt={"value": TEXT})
    for name in ("sha1", "sha256", "sha512"):
        bare = [b64(part).rstrip("=") for part in (SALT, pbkdf2(name, 3, 64))]
        yield row("pbkdf2", f"$pbkdf2-{name}$i=3,l=64$", f"$pbkdf2-{name}$i=3,l=64${bare[0]}${bare[1]}", "utf8")
    bare = [b64(part).rstrip("=") for part in (SALT, pbkdf2("sha256", 100000, 64))]
    yield row("pbkdf2", "$pbkdf2-sha256$i=100000,l=64$", f"$pbkdf2-RSA-SHA256${bare[0]}${bare[1]}")
    yield row("scrypt", "$scrypt$ln=4,r=1,p=2$", scrypt(16, 1, 2, 32, TEXT.encode()).hex(), "hex",
              salt={"value": TEXT}, keylen=32, cost=16, blockSize=1, parallelization=2)
    yield row("scrypt", "$scrypt$ln=14,r=8,p=1$", b64(scrypt(16384, 8, 1, 64)), "base64",
              salt={"value": b64(SALT), "encoding": "base64"}, keylen=64)


def clerk():
    def row(hasher, begins, text, password=PASSWORD, **options):
        return "clerk", {"password_hasher": hasher, "password_digest": text}, options, begins, password

    yield row("argon2i", "$argon2i$", phc_argon2(Type.I))
    yield row("argon2id", "$argon2id$", phc_argon2(Type.ID))
    yield row("bcrypt", "$2y$05$", bcrypt(PASSWORD, revision="2y"))
    yield row("bcrypt_sha256_django", "bcrypt_sha256$$2b$05$", "bcrypt_sha256$" + bcrypt(hashlib.sha256(P).hexdigest(), revision="2b"))
    yield row("bcrypt_peppered", "$saltbox-input$suffix=cGUkcHBlcg$$2a$05$", bcrypt(PASSWORD + "pe$pper") + "$pe$pper")
    yield row("md5", "$saltbox-digest$h=md5,i=1$", "5f4dcc3b5aa765d61d8327deb882cf99", "password")
    yield row("sha256", "$saltbox-digest$h=sha256,i=1$", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "test")
    yield row("md5_salted", "$saltbox-input$prefix=", TEXT + "$" + digest("md5", TEXT.encode(), P).hex(), salt_position="prefix", salt_encoding="text")
    yield row("sha256_salted", "$saltbox-input$suffix=", SALT.hex() + "$" + digest("sha256", P, SALT).hex(), salt_position="suffix", salt_encoding="hex")
    yield row("pbkdf2_sha1", "$pbkdf2-sha1$i=3,l=32$", f"pbkdf2_sha1$3${SALT.hex()}${pbkdf2('sha1', 3, 32).hex()}")
    yield row("pbkdf2_sha1", "$pbkdf2-sha1$i=3,l=20$", f"pbkdf2_sha1$3${TEXT}${pbkdf2('sha1', 3, 20, TEXT.encode()).hex()}$20")
    yield row("pbkdf2_sha256", "$pbkdf2-sha256$i=3,l=32$", f"pbkdf2_sha256$3${b64(SALT)}${b64(pbkdf2('sha256', 3, 32))}")
    yield row("pbkdf2_sha256_django", "pbkdf2_sha256$3$", f"pbkdf2_sha256$3${TEXT}${b64(pbkdf2('sha256', 3, 32, TEXT.encode()))}")
    yield row("pbkdf2_sha512", "$pbkdf2-sha512$i=3,l=64$", f"pbkdf2_sha512$3${TEXT}${pbkdf2('sha512', 3, 64, TEXT.encode()).hex()}")
    yield row("pbkdf2_sha512_hex", "$pbkdf2-sha512$i=3,l=64$", f"pbkdf2_sha512_hex$3${SALT.hex()}${pbkdf2('sha512', 3, 64).hex()}")
    yield row("phpass", "$P$5eightchr", "$P$5eightchr" + h64(phpass("md5", 7)))
    yield row("md5_phpass", "$saltbox-input$hash=md5-hex$$P$5eightchr", "$P$5eightchr" + h64(phpass("md5", 7, password=digest("md5", P).hex().encode())), prehash="md5-hex")
    yield row("md5_phpass", "$P$5eightchr", "$P$5eightchr" + h64(phpass("md5", 7)), prehash="none")
    joined = [FIREBASE[key] for key in ("hash", "salt", "key", "separator")]
    yield row("scrypt_firebase", "$firescrypt$ln=14,r=8,p=1$", "$".join(joined + ["8", "14"]), "user1password")
    yield row("scrypt_werkzeug", "scrypt:16:1:1$", f"scrypt:16:1:1${TEXT}${scrypt(16, 1, 1, 64, TEXT.encode()).hex()}")
    yield row("ldap_ssha", "{SSHA}", "{SSHA}" + b64(digest("sha1", P, SALT) + SALT))
    merged = P + b"{" + TEXT.encode() + b"}"
    yield row("sha512_symfony", "sha512_symfony$3$", f"sha512_symfony$3${TEXT}$" + b64(digest("sha512", merged, rounds=3, again=merged)))


def descope():
    def row(algorithm, begins, fields, password=PASSWORD, **options):
        return "descope", {algorithm: fields}, options, begins, password

    yield row("bcrypt", "$2a$05$", {"hash": bcrypt(PASSWORD)})
    yield row("firebase", "$firescrypt$ln=14,r=8,p=1$", {
        "hash": KRATOS["hash"], "salt": KRATOS["salt"], "saltSeparator": KRATOS["separator"],
        "signerKey": url(KRATOS["key"]), "memory": 14, "rounds": 8}, "8x4WjoDbSxJZdR")
    for name in ("sha1", "sha256", "sha512"):
        yield row("pbkdf2", f"$pbkdf2-{name}$i=3,l=20$", {"hash": b64(pbkdf2(name, 3, 20)), "salt": b64(SALT), "iterations": 3, "type": name})
        yield row("sha", f"$saltbox-digest$h={name},i=1$", {"hash": digest(name, P).hex(), "type": name})
        yield row("sha", "$saltbox-input$suffix=", {"hash": digest(name, P, SALT).hex(), "salt": SALT.hex(), "type": name}, salt_position="suffix")
    yield row("django", "pbkdf2_sha256$3$", {"hash": f"pbkdf2_sha256$3${TEXT}${b64(pbkdf2('sha256', 3, 32, TEXT.encode()))}"})
    yield row("phpass", "$P$5eightchr", {"hash": h64(phpass("md5", 7)), "salt": "eightchr", "iterations": 128, "type": "md5"})
    yield row("phpass", "$S$6eightchr", {"hash": h64(phpass("sha512", 8))[:43], "salt": "eightchr", "iterations": 256, "type": "sha512"})
    yield row("phpass", "$S$6eightchr", {"hash": h64(phpass("sha512", 8)), "salt": "eightchr", "iterations": 256, "type": "sha512"})
    yield row("md5", "$saltbox-digest$h=md5,i=1$", {"hash": digest("md5", P).hex()})
    for name, kind in (("argon2id", Type.ID), ("argon2i", Type.I), ("argon2d", Type.D)):
        for version in (16, 19):
            fields = {"hash": b64(argon2(kind, version)), "salt": b64(SALT), "iterations": 2, "memory": 64, "threads": 2}
            yield row("argon2", f"${name}$v={version}$m=64,t=2,p=2$", fields, variant=name, version=str(version))


def firebase():
    def row(config, begins, tag, password=PASSWORD, salt=SALT, key="hash", **options):
        user = {"passwordHash": tag if isinstance(tag, str) else b64(tag), key: config}
        if salt is not None:
            user["salt"] = salt if isinstance(salt, str) else b64(salt)
        return "firebase", user, options, begins, password

    console = {"algorithm": "SCRYPT", "base64_signer_key": FIREBASE["key"], "base64_salt_separator": FIREBASE["separator"], "rounds": 8, "mem_cost": 14}
    yield row(console, "$firescrypt$ln=14,r=8,p=1$", url(FIREBASE["hash"]), "user1password", url(FIREBASE["salt"]), "hash_config")
    admin = {"algorithm": "SCRYPT", "key": KRATOS["key"], "saltSeparator": KRATOS["separator"], "rounds": 8, "memoryCost": 14}
    yield row(admin, "$firescrypt$ln=14,r=8,p=1$", KRATOS["hash"], "8x4WjoDbSxJZdR", KRATOS["salt"])
    yield row({"algorithm": "STANDARD_SCRYPT", "memoryCost": 16, "parallelization": 2, "blockSize": 1, "derivedKeyLength": 64},
              "$scrypt$ln=4,r=1,p=2$", scrypt(16, 1, 2, 64))
    yield row({"algorithm": "BCRYPT"}, "$2a$05$", bcrypt(PASSWORD).encode(), salt=None)
    yield row({"algorithm": "BCRYPT"}, "$2a$05$", bcrypt(PASSWORD), salt=None)
    for name in ("MD5", "SHA1", "SHA256", "SHA512"):
        py = name.lower()
        yield row({"algorithm": "HMAC_" + name, "key": b64(b"key")}, f"$hmac-{py}$", mac(py, b"key"), salt=None)
        yield row({"algorithm": "HMAC_" + name, "key": b64(b"key")}, "$saltbox-input$suffix=", mac(py, b"key", P + SALT), salt_position="suffix")
    for name in ("SHA1", "SHA256", "SHA512"):
        py = name.lower()
        yield row({"algorithm": name, "rounds": 1}, "$saltbox-input$prefix=", digest(py, SALT, P), salt_position="prefix")
        yield row({"algorithm": name, "rounds": 3}, f"$saltbox-digest$h={py},i=3$", digest(py, P, rounds=3), salt=None, repeat="digest")
        yield row({"algorithm": name, "rounds": 3}, "$saltbox-input$prefix=", digest(py, SALT + P, rounds=3, again=SALT + P),
                  salt_position="prefix", repeat="digest-and-input")
    yield row({"algorithm": "MD5", "rounds": 0}, "$saltbox-digest$h=md5,i=1$", digest("md5", P), salt=None, first_round="uncounted")
    yield row({"algorithm": "MD5", "rounds": 1}, "$saltbox-digest$h=md5,i=1$", digest("md5", P), salt=None, first_round="counted")
    yield row({"algorithm": "MD5", "rounds": 2}, "$saltbox-digest$h=md5,i=3$", digest("md5", P, rounds=3), salt=None, first_round="uncounted", repeat="digest")
    yield row({"algorithm": "PBKDF_SHA1", "rounds": 3}, "$pbkdf2-sha1$i=3,l=20$", pbkdf2("sha1", 3, 20))
    yield row({"algorithm": "PBKDF2_SHA256", "rounds": 3}, "$pbkdf2-sha256$i=3,l=32$", pbkdf2("sha256", 3, 32))


def fusionauth():
    def row(scheme, begins, factor, salt, tag, **options):
        fields = {"encryptionScheme": scheme, "factor": factor, "salt": salt, "password": tag}
        return "fusionauth", fields, options, begins, PASSWORD

    text = bcrypt(PASSWORD)
    yield row("bcrypt", "$2a$05$", 5, text[7:29], text[29:])
    yield "fusionauth", {"encryptionScheme": "bcrypt", "password": text}, {}, "$2a$05$", PASSWORD
    yield row("phpass-md5", "$P$5eightchr", 128, "eightchr", h64(phpass("md5", 7)), hash_encoding="crypt")
    yield row("phpass-md5", "$P$5eightchr", 128, "eightchr", b64(phpass("md5", 7)), hash_encoding="base64")
    yield row("phppass-sha512", "$S$6eightchr", 256, "eightchr", h64(phpass("sha512", 8))[:43], hash_encoding="crypt")
    yield row("salted-md5", "$saltbox-input$suffix=", 3, b64(SALT), digest("md5", P, SALT, rounds=3).hex())
    yield row("salted-sha256", "$saltbox-input$suffix=", 3, b64(SALT), b64(digest("sha256", P, SALT, rounds=3)))
    yield row("salted-hmac-sha256", "$hmac-sha256$", 1, b64(SALT), b64(mac("sha256", SALT)))
    for scheme, name, length in (("sha256", "sha256", 32), ("sha256-512", "sha256", 64), ("sha512-512", "sha512", 64)):
        yield row("salted-pbkdf2-hmac-" + scheme, f"$pbkdf2-{name}$i=3,l={length}$", 3, b64(SALT), b64(pbkdf2(name, 3, length)))


def keycloak():
    def row(credential, begins, password=PASSWORD):
        return "keycloak", credential, {}, begins, password

    # Values of FusionAuth/fusionauth-contrib ExamplePBDKF2HMACSHA256Keylength512PasswordHasherTest.java.
    value = "LjFqvhPuUHJdQvWIwVQfqxjeujAWqG/DVQRFoOv62/cTznl9ob4jwWwY6i1RrwGviu5iNPU5VIp03SxDyetyfw=="
    data = {"hashIterations": 27500, "algorithm": "pbkdf2-sha256"}
    secret = {"value": value, "salt": "jVqbuA9k2Mlo37OWXBMKLw=="}
    yield row({"credentialData": data, "secretData": secret}, "$pbkdf2-sha256$i=27500,l=64$", "password")
    secret = {"value": b64(pbkdf2("sha512", 3, 64)), "salt": b64(SALT), "additionalParameters": {}}
    data = {"hashIterations": 3, "algorithm": "pbkdf2-sha512", "additionalParameters": {}}
    exported = {"id": "7d8f", "type": "password", "userLabel": None, "createdDate": 1, "secretData": json.dumps(secret), "credentialData": json.dumps(data)}
    yield row(exported, "$pbkdf2-sha512$i=3,l=64$")
    flat = {"type": "password", "hashedSaltedValue": b64(pbkdf2("sha1", 3, 64)), "salt": b64(SALT), "hashIterations": 3, "algorithm": "pbkdf2", "counter": 0, "digits": 0}
    yield row(flat, "$pbkdf2-sha1$i=3,l=64$")
    for name, kind in (("id", Type.ID), ("i", Type.I), ("d", Type.D)):
        for version, number in (("1.0", 16), ("1.3", 19)):
            more = {"hashLength": ["32"], "memory": ["64"], "type": [name], "version": [version], "parallelism": ["2"]}
            data = {"hashIterations": 2, "algorithm": "argon2", "additionalParameters": more}
            secret = {"value": b64(argon2(kind, number)), "salt": b64(SALT)}
            yield row({"credentialData": json.dumps(data), "secretData": json.dumps(secret)}, f"$argon2{name}$v={number}$m=64,t=2,p=2$")


def okta():
    def row(fields, begins):
        return "okta", fields, {}, begins, PASSWORD

    text = bcrypt(PASSWORD)
    yield row({"algorithm": "BCRYPT", "workFactor": 5, "salt": text[7:29], "value": text[29:]}, "$2a$05$")
    for name, py in (("MD5", "md5"), ("SHA-1", "sha1"), ("SHA-256", "sha256"), ("SHA-512", "sha512")):
        yield row({"algorithm": name, "value": b64(digest(py, P))}, f"$saltbox-digest$h={py},i=1$")
        yield row({"algorithm": name, "salt": b64(SALT), "saltOrder": "PREFIX", "value": b64(digest(py, SALT, P))}, "$saltbox-input$prefix=")
        yield row({"algorithm": name, "salt": b64(SALT), "saltOrder": "POSTFIX", "value": b64(digest(py, P, SALT))}, "$saltbox-input$suffix=")
    for name, py in (("SHA256_HMAC", "sha256"), ("SHA512_HMAC", "sha512")):
        fields = {"algorithm": "PBKDF2", "salt": b64(SALT), "digestAlgorithm": name, "iterationCount": 4096, "keySize": 32, "value": b64(pbkdf2(py, 4096, 32))}
        yield row(fields, f"$pbkdf2-{py}$i=4096,l=32$")


def stytch():
    def row(of, begins, text, config=None, **options):
        return "stytch", {"hash": text, "hash_type": of, **(config or {})}, options, begins, PASSWORD

    yield row("bcrypt", "$2a$05$", bcrypt(PASSWORD))
    yield row("phpass", "$P$5eightchr", "$P$5eightchr" + h64(phpass("md5", 7)))
    for of, name in (("md_5", "md5"), ("sha_1", "sha1"), ("sha_512", "sha512")):
        yield row(of, f"$saltbox-digest$h={name},i=1$", digest(name, P).hex())
        salts = {of + "_config": {"prepend_salt": "before", "append_salt": "after"}}
        yield row(of, "$saltbox-input$prefix=YmVmb3Jl,suffix=YWZ0ZXI$", digest(name, b"before", P, b"after").hex(), salts)
    config = {"salt": b64(SALT), "iteration_amount": 2, "memory": 64, "threads": 2, "key_length": 32}
    for of, kind in (("argon_2i", Type.I), ("argon_2id", Type.ID)):
        name = of.replace("_", "")
        yield row(of, f"${name}$", phc_argon2(kind))
        yield row(of, f"${name}$v=19$m=64,t=2,p=2$", argon2(kind).hex(), {"argon_2_config": config}, salt_encoding="base64", version="19")
        spelt = {**config, "salt": TEXT}
        yield row(of, f"${name}$v=16$m=64,t=2,p=2$", argon2(kind, 16, TEXT.encode()).hex(), {"argon_2_config": spelt}, salt_encoding="text", version="16")
    bare = [b64(part).rstrip("=") for part in (SALT, scrypt(16, 1, 2, 32))]
    yield row("scrypt", "$scrypt$ln=4,r=1,p=2$", f"$scrypt$ln=4,r=1,p=2${bare[0]}${bare[1]}")
    config = {"salt": b64(SALT), "n_parameter": 16, "r_parameter": 1, "p_parameter": 2, "key_length": 32}
    yield row("scrypt", "$scrypt$ln=4,r=1,p=2$", b64(scrypt(16, 1, 2, 32)), {"scrypt_config": config}, salt_encoding="base64")
    yield row("scrypt", "$scrypt$ln=4,r=1,p=2$", b64(scrypt(16, 1, 2, 32, b64(SALT).encode())), {"scrypt_config": config}, salt_encoding="text")
    for name in ("sha256", "sha512"):
        config = {"salt": b64(SALT), "iteration_amount": 3, "key_length": 32, "algorithm": name}
        yield row("pbkdf_2", f"$pbkdf2-{name}$i=3,l=32$", b64(pbkdf2(name, 3, 32)), {"pbkdf_2_config": config})


def others():
    # spring-security Pbkdf2PasswordEncoderTests.java: the secret is "secret".
    spring = {
        "pbkdf2": "ab1146a8458d4ce4e65789e5a3f60e423373cfa10b01abd23739e5ae2fdc37f8e9ede4ae6da65264",
        "secret": "secret", "algorithm": "PBKDF2WithHmacSHA1", "iterations": 185000, "saltLength": 8, "encoding": "hex",
    }
    yield "spring-security", spring, {}, "$pbkdf2-sha1$i=185000,l=32$", "password"
    both = SALT + pbkdf2("sha512", 3, 32, SALT + b"secret")
    yield "spring-security", {
        "pbkdf2": b64(both), "secret": "secret", "algorithm": "PBKDF2WithHmacSHA512", "iterations": 3, "saltLength": len(SALT), "encoding": "base64",
    }, {}, "$pbkdf2-sha512$i=3,l=32$", PASSWORD
    text = f"$f_scrypt${FIREBASE['hash']}${FIREBASE['salt']}$m=14$r=8$s={FIREBASE['separator']}"
    yield "supertokens", {"passwordHash": text, "hashingAlgorithm": "firebase_scrypt", "firebase_password_hashing_signer_key": FIREBASE["key"]}, {}, "$firescrypt$ln=14,r=8,p=1$", "user1password"
    yield "supertokens", {"passwordHash": bcrypt(PASSWORD)}, {}, "$2a$05$", PASSWORD
    yield "supertokens", {"passwordHash": phc_argon2(Type.ID)}, {}, "$argon2id$", PASSWORD
    yield "symfony", bcrypt(PASSWORD, revision="2y"), {}, "$saltbox-input$hash=symfony$$2y$05$", PASSWORD
    long = "long " * 15
    hashed = b64(hashlib.sha512(long.encode()).digest())
    yield "symfony", bcrypt(hashed, revision="2y"), {}, "$saltbox-input$hash=symfony$$2y$05$", long
    yield "symfony", phc_argon2(Type.ID), {}, "$argon2id$", PASSWORD
    yield "workos", {"password_hash": bcrypt(PASSWORD), "password_hash_type": "bcrypt"}, {}, "$2a$05$", PASSWORD
    yield "workos", {"password_hash": phc_argon2(Type.ID), "password_hash_type": "argon2"}, {}, "$argon2id$", PASSWORD
    for of, name in (("ssha", "sha1"), ("ssha256", "sha256")):
        text = "{" + of.upper() + "}" + b64(digest(name, P, SALT) + SALT)
        yield "workos", {"password_hash": text, "password_hash_type": of, "password_salt_position": "suffix"}, {}, "{SSHA", PASSWORD


print("# Made by descriptors.py: the password, how the stored string begins, the descriptor.")
for vendor, hash, options, begins, password in rows():
    descriptor = {"vendor": vendor, "hash": hash, **({"options": options} if options else {})}
    print(password, begins, json.dumps(descriptor, ensure_ascii=False), sep="\t")
