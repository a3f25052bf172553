/*
 * Every function with every parameter at its edges: NULL, length 0, a length
 * that cannot be, a buffer one byte too small. Each time the status that the
 * header promises, and what is written or left alone.
 */

#include "mapped.h"

#include <limits.h>

#define BYTES(text) ((const uint8_t *)(text))
#define UNTOUCHED 0x5a
#define CHEAP_WITH(settings) "{\"hash\":{\"create\":{\"profile\":\"test-only\"}," settings "}}"
#define IMPOSSIBLE(len_) static const size_t len_[] = {SIZE_MAX, SIZE_MAX / 2 + 1}

static const char PASSWORD[] = "correct horse battery staple";
#define PASSWORD_LEN (sizeof PASSWORD - 1)
static const char FRESH[] = "a new password of her own";

/* Two MiB of work memory for one pass: little work, more than a small core has. */
static const char TWO_MIB[] = "$argon2id$v=19$m=2048,t=1,p=1$c29tZXNhbHRzb21lc2FsdA"
                              "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/* A stored string that ends where its tag should begin. */
static const char CUT_OFF[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$";

static saltbox *cheap;
static struct mapped leaked;
static char stored[SALTBOX_HASH_MAX];
static size_t stored_len;

/* A handle that is neither NULL nor valid, to see whether it is overwritten. */
#define GARBAGE(type) ((type *)(uintptr_t)0x5a5a)

/* A number of type `type` at an odd address. */
#define MISALIGNED(type, name)                        \
    unsigned char name##_room[2 * sizeof(type) + 1];  \
    type *name = (type *)(void *)(name##_room + odd_offset(name##_room))

static size_t odd_offset(const unsigned char *room) {
    return (uintptr_t)room % 2 == 0 ? 1 : 0;
}

static size_t size_in(const void *at) {
    size_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t u64_in(const void *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint32_t u32_in(const void *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static void check_diag(const saltbox_diag *diag, saltbox_status status) {
    CHECK_STATUS(diag->status, status);
    CHECK(diag->reserved == 0);
    CHECK(memchr(diag->path, 0, sizeof diag->path) != NULL);
    CHECK(memchr(diag->message, 0, sizeof diag->message) != NULL);
    CHECK(diag->message[0] != 0);
    if (status == SALTBOX_E_ARGUMENT) {
        CHECK(diag->offset == UINT64_MAX);
        CHECK(diag->path[0] == 0);
    }
}

static void versions_and_names(void) {
    static const struct {
        saltbox_status status;
        const char *name;
    } names[] = {
#define NAMED(status) {status, #status}
        NAMED(SALTBOX_OK),
        NAMED(SALTBOX_REJECTED),
        NAMED(SALTBOX_E_ARGUMENT),
        NAMED(SALTBOX_E_BUFFER),
        NAMED(SALTBOX_E_CONFIG),
        NAMED(SALTBOX_E_PASSWORD_EMPTY),
        NAMED(SALTBOX_E_PASSWORD_TOO_LONG),
        NAMED(SALTBOX_E_PASSWORD_NOT_UTF8),
        NAMED(SALTBOX_E_PASSWORD_NUL),
        NAMED(SALTBOX_E_MALFORMED),
        NAMED(SALTBOX_E_UNSUPPORTED),
        NAMED(SALTBOX_E_NOT_ALLOWED),
        NAMED(SALTBOX_E_LATER_RELEASE),
        NAMED(SALTBOX_E_LIMIT),
        NAMED(SALTBOX_E_IMPORT),
        NAMED(SALTBOX_E_SEAL),
        NAMED(SALTBOX_E_SUBJECT),
        NAMED(SALTBOX_E_MEMORY),
        NAMED(SALTBOX_E_RANDOM),
        NAMED(SALTBOX_E_BUDGET),
        NAMED(SALTBOX_E_BUSY),
        NAMED(SALTBOX_E_KEY),
        NAMED(SALTBOX_E_REQUEST),
        NAMED(SALTBOX_E_RECORD),
        NAMED(SALTBOX_E_OTHER_SUBJECT),
        NAMED(SALTBOX_E_NO_CODE),
        NAMED(SALTBOX_E_TWO_WAYS),
        NAMED(SALTBOX_E_HALF_OF_A_PAIR),
        NAMED(SALTBOX_E_EMPTY_CODE),
        NAMED(SALTBOX_E_MALFORMED_CODE),
        NAMED(SALTBOX_E_ANSWERS),
        NAMED(SALTBOX_E_INTERNAL),
#undef NAMED
    };
    static const saltbox_status unknown[] = {2, 9, 12, 23, 49, 54, 76, 91, -1, INT32_MIN, INT32_MAX};
    char version[32];

    CHECK(saltbox_abi() == SALTBOX_ABI);
    snprintf(version, sizeof version, "%d.%d.%d", SALTBOX_VERSION_MAJOR, SALTBOX_VERSION_MINOR,
             SALTBOX_VERSION_PATCH);
    CHECK(strcmp(saltbox_version(), version) == 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK(strcmp(saltbox_status_name(names[i].status), names[i].name) == 0);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        CHECK(strcmp(saltbox_status_name(unknown[i]), "unknown status") == 0);
    }
}

static void refuse_config(const uint8_t *json, size_t len, saltbox_status status) {
    saltbox_config *config = GARBAGE(saltbox_config);
    saltbox_diag diag;
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_config_parse(json, len, &config, &diag), status);
    CHECK(config == NULL);
    check_diag(&diag, status);

    config = GARBAGE(saltbox_config);
    CHECK_STATUS(saltbox_config_parse(json, len, &config, NULL), status);
    CHECK(config == NULL);
}

static void config_parse(void) {
    IMPOSSIBLE(impossible);
    static const char typo[] = "{\"hash\":{\"craete\":{}}}";
    saltbox_config *config = GARBAGE(saltbox_config);
    saltbox_diag diag;

    refuse_config(NULL, 0, SALTBOX_E_CONFIG);
    refuse_config(BYTES("{}"), 0, SALTBOX_E_CONFIG);
    refuse_config(NULL, 2, SALTBOX_E_ARGUMENT);
    refuse_config(BYTES("{}"), 1, SALTBOX_E_CONFIG);
    refuse_config(BYTES("{\"hash\":\0}"), 10, SALTBOX_E_CONFIG);
    refuse_config(BYTES("\xff"), 1, SALTBOX_E_CONFIG);
    refuse_config(BYTES(typo), sizeof typo - 1, SALTBOX_E_CONFIG);
    for (size_t i = 0; i < 2; i++) {
        refuse_config(BYTES("{}"), impossible[i], SALTBOX_E_ARGUMENT);
        refuse_config(NULL, impossible[i], SALTBOX_E_ARGUMENT);
    }

    CHECK(saltbox_config_parse(BYTES(typo), sizeof typo - 1, &config, &diag) == SALTBOX_E_CONFIG);
    CHECK(strcmp(diag.path, "hash.craete") == 0);
    CHECK(diag.offset < sizeof typo);
    CHECK(strstr(diag.message, "create") != NULL);

    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_config_parse(BYTES("{}"), 2, NULL, &diag), SALTBOX_E_ARGUMENT);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_config_parse(BYTES("{}"), 2, NULL, NULL), SALTBOX_E_ARGUMENT);

    /* Nothing to say, nothing written. */
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_config_parse(BYTES("{}"), 2, &config, &diag), SALTBOX_OK);
    CHECK(config != NULL && config != GARBAGE(saltbox_config));
    CHECK(all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    saltbox_config_free(config);
    saltbox_config_free(NULL);
}

/* The settings of work memory: the ends of each range, and one past them. */
static void memory_settings(void) {
    static const char *const good[] = {
        CHEAP_WITH("\"memory_mib\":1"), CHEAP_WITH("\"memory_mib\":1048576"),
        CHEAP_WITH("\"max_running\":1"), CHEAP_WITH("\"max_running\":1024"),
        CHEAP_WITH("\"queue_ms\":0"), CHEAP_WITH("\"queue_ms\":60000"),
        CHEAP_WITH("\"queue_len\":0"), CHEAP_WITH("\"queue_len\":4096"),
    };
    static const struct {
        const char *json;
        const char *path;
    } bad[] = {
        {CHEAP_WITH("\"memory_mib\":0"), "hash.memory_mib"},
        {CHEAP_WITH("\"memory_mib\":1048577"), "hash.memory_mib"},
        {CHEAP_WITH("\"max_running\":0"), "hash.max_running"},
        {CHEAP_WITH("\"max_running\":1025"), "hash.max_running"},
        {CHEAP_WITH("\"max_running\":4294967297"), "hash.max_running"},
        {CHEAP_WITH("\"queue_ms\":60001"), "hash.queue_ms"},
        {CHEAP_WITH("\"queue_ms\":-1"), "hash.queue_ms"},
        {CHEAP_WITH("\"queue_len\":4097"), "hash.queue_len"},
        {CHEAP_WITH("\"queue_len\":1.5"), "hash.queue_len"},
        {CHEAP_WITH("\"queue_len\":\"1\""), "hash.queue_len"},
        {CHEAP_WITH("\"queue_len\":null"), "hash.queue_len"},
        {CHEAP_WITH("\"interleave\":1"), "hash.interleave"},
        /* A ceiling on memory that could never be reached. */
        {CHEAP_WITH("\"memory_mib\":1,\"limits\":{\"argon2_m_kib\":1025}"), "hash.limits.argon2_m_kib"},
        {CHEAP_WITH("\"memory_mib\":1,\"limits\":{\"scrypt_kib\":1025}"), "hash.limits.scrypt_kib"},
        /* No room for one hash of the default policy. */
        {"{\"hash\":{\"memory_mib\":18}}", "hash"},
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        /* The extremes are what a core can be made of and used with. */
        saltbox *sb = core_of(good[i]);
        CHECK_STATUS(saltbox_verify(sb, stored, stored_len, BYTES(PASSWORD), PASSWORD_LEN, NULL),
                     SALTBOX_OK);
        saltbox_free(sb);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        saltbox_config *config = NULL;
        saltbox_diag diag;
        refuse_config(BYTES(bad[i].json), strlen(bad[i].json), SALTBOX_E_CONFIG);
        CHECK(saltbox_config_parse(BYTES(bad[i].json), strlen(bad[i].json), &config, &diag)
              == SALTBOX_E_CONFIG);
        if (strcmp(diag.path, bad[i].path) != 0) {
            fprintf(stderr, "%s: refused at %s\n", bad[i].json, diag.path);
            failures++;
        }
    }
}

static void config_add_key(void) {
    IMPOSSIBLE(impossible);
    saltbox_config *config = NULL;
    uint8_t key[1025];
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(i * 7 + 3);
    }
    REQUIRE(saltbox_config_parse(BYTES("{}"), 2, &config, NULL) == SALTBOX_OK);

    CHECK_STATUS(saltbox_config_add_key(NULL, 1, key, 32), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_config_add_key(config, 1, NULL, 0), SALTBOX_E_KEY);
    CHECK_STATUS(saltbox_config_add_key(config, 1, key, 0), SALTBOX_E_KEY);
    CHECK_STATUS(saltbox_config_add_key(config, 1, NULL, 32), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_config_add_key(config, 1, key, 31), SALTBOX_E_KEY);
    CHECK_STATUS(saltbox_config_add_key(config, 1, key, 1025), SALTBOX_E_KEY);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(saltbox_config_add_key(config, 1, key, impossible[i]), SALTBOX_E_ARGUMENT);
    }
    /* None of those added anything: id 1 is still free. */
    CHECK_STATUS(saltbox_config_add_key(config, 1, key, 32), SALTBOX_OK);
    CHECK_STATUS(saltbox_config_add_key(config, 1, key + 1, 32), SALTBOX_E_KEY);
    CHECK_STATUS(saltbox_config_add_key(config, 2, key, 32), SALTBOX_E_KEY);
    CHECK_STATUS(saltbox_config_add_key(config, 0, key + 1, 1024), SALTBOX_OK);
    CHECK_STATUS(saltbox_config_add_key(config, UINT32_MAX, key + 2, 32), SALTBOX_OK);
    memset(key, 7, sizeof key);
    CHECK_STATUS(saltbox_config_add_key(config, 3, key, 32), SALTBOX_E_KEY);
    saltbox_config_free(config);
}

static void cores(void) {
    saltbox_config *config = NULL;
    saltbox *sb = GARBAGE(saltbox);
    saltbox *derived = GARBAGE(saltbox);
    REQUIRE(saltbox_config_parse(BYTES(CHEAP), strlen(CHEAP), &config, NULL) == SALTBOX_OK);

    CHECK_STATUS(saltbox_new(NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_new(config, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_new(config, &sb), SALTBOX_OK);

    CHECK_STATUS(saltbox_derive(NULL, config, &derived), SALTBOX_E_ARGUMENT);
    CHECK(derived == NULL);
    derived = GARBAGE(saltbox);
    CHECK_STATUS(saltbox_derive(sb, NULL, &derived), SALTBOX_E_ARGUMENT);
    CHECK(derived == NULL);
    CHECK_STATUS(saltbox_derive(sb, config, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_derive(NULL, NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_derive(sb, config, &derived), SALTBOX_OK);

    /* The derived core outlives the one it came from, and both the settings. */
    saltbox_config_free(config);
    saltbox_free(sb);
    CHECK_STATUS(saltbox_verify(derived, stored, stored_len, BYTES(PASSWORD), PASSWORD_LEN, NULL),
                 SALTBOX_OK);
    saltbox_free(derived);
    saltbox_free(NULL);

    {
        MISALIGNED(saltbox *, out);
        saltbox *made;
        CHECK_STATUS(saltbox_new(NULL, out), SALTBOX_OK);
        memcpy(&made, out, sizeof made);
        saltbox_free(made);
    }
}

/* Settings of work memory that are not those of the core to derive from. */
static void derive_with_other_memory(void) {
#define SIZES(mib, running, ms, len) \
    "\"memory_mib\":" #mib ",\"max_running\":" #running ",\"queue_ms\":" #ms ",\"queue_len\":" #len
    static const char *const agreeing[] = {
        CHEAP,
        CHEAP_WITH(SIZES(8, 2, 50, 1)),
        CHEAP_WITH("\"memory_mib\":8"),
        CHEAP_WITH("\"max_running\":2"),
        CHEAP_WITH("\"queue_ms\":50"),
        CHEAP_WITH("\"queue_len\":1"),
        CHEAP_WITH("\"interleave\":true"),
    };
    static const char *const conflicting[] = {
        CHEAP_WITH("\"memory_mib\":7"),
        CHEAP_WITH("\"memory_mib\":9"),
        CHEAP_WITH("\"max_running\":1"),
        CHEAP_WITH("\"max_running\":3"),
        CHEAP_WITH("\"queue_ms\":0"),
        CHEAP_WITH("\"queue_ms\":51"),
        CHEAP_WITH("\"queue_len\":0"),
        CHEAP_WITH("\"queue_len\":2"),
        CHEAP_WITH("\"interleave\":false"),
        CHEAP_WITH(SIZES(8, 2, 50, 2)),
        /* Sizes nothing, but needs 19 MiB for a hash. */
        "{}",
    };
    saltbox *sb = core_of(CHEAP_WITH(SIZES(8, 2, 50, 1)));
#undef SIZES
    for (size_t i = 0; i < sizeof agreeing / sizeof agreeing[0]; i++) {
        saltbox_config *config = NULL;
        saltbox *derived = GARBAGE(saltbox);
        REQUIRE(saltbox_config_parse(BYTES(agreeing[i]), strlen(agreeing[i]), &config, NULL)
                == SALTBOX_OK);
        CHECK_STATUS(saltbox_derive(sb, config, &derived), SALTBOX_OK);
        saltbox_free(derived);
        saltbox_config_free(config);
    }
    for (size_t i = 0; i < sizeof conflicting / sizeof conflicting[0]; i++) {
        saltbox_config *config = NULL;
        saltbox *derived = GARBAGE(saltbox);
        MISALIGNED(saltbox *, odd);
        memset(odd_room, UNTOUCHED, sizeof odd_room);
        REQUIRE(saltbox_config_parse(BYTES(conflicting[i]), strlen(conflicting[i]), &config, NULL)
                == SALTBOX_OK);
        CHECK_STATUS(saltbox_derive(sb, config, &derived), SALTBOX_E_CONFIG);
        CHECK(derived == NULL);
        CHECK_STATUS(saltbox_derive(sb, config, odd), SALTBOX_E_CONFIG);
        CHECK(all_bytes_are(odd, sizeof derived, 0));
        CHECK_STATUS(saltbox_derive(sb, config, NULL), SALTBOX_E_ARGUMENT);
        /* By itself there is nothing wrong with it. */
        CHECK_STATUS(saltbox_new(config, &derived), SALTBOX_OK);
        saltbox_free(derived);
        saltbox_config_free(config);
    }
    saltbox_free(sb);
}

/* A hash that has to fail with nothing written but what `SALTBOX_E_BUFFER` writes. */
static void refuse_hash(const saltbox *sb, const uint8_t *password, size_t password_len, size_t cap,
                        saltbox_status status) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 4711;
    memset(out, UNTOUCHED, sizeof out);
    CHECK_STATUS(saltbox_hash(sb, password, password_len, out, cap, &len), status);
    CHECK(all_bytes_are(out, sizeof out, UNTOUCHED));
    CHECK(len == (status == SALTBOX_E_BUFFER ? stored_len + 1 : 4711));
}

static void hash(void) {
    IMPOSSIBLE(impossible);
    static uint8_t longest[4097];
    char out[SALTBOX_HASH_MAX];
    char again[SALTBOX_HASH_MAX];
    size_t len = 4711;
    memset(longest, 'a', sizeof longest);

    refuse_hash(NULL, BYTES(PASSWORD), PASSWORD_LEN, sizeof out, SALTBOX_E_ARGUMENT);
    refuse_hash(cheap, NULL, PASSWORD_LEN, sizeof out, SALTBOX_E_ARGUMENT);
    refuse_hash(cheap, NULL, 0, sizeof out, SALTBOX_E_PASSWORD_EMPTY);
    refuse_hash(cheap, BYTES(PASSWORD), 0, sizeof out, SALTBOX_E_PASSWORD_EMPTY);
    refuse_hash(cheap, longest, 4097, sizeof out, SALTBOX_E_PASSWORD_TOO_LONG);
    refuse_hash(cheap, BYTES("\xff"), 1, sizeof out, SALTBOX_E_PASSWORD_NOT_UTF8);
    refuse_hash(cheap, BYTES("a\xed\xa0\x80"), 4, sizeof out, SALTBOX_E_PASSWORD_NOT_UTF8);
    refuse_hash(cheap, BYTES("cut \xe2\x82"), 6, sizeof out, SALTBOX_E_PASSWORD_NOT_UTF8);
    refuse_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, 0, SALTBOX_E_BUFFER);
    refuse_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, 1, SALTBOX_E_BUFFER);
    refuse_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, stored_len, SALTBOX_E_BUFFER);
    for (size_t i = 0; i < 2; i++) {
        refuse_hash(cheap, BYTES(PASSWORD), impossible[i], sizeof out, SALTBOX_E_ARGUMENT);
        refuse_hash(cheap, NULL, impossible[i], sizeof out, SALTBOX_E_ARGUMENT);
    }

    CHECK_STATUS(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, NULL, 0, &len), SALTBOX_E_BUFFER);
    CHECK(len == stored_len + 1);
    len = 4711;
    CHECK_STATUS(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, NULL, sizeof out, &len),
                 SALTBOX_E_ARGUMENT);
    CHECK(len == 4711);
    memset(out, UNTOUCHED, sizeof out);
    CHECK_STATUS(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, out, sizeof out, NULL),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, NULL, 0, NULL),
                 SALTBOX_E_ARGUMENT);
    CHECK(all_bytes_are(out, sizeof out, UNTOUCHED));

    /* The size asked for is enough, and not a byte behind it is written. */
    CHECK_STATUS(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, out, stored_len + 1, &len),
                 SALTBOX_OK);
    CHECK(len == stored_len && strlen(out) == len);
    CHECK(all_bytes_are(out + len + 1, sizeof out - len - 1, UNTOUCHED));

    CHECK_STATUS(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, again, sizeof again, &len),
                 SALTBOX_OK);
    CHECK(strcmp(out, again) != 0);
    CHECK_STATUS(saltbox_hash(cheap, longest, 4096, out, sizeof out, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, longest, 4096, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, longest, 4095, NULL), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_verify(cheap, out, len, longest, 4097, NULL), SALTBOX_REJECTED);

    {
        MISALIGNED(size_t, len_out);
        CHECK_STATUS(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, NULL, 0, len_out),
                     SALTBOX_E_BUFFER);
        CHECK(size_in(len_out) == stored_len + 1);
        CHECK_STATUS(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, out, sizeof out, len_out),
                     SALTBOX_OK);
        CHECK(size_in(len_out) == stored_len);
    }
}

static void nul_bytes_count(void) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    CHECK_STATUS(saltbox_hash(cheap, BYTES("a\0b"), 3, out, sizeof out, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, BYTES("a\0b"), 3, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, BYTES("a\0c"), 3, NULL), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_verify(cheap, out, len, BYTES("a"), 1, NULL), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_hash(cheap, BYTES("\0"), 1, out, sizeof out, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, BYTES("\0"), 1, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, BYTES("\0"), 0, NULL), SALTBOX_REJECTED);
}

/* scrypt pads with NUL bytes: "password" and "password\0" would be one password. */
static void nul_at_the_end(void) {
    static const uint8_t password[] = "password";
    const size_t without = sizeof password - 1;
    const size_t with = sizeof password;
    saltbox *scrypt =
        core_of("{\"hash\":{\"create\":{\"scheme\":\"scrypt\",\"ln\":13,\"r\":8,\"p\":10}}}");
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    uint32_t rehash = 7;

    refuse_hash(scrypt, password, with, sizeof out, SALTBOX_E_PASSWORD_NUL);
    refuse_hash(scrypt, BYTES("\0"), 1, sizeof out, SALTBOX_E_PASSWORD_NUL);
    CHECK_STATUS(saltbox_hash(scrypt, password, without, out, sizeof out, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(scrypt, out, len, password, without, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(scrypt, out, len, password, with, NULL), SALTBOX_REJECTED);
    /* The scheme of the string decides, not that of the policy. */
    CHECK_STATUS(saltbox_verify(cheap, out, len, password, without, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, password, with, NULL), SALTBOX_REJECTED);

    CHECK_STATUS(saltbox_hash(cheap, password, with, out, sizeof out, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, password, with, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, password, without, NULL), SALTBOX_REJECTED);
    /* Of another scheme than the policy's, but it could not be hashed anew. */
    CHECK_STATUS(saltbox_verify(scrypt, out, len, password, with, &rehash), SALTBOX_OK);
    CHECK(rehash == 0);
    CHECK_STATUS(saltbox_hash(cheap, password, without, out, sizeof out, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(scrypt, out, len, password, without, &rehash), SALTBOX_OK);
    CHECK(rehash == 1);
    saltbox_free(scrypt);
}

/* Verifies with and without a flag. The flag is 0 unless `rehash`. */
static void expect_verify(const saltbox *sb, const char *text, size_t text_len,
                          const uint8_t *password, size_t password_len, saltbox_status status,
                          uint32_t rehash) {
    uint32_t flag = 0x5a5a5a5a;
    CHECK_STATUS(saltbox_verify(sb, text, text_len, password, password_len, &flag), status);
    CHECK(flag == rehash);
    CHECK_STATUS(saltbox_verify(sb, text, text_len, password, password_len, NULL), status);
}

static void verify(void) {
    IMPOSSIBLE(impossible);
    static const struct {
        const char *stored;
        saltbox_status status;
    } strings[] = {
        {"x", SALTBOX_E_UNSUPPORTED},
        {"plaintext password", SALTBOX_E_UNSUPPORTED},
        {"$argon2id$v=19$m=8,t=1,p=1", SALTBOX_E_MALFORMED},
        {"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$", SALTBOX_E_MALFORMED},
        {"$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA"
         "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SALTBOX_E_LIMIT},
        {"$saltbox$v=2$QQ$QQ", SALTBOX_E_LATER_RELEASE},
    };
    const uint8_t *password = BYTES(PASSWORD);
    saltbox *only_scrypt = core_of("{\"hash\":{\"create\":{\"profile\":\"owasp-scrypt\"},"
                                   "\"verify\":[\"scrypt\"]}}");

    expect_verify(cheap, stored, stored_len, password, PASSWORD_LEN, SALTBOX_OK, 0);
    expect_verify(cheap, stored, stored_len, password, PASSWORD_LEN - 1, SALTBOX_REJECTED, 0);
    expect_verify(cheap, stored, stored_len, NULL, 0, SALTBOX_REJECTED, 0);
    expect_verify(cheap, stored, stored_len, password, 0, SALTBOX_REJECTED, 0);
    expect_verify(cheap, stored, stored_len, BYTES("\xff\xfe"), 2, SALTBOX_REJECTED, 0);
    expect_verify(cheap, NULL, 0, password, PASSWORD_LEN, SALTBOX_REJECTED, 0);
    expect_verify(cheap, stored, 0, password, PASSWORD_LEN, SALTBOX_REJECTED, 0);
    expect_verify(cheap, NULL, 0, NULL, 0, SALTBOX_REJECTED, 0);
    /* The NUL of a C string is not part of the stored string. */
    expect_verify(cheap, stored, stored_len + 1, password, PASSWORD_LEN, SALTBOX_E_MALFORMED, 0);

    expect_verify(NULL, stored, stored_len, password, PASSWORD_LEN, SALTBOX_E_ARGUMENT, 0);
    expect_verify(cheap, NULL, stored_len, password, PASSWORD_LEN, SALTBOX_E_ARGUMENT, 0);
    expect_verify(cheap, stored, stored_len, NULL, PASSWORD_LEN, SALTBOX_E_ARGUMENT, 0);
    for (size_t i = 0; i < 2; i++) {
        size_t len = impossible[i];
        expect_verify(cheap, stored, len, password, PASSWORD_LEN, SALTBOX_E_ARGUMENT, 0);
        expect_verify(cheap, stored, stored_len, password, len, SALTBOX_E_ARGUMENT, 0);
    }
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        const char *text = strings[i].stored;
        expect_verify(cheap, text, strlen(text), password, PASSWORD_LEN, strings[i].status, 0);
        /* Whatever the password is, this is not a yes. */
        expect_verify(cheap, text, strlen(text), NULL, 0, strings[i].status, 0);
    }
    CHECK_STATUS(saltbox_verify(only_scrypt, stored, stored_len, password, PASSWORD_LEN, NULL),
                 SALTBOX_E_NOT_ALLOWED);
    saltbox_free(only_scrypt);
}

/* What needs more memory than there is was not verified, and is not a wrong password. */
static void over_budget(void) {
    saltbox *small = core_of(CHEAP_WITH("\"memory_mib\":1"));
    saltbox *large = core_of(CHEAP_WITH("\"memory_mib\":2"));
    saltbox_outcome *outcome = NULL;
    saltbox_diag diag;
    const size_t len = sizeof TWO_MIB - 1;
    size_t password_end = PASSWORD_LEN;
    saltbox_status status = SALTBOX_OK;
    uint32_t rehash = 7;
    const uint8_t *json;
    size_t json_len = 0;

    expect_verify(small, TWO_MIB, len, BYTES(PASSWORD), PASSWORD_LEN, SALTBOX_E_BUDGET, 0);
    expect_verify(small, TWO_MIB, len, NULL, 0, SALTBOX_E_BUDGET, 0);
    expect_verify(large, TWO_MIB, len, BYTES(PASSWORD), PASSWORD_LEN, SALTBOX_REJECTED, 0);
    CHECK_STATUS(saltbox_verify_batch(small, 1, TWO_MIB, &len, BYTES(PASSWORD), &password_end,
                                      &status, &rehash), SALTBOX_REJECTED);
    CHECK_STATUS(status, SALTBOX_E_BUDGET);
    CHECK(rehash == 0);

    CHECK_STATUS(saltbox_identify(small, TWO_MIB, len, &diag, &outcome), SALTBOX_REJECTED);
    check_diag(&diag, SALTBOX_E_BUDGET);
    json = saltbox_outcome_json(outcome, &json_len);
    REQUIRE(json != NULL);
    CHECK(json_len > 26 && memcmp(json, "{\"verdict\":\"over_budget\"", 24) == 0);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_identify(large, TWO_MIB, len, NULL, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    saltbox_free(large);
    saltbox_free(small);
}

static void rehash_is_asked_for_what_is_weaker(void) {
    saltbox *sb = NULL;
    MISALIGNED(uint32_t, flag);
    REQUIRE(saltbox_new(NULL, &sb) == SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(sb, stored, stored_len, BYTES(PASSWORD), PASSWORD_LEN, flag),
                 SALTBOX_OK);
    CHECK(u32_in(flag) == 1);
    CHECK_STATUS(saltbox_verify(sb, stored, stored_len, BYTES("wrong"), 5, flag), SALTBOX_REJECTED);
    CHECK(u32_in(flag) == 0);
    saltbox_free(sb);
}

#define ITEMS 4

/* A batch of four: right, wrong, no such user, not a stored string. */
struct batch {
    char stored[2 * SALTBOX_HASH_MAX + 8];
    size_t stored_end[ITEMS];
    char passwords[4 * sizeof PASSWORD];
    size_t password_end[ITEMS];
    saltbox_status status[ITEMS];
    uint32_t rehash[ITEMS];
};

static void make_batch(struct batch *batch) {
    memset(batch, UNTOUCHED, sizeof *batch);
    memcpy(batch->stored, stored, stored_len);
    memcpy(batch->stored + stored_len, stored, stored_len);
    memcpy(batch->stored + 2 * stored_len, "broken", 6);
    batch->stored_end[0] = stored_len;
    batch->stored_end[1] = 2 * stored_len;
    batch->stored_end[2] = 2 * stored_len;
    batch->stored_end[3] = 2 * stored_len + 6;
    memcpy(batch->passwords, PASSWORD, PASSWORD_LEN);
    memcpy(batch->passwords + PASSWORD_LEN, "wrong", 5);
    memcpy(batch->passwords + PASSWORD_LEN + 5, PASSWORD, PASSWORD_LEN);
    batch->password_end[0] = PASSWORD_LEN;
    batch->password_end[1] = PASSWORD_LEN + 5;
    batch->password_end[2] = 2 * PASSWORD_LEN + 5;
    batch->password_end[3] = 2 * PASSWORD_LEN + 5;
}

/* After a call that was wrong: every status says so and no flag is set. */
static void check_nothing_verified(const struct batch *batch) {
    for (size_t i = 0; i < ITEMS; i++) {
        CHECK_STATUS(batch->status[i], SALTBOX_E_ARGUMENT);
        CHECK(batch->rehash[i] == 0);
    }
}

/* Which argument of a batch is taken away. */
enum missing { NO_CORE, NO_STORED, NO_STORED_END, NO_PASSWORDS, NO_PASSWORD_END, MISSING_COUNT };

static void batch_without(enum missing missing) {
    struct batch batch;
    make_batch(&batch);
    CHECK_STATUS(saltbox_verify_batch(missing == NO_CORE ? NULL : cheap, ITEMS,
                                      missing == NO_STORED ? NULL : batch.stored,
                                      missing == NO_STORED_END ? NULL : batch.stored_end,
                                      missing == NO_PASSWORDS ? NULL : BYTES(batch.passwords),
                                      missing == NO_PASSWORD_END ? NULL : batch.password_end,
                                      batch.status, batch.rehash), SALTBOX_E_ARGUMENT);
    check_nothing_verified(&batch);
}

/* A batch whose end `index` is `end`. */
static void refuse_end(int of_stored, size_t index, size_t end) {
    struct batch batch;
    make_batch(&batch);
    (of_stored ? batch.stored_end : batch.password_end)[index] = end;
    CHECK_STATUS(saltbox_verify_batch(cheap, ITEMS, batch.stored, batch.stored_end,
                                      BYTES(batch.passwords), batch.password_end, batch.status,
                                      batch.rehash), SALTBOX_E_ARGUMENT);
    check_nothing_verified(&batch);
}

static void refuse_count(size_t n) {
    struct batch batch;
    make_batch(&batch);
    CHECK_STATUS(saltbox_verify_batch(cheap, n, batch.stored, batch.stored_end,
                                      BYTES(batch.passwords), batch.password_end, batch.status,
                                      batch.rehash), SALTBOX_E_ARGUMENT);
    CHECK(all_bytes_are(batch.status, sizeof batch.status, UNTOUCHED));
    CHECK(all_bytes_are(batch.rehash, sizeof batch.rehash, UNTOUCHED));
}

static void verify_batch(void) {
    static const saltbox_status expected[ITEMS] = {SALTBOX_OK, SALTBOX_REJECTED, SALTBOX_REJECTED,
                                                   SALTBOX_E_UNSUPPORTED};
    static const size_t no_ends[ITEMS] = {0, 0, 0, 0};
    struct batch batch;

    make_batch(&batch);
    CHECK_STATUS(saltbox_verify_batch(cheap, ITEMS, batch.stored, batch.stored_end,
                                      BYTES(batch.passwords), batch.password_end, batch.status,
                                      batch.rehash), SALTBOX_REJECTED);
    for (size_t i = 0; i < ITEMS; i++) {
        CHECK_STATUS(batch.status[i], expected[i]);
        CHECK(batch.rehash[i] == 0);
    }
    make_batch(&batch);
    CHECK_STATUS(saltbox_verify_batch(cheap, 1, batch.stored, batch.stored_end,
                                      BYTES(batch.passwords), batch.password_end, batch.status,
                                      NULL), SALTBOX_OK);
    CHECK_STATUS(batch.status[0], SALTBOX_OK);
    CHECK(all_bytes_are(batch.status + 1, sizeof batch.status - sizeof batch.status[0], UNTOUCHED));

    /* All items empty: nobody exists, and no array of bytes is needed. */
    CHECK_STATUS(saltbox_verify_batch(cheap, ITEMS, NULL, no_ends, NULL, no_ends, batch.status,
                                      batch.rehash), SALTBOX_REJECTED);
    for (size_t i = 0; i < ITEMS; i++) {
        CHECK_STATUS(batch.status[i], SALTBOX_REJECTED);
    }

    for (int missing = 0; missing < MISSING_COUNT; missing++) {
        batch_without((enum missing)missing);
    }
    make_batch(&batch);
    CHECK_STATUS(saltbox_verify_batch(cheap, ITEMS, batch.stored, batch.stored_end,
                                      BYTES(batch.passwords), batch.password_end, NULL,
                                      batch.rehash), SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < ITEMS; i++) {
        CHECK(batch.rehash[i] == 0);
    }

    for (int of_stored = 0; of_stored < 2; of_stored++) {
        refuse_end(of_stored, 1, 1);
        refuse_end(of_stored, 3, 1);
        refuse_end(of_stored, 3, 0);
        refuse_end(of_stored, 0, SIZE_MAX);
        refuse_end(of_stored, 3, SIZE_MAX);
        refuse_end(of_stored, 3, SIZE_MAX / 2 + 1);
    }
    /* No items, and more than memory can hold: there is no array to write to. */
    refuse_count(0);
    refuse_count(SIZE_MAX);
    refuse_count(SIZE_MAX / sizeof(size_t));
    refuse_count(SIZE_MAX / sizeof(size_t) + 2);
    refuse_count(SIZE_MAX / 2 / sizeof(size_t) + 1);
}

static void verify_batch_misaligned(void) {
    struct batch batch;
    unsigned char room[4][sizeof(size_t) * ITEMS + 1];
    size_t *stored_end = (size_t *)(void *)(room[0] + odd_offset(room[0]));
    size_t *password_end = (size_t *)(void *)(room[1] + odd_offset(room[1]));
    saltbox_status *status = (saltbox_status *)(void *)(room[2] + odd_offset(room[2]));
    uint32_t *rehash = (uint32_t *)(void *)(room[3] + odd_offset(room[3]));

    make_batch(&batch);
    memcpy((void *)stored_end, batch.stored_end, sizeof batch.stored_end);
    memcpy((void *)password_end, batch.password_end, sizeof batch.password_end);
    CHECK_STATUS(saltbox_verify_batch(cheap, ITEMS, batch.stored, stored_end,
                                      BYTES(batch.passwords), password_end, status, rehash),
                 SALTBOX_REJECTED);
    memcpy(batch.status, (void *)status, sizeof batch.status);
    memcpy(batch.rehash, (void *)rehash, sizeof batch.rehash);
    CHECK_STATUS(batch.status[0], SALTBOX_OK);
    CHECK_STATUS(batch.status[1], SALTBOX_REJECTED);
    CHECK_STATUS(batch.status[2], SALTBOX_REJECTED);
    CHECK_STATUS(batch.status[3], SALTBOX_E_UNSUPPORTED);
    CHECK(batch.rehash[0] == 0 && batch.rehash[3] == 0);
}

static void refuse_identify(const saltbox *sb, const char *text, size_t len) {
    saltbox_outcome *outcome = GARBAGE(saltbox_outcome);
    saltbox_diag diag;
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_identify(sb, text, len, &diag, &outcome), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
    outcome = GARBAGE(saltbox_outcome);
    CHECK_STATUS(saltbox_identify(sb, text, len, NULL, &outcome), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
}

static void identify(void) {
    IMPOSSIBLE(impossible);
    saltbox_outcome *outcome = NULL;
    saltbox_diag diag;
    const uint8_t *json;
    size_t len = 4711;

    refuse_identify(NULL, stored, stored_len);
    refuse_identify(cheap, NULL, 1);
    for (size_t i = 0; i < 2; i++) {
        refuse_identify(cheap, stored, impossible[i]);
        refuse_identify(cheap, NULL, impossible[i]);
    }
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_identify(cheap, stored, stored_len, &diag, NULL), SALTBOX_E_ARGUMENT);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_identify(cheap, stored, stored_len, NULL, NULL), SALTBOX_E_ARGUMENT);

    /* Good: findings, and nothing to say in the diagnosis. */
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_identify(cheap, stored, stored_len, &diag, &outcome), SALTBOX_OK);
    CHECK(all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    json = saltbox_outcome_json(outcome, &len);
    REQUIRE(json != NULL);
    CHECK(len > 2 && json[0] == '{' && json[len - 1] == '}');
    CHECK(saltbox_outcome_json(outcome, NULL) == NULL);
    {
        MISALIGNED(size_t, len_out);
        CHECK(saltbox_outcome_json(outcome, len_out) == json);
        CHECK(size_in(len_out) == len);
    }
    saltbox_outcome_free(outcome);

    /* Bad: findings and diagnosis. */
    for (int with_null = 0; with_null < 2; with_null++) {
        outcome = NULL;
        CHECK_STATUS(saltbox_identify(cheap, with_null ? NULL : stored, 0, &diag, &outcome),
                     SALTBOX_REJECTED);
        CHECK(saltbox_outcome_json(outcome, &len) != NULL);
        CHECK(diag.status > SALTBOX_REJECTED);
        saltbox_outcome_free(outcome);
    }
    outcome = NULL;
    CHECK_STATUS(saltbox_identify(cheap, CUT_OFF, sizeof CUT_OFF - 1, &diag, &outcome), SALTBOX_REJECTED);
    check_diag(&diag, SALTBOX_E_MALFORMED);
    CHECK(diag.offset == sizeof CUT_OFF - 1);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_identify(cheap, CUT_OFF, sizeof CUT_OFF - 1, NULL, &outcome), SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);

    CHECK(saltbox_outcome_json(NULL, &len) == NULL);
    CHECK(len == 0);
    CHECK(saltbox_outcome_json(NULL, NULL) == NULL);
    saltbox_outcome_free(NULL);
}

/* SHA-256 of "salt" and "password". */
#define DESCRIPTOR                                                                       \
    "{\"vendor\":\"okta\",\"hash\":{\"algorithm\":\"SHA-256\",\"saltOrder\":\"PREFIX\"," \
    "\"salt\":\"c2FsdA==\",\"value\":\"E2Ab2k6njlWge5iGbSvmvgdE44ZvE8AMgRyrYIoo8yI=\"}}"

static const char IMPORTED[] = "$saltbox-input$prefix=c2FsdA$"
                               "$saltbox-digest$h=sha256,i=1"
                               "$E2Ab2k6njlWge5iGbSvmvgdE44ZvE8AMgRyrYIoo8yI";

/* Refused: nothing written but the size for SALTBOX_E_BUFFER, and the diagnosis. */
static void refuse_import(const uint8_t *json, size_t json_len, size_t cap, saltbox_status status) {
    char out[SALTBOX_HASH_MAX];
    saltbox_diag diag;
    for (int with_diag = 0; with_diag < 2; with_diag++) {
        size_t len = 4711;
        memset(out, UNTOUCHED, sizeof out);
        memset(&diag, UNTOUCHED, sizeof diag);
        CHECK_STATUS(saltbox_import(json, json_len, out, cap, &len, with_diag ? &diag : NULL),
                     status);
        CHECK(all_bytes_are(out, sizeof out, UNTOUCHED));
        CHECK(len == (status == SALTBOX_E_BUFFER ? sizeof IMPORTED : 4711));
        if (with_diag) {
            check_diag(&diag, status);
        }
    }
}

static void import(void) {
    IMPOSSIBLE(impossible);
    static const char option[] = "{\"vendor\":\"descope\",\"hash\":{\"sha\":{\"type\":\"sha1\","
                                 "\"salt\":\"00\",\"hash\":"
                                 "\"0000000000000000000000000000000000000000\"}}}";
    static const char cognito[] = "{\"vendor\":\"clerk\",\"hash\":{\"password_hasher\":"
                                  "\"awscognito\",\"password_digest\":\"\"}}";
    const uint8_t *json = BYTES(DESCRIPTOR);
    const size_t json_len = sizeof DESCRIPTOR - 1;
    char out[SALTBOX_HASH_MAX];
    saltbox_diag diag;
    size_t len = 4711;

    refuse_import(NULL, json_len, sizeof out, SALTBOX_E_ARGUMENT);
    refuse_import(NULL, 0, sizeof out, SALTBOX_E_IMPORT);
    refuse_import(json, 0, sizeof out, SALTBOX_E_IMPORT);
    refuse_import(json, json_len - 1, sizeof out, SALTBOX_E_IMPORT);
    refuse_import(BYTES("\xff"), 1, sizeof out, SALTBOX_E_IMPORT);
    refuse_import(BYTES(option), sizeof option - 1, sizeof out, SALTBOX_E_IMPORT);
    refuse_import(BYTES(cognito), sizeof cognito - 1, sizeof out, SALTBOX_E_UNSUPPORTED);
    refuse_import(json, json_len, 0, SALTBOX_E_BUFFER);
    refuse_import(json, json_len, 1, SALTBOX_E_BUFFER);
    refuse_import(json, json_len, sizeof IMPORTED - 1, SALTBOX_E_BUFFER);
    for (size_t i = 0; i < 2; i++) {
        refuse_import(json, impossible[i], sizeof out, SALTBOX_E_ARGUMENT);
        refuse_import(NULL, impossible[i], sizeof out, SALTBOX_E_ARGUMENT);
    }

    CHECK_STATUS(saltbox_import(json, json_len, NULL, 0, &len, NULL), SALTBOX_E_BUFFER);
    CHECK(len == sizeof IMPORTED);
    len = 4711;
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_import(json, json_len, NULL, sizeof out, &len, &diag), SALTBOX_E_ARGUMENT);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
    CHECK(len == 4711);
    memset(out, UNTOUCHED, sizeof out);
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_import(json, json_len, out, sizeof out, NULL, &diag), SALTBOX_E_ARGUMENT);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_import(json, json_len, NULL, 0, NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK(all_bytes_are(out, sizeof out, UNTOUCHED));

    /* An option that is missing is named. */
    CHECK_STATUS(saltbox_import(BYTES(option), sizeof option - 1, out, sizeof out, &len, &diag),
                 SALTBOX_E_IMPORT);
    CHECK(strcmp(diag.path, "options.salt_position") == 0);
    CHECK(strstr(diag.message, "prefix, suffix") != NULL);

    /* The size asked for is enough, and not a byte behind it is written. */
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_import(json, json_len, out, sizeof IMPORTED, &len, &diag), SALTBOX_OK);
    CHECK(all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    CHECK(len == sizeof IMPORTED - 1 && strcmp(out, IMPORTED) == 0);
    CHECK(all_bytes_are(out + sizeof IMPORTED, sizeof out - sizeof IMPORTED, UNTOUCHED));
    CHECK_STATUS(saltbox_verify(cheap, out, len, BYTES("password"), 8, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(cheap, out, len, BYTES("Password"), 8, NULL), SALTBOX_REJECTED);
    {
        MISALIGNED(size_t, len_out);
        CHECK_STATUS(saltbox_import(json, json_len, NULL, 0, len_out, NULL), SALTBOX_E_BUFFER);
        CHECK(size_in(len_out) == sizeof IMPORTED);
        CHECK_STATUS(saltbox_import(json, json_len, out, sizeof out, len_out, NULL), SALTBOX_OK);
        CHECK(size_in(len_out) == sizeof IMPORTED - 1);
    }
}

static void capacity(void) {
    static const struct {
        const char *json;
        uint32_t jobs;
    } cores[] = {
        {CHEAP_WITH("\"memory_mib\":8,\"max_running\":1"), 1},
        {CHEAP_WITH("\"memory_mib\":8,\"max_running\":3"), 3},
        /* Slots for four, memory for three times 19 MiB. */
        {"{\"hash\":{\"memory_mib\":64,\"max_running\":4}}", 3},
        /* No memory at all for a hash, so the slots decide. */
        {"{\"hash\":{\"create\":{\"profile\":\"owasp-pbkdf2-sha256\"},\"memory_mib\":1,"
         "\"max_running\":1024}}", 1024},
    };
    uint32_t jobs = 4711;
    CHECK_STATUS(saltbox_capacity(NULL, &jobs), SALTBOX_E_ARGUMENT);
    CHECK(jobs == 4711);
    CHECK_STATUS(saltbox_capacity(cheap, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_capacity(NULL, NULL), SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++) {
        saltbox *sb = core_of(cores[i].json);
        MISALIGNED(uint32_t, odd);
        CHECK_STATUS(saltbox_capacity(sb, &jobs), SALTBOX_OK);
        CHECK(jobs == cores[i].jobs);
        CHECK_STATUS(saltbox_capacity(sb, odd), SALTBOX_OK);
        CHECK(u32_in(odd) == cores[i].jobs);
        saltbox_free(sb);
    }
}

/* All counters of a core. */
static saltbox_counters counters_of(const saltbox *sb) {
    saltbox_counters counters;
    memset(&counters, UNTOUCHED, sizeof counters);
    counters.struct_size = sizeof counters;
    REQUIRE(saltbox_stats(sb, &counters) == SALTBOX_OK);
    CHECK(counters.struct_size == sizeof counters);
    CHECK(counters.reserved == 0);
    CHECK(counters.running == 0 && counters.queued == 0);
    return counters;
}

static void trim(void) {
    saltbox *sb = core_of(CHEAP);
    MISALIGNED(uint64_t, odd);
    uint64_t bytes = 4711;
    uint64_t idle;
    CHECK_STATUS(saltbox_trim(NULL, &bytes), SALTBOX_E_ARGUMENT);
    CHECK(bytes == 4711);
    CHECK_STATUS(saltbox_trim(NULL, NULL), SALTBOX_E_ARGUMENT);
    /* Nothing was used yet. */
    CHECK_STATUS(saltbox_trim(sb, &bytes), SALTBOX_OK);
    CHECK(bytes == 0);

    for (int round = 0; round < 3; round++) {
        expect_verify(sb, stored, stored_len, BYTES(PASSWORD), PASSWORD_LEN, SALTBOX_OK, 0);
        idle = counters_of(sb).memory_idle_bytes;
        CHECK(idle >= 8192 && idle == counters_of(sb).memory_bytes);
        bytes = idle;
        if (round == 0) {
            CHECK_STATUS(saltbox_trim(sb, &bytes), SALTBOX_OK);
        } else if (round == 1) {
            CHECK_STATUS(saltbox_trim(sb, odd), SALTBOX_OK);
            bytes = u64_in(odd);
        } else {
            CHECK_STATUS(saltbox_trim(sb, NULL), SALTBOX_OK);
        }
        CHECK(bytes == idle);
        CHECK(counters_of(sb).memory_bytes == 0 && counters_of(sb).memory_idle_bytes == 0);
        CHECK(counters_of(sb).memory_peak_bytes >= idle);
        CHECK_STATUS(saltbox_trim(sb, &bytes), SALTBOX_OK);
        CHECK(bytes == 0);
    }
    saltbox_free(sb);
}

/*
 * A caller's struct of `size` bytes that calls itself `struct_size`. `size` is
 * of the heap, so that the sanitizer sees a byte too many.
 */
static void stats_of_size(const saltbox_counters *all, uint32_t struct_size) {
    const size_t known = struct_size < sizeof *all ? struct_size : sizeof *all;
    /* Where the caller has more than this release knows there is a tail to leave alone. */
    const size_t size = struct_size <= sizeof *all ? (known < 4 ? 4 : known) : sizeof *all + 64;
    const uint32_t written = (uint32_t)known;
    for (size_t odd = 0; odd < 2; odd++) {
        unsigned char *room = malloc(size + odd);
        unsigned char *at = room + odd;
        REQUIRE(room != NULL);
        memset(room, UNTOUCHED, size + odd);
        memcpy(at, &struct_size, sizeof struct_size);
        if (struct_size < 8) {
            CHECK_STATUS(saltbox_stats(cheap, (saltbox_counters *)(void *)at), SALTBOX_E_ARGUMENT);
            CHECK(u32_in(at) == struct_size);
            CHECK(all_bytes_are(at + 4, size - 4, UNTOUCHED));
        } else {
            CHECK_STATUS(saltbox_stats(cheap, (saltbox_counters *)(void *)at), SALTBOX_OK);
            CHECK(u32_in(at) == written);
            CHECK(memcmp(at + 4, (const unsigned char *)all + 4, known - 4) == 0);
            CHECK(all_bytes_are(at + known, size - known, UNTOUCHED));
        }
        free(room);
    }
}

static void stats(void) {
    static const uint32_t larger[] = {sizeof(saltbox_counters) + 1, 4096, 0x80000000, UINT32_MAX};
    saltbox_counters counters;
    saltbox_counters all;

    memset(&counters, UNTOUCHED, sizeof counters);
    CHECK_STATUS(saltbox_stats(NULL, &counters), SALTBOX_E_ARGUMENT);
    CHECK(all_bytes_are(&counters, sizeof counters, UNTOUCHED));
    CHECK_STATUS(saltbox_stats(cheap, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_stats(NULL, NULL), SALTBOX_E_ARGUMENT);

    all = counters_of(cheap);
    CHECK(all.jobs > 0 && all.hashes > 0);
    for (uint32_t size = 0; size <= sizeof all; size++) {
        stats_of_size(&all, size);
    }
    for (size_t i = 0; i < sizeof larger / sizeof larger[0]; i++) {
        stats_of_size(&all, larger[i]);
    }
}

/* Each counter counts what its comment says, and a derived core counts on it. */
static void stats_count(void) {
    saltbox_config *config = NULL;
    saltbox *sb = core_of(CHEAP_WITH("\"memory_mib\":1,\"max_running\":2,\"queue_len\":3"));
    saltbox *derived = NULL;
    struct batch batch;
    saltbox_counters is;
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;

    is = counters_of(sb);
    CHECK(is.max_running == 2 && is.queue_len == 3 && is.memory_budget_bytes == 1 << 20);
    CHECK(is.running_peak == 0 && is.queued_peak == 0 && is.memory_peak_bytes == 0);
    CHECK(is.jobs == 0 && is.memory_bytes == 0);
    CHECK(memchr(is.argon2_kernel, 0, sizeof is.argon2_kernel) != NULL && is.argon2_kernel[0] != 0);
    CHECK(memchr(is.scrypt_kernel, 0, sizeof is.scrypt_kernel) != NULL && is.scrypt_kernel[0] != 0);

    REQUIRE(saltbox_config_parse(BYTES(CHEAP), strlen(CHEAP), &config, NULL) == SALTBOX_OK);
    REQUIRE(saltbox_derive(sb, config, &derived) == SALTBOX_OK);
    saltbox_config_free(config);

    CHECK_STATUS(saltbox_hash(derived, BYTES(PASSWORD), PASSWORD_LEN, out, sizeof out, &len), SALTBOX_OK);
    expect_verify(sb, stored, stored_len, BYTES(PASSWORD), PASSWORD_LEN, SALTBOX_OK, 0);
    expect_verify(derived, stored, stored_len, BYTES("wrong"), 5, SALTBOX_REJECTED, 0);
    expect_verify(sb, NULL, 0, BYTES("wrong"), 5, SALTBOX_REJECTED, 0);
    expect_verify(sb, "x", 1, BYTES("wrong"), 5, SALTBOX_E_UNSUPPORTED, 0);
    expect_verify(sb, TWO_MIB, sizeof TWO_MIB - 1, BYTES("wrong"), 5, SALTBOX_E_BUDGET, 0);
    /* One slot for four: right, wrong, no such user, not a stored string. */
    make_batch(&batch);
    CHECK_STATUS(saltbox_verify_batch(derived, ITEMS, batch.stored, batch.stored_end,
                                      BYTES(batch.passwords), batch.password_end, batch.status,
                                      batch.rehash), SALTBOX_REJECTED);
    /* What was refused before any work is counted nowhere. */
    expect_verify(sb, NULL, 1, BYTES("wrong"), 5, SALTBOX_E_ARGUMENT, 0);
    refuse_hash(sb, BYTES(PASSWORD), 0, sizeof out, SALTBOX_E_PASSWORD_EMPTY);
    refuse_hash(sb, BYTES(PASSWORD), PASSWORD_LEN, 1, SALTBOX_E_BUFFER);

    is = counters_of(sb);
    CHECK(is.jobs == 1 + 5 * 2 + 1);
    CHECK(is.hashes == 1);
    CHECK(is.accepted == 3 && is.accepted_by_scheme[0] == 3);
    CHECK(is.rejected == 3 && is.rejected_by_scheme[0] == 3);
    CHECK(is.no_user == 3);
    CHECK(is.refused == 5);
    CHECK(is.rehash == 0 && is.busy == 0);
    CHECK(is.running_peak == 1 && is.queued_peak == 0);
    CHECK(is.memory_bytes > 0 && is.memory_bytes <= is.memory_peak_bytes);
    CHECK(is.memory_peak_bytes <= is.memory_budget_bytes);
    for (size_t i = 1; i < SALTBOX_SCHEMES_MAX; i++) {
        CHECK(is.accepted_by_scheme[i] == 0 && is.rejected_by_scheme[i] == 0);
    }
    {
        saltbox_counters other = counters_of(derived);
        CHECK(memcmp(&is, &other, sizeof is) == 0);
    }
    saltbox_free(derived);
    saltbox_free(sb);
}

static void scheme_names(void) {
    static const uint32_t none[] = {SALTBOX_SCHEMES_MAX - 1, SALTBOX_SCHEMES_MAX, 255, 256, 65536,
                                    0x7fffffff, 0x80000000, UINT32_MAX - 1, UINT32_MAX};
    uint32_t count = 0;
    REQUIRE(saltbox_scheme_name(0) != NULL);
    CHECK(strcmp(saltbox_scheme_name(0), "argon2id") == 0);
    while (count < SALTBOX_SCHEMES_MAX && saltbox_scheme_name(count) != NULL) {
        const char *name = saltbox_scheme_name(count);
        char json[128];
        saltbox_config *config = NULL;
        CHECK(name == saltbox_scheme_name(count));
        for (uint32_t before = 0; before < count; before++) {
            CHECK(strcmp(name, saltbox_scheme_name(before)) != 0);
        }
        /* A configuration knows it by the same name. */
        snprintf(json, sizeof json, "{\"hash\":{\"verify\":[\"argon2id\",\"%s\"]}}", name);
        CHECK_STATUS(saltbox_config_parse(BYTES(json), strlen(json), &config, NULL), SALTBOX_OK);
        saltbox_config_free(config);
        count++;
    }
    CHECK(count >= 6);
    for (uint32_t scheme = count; scheme < SALTBOX_SCHEMES_MAX; scheme++) {
        CHECK(saltbox_scheme_name(scheme) == NULL);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        CHECK(saltbox_scheme_name(none[i]) == NULL);
    }
}

/* The member "hash" of what saltbox_effective_config says, made a configuration. */
static void configuration_in(const uint8_t *json, size_t len, char *out, size_t cap) {
    static const char member[] = "\"hash\":{";
    size_t start = 0;
    size_t end;
    int depth = 1;
    while (start + sizeof member < len && memcmp(json + start, member, sizeof member - 1) != 0) {
        start++;
    }
    for (end = start + sizeof member - 1; end < len && depth > 0; end++) {
        depth += (json[end] == '{') - (json[end] == '}');
    }
    REQUIRE(depth == 0 && end - start + 3 <= cap);
    snprintf(out, cap, "{%.*s}", (int)(end - start), (const char *)json + start);
}

static void effective_config(void) {
    static const char *const policies[] = {
        CHEAP_WITH("\"memory_mib\":64,\"limits\":{\"argon2_m_kib\":65536,\"scrypt_kib\":65536}"),
        CHEAP, "{}", CHEAP_WITH("\"memory_mib\":1,\"queue_ms\":0,\"queue_len\":0"),
        "{\"hash\":{\"create\":{\"profile\":\"owasp-scrypt\"},\"verify\":[\"scrypt\"]}}",
    };
    saltbox_outcome *outcome = GARBAGE(saltbox_outcome);
    CHECK_STATUS(saltbox_effective_config(NULL, &outcome), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    CHECK_STATUS(saltbox_effective_config(cheap, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_effective_config(NULL, NULL), SALTBOX_E_ARGUMENT);
    {
        MISALIGNED(saltbox_outcome *, odd);
        memset(odd_room, UNTOUCHED, sizeof odd_room);
        CHECK_STATUS(saltbox_effective_config(NULL, odd), SALTBOX_E_ARGUMENT);
        CHECK(all_bytes_are(odd, sizeof outcome, 0));
        CHECK_STATUS(saltbox_effective_config(cheap, odd), SALTBOX_OK);
        memcpy(&outcome, odd, sizeof outcome);
        REQUIRE(outcome != NULL);
        saltbox_outcome_free(outcome);
    }

    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        saltbox *sb = core_of(policies[i]);
        saltbox *derived = GARBAGE(saltbox);
        saltbox_config *config = NULL;
        saltbox_diag diag;
        saltbox_outcome *again = NULL;
        const uint8_t *json;
        const uint8_t *same;
        size_t len = 0;
        size_t same_len = 0;
        char own[2048];
        memset(&diag, 0, sizeof diag);
        CHECK_STATUS(saltbox_effective_config(sb, &outcome), SALTBOX_OK);
        json = saltbox_outcome_json(outcome, &len);
        REQUIRE(json != NULL);
        CHECK(json[0] == '{' && json[len - 1] == '}');
        configuration_in(json, len, own, sizeof own);
        /* As the header says it is a configuration: one that says all that this core goes by. */
        CHECK_STATUS(saltbox_config_parse(BYTES(own), strlen(own), &config, &diag), SALTBOX_OK);
        if (config == NULL) {
            fprintf(stderr, "refused at %s: %s\n%s\n", diag.path, diag.message, own);
        } else {
            CHECK_STATUS(saltbox_derive(sb, config, &derived), SALTBOX_OK);
            CHECK_STATUS(saltbox_effective_config(derived, &again), SALTBOX_OK);
            same = saltbox_outcome_json(again, &same_len);
            CHECK(same_len == len && memcmp(same, json, len) == 0);
            saltbox_outcome_free(again);
            saltbox_free(derived);
            saltbox_config_free(config);
        }
        saltbox_outcome_free(outcome);
        saltbox_free(sb);
    }
}

static void diag_may_be_misaligned(void) {
    unsigned char room[sizeof(saltbox_diag) + 1];
    saltbox_diag diag;
    saltbox_config *config = NULL;
    saltbox_diag *odd = (saltbox_diag *)(void *)(room + odd_offset(room));
    CHECK_STATUS(saltbox_config_parse(NULL, 0, &config, odd), SALTBOX_E_CONFIG);
    memcpy(&diag, (void *)odd, sizeof diag);
    check_diag(&diag, SALTBOX_E_CONFIG);
}

static void refuse_check(const saltbox *sb, const char *subject, size_t subject_len,
                         const char *password, size_t password_len, saltbox_status status) {
    saltbox_outcome *outcome = (saltbox_outcome *)(uintptr_t)4711;
    CHECK_STATUS(saltbox_check(sb, BYTES(subject), subject_len, BYTES(password), password_len, 0,
                               &outcome), status);
    CHECK(outcome == NULL);
}

static void check(void) {
    IMPOSSIBLE(impossible);
    static const char subject[] = "{\"login_id\":\"jane\",\"words\":[\"Doe\"]}";
    static const char wrong[] = "{\"words\":[\"Doe\",1]}";
    const size_t subject_len = sizeof subject - 1;
    saltbox_outcome *outcome = NULL;
    saltbox_diag diag;
    size_t len = 0;

    refuse_check(NULL, subject, subject_len, PASSWORD, PASSWORD_LEN, SALTBOX_E_ARGUMENT);
    refuse_check(cheap, NULL, 1, PASSWORD, PASSWORD_LEN, SALTBOX_E_ARGUMENT);
    refuse_check(cheap, subject, subject_len, NULL, 1, SALTBOX_E_ARGUMENT);
    refuse_check(cheap, wrong, sizeof wrong - 1, PASSWORD, PASSWORD_LEN, SALTBOX_E_SUBJECT);
    refuse_check(cheap, "{", 1, PASSWORD, PASSWORD_LEN, SALTBOX_E_SUBJECT);
    for (size_t i = 0; i < 2; i++) {
        refuse_check(cheap, subject, impossible[i], PASSWORD, PASSWORD_LEN, SALTBOX_E_ARGUMENT);
        refuse_check(cheap, subject, subject_len, PASSWORD, impossible[i], SALTBOX_E_ARGUMENT);
    }
    CHECK_STATUS(saltbox_check(cheap, NULL, 0, NULL, 0, 0, NULL), SALTBOX_E_ARGUMENT);

    /* Nobody in particular, and no password at all. */
    CHECK_STATUS(saltbox_check(cheap, NULL, 0, NULL, 0, 0, &outcome), SALTBOX_REJECTED);
    CHECK(saltbox_outcome_json(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_check(cheap, BYTES(subject), subject_len,
                               BYTES("correct horse battery"), 21, UINT64_MAX, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);

    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_subject_check(BYTES(subject), subject_len, &diag), SALTBOX_OK);
    CHECK_STATUS(saltbox_subject_check(NULL, 0, &diag), SALTBOX_OK);
    CHECK(all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    CHECK_STATUS(saltbox_subject_check(BYTES(wrong), sizeof wrong - 1, &diag), SALTBOX_E_SUBJECT);
    CHECK(diag.status == SALTBOX_E_SUBJECT && diag.offset == 16);
    CHECK(strcmp(diag.path, "words[1]") == 0);
    CHECK_STATUS(saltbox_subject_check(BYTES(wrong), sizeof wrong - 1, NULL), SALTBOX_E_SUBJECT);
    CHECK_STATUS(saltbox_subject_check(NULL, 1, &diag), SALTBOX_E_ARGUMENT);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
}

static void check_change(void) {
    static const char old[] = "correct horse battery";
    const size_t old_len = sizeof old - 1;
    saltbox_outcome *outcome = NULL;
    uint32_t code = 4711;
    uint32_t bound = 4711;
    uint32_t found = 4711;

    CHECK_STATUS(saltbox_check_change(NULL, NULL, 0, BYTES(old), old_len, BYTES(old), old_len, 0,
                                      &outcome), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_check_change(cheap, NULL, 0, NULL, 1, BYTES(old), old_len, 0, &outcome),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_check_change(cheap, NULL, 0, BYTES(old), old_len, NULL, 1, 0, &outcome),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_check_change(cheap, BYTES("{"), 1, BYTES(old), old_len, BYTES(old), old_len,
                                      0, &outcome), SALTBOX_E_SUBJECT);
    CHECK(outcome == NULL);
    CHECK_STATUS(saltbox_check_change(cheap, NULL, 0, BYTES(old), old_len, BYTES(old), old_len, 0,
                                      NULL), SALTBOX_E_ARGUMENT);

    /* The same, another one, and none before. */
    CHECK_STATUS(saltbox_check_change(cheap, NULL, 0, BYTES(old), old_len, BYTES(old), old_len, 0,
                                      &outcome), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 0, &code, &bound, &found), SALTBOX_OK);
    CHECK(code == SALTBOX_VIOLATION_SAME_AS_OLD && bound == 0 && found == 1);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_check_change(cheap, NULL, 0, BYTES("staple"), 6, BYTES(old), old_len, 0,
                                      &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_check_change(cheap, NULL, 0, NULL, 0, BYTES(old), old_len, 0, &outcome),
                 SALTBOX_OK);
    saltbox_outcome_free(outcome);
}

static void findings(void) {
    static const char password[] = "caf\xc3\xa9\n";
    saltbox_outcome *outcome = NULL;
    uint32_t code = 4711;
    uint32_t bound = 4711;
    uint32_t found = 4711;

    CHECK_STATUS(saltbox_check(cheap, NULL, 0, BYTES(password), sizeof password - 1, 0, &outcome),
                 SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_violation(NULL, 0, &code, NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 0, NULL, &bound, &found), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 1, NULL, NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 1, &code, &bound, &found), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_violation(outcome, SIZE_MAX, &code, &bound, &found),
                 SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_warning(NULL, 0, &code), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_warning(outcome, 0, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_warning(outcome, 3, &code), SALTBOX_REJECTED);
    CHECK(code == 4711 && bound == 4711 && found == 4711);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 0, &code, NULL, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 0, &code, &bound, &found), SALTBOX_OK);
    CHECK(code == SALTBOX_VIOLATION_TOO_SHORT && bound == 15 && found == 5);
    CHECK_STATUS(saltbox_outcome_warning(outcome, 0, &code), SALTBOX_OK);
    CHECK(code == SALTBOX_WARNING_NOT_ASCII);
    CHECK_STATUS(saltbox_outcome_warning(outcome, 2, &code), SALTBOX_OK);
    CHECK(code == SALTBOX_WARNING_EDGE_WHITESPACE);
    saltbox_outcome_free(outcome);

    /* Of another call. */
    CHECK_STATUS(saltbox_effective_config(cheap, &outcome), SALTBOX_OK);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 0, &code, NULL, NULL), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_warning(outcome, 0, &code), SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
}

static saltbox_config *config_of(const char *json) {
    saltbox_config *config = NULL;
    REQUIRE(saltbox_config_parse(BYTES(json), strlen(json), &config, NULL) == SALTBOX_OK);
    return config;
}

static void policy(void) {
    IMPOSSIBLE(impossible);
    static const char rules[] =
        "{\"format\":\"passwordrules\",\"settings\":\"minlength: 20; required: lower;\"}";
    static const char wrong[] = "{\"format\":\"descope\",\"settings\":{\"minLength\":\"8\"}}";
    saltbox_config *config = config_of("{\"policy\":{\"min_length\":20,\"max_length\":64}}");
    saltbox_outcome *outcome = (saltbox_outcome *)(uintptr_t)4711;
    saltbox_diag diag;
    size_t len = 0;

    CHECK_STATUS(saltbox_lint(NULL, NULL, 0, &outcome), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    CHECK_STATUS(saltbox_lint(config, NULL, 1, &outcome), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_lint(config, BYTES("nist"), impossible[0], &outcome), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_lint(config, BYTES("nist"), 4, &outcome), SALTBOX_E_CONFIG);
    CHECK_STATUS(saltbox_lint(config, BYTES("\xff"), 1, &outcome), SALTBOX_E_CONFIG);
    CHECK_STATUS(saltbox_lint(config, NULL, 0, NULL), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    CHECK_STATUS(saltbox_lint(config, BYTES("asvs-5-l1"), 9, &outcome), SALTBOX_REJECTED);
    CHECK(saltbox_outcome_json(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);

    outcome = (saltbox_outcome *)(uintptr_t)4711;
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_policy_import(NULL, 1, &outcome, &diag), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_policy_import(NULL, 0, &outcome, &diag), SALTBOX_E_CONFIG);
    CHECK_STATUS(saltbox_policy_import(BYTES(rules), impossible[1], &outcome, NULL),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_policy_import(BYTES(rules), sizeof rules - 1, NULL, NULL),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_policy_import(BYTES(wrong), sizeof wrong - 1, &outcome, &diag),
                 SALTBOX_E_CONFIG);
    CHECK(outcome == NULL && strcmp(diag.path, "settings.minLength") == 0);
    CHECK_STATUS(saltbox_policy_import(BYTES(rules), sizeof rules - 1, &outcome, NULL), SALTBOX_OK);
    CHECK(saltbox_outcome_json(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);

    outcome = (saltbox_outcome *)(uintptr_t)4711;
    CHECK_STATUS(saltbox_policy_export(NULL, BYTES("okta"), 4, &outcome, &diag), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_policy_export(config, NULL, 4, &outcome, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_policy_export(config, BYTES("okta"), 4, NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_policy_export(config, NULL, 0, &outcome, &diag), SALTBOX_E_CONFIG);
    CHECK_STATUS(saltbox_policy_export(config, BYTES("\xff"), 1, &outcome, &diag), SALTBOX_E_CONFIG);
    check_diag(&diag, SALTBOX_E_CONFIG);
    CHECK_STATUS(saltbox_policy_export(config, BYTES("descope"), 7, &outcome, &diag), SALTBOX_OK);
    CHECK(saltbox_outcome_json(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);

    outcome = (saltbox_outcome *)(uintptr_t)4711;
    CHECK_STATUS(saltbox_policy_public(NULL, &outcome), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    saltbox *sb = NULL;
    CHECK_STATUS(saltbox_new(config, &sb), SALTBOX_OK);
    CHECK_STATUS(saltbox_policy_public(sb, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_policy_public(sb, &outcome), SALTBOX_OK);
    CHECK(saltbox_outcome_json(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);
    saltbox_free(sb);
    saltbox_config_free(config);
}

/* A list that is not attached: why, in a diag where there is one. */
static void refuse_list(saltbox_config *config, const uint8_t *file, size_t len,
                        saltbox_status status, const char *words) {
    saltbox_diag diag;
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_config_attach_blocklist(config, file, len, NULL), status);
    CHECK_STATUS(saltbox_config_attach_blocklist(config, file, len, &diag), status);
    check_diag(&diag, status);
    if (strstr(diag.message, words) == NULL) {
        fprintf(stderr, "\"%s\" is not in: %s\n", words, diag.message);
        failures++;
    }
}

static void refuse_file(const uint8_t *file, size_t len, saltbox_status status) {
    saltbox_diag diag;
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_blocklist_check(file, len, NULL), status);
    CHECK_STATUS(saltbox_blocklist_check(file, len, &diag), status);
    check_diag(&diag, status);
}

#define LISTED "{\"hash\":{\"create\":{\"profile\":\"test-only\"}}," \
               "\"policy\":{\"min_length\":8,\"blocklist\":{\"inside\":false,\"outside\":true}}}"

static void attach_blocklist(void) {
    IMPOSSIBLE(impossible);
    static const char *const asking_for_none[] = {
        "{\"policy\":{\"min_length\":8}}",
        "{\"policy\":{\"blocklist\":{\"inside\":true}}}",
    };
    static uint8_t copy[512];
    uint8_t *odd = copy + odd_offset(copy);
    saltbox_config *config = config_of(LISTED);
    saltbox *sb = GARBAGE(saltbox);
    saltbox_diag diag;
    REQUIRE(leaked.len < sizeof copy);
    memcpy(odd, leaked.file, leaked.len);

    refuse_list(NULL, leaked.file, leaked.len, SALTBOX_E_ARGUMENT, "");
    refuse_list(config, NULL, leaked.len, SALTBOX_E_ARGUMENT, "");
    refuse_list(config, NULL, 0, SALTBOX_E_CONFIG, "cut off");
    refuse_list(config, leaked.file, 0, SALTBOX_E_CONFIG, "cut off");
    refuse_list(config, BYTES("password"), 8, SALTBOX_E_CONFIG, "not a blocklist");
    refuse_list(config, leaked.file, leaked.len - 1, SALTBOX_E_CONFIG, "cut off");
    refuse_list(config, odd, leaked.len + 1, SALTBOX_E_CONFIG, "cut off");
    odd[leaked.len - 1] ^= 1;
    refuse_list(config, odd, leaked.len, SALTBOX_E_CONFIG, "description is damaged");
    odd[leaked.len - 1] ^= 1;
    for (size_t i = 0; i < 2; i++) {
        refuse_list(config, leaked.file, impossible[i], SALTBOX_E_ARGUMENT, "");
        refuse_list(config, NULL, impossible[i], SALTBOX_E_ARGUMENT, "");
        /* Whatever the policy asks for: first the arguments, then the file. */
        saltbox_config *other = config_of(asking_for_none[i]);
        refuse_list(other, NULL, 1, SALTBOX_E_ARGUMENT, "");
        refuse_list(other, BYTES("password"), 8, SALTBOX_E_CONFIG, "not a blocklist");
        refuse_list(other, leaked.file, leaked.len, SALTBOX_E_CONFIG, "nothing would be looked up");
        CHECK_STATUS(saltbox_new(other, &sb), SALTBOX_OK);
        saltbox_free(sb);
        saltbox_config_free(other);
    }

    /* None of those attached anything, and no core is made without. */
    sb = GARBAGE(saltbox);
    CHECK_STATUS(saltbox_new(config, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_new(config, &sb), SALTBOX_E_CONFIG);
    CHECK(sb == NULL);
    sb = GARBAGE(saltbox);
    CHECK_STATUS(saltbox_derive(cheap, config, &sb), SALTBOX_E_CONFIG);
    CHECK(sb == NULL);

    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_config_attach_blocklist(config, odd, leaked.len, &diag), SALTBOX_OK);
    CHECK(all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    refuse_list(config, odd, leaked.len, SALTBOX_E_CONFIG, "attached already");
    refuse_list(config, leaked.file, leaked.len, SALTBOX_E_CONFIG, "attached already");
    CHECK_STATUS(saltbox_new(config, &sb), SALTBOX_OK);
    saltbox_free(sb);
    CHECK_STATUS(saltbox_derive(cheap, config, &sb), SALTBOX_OK);
    saltbox_free(sb);
    saltbox_config_free(config);
}

static void expect_listed(const saltbox *sb, const char *password, saltbox_status status) {
    saltbox_outcome *outcome = NULL;
    uint32_t code = 0;
    uint32_t bound = 4711;
    uint32_t found = 4711;
    CHECK_STATUS(saltbox_check(sb, NULL, 0, BYTES(password), strlen(password), 0, &outcome), status);
    if (status == SALTBOX_REJECTED) {
        CHECK_STATUS(saltbox_outcome_violation(outcome, 0, &code, &bound, &found), SALTBOX_OK);
        CHECK(code == SALTBOX_VIOLATION_BLOCKLISTED && bound == 0 && found == 1);
    }
    saltbox_outcome_free(outcome);
}

/* What saltbox_new refuses, with the reason. */
static void config_check(void) {
    static const struct {
        const char *json;
        saltbox_status status;
        const char *path;
    } rows[] = {
        {"{}", SALTBOX_OK, ""},
        {"{\"keys\":{\"create_key_id\":7}}", SALTBOX_E_KEY, "keys.create_key_id"},
        {LISTED, SALTBOX_E_CONFIG, "policy.blocklist.outside"},
    };
    saltbox_diag diag;
    CHECK_STATUS(saltbox_config_check(NULL, &diag), SALTBOX_E_ARGUMENT);
    CHECK(diag.status == SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_config_check(NULL, NULL), SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        saltbox_config *config = config_of(rows[i].json);
        saltbox *sb = NULL;
        CHECK_STATUS(saltbox_config_check(config, NULL), rows[i].status);
        CHECK_STATUS(saltbox_config_check(config, &diag), rows[i].status);
        if (rows[i].status != SALTBOX_OK) {
            CHECK(diag.status == rows[i].status && strcmp(diag.path, rows[i].path) == 0);
            CHECK(diag.message[0] != '\0');
        }
        CHECK_STATUS(saltbox_new(config, &sb), rows[i].status);
        saltbox_free(sb);
        saltbox_config_free(config);
    }
}

/* The settings are gone when the cores look passwords up; the file is not. */
static void blocklists_outlive_configurations(void) {
    saltbox_config *config = config_of(LISTED);
    saltbox *sb = NULL;
    saltbox *derived = NULL;
    CHECK_STATUS(saltbox_config_attach_blocklist(config, leaked.file, leaked.len, NULL), SALTBOX_OK);
    REQUIRE(saltbox_new(config, &sb) == SALTBOX_OK);
    REQUIRE(saltbox_derive(sb, config, &derived) == SALTBOX_OK);
    saltbox_config_free(config);
    expect_listed(sb, "Tr0ub4dor&3", SALTBOX_REJECTED);
    expect_listed(sb, "hunter2 hunter2 hunter2", SALTBOX_REJECTED);
    expect_listed(sb, "TR0ub4dor&3", SALTBOX_OK);
    expect_listed(sb, PASSWORD, SALTBOX_OK);
    saltbox_free(sb);
    expect_listed(derived, "iloveyou and the whole sea", SALTBOX_REJECTED);
    expect_listed(derived, PASSWORD, SALTBOX_OK);
    saltbox_free(derived);
    /* And the other way round: attached, and never used. */
    config = config_of(LISTED);
    CHECK_STATUS(saltbox_config_attach_blocklist(config, leaked.file, leaked.len, NULL), SALTBOX_OK);
    saltbox_config_free(config);
}

static void blocklist_check(void) {
    IMPOSSIBLE(impossible);
    static uint8_t copy[512];
    saltbox_diag diag;
    REQUIRE(leaked.len < sizeof copy);
    memcpy(copy, leaked.file, leaked.len);

    refuse_file(NULL, 0, SALTBOX_E_CONFIG);
    refuse_file(NULL, 1, SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < 2; i++) {
        refuse_file(leaked.file, impossible[i], SALTBOX_E_ARGUMENT);
        refuse_file(NULL, impossible[i], SALTBOX_E_ARGUMENT);
    }
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_blocklist_check(leaked.file, leaked.len, &diag), SALTBOX_OK);
    CHECK_STATUS(saltbox_blocklist_check(leaked.file, leaked.len, NULL), SALTBOX_OK);
    CHECK(all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    /* No byte can be missing or another. */
    for (size_t i = 0; i < leaked.len; i++) {
        refuse_file(copy, i, SALTBOX_E_CONFIG);
        copy[i] ^= 0x10;
        refuse_file(copy, leaked.len, SALTBOX_E_CONFIG);
        copy[i] ^= 0x10;
    }
    refuse_file(copy, leaked.len + 1, SALTBOX_E_CONFIG);
}

static saltbox_outcome *checked(const saltbox *sb, const char *password, size_t len) {
    saltbox_outcome *outcome = NULL;
    REQUIRE(saltbox_check(sb, NULL, 0, BYTES(password), len, 0, &outcome) <= SALTBOX_REJECTED);
    return outcome;
}

/* The numbers of the strength, none of which are there, or which are not asked for right. */
static void refuse_strength(const saltbox_outcome *outcome, saltbox_status status) {
    uint32_t number = 4711;
    double real = 4711;
    CHECK_STATUS(saltbox_outcome_strength(outcome, &number, &real, &number), status);
    CHECK_STATUS(saltbox_outcome_strength(outcome, NULL, &real, &number), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_suggestion(outcome, 0, &number), status);
    CHECK_STATUS(saltbox_outcome_suggestion(outcome, 0, NULL), SALTBOX_E_ARGUMENT);
    for (uint32_t attacker = 0; attacker <= SALTBOX_ATTACKER_OFFLINE_OWN_HASH; attacker++) {
        CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, attacker, &real), status);
        CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, attacker, NULL), SALTBOX_E_ARGUMENT);
    }
    CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, 5, &real), SALTBOX_E_ARGUMENT);
    CHECK(number == 4711 && real >= 4711 && real <= 4711);
}

static int is_about(double value, double expected) {
    return value > expected * 0.999999 && value < expected * 1.000001;
}

static void strength(void) {
    static char longest[4097];
    static const char *const no_estimates = "{\"policy\":{\"min_length\":8,\"strength\":false}}";
    saltbox *silent = core_of(no_estimates);
    saltbox_outcome *outcome = checked(cheap, "password", 8);
    uint32_t score = 4711;
    uint32_t weakness = 4711;
    uint32_t code = 4711;
    double log10 = 4711;
    double seconds = 4711;
    double before = 0;
    MISALIGNED(uint32_t, odd_number);
    MISALIGNED(double, odd_real);

    /* The second of the list, so the third guess, of a hundred an hour. */
    CHECK_STATUS(saltbox_outcome_strength(outcome, &score, &log10, &weakness), SALTBOX_OK);
    CHECK(score == 0 && is_about(log10, 0.4771213) && weakness == SALTBOX_WEAKNESS_TOP_10);
    CHECK_STATUS(saltbox_outcome_strength(outcome, &score, NULL, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, SALTBOX_ATTACKER_ONLINE_THROTTLED, &seconds),
                 SALTBOX_OK);
    CHECK(is_about(seconds, 108));
    CHECK_STATUS(saltbox_outcome_suggestion(outcome, 0, &code), SALTBOX_OK);
    CHECK(code == SALTBOX_SUGGESTION_ADD_WORDS);
    CHECK_STATUS(saltbox_outcome_strength(outcome, odd_number, odd_real, odd_number), SALTBOX_OK);
    CHECK(u32_in(odd_number) == SALTBOX_WEAKNESS_TOP_10 && memcmp(odd_real, &log10, sizeof log10) == 0);
    CHECK_STATUS(saltbox_outcome_suggestion(outcome, 0, odd_number), SALTBOX_OK);
    CHECK(u32_in(odd_number) == SALTBOX_SUGGESTION_ADD_WORDS);
    CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, SALTBOX_ATTACKER_ONLINE_THROTTLED, odd_real),
                 SALTBOX_OK);
    CHECK(memcmp(odd_real, &seconds, sizeof seconds) == 0);

    /* Past the ends. */
    code = 4711;
    seconds = 4711;
    CHECK_STATUS(saltbox_outcome_suggestion(outcome, 1, &code), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_suggestion(outcome, SIZE_MAX, &code), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_suggestion(outcome, 1, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, 5, &seconds), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, UINT32_MAX, &seconds), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, 0, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_strength(outcome, NULL, NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK(code == 4711 && is_about(seconds, 4711));
    saltbox_outcome_free(outcome);

    outcome = checked(cheap, PASSWORD, PASSWORD_LEN);
    CHECK_STATUS(saltbox_outcome_strength(outcome, &score, &log10, &weakness), SALTBOX_OK);
    CHECK(score == 4 && log10 > 10 && weakness == 0);
    CHECK_STATUS(saltbox_outcome_suggestion(outcome, 0, &code), SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);

    /* As long as can be, and still a number: the less work a guess is, the sooner. */
    for (size_t i = 0; i < sizeof longest - 1; i++) {
        longest[i] = (char)('!' + i * i % 89);
    }
    outcome = checked(cheap, longest, sizeof longest - 1);
    for (uint32_t attacker = 0; attacker <= SALTBOX_ATTACKER_OFFLINE_FAST; attacker++) {
        CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, attacker, &seconds), SALTBOX_OK);
        CHECK(seconds > 0 && seconds - seconds == 0 && (attacker == 0 || seconds <= before));
        before = seconds;
    }
    CHECK_STATUS(saltbox_outcome_crack_seconds(outcome, SALTBOX_ATTACKER_OFFLINE_OWN_HASH, &seconds),
                 SALTBOX_OK);
    CHECK(seconds > 0 && seconds - seconds == 0);
    saltbox_outcome_free(outcome);

    /* Not estimated, and of another call. */
    refuse_strength(NULL, SALTBOX_E_ARGUMENT);
    outcome = checked(cheap, "\xff", 1);
    refuse_strength(outcome, SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    outcome = checked(silent, "password", 8);
    refuse_strength(outcome, SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_effective_config(cheap, &outcome), SALTBOX_OK);
    refuse_strength(outcome, SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    saltbox_free(silent);
}

typedef saltbox_status rewrite(const saltbox *, const char *, size_t, char *, size_t, size_t *);

/* What saltbox_rekey and saltbox_wrap have in common. */
static void refuse_rewrite(rewrite *call, const saltbox *sb, const char *text, size_t text_len,
                           size_t cap, saltbox_status status) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 4711;
    memset(out, UNTOUCHED, sizeof out);
    CHECK_STATUS(call(sb, text, text_len, out, cap, &len), status);
    CHECK(all_bytes_are(out, sizeof out, UNTOUCHED));
    CHECK(len == (status == SALTBOX_E_BUFFER ? SALTBOX_HASH_MAX : 4711));
}

typedef saltbox_status rewrite_batch(const saltbox *, size_t, const char *, const size_t *, char *,
                                     size_t, size_t *, saltbox_status *);

/* Two weak strings, nothing, and one that nobody reads, one after the other. */
static void rewrite_batches(const saltbox *keyed) {
    static const char items[] = "$pbkdf2-sha256$i=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                "$pbkdf2-sha256$i=2$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                "!unusable";
    const size_t weak = sizeof "$pbkdf2-sha256$i=1$c2FsdA$" - 1 + 43;
    const size_t ends[4] = {weak, 2 * weak, 2 * weak, 2 * weak + 9};
    const size_t descending[4] = {weak, 0, 2 * weak, 2 * weak};
    rewrite_batch *const both[] = {saltbox_rekey_batch, saltbox_wrap_batch};
    IMPOSSIBLE(impossible);

    for (size_t i = 0; i < 2; i++) {
        rewrite_batch *call = both[i];
        char out[4 * SALTBOX_HASH_MAX];
        size_t out_ends[4] = {4711, 4711, 4711, 4711};
        saltbox_status status[4] = {-7, -7, -7, -7};
        const size_t cap = sizeof out;

        memset(out, UNTOUCHED, sizeof out);
        CHECK_STATUS(call(NULL, 4, items, ends, out, cap, out_ends, status), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, 0, items, ends, out, cap, out_ends, status), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, 4, NULL, ends, out, cap, out_ends, status), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, 4, items, NULL, out, cap, out_ends, status), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, 4, items, descending, out, cap, out_ends, status),
                     SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, 4, items, ends, NULL, cap, out_ends, status), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, 4, items, ends, out, cap, NULL, status), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, 4, items, ends, out, cap, out_ends, NULL), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, 4, items, ends, out, cap - 1, out_ends, status),
                     SALTBOX_E_BUFFER);
        for (size_t j = 0; j < 2; j++) {
            CHECK_STATUS(call(keyed, impossible[j], items, ends, out, cap, out_ends, status),
                         SALTBOX_E_ARGUMENT);
        }
        CHECK(all_bytes_are(out, sizeof out, UNTOUCHED));
        CHECK(out_ends[0] == 4711 && out_ends[3] == 4711 && status[0] == -7 && status[3] == -7);

        CHECK_STATUS(call(keyed, 4, items, ends, out, cap, out_ends, status), SALTBOX_REJECTED);
        CHECK_STATUS(status[0], SALTBOX_OK);
        CHECK_STATUS(status[1], SALTBOX_OK);
        CHECK_STATUS(status[2], SALTBOX_E_UNSUPPORTED);
        CHECK_STATUS(status[3], SALTBOX_E_UNSUPPORTED);
        CHECK(out_ends[0] > weak && out_ends[1] > out_ends[0] + weak);
        CHECK(out_ends[2] == out_ends[1] && out_ends[3] == out_ends[1]);
        CHECK(memcmp(out, "$saltbox$v=1,key=1$", 19) == 0);
        CHECK(memcmp(out + out_ends[0], "$saltbox$v=1,key=1$", 19) == 0);

        /* What came out goes in: there is nothing left to do. */
        char again[2 * SALTBOX_HASH_MAX];
        size_t again_ends[2] = {4711, 4711};
        CHECK_STATUS(call(keyed, 2, out, out_ends, again, sizeof again, again_ends, status),
                     SALTBOX_REJECTED);
        CHECK(status[0] == SALTBOX_REJECTED && status[1] == SALTBOX_REJECTED);
        CHECK(again_ends[0] == 0 && again_ends[1] == 0);
    }
}

static void rekey_and_wrap(void) {
    IMPOSSIBLE(impossible);
    static const char weak[] = "$pbkdf2-sha256$i=1$c2FsdA$"
                               "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    static const char json[] = "{\"hash\":{\"create\":{\"profile\":\"test-only\"}},"
                               "\"keys\":{\"create_key_id\":1}}";
    rewrite *const both[] = {saltbox_rekey, saltbox_wrap};
    const size_t weak_len = sizeof weak - 1;
    char out[SALTBOX_HASH_MAX];
    char again[SALTBOX_HASH_MAX];
    size_t len = 4711;
    saltbox *keyed = sealing_core_of(json);

    for (size_t i = 0; i < 2; i++) {
        rewrite *call = both[i];
        refuse_rewrite(call, NULL, weak, weak_len, sizeof out, SALTBOX_E_ARGUMENT);
        refuse_rewrite(call, keyed, NULL, weak_len, sizeof out, SALTBOX_E_ARGUMENT);
        refuse_rewrite(call, keyed, weak, weak_len, 0, SALTBOX_E_BUFFER);
        refuse_rewrite(call, keyed, weak, weak_len, sizeof out - 1, SALTBOX_E_BUFFER);
        refuse_rewrite(call, keyed, "$saltbox$v=2$", 13, sizeof out, SALTBOX_E_LATER_RELEASE);
        /* 13 bytes are left of the tag. */
        refuse_rewrite(call, keyed, weak, weak_len - 25, sizeof out, SALTBOX_E_MALFORMED);
        for (size_t j = 0; j < 2; j++) {
            refuse_rewrite(call, keyed, weak, impossible[j], sizeof out, SALTBOX_E_ARGUMENT);
        }
        CHECK_STATUS(call(keyed, weak, weak_len, NULL, sizeof out, &len), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, weak, weak_len, out, sizeof out, NULL), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(call(keyed, weak, weak_len, NULL, 0, &len), SALTBOX_E_BUFFER);

        /* A new string, then nothing more to do. Without the key it cannot be verified. */
        CHECK_STATUS(call(keyed, weak, weak_len, out, sizeof out, &len), SALTBOX_OK);
        CHECK(len < sizeof out && strlen(out) == len);
        CHECK(memcmp(out, "$saltbox$v=1,key=1$", 19) == 0);
        refuse_rewrite(call, keyed, out, len, sizeof out, SALTBOX_REJECTED);
        CHECK_STATUS(saltbox_verify(keyed, out, len, BYTES("password"), 8, NULL),
                     SALTBOX_REJECTED);
        CHECK_STATUS(saltbox_verify(cheap, out, len, BYTES("password"), 8, NULL), SALTBOX_E_KEY);
        out[len - 1] = out[len - 1] == 'A' ? 'B' : 'A';
        CHECK(saltbox_verify(keyed, out, len, BYTES("password"), 8, NULL) >= SALTBOX_E_MALFORMED);
    }
    refuse_rewrite(saltbox_rekey, cheap, weak, weak_len, sizeof out, SALTBOX_E_KEY);
    refuse_rewrite(saltbox_wrap, cheap, stored, stored_len, sizeof out, SALTBOX_REJECTED);

    /* What is hashed is sealed, and wrapping what is strong seals it only. */
    CHECK_STATUS(saltbox_hash(keyed, BYTES(PASSWORD), PASSWORD_LEN, out, sizeof out, &len),
                 SALTBOX_OK);
    refuse_rewrite(saltbox_rekey, keyed, out, len, sizeof out, SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_wrap(keyed, stored, stored_len, again, sizeof again, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(keyed, again, len, BYTES(PASSWORD), PASSWORD_LEN, NULL),
                 SALTBOX_OK);
    rewrite_batches(keyed);
    saltbox_free(keyed);
}

/* 24 characters that find an account, and 32 of a link's secret. */
#define LOOKUP "bm90IGEgcmVhbCBjb2RlIGF0"
#define LINK LOOKUP "." "YWxsIGJ1dCBvZiB0aGUgcmlnaHQgc2hh"
#define KEYED "{\"hash\":{\"create\":{\"profile\":\"test-only\"}},\"keys\":{\"create_key_id\":1},"         \
              "\"questions\":{\"pool\":["                                                             \
              "{\"id\":\"pet\",\"text\":\"What was the name of your first pet?\",\"kind\":\"pet\"},"        \
              "{\"id\":\"city\",\"text\":\"Where were you born?\",\"kind\":\"city\"},"                      \
              "{\"id\":\"day\",\"text\":\"When did your parents marry?\",\"kind\":\"date\"}],"              \
              "\"set_up\":3,\"ask\":2,\"hashing\":\"separate\",\"attempts\":3}}"

static saltbox_secrets *new_secrets(void) {
    saltbox_secrets *secrets = NULL;
    REQUIRE(saltbox_secrets_new(&secrets) == SALTBOX_OK && secrets != NULL);
    return secrets;
}

static saltbox_status add(saltbox_secrets *secrets, uint32_t kind, const char *code) {
    return saltbox_secrets_add(secrets, kind, NULL, 0, BYTES(code), strlen(code));
}

/* Secrets of a code or two; NULL is not added. */
static saltbox_secrets *codes_of(uint32_t kind, const char *code, uint32_t other_kind,
                                 const char *other) {
    saltbox_secrets *secrets = new_secrets();
    CHECK_STATUS(code == NULL ? SALTBOX_OK : add(secrets, kind, code), SALTBOX_OK);
    CHECK_STATUS(other == NULL ? SALTBOX_OK : add(secrets, other_kind, other), SALTBOX_OK);
    return secrets;
}

static void secrets(void) {
    IMPOSSIBLE(impossible);
    static const uint32_t unknown[] = {0, 6, UINT32_MAX};
    saltbox_secrets *secrets = GARBAGE(saltbox_secrets);
    saltbox_diag diag;
    const uint32_t kind = SALTBOX_SECRET_EMAIL_AUTH_CODE;

    CHECK_STATUS(saltbox_secrets_new(NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_secrets_new(&secrets), SALTBOX_OK);
    REQUIRE(secrets != NULL && secrets != GARBAGE(saltbox_secrets));

    CHECK_STATUS(saltbox_secrets_add(NULL, kind, NULL, 0, BYTES(LINK), 57), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_secrets_add(secrets, kind, NULL, 1, BYTES(LINK), 57), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_secrets_add(secrets, kind, BYTES("q"), 1, BYTES(LINK), 57),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_secrets_add(secrets, kind, NULL, 0, NULL, 57), SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(saltbox_secrets_add(secrets, kind, NULL, 0, BYTES(LINK), impossible[i]),
                     SALTBOX_E_ARGUMENT);
        CHECK_STATUS(saltbox_secrets_add(secrets, kind, BYTES("q"), impossible[i], BYTES(LINK), 57),
                     SALTBOX_E_ARGUMENT);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        CHECK_STATUS(add(secrets, unknown[i], LINK), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(saltbox_secrets_add(secrets, unknown[i], BYTES("q"), 1, BYTES("a"), 1),
                     SALTBOX_E_ARGUMENT);
    }

    /* None of those added anything. */
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_secrets_check(secrets, &diag), SALTBOX_E_NO_CODE);
    check_diag(&diag, SALTBOX_E_NO_CODE);
    CHECK_STATUS(saltbox_secrets_check(secrets, NULL), SALTBOX_E_NO_CODE);
    CHECK_STATUS(saltbox_secrets_check(NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_secrets_check(NULL, &diag), SALTBOX_E_ARGUMENT);
    check_diag(&diag, SALTBOX_E_ARGUMENT);

    /* The first of a kind counts; the other is told, and changes nothing. */
    CHECK_STATUS(add(secrets, kind, LINK), SALTBOX_OK);
    CHECK_STATUS(add(secrets, kind, "another"), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(add(secrets, kind, LINK), SALTBOX_E_ARGUMENT);
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_secrets_check(secrets, &diag), SALTBOX_OK);
    CHECK(all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    saltbox_secrets_free(secrets);
    saltbox_secrets_free(NULL);

    {
        MISALIGNED(saltbox_secrets *, out);
        CHECK_STATUS(saltbox_secrets_new(out), SALTBOX_OK);
        memcpy(&secrets, out, sizeof secrets);
        saltbox_secrets_free(secrets);
    }
}

static saltbox_status add_answer(saltbox_secrets *secrets, const char *id, const char *answer) {
    return saltbox_secrets_add(secrets, SALTBOX_SECRET_ANSWER, BYTES(id), strlen(id), BYTES(answer),
                               strlen(answer));
}

static void answers(void) {
    IMPOSSIBLE(impossible);
    static uint8_t longest[5000];
    static char id[66];
    saltbox_secrets *secrets = new_secrets();
    const uint32_t kind = SALTBOX_SECRET_ANSWER;

    CHECK_STATUS(saltbox_secrets_add(NULL, kind, BYTES("q"), 1, BYTES("a"), 1), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_secrets_add(secrets, kind, NULL, 1, BYTES("a"), 1), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_secrets_add(secrets, kind, BYTES("q"), 1, NULL, 1), SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(saltbox_secrets_add(secrets, kind, BYTES("q"), impossible[i], BYTES("a"), 1),
                     SALTBOX_E_ARGUMENT);
        CHECK_STATUS(saltbox_secrets_add(secrets, kind, BYTES("q"), 1, BYTES("a"), impossible[i]),
                     SALTBOX_E_ARGUMENT);
    }
    memset(id, 'q', sizeof id - 1);
    CHECK_STATUS(add_answer(secrets, id, "a"), SALTBOX_E_ANSWERS);
    id[64] = 0;
    CHECK_STATUS(add_answer(secrets, "\xff", "a"), SALTBOX_E_ANSWERS);
    CHECK_STATUS(add_answer(secrets, "q\xc3", "a"), SALTBOX_E_ANSWERS);

    /* None of those added anything: there is room for sixteen. */
    CHECK_STATUS(add_answer(secrets, id, "a"), SALTBOX_OK);
    CHECK_STATUS(saltbox_secrets_add(secrets, kind, NULL, 0, BYTES("a"), 1), SALTBOX_OK);
    CHECK_STATUS(saltbox_secrets_add(secrets, kind, BYTES("empty"), 5, NULL, 0), SALTBOX_OK);
    CHECK_STATUS(saltbox_secrets_add(secrets, kind, BYTES("long"), 4, longest, sizeof longest),
                 SALTBOX_OK);
    for (char name[] = "a"; name[0] <= 'l'; name[0]++) {
        CHECK_STATUS(add_answer(secrets, name, "\xff"), SALTBOX_OK);
        CHECK_STATUS(add_answer(secrets, name, "\xff"), SALTBOX_E_ANSWERS);
    }
    CHECK_STATUS(add_answer(secrets, "m", "a"), SALTBOX_E_ANSWERS);
    CHECK_STATUS(add_answer(secrets, "a", "a"), SALTBOX_E_ANSWERS);

    /* Codes stand beside answers, and answers are no codes. */
    CHECK_STATUS(saltbox_secrets_check(secrets, NULL), SALTBOX_E_NO_CODE);
    CHECK_STATUS(add(secrets, SALTBOX_SECRET_EMAIL_AUTH_CODE, LINK), SALTBOX_OK);
    CHECK_STATUS(saltbox_secrets_check(secrets, NULL), SALTBOX_OK);
    saltbox_secrets_free(secrets);
}

static void reset_lookup(void) {
    static char longest[4097];
    static const struct {
        uint32_t kind;
        const char *code;
        uint32_t other_kind;
        const char *other;
        saltbox_status status;
        uint64_t offset;
    } refused[] = {
#define MAIL SALTBOX_SECRET_EMAIL_AUTH_CODE
#define REQUEST SALTBOX_SECRET_REQUEST_CODE
#define DIGITS SALTBOX_SECRET_VERIFICATION_CODE
#define ADMIN SALTBOX_SECRET_PASSWORD_RESET_CODE
        {MAIL, NULL, MAIL, NULL, SALTBOX_E_NO_CODE, UINT64_MAX},
        {MAIL, LINK, ADMIN, LINK, SALTBOX_E_TWO_WAYS, UINT64_MAX},
        {MAIL, LINK, REQUEST, LOOKUP, SALTBOX_E_TWO_WAYS, UINT64_MAX},
        {MAIL, LINK, ADMIN, "", SALTBOX_E_TWO_WAYS, UINT64_MAX},
        {REQUEST, LOOKUP, DIGITS, NULL, SALTBOX_E_HALF_OF_A_PAIR, UINT64_MAX},
        {REQUEST, NULL, DIGITS, "123456", SALTBOX_E_HALF_OF_A_PAIR, UINT64_MAX},
        {MAIL, "", MAIL, NULL, SALTBOX_E_EMPTY_CODE, UINT64_MAX},
        {ADMIN, "", ADMIN, NULL, SALTBOX_E_EMPTY_CODE, UINT64_MAX},
        {REQUEST, LOOKUP, DIGITS, "", SALTBOX_E_EMPTY_CODE, UINT64_MAX},
        {MAIL, LOOKUP, MAIL, NULL, SALTBOX_E_MALFORMED_CODE, 24},
        {MAIL, "bm90IGEg=mVhbCBjb2RlIGF0.", MAIL, NULL, SALTBOX_E_MALFORMED_CODE, 8},
        {MAIL, LINK "a", MAIL, NULL, SALTBOX_E_MALFORMED_CODE, 57},
        {MAIL, longest, MAIL, NULL, SALTBOX_E_MALFORMED_CODE, 24},
        {REQUEST, LOOKUP, DIGITS, "12345a", SALTBOX_E_MALFORMED_CODE, 5},
    };
    static const struct {
        uint32_t kind;
        const char *code;
        const char *digits;
    } taken[] = {
        {MAIL, LINK, NULL}, {ADMIN, LINK, NULL}, {REQUEST, LOOKUP, "123 456"},
    };
    uint8_t out[32];
    size_t len = 4711;
    saltbox_diag diag;
    saltbox_secrets *codes;
    memset(longest, 'a', sizeof longest - 1);

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        codes = codes_of(refused[i].kind, refused[i].code, refused[i].other_kind, refused[i].other);
        memset(out, UNTOUCHED, sizeof out);
        len = 4711;
        CHECK_STATUS(saltbox_reset_lookup(cheap, codes, out, sizeof out, &len), refused[i].status);
        CHECK(len == 4711 && all_bytes_are(out, sizeof out, UNTOUCHED));
        memset(&diag, UNTOUCHED, sizeof diag);
        CHECK_STATUS(saltbox_secrets_check(codes, &diag), refused[i].status);
        check_diag(&diag, refused[i].status);
        CHECK(diag.offset == refused[i].offset);
        saltbox_secrets_free(codes);
    }
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        codes = codes_of(taken[i].kind, taken[i].code, DIGITS, taken[i].digits);
        memset(out, UNTOUCHED, sizeof out);
        CHECK_STATUS(saltbox_reset_lookup(cheap, codes, out, SALTBOX_LOOKUP_MAX, &len), SALTBOX_OK);
        CHECK(len == SALTBOX_LOOKUP_MAX && memcmp(out, LOOKUP, len) == 0);
        CHECK(all_bytes_are(out + len, sizeof out - len, UNTOUCHED));
        saltbox_secrets_free(codes);
    }
#undef MAIL
#undef REQUEST
#undef DIGITS
#undef ADMIN

    codes = codes_of(SALTBOX_SECRET_EMAIL_AUTH_CODE, LINK, 0, NULL);
    memset(out, UNTOUCHED, sizeof out);
    len = 4711;
    CHECK_STATUS(saltbox_reset_lookup(NULL, codes, out, sizeof out, &len), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_reset_lookup(cheap, NULL, out, sizeof out, &len), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_reset_lookup(cheap, codes, NULL, sizeof out, &len), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_reset_lookup(cheap, codes, out, sizeof out, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_reset_lookup(cheap, codes, NULL, 0, NULL), SALTBOX_E_ARGUMENT);
    CHECK(len == 4711);
    CHECK_STATUS(saltbox_reset_lookup(cheap, codes, out, SALTBOX_LOOKUP_MAX - 1, &len),
                 SALTBOX_E_BUFFER);
    CHECK(len == SALTBOX_LOOKUP_MAX && all_bytes_are(out, sizeof out, UNTOUCHED));
    len = 4711;
    CHECK_STATUS(saltbox_reset_lookup(cheap, codes, NULL, 0, &len), SALTBOX_E_BUFFER);
    CHECK(len == SALTBOX_LOOKUP_MAX);
    {
        MISALIGNED(size_t, len_out);
        CHECK_STATUS(saltbox_reset_lookup(cheap, codes, out, sizeof out, len_out), SALTBOX_OK);
        CHECK(size_in(len_out) == SALTBOX_LOOKUP_MAX);
    }
    saltbox_secrets_free(codes);
}

#define RECORD "{\"v\":1,\"id\":\"u-1\",\"realm\":\"r\",\"revision\":1,\"epoch\":0}"
#define NOW 1800000000

static const char ADA[] = "{\"id\":\"u-1\",\"realm\":\"r\",\"email\":\"ada@example.com\","
                          "\"email_verified\":true}";
static saltbox *keyed;
static saltbox_secrets *some_codes;

/* What the flows have in common. */
typedef saltbox_status flow(const saltbox *, const char *record, size_t record_len,
                            const char *subject, size_t subject_len, const char *request,
                            size_t request_len, saltbox_outcome **);

#define FLOW(name, function, ...)                                                                 \
    static saltbox_status name(const saltbox *sb, const char *record, size_t record_len,          \
                               const char *subject, size_t subject_len, const char *request,      \
                               size_t request_len, saltbox_outcome **outcome) {                   \
        return function(sb, BYTES(record), record_len, BYTES(subject), subject_len,               \
                        BYTES(request), request_len, __VA_ARGS__, NOW, outcome);                  \
    }

FLOW(flow_request_reset, saltbox_request_reset, SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL)
FLOW(flow_reset, saltbox_reset, some_codes, BYTES(PASSWORD), PASSWORD_LEN)
FLOW(flow_request_verification, saltbox_request_verification, SALTBOX_WAY_EMAIL_LINK,
     SALTBOX_CHANNEL_EMAIL)
FLOW(flow_verify_address, saltbox_verify_address, some_codes)
FLOW(flow_admin_import, saltbox_admin_import, BYTES(stored), stored_len)
FLOW(flow_set_questions, saltbox_set_questions, some_codes)
FLOW(flow_verify_questions, saltbox_verify_questions, some_codes)

FLOW(flow_sign_up, saltbox_sign_up, BYTES(PASSWORD), PASSWORD_LEN)
FLOW(flow_sign_in, saltbox_sign_in, BYTES(PASSWORD), PASSWORD_LEN)
FLOW(flow_update, saltbox_update, BYTES(PASSWORD), PASSWORD_LEN)
FLOW(flow_replace, saltbox_replace, BYTES(PASSWORD), PASSWORD_LEN, BYTES(PASSWORD), PASSWORD_LEN)
FLOW(flow_admin_set_temporary, saltbox_admin_set_temporary, BYTES(PASSWORD), PASSWORD_LEN)
FLOW(flow_admin_set_active, saltbox_admin_set_active, BYTES(PASSWORD), PASSWORD_LEN)

/* Of what is given nothing besides. */
#define BARE_FLOW(name, function)                                                                 \
    static saltbox_status name(const saltbox *sb, const char *record, size_t record_len,          \
                               const char *subject, size_t subject_len, const char *request,      \
                               size_t request_len, saltbox_outcome **outcome) {                   \
        return function(sb, BYTES(record), record_len, BYTES(subject), subject_len,               \
                        BYTES(request), request_len, NOW, outcome);                               \
    }

BARE_FLOW(flow_get_questions, saltbox_get_questions)
BARE_FLOW(flow_admin_expire, saltbox_admin_expire)
BARE_FLOW(flow_admin_lock, saltbox_admin_lock)
BARE_FLOW(flow_admin_unlock, saltbox_admin_unlock)
BARE_FLOW(flow_admin_disable, saltbox_admin_disable)
BARE_FLOW(flow_admin_enable, saltbox_admin_enable)

static void refuse_flow(flow *call, const saltbox *sb, const char *record, size_t record_len,
                        const char *subject, size_t subject_len, const char *request,
                        size_t request_len, saltbox_status status) {
    saltbox_outcome *outcome = GARBAGE(saltbox_outcome);
    CHECK_STATUS(call(sb, record, record_len, subject, subject_len, request, request_len, &outcome),
                 status);
    CHECK(outcome == NULL);
}

#define TEXT(text) (text), sizeof(text) - 1
#define NOTHING NULL, 0

static void flows(void) {
    IMPOSSIBLE(impossible);
    static const struct {
        flow *call;
        saltbox_status for_nobody;
        saltbox_status for_another;
    } all[] = {
#define ROW(call) {call, SALTBOX_REJECTED, SALTBOX_E_OTHER_SUBJECT}
        ROW(flow_request_reset),
        ROW(flow_reset),
        ROW(flow_request_verification),
        ROW(flow_verify_address),
        /* Whose record it is has to be said. */
        {flow_admin_import, SALTBOX_E_SUBJECT, SALTBOX_E_OTHER_SUBJECT},
        ROW(flow_set_questions),
        ROW(flow_get_questions),
        ROW(flow_verify_questions),
        /* The login is taken, by whomever. */
        {flow_sign_up, SALTBOX_E_SUBJECT, SALTBOX_REJECTED},
        ROW(flow_sign_in),
        ROW(flow_update),
        ROW(flow_replace),
        ROW(flow_admin_set_temporary),
        ROW(flow_admin_set_active),
        ROW(flow_admin_expire),
        ROW(flow_admin_lock),
        ROW(flow_admin_unlock),
        ROW(flow_admin_disable),
        ROW(flow_admin_enable),
#undef ROW
    };
    static const char another[] = "{\"id\":\"u-2\",\"realm\":\"r\"}";
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        flow *call = all[i].call;
        saltbox_outcome *outcome = NULL;
        MISALIGNED(saltbox_outcome *, odd);

        refuse_flow(call, NULL, TEXT(RECORD), TEXT(ADA), NOTHING, SALTBOX_E_ARGUMENT);
        refuse_flow(call, keyed, NULL, 1, TEXT(ADA), NOTHING, SALTBOX_E_ARGUMENT);
        refuse_flow(call, keyed, TEXT(RECORD), NULL, 1, NOTHING, SALTBOX_E_ARGUMENT);
        refuse_flow(call, keyed, TEXT(RECORD), TEXT(ADA), NULL, 1, SALTBOX_E_ARGUMENT);
        for (size_t j = 0; j < 2; j++) {
            refuse_flow(call, keyed, RECORD, impossible[j], TEXT(ADA), NOTHING, SALTBOX_E_ARGUMENT);
            refuse_flow(call, keyed, TEXT(RECORD), ADA, impossible[j], NOTHING, SALTBOX_E_ARGUMENT);
            refuse_flow(call, keyed, TEXT(RECORD), TEXT(ADA), "{}", impossible[j],
                        SALTBOX_E_ARGUMENT);
        }
        refuse_flow(call, keyed, TEXT("{"), TEXT(ADA), NOTHING, SALTBOX_E_RECORD);
        refuse_flow(call, keyed, TEXT("{\"v\":2}"), TEXT(ADA), NOTHING, SALTBOX_E_LATER_RELEASE);
        refuse_flow(call, keyed, TEXT(RECORD), TEXT("{"), NOTHING, SALTBOX_E_SUBJECT);
        refuse_flow(call, keyed, TEXT(RECORD), NOTHING, NOTHING, SALTBOX_E_SUBJECT);
        refuse_flow(call, keyed, TEXT(RECORD), TEXT(ADA), TEXT("{"), SALTBOX_E_REQUEST);
        refuse_flow(call, keyed, TEXT(RECORD), TEXT(ADA), TEXT("{\"suppress\":true}"),
                    SALTBOX_E_REQUEST);
        CHECK_STATUS(call(keyed, TEXT(RECORD), TEXT(ADA), NOTHING, NULL), SALTBOX_E_ARGUMENT);

        /* Nobody in particular. */
        CHECK_STATUS(call(keyed, NOTHING, NOTHING, NOTHING, &outcome), all[i].for_nobody);
        saltbox_outcome_free(outcome);
        outcome = GARBAGE(saltbox_outcome);
        CHECK_STATUS(call(keyed, TEXT(RECORD), TEXT(another), NOTHING, &outcome),
                     all[i].for_another);
        CHECK((outcome == NULL) == (all[i].for_another == SALTBOX_E_OTHER_SUBJECT));
        saltbox_outcome_free(outcome);
        outcome = NULL;
        CHECK(call(keyed, TEXT(RECORD), TEXT(ADA), TEXT("{\"suppress_mail\":true}"), odd)
              <= SALTBOX_REJECTED);
        memcpy(&outcome, odd, sizeof outcome);
        CHECK(saltbox_outcome_verdict(outcome) != 0);
        saltbox_outcome_free(outcome);
    }
}

static void flows_each(void) {
    IMPOSSIBLE(impossible);
    static const uint32_t unknown[] = {0, 6, UINT32_MAX};
    saltbox_secrets *none = new_secrets();
    saltbox_outcome *outcome = GARBAGE(saltbox_outcome);
    const uint32_t link = SALTBOX_WAY_EMAIL_LINK;
    const uint32_t mail = SALTBOX_CHANNEL_EMAIL;

#define ORDERED(function, way, channel) \
    function(keyed, NOTHING, NOTHING, NOTHING, (way), (channel), NOW, &outcome)
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        CHECK_STATUS(ORDERED(saltbox_request_reset, unknown[i], mail), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(ORDERED(saltbox_request_reset, link, unknown[i]), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(ORDERED(saltbox_request_verification, unknown[i], mail), SALTBOX_E_ARGUMENT);
        CHECK_STATUS(ORDERED(saltbox_request_verification, link, unknown[i]), SALTBOX_E_ARGUMENT);
    }
    CHECK_STATUS(ORDERED(saltbox_request_reset, link, SALTBOX_CHANNEL_TEXT), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(ORDERED(saltbox_request_reset, SALTBOX_WAY_RESET_LINK, mail), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(ORDERED(saltbox_request_verification, SALTBOX_WAY_RESET_LINK,
                         SALTBOX_CHANNEL_ADMINISTRATOR), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    for (uint32_t channel = SALTBOX_CHANNEL_EMAIL; channel <= SALTBOX_CHANNEL_POSTAL; channel++) {
        CHECK_STATUS(ORDERED(saltbox_request_reset, SALTBOX_WAY_ONE_TIME_CODE, channel),
                     SALTBOX_REJECTED);
        saltbox_outcome_free(outcome);
    }
#undef ORDERED
    /* Without a key nothing can be made. */
    CHECK_STATUS(saltbox_request_reset(cheap, NOTHING, NOTHING, NOTHING, link, mail, NOW, &outcome),
                 SALTBOX_E_KEY);
    CHECK(outcome == NULL);

#define RESET(codes, password, len) \
    saltbox_reset(keyed, NOTHING, NOTHING, NOTHING, (codes), (password), (len), NOW, &outcome)
    CHECK_STATUS(RESET(NULL, BYTES(PASSWORD), PASSWORD_LEN), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(RESET(some_codes, NULL, PASSWORD_LEN), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(RESET(none, BYTES(PASSWORD), PASSWORD_LEN), SALTBOX_E_NO_CODE);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(RESET(some_codes, BYTES(PASSWORD), impossible[i]), SALTBOX_E_ARGUMENT);
    }
#undef RESET
    CHECK_STATUS(saltbox_verify_address(keyed, NOTHING, NOTHING, NOTHING, NULL, NOW, &outcome),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_verify_address(keyed, NOTHING, NOTHING, NOTHING, none, NOW, &outcome),
                 SALTBOX_E_NO_CODE);

#define IMPORT(text, len) \
    saltbox_admin_import(keyed, NOTHING, BYTES(ADA), sizeof ADA - 1, NOTHING, (text), (len), NOW, \
                         &outcome)
    CHECK_STATUS(IMPORT(NULL, 1), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(IMPORT(BYTES(CUT_OFF), sizeof CUT_OFF - 1), SALTBOX_E_MALFORMED);
    CHECK_STATUS(IMPORT(BYTES("!"), 1), SALTBOX_E_UNSUPPORTED);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(IMPORT(BYTES(stored), impossible[i]), SALTBOX_E_ARGUMENT);
    }
    CHECK(outcome == NULL);
    CHECK_STATUS(IMPORT(NULL, 0), SALTBOX_OK);
    saltbox_outcome_free(outcome);
#undef IMPORT
    saltbox_secrets_free(none);
}

/* What is stored of one account, and the code that was sent to it. */
struct account {
    char record[8192];
    size_t record_len;
    char code[64];
    char lookup[SALTBOX_LOOKUP_MAX + 1];
};

/* Copies what an outcome lends, and ends it. */
static void keep(struct account *account, saltbox_outcome *outcome) {
    size_t len = 4711;
    const uint8_t *record = saltbox_outcome_record(outcome, &len);
    if (record != NULL) {
        REQUIRE(len > 0 && len <= sizeof account->record);
        memcpy(account->record, record, len);
        account->record_len = len;
    } else {
        CHECK(len == 0);
    }
    const uint8_t *code = saltbox_outcome_code(outcome, &len);
    if (code != NULL) {
        REQUIRE(len < sizeof account->code);
        memcpy(account->code, code, len);
        account->code[len] = 0;
    }
    const uint8_t *lookup = saltbox_outcome_lookup(outcome, &len);
    if (lookup != NULL) {
        REQUIRE(len < sizeof account->lookup);
        memcpy(account->lookup, lookup, len);
        account->lookup[len] = 0;
    }
    saltbox_outcome_free(outcome);
}

static void expect_decided(const saltbox_outcome *outcome, uint32_t verdict, uint32_t client,
                           uint32_t effects) {
    CHECK(saltbox_outcome_verdict(outcome) == verdict);
    CHECK(saltbox_outcome_client(outcome) == client);
    CHECK(saltbox_outcome_effects(outcome) == effects);
}

/* A code of each way is issued and redeemed, and refused when it is used again. */
static void each_way(uint32_t way, uint32_t channel, uint32_t kind) {
    struct account account;
    saltbox_outcome *outcome = NULL;
    saltbox_secrets *codes;
    uint32_t code = 4711;
    uint32_t bound = 4711;
    size_t len = 4711;
    const char *tell;
    memset(&account, 0, sizeof account);

#define STATE BYTES(account.record), account.record_len, BYTES(ADA), sizeof ADA - 1, NOTHING
    CHECK_STATUS(saltbox_admin_import(keyed, STATE, BYTES(stored), stored_len, NOW, &outcome),
                 SALTBOX_OK);
    expect_decided(outcome, SALTBOX_VERDICT_IMPORTED, SALTBOX_CLIENT_DONE, 0);
    keep(&account, outcome);
    CHECK_STATUS(saltbox_record_check(BYTES(account.record), account.record_len, NULL), SALTBOX_OK);

    CHECK_STATUS(saltbox_request_reset(keyed, STATE, way, channel, NOW, &outcome), SALTBOX_OK);
    expect_decided(outcome, SALTBOX_VERDICT_CODE_ISSUED, SALTBOX_CLIENT_SENT,
                   SALTBOX_EFFECT_SEND_CODE);
    CHECK(saltbox_outcome_retry_after_s(outcome) == 0);
    CHECK(saltbox_outcome_channel(outcome) == channel && saltbox_outcome_lifetime_s(outcome) == 600);
    keep(&account, outcome);
    REQUIRE(account.code[0] != 0 && strlen(account.lookup) == SALTBOX_LOOKUP_MAX);
    if (way != SALTBOX_WAY_RESET_LINK) {
        CHECK_STATUS(saltbox_request_reset(keyed, STATE, way, channel, NOW + 1, &outcome),
                     SALTBOX_REJECTED);
        expect_decided(outcome, SALTBOX_VERDICT_TOO_SOON, SALTBOX_CLIENT_SENT, 0);
        CHECK(saltbox_outcome_retry_after_s(outcome) == 59);
        CHECK(saltbox_outcome_code(outcome, &len) == NULL && len == 0);
        saltbox_outcome_free(outcome);
    }

    if (kind == SALTBOX_SECRET_VERIFICATION_CODE) {
        codes = codes_of(SALTBOX_SECRET_REQUEST_CODE, account.lookup, kind, account.code);
    } else {
        codes = codes_of(kind, account.code, 0, NULL);
    }
    char lookup[SALTBOX_LOOKUP_MAX];
    CHECK_STATUS(saltbox_reset_lookup(keyed, codes, (uint8_t *)lookup, sizeof lookup, &len),
                 SALTBOX_OK);
    CHECK(len == sizeof lookup && memcmp(lookup, account.lookup, len) == 0);

    /* The policy's no, with the numbers of the rules. */
    CHECK_STATUS(saltbox_reset(keyed, STATE, codes, BYTES("mvqtz"), 5, NOW + 1, &outcome),
                 SALTBOX_REJECTED);
    expect_decided(outcome, SALTBOX_VERDICT_PASSWORD_REFUSED, SALTBOX_CLIENT_PASSWORD_REFUSED, 0);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 0, &code, &bound, NULL), SALTBOX_OK);
    CHECK(code == SALTBOX_VIOLATION_TOO_SHORT && bound == 15);
    CHECK_STATUS(saltbox_outcome_violation(outcome, 1, &code, NULL, NULL), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_warning(outcome, 0, &code), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_outcome_strength(outcome, &code, NULL, NULL), SALTBOX_OK);
    /* To be swapped all the same: nothing is told of a code without that. */
    CHECK(saltbox_outcome_record(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);

    /* What is set already is refused, and the code stays good. */
    CHECK_STATUS(saltbox_reset(keyed, STATE, codes, BYTES(PASSWORD), PASSWORD_LEN, NOW + 1,
                               &outcome), SALTBOX_REJECTED);
    expect_decided(outcome, SALTBOX_VERDICT_PASSWORD_REUSED, SALTBOX_CLIENT_PASSWORD_REUSED, 0);
    CHECK(saltbox_outcome_record(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);

    /* What two requests bring at once, both outcomes accept: the swap decides. */
    for (int i = 0; i < 2; i++) {
        CHECK_STATUS(saltbox_reset(keyed, STATE, codes, BYTES(FRESH), sizeof FRESH - 1, NOW + 1,
                                   &outcome), SALTBOX_OK);
        expect_decided(outcome, SALTBOX_VERDICT_PASSWORD_RESET, SALTBOX_CLIENT_DONE,
                       SALTBOX_EFFECT_REVOKE_SESSIONS | SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED);
        tell = (const char *)saltbox_outcome_json(outcome, &len);
        CHECK(len > 0 && memcmp(tell, "{\"verdict\":\"password_reset\"", 26) == 0);
        if (i == 0) {
            saltbox_outcome_free(outcome);
        }
    }
    keep(&account, outcome);
    CHECK_STATUS(saltbox_reset(keyed, STATE, codes, BYTES(FRESH), sizeof FRESH - 1, NOW + 1,
                               &outcome), SALTBOX_REJECTED);
    expect_decided(outcome, SALTBOX_VERDICT_SPENT_CODE, SALTBOX_CLIENT_USED_CODE, 0);
    keep(&account, outcome);
#undef STATE
    saltbox_secrets_free(codes);
}

static void verify_address(void) {
    struct account account = {RECORD, sizeof RECORD - 1, "", ""};
    saltbox_outcome *outcome = NULL;
    saltbox_secrets *codes;

#define STATE BYTES(account.record), account.record_len, BYTES(ADA), sizeof ADA - 1, NOTHING
    CHECK_STATUS(saltbox_request_verification(keyed, STATE, SALTBOX_WAY_EMAIL_LINK,
                                              SALTBOX_CHANNEL_EMAIL, NOW, &outcome), SALTBOX_OK);
    keep(&account, outcome);
    codes = codes_of(SALTBOX_SECRET_EMAIL_AUTH_CODE, account.code, 0, NULL);
    CHECK_STATUS(saltbox_reset(keyed, STATE, codes, BYTES(PASSWORD), PASSWORD_LEN, NOW, &outcome),
                 SALTBOX_REJECTED);
    expect_decided(outcome, SALTBOX_VERDICT_OTHER_PURPOSE, SALTBOX_CLIENT_INVALID_CODE, 0);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_verify_address(keyed, STATE, codes, NOW, &outcome), SALTBOX_OK);
    expect_decided(outcome, SALTBOX_VERDICT_ADDRESS_VERIFIED, SALTBOX_CLIENT_DONE,
                   SALTBOX_EFFECT_ADDRESS_VERIFIED);
    keep(&account, outcome);
    CHECK_STATUS(saltbox_verify_address(keyed, STATE, codes, NOW, &outcome), SALTBOX_REJECTED);
    expect_decided(outcome, SALTBOX_VERDICT_SPENT_CODE, SALTBOX_CLIENT_USED_CODE, 0);
    saltbox_outcome_free(outcome);
#undef STATE
    saltbox_secrets_free(codes);
}

/* What is given as a password, of the calls that take one. */
static void password_parameters(void) {
    IMPOSSIBLE(impossible);
    typedef saltbox_status one_password(const saltbox *, const uint8_t *, size_t, const uint8_t *,
                                        size_t, const uint8_t *, size_t, const uint8_t *, size_t,
                                        uint64_t, saltbox_outcome **);
    static one_password *const calls[] = {
        saltbox_sign_up, saltbox_sign_in, saltbox_update, saltbox_admin_set_temporary,
        saltbox_admin_set_active,
    };
    saltbox_outcome *outcome = GARBAGE(saltbox_outcome);

#define SOMEBODY NOTHING, BYTES(ADA), sizeof ADA - 1, NOTHING
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        CHECK_STATUS(calls[i](keyed, SOMEBODY, NULL, 1, NOW, &outcome), SALTBOX_E_ARGUMENT);
        for (size_t j = 0; j < 2; j++) {
            CHECK_STATUS(calls[i](keyed, SOMEBODY, BYTES(PASSWORD), impossible[j], NOW, &outcome),
                         SALTBOX_E_ARGUMENT);
        }
        CHECK(outcome == NULL);
        /* An empty one is refused as any other that is wrong or too short. */
        CHECK_STATUS(calls[i](keyed, SOMEBODY, NULL, 0, NOW, &outcome), SALTBOX_REJECTED);
        saltbox_outcome_free(outcome);
        outcome = GARBAGE(saltbox_outcome);
    }
    for (size_t i = 0; i < 2; i++) {
        const size_t lens[][2] = {{impossible[i], PASSWORD_LEN}, {PASSWORD_LEN, impossible[i]}};
        for (size_t j = 0; j < 2; j++) {
            CHECK_STATUS(saltbox_replace(keyed, SOMEBODY, BYTES(PASSWORD), lens[j][0],
                                         BYTES(PASSWORD), lens[j][1], NOW, &outcome),
                         SALTBOX_E_ARGUMENT);
        }
    }
    CHECK_STATUS(saltbox_replace(keyed, SOMEBODY, NULL, 1, BYTES(PASSWORD), PASSWORD_LEN, NOW,
                                 &outcome), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_replace(keyed, SOMEBODY, BYTES(PASSWORD), PASSWORD_LEN, NULL, 1, NOW,
                                 &outcome), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    CHECK_STATUS(saltbox_replace(keyed, SOMEBODY, NULL, 0, NULL, 0, NOW, &outcome),
                 SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
#undef SOMEBODY
}

/* What is expected of an outcome, and stored of it. */
static void decide(struct account *account, saltbox_status status, saltbox_outcome *outcome,
                   uint32_t verdict, uint32_t client, uint32_t effects) {
    CHECK_STATUS(status, verdict < 100 ? SALTBOX_OK : SALTBOX_REJECTED);
    if (saltbox_outcome_verdict(outcome) != verdict) {
        fprintf(stderr, "verdict %u instead of %u\n", saltbox_outcome_verdict(outcome), verdict);
    }
    expect_decided(outcome, verdict, client, effects);
    keep(account, outcome);
}

/* A yes and a no of each. */
static void passwords(void) {
    static const char YOUNG[] = "{\"session_subject\":\"u-1\",\"auth_age_s\":300,"
                                "\"revoke_other_sessions\":true}";
    static const char OLD[] = "{\"session_subject\":\"u-1\",\"auth_age_s\":301}";
    struct account account;
    saltbox_outcome *outcome = NULL;
    saltbox_status status;
    memset(&account, 0, sizeof account);

#define STATE(request) BYTES(account.record), account.record_len, BYTES(ADA), sizeof ADA - 1,  \
                       BYTES(request), strlen(request)
#define GIVEN(text) BYTES(text), sizeof(text) - 1
#define DECIDE(verdict, client, effects, function, request, ...)                               \
    do {                                                                                       \
        status = function(keyed, STATE(request), __VA_ARGS__, &outcome);                       \
        decide(&account, status, outcome, SALTBOX_VERDICT_##verdict, SALTBOX_CLIENT_##client,  \
               (effects));                                                                     \
    } while (0)
#define SIGN_IN(verdict, client, effects, given)                                               \
    DECIDE(verdict, client, effects, saltbox_sign_in, "", GIVEN(given), NOW)
    /* The account is not there yet. */
    SIGN_IN(NO_ACCOUNT, WRONG_PASSWORD, 0, PASSWORD);
    CHECK(account.record_len == 0);
    DECIDE(PASSWORD_REFUSED, PASSWORD_REFUSED, 0, saltbox_sign_up, "", GIVEN("mvqtz"), NOW);
    CHECK(account.record_len == 0);
    DECIDE(SIGNED_UP, SENT, 0, saltbox_sign_up, "", GIVEN(PASSWORD), NOW);
    CHECK(account.record_len > 0);
    DECIDE(EXISTS, SENT, SALTBOX_EFFECT_NOTIFY_SIGN_UP_TRIED, saltbox_sign_up, "",
           GIVEN(PASSWORD), NOW);

    SIGN_IN(SIGNED_IN, DONE, SALTBOX_EFFECT_NEW_SESSION, PASSWORD);
    SIGN_IN(WRONG_PASSWORD, WRONG_PASSWORD, 0, FRESH);
    DECIDE(OTHER_SESSION, SIGN_IN_FIRST, 0, saltbox_update, "", GIVEN(FRESH), NOW);
    DECIDE(OLD_AUTHENTICATION, SIGN_IN_FIRST, 0, saltbox_update, OLD, GIVEN(FRESH), NOW);
    DECIDE(PASSWORD_REUSED, PASSWORD_REUSED, 0, saltbox_update, YOUNG, GIVEN(PASSWORD), NOW);
    DECIDE(PASSWORD_CHANGED, DONE,
           SALTBOX_EFFECT_REVOKE_OTHER_SESSIONS | SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED,
           saltbox_update, YOUNG, GIVEN(FRESH), NOW);
    DECIDE(WRONG_PASSWORD, WRONG_PASSWORD, 0, saltbox_replace, "", GIVEN(PASSWORD), GIVEN(FRESH),
           NOW);
    DECIDE(PASSWORD_REFUSED, PASSWORD_REFUSED, 0, saltbox_replace, "", GIVEN(FRESH), GIVEN(FRESH),
           NOW);
    DECIDE(PASSWORD_CHANGED, DONE,
           SALTBOX_EFFECT_NEW_SESSION | SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED, saltbox_replace, "",
           GIVEN(FRESH), GIVEN(PASSWORD), NOW);

    const uint32_t told = SALTBOX_EFFECT_REVOKE_SESSIONS | SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED;
    DECIDE(PASSWORD_REFUSED, PASSWORD_REFUSED, 0, saltbox_admin_set_temporary, "", GIVEN("mvqtz"),
           NOW);
    DECIDE(TEMPORARY_SET, DONE, told, saltbox_admin_set_temporary, "", GIVEN(FRESH), NOW);
    SIGN_IN(MUST_CHANGE, MUST_CHANGE, 0, FRESH);
    DECIDE(TEMPORARY_OVER, WRONG_PASSWORD, 0, saltbox_sign_in, "", GIVEN(FRESH), NOW + 86400);
    DECIDE(PASSWORD_REFUSED, PASSWORD_REFUSED, 0, saltbox_admin_set_active, "", GIVEN("mvqtz"),
           NOW);
    DECIDE(PASSWORD_SET, DONE, told, saltbox_admin_set_active, "", GIVEN(PASSWORD), NOW);
    SIGN_IN(SIGNED_IN, DONE, SALTBOX_EFFECT_NEW_SESSION, PASSWORD);

    DECIDE(ACCOUNT_LOCKED, DONE, SALTBOX_EFFECT_REVOKE_SESSIONS, saltbox_admin_lock, "", NOW);
    SIGN_IN(PERMANENTLY_LOCKED, WRONG_PASSWORD, 0, PASSWORD);
    DECIDE(ACCOUNT_UNLOCKED, DONE, 0, saltbox_admin_unlock, "", NOW);
    DECIDE(ACCOUNT_NOW_DISABLED, DONE, SALTBOX_EFFECT_REVOKE_SESSIONS, saltbox_admin_disable, "",
           NOW);
    SIGN_IN(ACCOUNT_DISABLED, WRONG_PASSWORD, 0, PASSWORD);
    DECIDE(ACCOUNT_ENABLED, DONE, 0, saltbox_admin_enable, "", NOW);
    DECIDE(PASSWORD_EXPIRED, DONE, 0, saltbox_admin_expire, "", NOW);
    SIGN_IN(MUST_CHANGE, MUST_CHANGE, 0, PASSWORD);
    /* Without an account, an administrator hears so from the verdict. */
    account.record_len = 0;
    DECIDE(NO_ACCOUNT, DONE, 0, saltbox_admin_set_temporary, "", GIVEN(PASSWORD), NOW);
    DECIDE(NO_ACCOUNT, DONE, 0, saltbox_admin_set_active, "", GIVEN(PASSWORD), NOW);
    DECIDE(NO_ACCOUNT, DONE, 0, saltbox_admin_expire, "", NOW);
    DECIDE(NO_ACCOUNT, DONE, 0, saltbox_admin_lock, "", NOW);
    DECIDE(NO_ACCOUNT, DONE, 0, saltbox_admin_unlock, "", NOW);
    DECIDE(NO_ACCOUNT, DONE, 0, saltbox_admin_disable, "", NOW);
    DECIDE(NO_ACCOUNT, DONE, 0, saltbox_admin_enable, "", NOW);
#undef SIGN_IN
#undef DECIDE
#undef GIVEN
#undef STATE
}

/* Failures lock for a time, which is said. */
static void lock_after_failures(void) {
    static const char settings[] = "{\"hash\":{\"create\":{\"profile\":\"test-only\"}},"
        "\"account\":{\"mask\":false,\"lock\":{\"attempts\":2,\"first_s\":60,\"most_s\":60}}}";
    struct account account;
    saltbox *sb = core_of(settings);
    saltbox_outcome *outcome = NULL;
    saltbox_status status;
    memset(&account, 0, sizeof account);
#define STATE BYTES(account.record), account.record_len, BYTES(ADA), sizeof ADA - 1, NOTHING
    status = saltbox_sign_up(sb, STATE, BYTES(PASSWORD), PASSWORD_LEN, NOW, &outcome);
    decide(&account, status, outcome, SALTBOX_VERDICT_SIGNED_UP, SALTBOX_CLIENT_DONE,
           SALTBOX_EFFECT_NEW_SESSION);
    status = saltbox_sign_up(sb, STATE, BYTES(PASSWORD), PASSWORD_LEN, NOW, &outcome);
    decide(&account, status, outcome, SALTBOX_VERDICT_EXISTS, SALTBOX_CLIENT_EXISTS,
           SALTBOX_EFFECT_NOTIFY_SIGN_UP_TRIED);
    for (int i = 0; i < 2; i++) {
        status = saltbox_sign_in(sb, STATE, BYTES(PASSWORD), PASSWORD_LEN - 1, NOW, &outcome);
        decide(&account, status, outcome, SALTBOX_VERDICT_WRONG_PASSWORD,
               SALTBOX_CLIENT_WRONG_PASSWORD, 0);
    }
    status = saltbox_sign_in(sb, STATE, BYTES(PASSWORD), PASSWORD_LEN, NOW + 59, &outcome);
    CHECK(saltbox_outcome_retry_after_s(outcome) == 1);
    decide(&account, status, outcome, SALTBOX_VERDICT_TEMPORARILY_LOCKED,
           SALTBOX_CLIENT_WRONG_PASSWORD, 0);
    status = saltbox_sign_in(sb, STATE, BYTES(PASSWORD), PASSWORD_LEN, NOW + 60, &outcome);
    decide(&account, status, outcome, SALTBOX_VERDICT_SIGNED_IN, SALTBOX_CLIENT_DONE,
           SALTBOX_EFFECT_NEW_SESSION);
#undef STATE
    saltbox_free(sb);
}

/* Answers to three questions; NULL is not added. */
static saltbox_secrets *answers_of(const char *pet, const char *city, const char *day) {
    saltbox_secrets *secrets = new_secrets();
    CHECK_STATUS(pet == NULL ? SALTBOX_OK : add_answer(secrets, "pet", pet), SALTBOX_OK);
    CHECK_STATUS(city == NULL ? SALTBOX_OK : add_answer(secrets, "city", city), SALTBOX_OK);
    CHECK_STATUS(day == NULL ? SALTBOX_OK : add_answer(secrets, "day", day), SALTBOX_OK);
    return secrets;
}

/* Those answers that are asked for; the first of them wrong where asked to. */
static saltbox_secrets *answers_to(const saltbox_outcome *asked, int is_wrong) {
    static const struct {
        const char *id;
        const char *answer;
    } right[] = {{"pet", "mr whiskers"}, {"city", "ETRETAT"}, {"day", "1961-03-09"}};
    saltbox_secrets *secrets = new_secrets();
    for (size_t i = 0; i < 2; i++) {
        size_t len = 0;
        const uint8_t *id = saltbox_outcome_question_id(asked, i, &len);
        for (size_t j = 0; j < sizeof right / sizeof right[0]; j++) {
            if (len == strlen(right[j].id) && memcmp(id, right[j].id, len) == 0) {
                const char *answer = is_wrong && i == 0 ? "1999-12-31" : right[j].answer;
                CHECK_STATUS(add_answer(secrets, right[j].id, answer), SALTBOX_OK);
            }
        }
    }
    return secrets;
}

static void expect_answer_violation(const saltbox_outcome *outcome, size_t index, uint32_t code,
                                    const char *question) {
    uint32_t found = 4711;
    const uint8_t *id = NULL;
    size_t len = 4711;
    CHECK_STATUS(saltbox_outcome_answer_violation(outcome, index, &found, &id, &len), SALTBOX_OK);
    CHECK(found == code && id != NULL && len == strlen(question) && memcmp(id, question, len) == 0);
}

#define SESSION "{\"session_subject\":\"u-1\",\"auth_age_s\":0}"
#define STEP_UP "{\"session_subject\":\"u-1\",\"auth_age_s\":0,\"step_up\":true}"
#define STATE(request) BYTES(account.record), account.record_len, BYTES(ADA), sizeof ADA - 1,  \
                       BYTES(request), sizeof(request) - 1

/* All that answers break at once. */
static void answer_violations(void) {
    struct account account = {RECORD, sizeof RECORD - 1, "", ""};
    saltbox_outcome *outcome = NULL;
    saltbox_outcome *other = NULL;
    uint32_t code = 4711;
    const uint8_t *id = BYTES("untouched");
    size_t len = 4711;
    static const char said[] = "{\"verdict\":\"answers_refused\",\"client\":\"answers_refused\","
                               "\"violations\":[{\"code\":21,\"name\":\"too_few_answers\",\"question\":\"\",";

    saltbox_secrets *bad = answers_of("Rex", "\xff", NULL);
    CHECK_STATUS(saltbox_set_questions(keyed, STATE(SESSION), bad, NOW, &outcome), SALTBOX_REJECTED);
    saltbox_secrets_free(bad);
    expect_decided(outcome, SALTBOX_VERDICT_ANSWERS_REFUSED, SALTBOX_CLIENT_ANSWERS_REFUSED, 0);
    CHECK(saltbox_outcome_record(outcome, &len) == NULL && len == 0);
    expect_answer_violation(outcome, 0, SALTBOX_ANSWER_TOO_FEW_ANSWERS, "");
    expect_answer_violation(outcome, 1, SALTBOX_ANSWER_NOT_UTF8, "city");
    expect_answer_violation(outcome, 2, SALTBOX_ANSWER_COMMON, "pet");
    CHECK(memcmp(saltbox_outcome_json(outcome, &len), said, sizeof said - 1) == 0);

    len = 4711;
#define VIOLATION(outcome, index) \
    saltbox_outcome_answer_violation((outcome), (index), &code, &id, &len)
    CHECK_STATUS(VIOLATION(outcome, 3), SALTBOX_REJECTED);
    CHECK_STATUS(VIOLATION(outcome, SIZE_MAX), SALTBOX_REJECTED);
    CHECK_STATUS(VIOLATION(NULL, 0), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_answer_violation(outcome, 0, NULL, &id, &len), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_answer_violation(outcome, 0, &code, NULL, &len),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_outcome_answer_violation(outcome, 0, &code, &id, NULL),
                 SALTBOX_E_ARGUMENT);
    /* Of a password there are others, and they are not these. */
    CHECK_STATUS(saltbox_outcome_violation(outcome, 0, &code, NULL, NULL), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_check(cheap, NULL, 0, BYTES("short"), 5, NOW, &other), SALTBOX_REJECTED);
    CHECK_STATUS(VIOLATION(other, 0), SALTBOX_REJECTED);
    saltbox_outcome_free(other);
    CHECK_STATUS(saltbox_effective_config(cheap, &other), SALTBOX_OK);
    CHECK_STATUS(VIOLATION(other, 0), SALTBOX_REJECTED);
    saltbox_outcome_free(other);
    CHECK(code == 4711 && len == 4711 && memcmp(id, "untouched", 9) == 0);
#undef VIOLATION
    {
        MISALIGNED(uint32_t, odd_code);
        MISALIGNED(const uint8_t *, odd_id);
        MISALIGNED(size_t, odd_len);
        CHECK_STATUS(saltbox_outcome_answer_violation(outcome, 2, odd_code, odd_id, odd_len),
                     SALTBOX_OK);
        memcpy(&id, odd_id, sizeof id);
        CHECK(u32_in(odd_code) == SALTBOX_ANSWER_COMMON && size_in(odd_len) == 3);
        CHECK(memcmp(id, "pet", 3) == 0);
    }
    saltbox_outcome_free(outcome);
}

/* Both texts of the questions that `asked` asks, at the edges of each parameter. */
static void lent_questions(const saltbox_outcome *asked) {
    typedef const uint8_t *question_text(const saltbox_outcome *, size_t, size_t *);
    static question_text *const texts[] = {saltbox_outcome_question_id,
                                           saltbox_outcome_question_text};
    saltbox_outcome *other = NULL;
    CHECK_STATUS(saltbox_effective_config(cheap, &other), SALTBOX_OK);
    for (size_t i = 0; i < 2; i++) {
        MISALIGNED(size_t, odd);
        size_t len = 4711;
        for (size_t index = 0; index < 2; index++) {
            const uint8_t *lent = texts[i](asked, index, &len);
            CHECK(lent != NULL && len > 0 && (lent[len - 1] == '?') == (i == 1));
            CHECK(texts[i](asked, index, odd) == lent && size_in(odd) == len);
            CHECK(texts[i](asked, index, NULL) == NULL);
        }
        CHECK(texts[i](asked, 2, &len) == NULL && len == 0);
        len = 4711;
        CHECK(texts[i](asked, SIZE_MAX, &len) == NULL && len == 0);
        len = 4711;
        CHECK(texts[i](NULL, 0, &len) == NULL && len == 0);
        len = 4711;
        CHECK(texts[i](other, 0, &len) == NULL && len == 0);
        CHECK(texts[i](NULL, 0, NULL) == NULL);
    }
    saltbox_outcome_free(other);
}

/* Answers are set up, asked for, wrong, right, and spent. */
static void questions(void) {
    struct account account = {RECORD, sizeof RECORD - 1, "", ""};
    saltbox_outcome *outcome = GARBAGE(saltbox_outcome);
    saltbox_outcome *asked = NULL;
    saltbox_secrets *good = answers_of("Mr. Whiskers", "\xc3\x89tretat", "9.3.1961");
    size_t len = 4711;
    size_t again_len = 4711;

    /* The first answer counts; the other is told, and changes nothing. */
    CHECK_STATUS(add_answer(good, "pet", "Rex"), SALTBOX_E_ANSWERS);
    CHECK_STATUS(saltbox_set_questions(keyed, STATE(SESSION), NULL, NOW, &outcome),
                 SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL);
    CHECK_STATUS(saltbox_verify_questions(keyed, STATE(SESSION), NULL, NOW, &outcome),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_set_questions(cheap, STATE(SESSION), good, NOW, &outcome), SALTBOX_E_CONFIG);
    CHECK_STATUS(saltbox_get_questions(cheap, STATE(SESSION), NOW, &outcome), SALTBOX_E_CONFIG);
    CHECK_STATUS(saltbox_verify_questions(cheap, STATE(SESSION), good, NOW, &outcome),
                 SALTBOX_E_CONFIG);
    CHECK(outcome == NULL);
    CHECK_STATUS(saltbox_get_questions(keyed, STATE(SESSION), NOW, &outcome), SALTBOX_REJECTED);
    expect_decided(outcome, SALTBOX_VERDICT_NO_QUESTIONS, SALTBOX_CLIENT_DONE, 0);
    CHECK(saltbox_outcome_question_id(outcome, 0, &len) == NULL && len == 0);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_set_questions(keyed, STATE("{\"session_subject\":\"u-2\"}"), good, NOW,
                                       &outcome), SALTBOX_REJECTED);
    expect_decided(outcome, SALTBOX_VERDICT_OTHER_SESSION, SALTBOX_CLIENT_SIGN_IN_FIRST, 0);
    saltbox_outcome_free(outcome);

    CHECK_STATUS(saltbox_set_questions(keyed, STATE(SESSION), good, NOW, &outcome), SALTBOX_OK);
    expect_decided(outcome, SALTBOX_VERDICT_QUESTIONS_SET, SALTBOX_CLIENT_DONE,
                   SALTBOX_EFFECT_NOTIFY_QUESTIONS_CHANGED);
    keep(&account, outcome);
    CHECK_STATUS(saltbox_verify_questions(keyed, STATE(SESSION), good, NOW, &outcome),
                 SALTBOX_REJECTED);
    expect_decided(outcome, SALTBOX_VERDICT_NOT_ASKED, SALTBOX_CLIENT_WRONG_ANSWERS, 0);
    saltbox_outcome_free(outcome);
    saltbox_secrets_free(good);

    CHECK_STATUS(saltbox_get_questions(keyed, STATE(SESSION), NOW, &asked), SALTBOX_OK);
    expect_decided(asked, SALTBOX_VERDICT_QUESTIONS_ASKED, SALTBOX_CLIENT_DONE, 0);
    lent_questions(asked);
    const uint8_t *record = saltbox_outcome_record(asked, &len);
    REQUIRE(record != NULL && len <= sizeof account.record);
    memcpy(account.record, record, len);
    account.record_len = len;
    CHECK_STATUS(saltbox_get_questions(keyed, STATE(SESSION), NOW, &outcome), SALTBOX_OK);
    for (size_t i = 0; i < 2; i++) {
        const uint8_t *first = saltbox_outcome_question_id(asked, i, &len);
        const uint8_t *again = saltbox_outcome_question_id(outcome, i, &again_len);
        REQUIRE(first != NULL && again != NULL);
        CHECK(len == again_len && memcmp(first, again, len) == 0);
    }
    keep(&account, outcome);

    for (int round = 0; round < 4; round++) {
        static const struct {
            int is_wrong;
            uint32_t verdict;
            uint32_t client;
            uint32_t effects;
        } rounds[] = {
            {1, SALTBOX_VERDICT_WRONG_ANSWERS, SALTBOX_CLIENT_WRONG_ANSWERS, 0},
            {0, SALTBOX_VERDICT_ANSWERS_RIGHT, SALTBOX_CLIENT_DONE, SALTBOX_EFFECT_STEP_UP_SESSION},
            /* The set-up and the wrong ones have taken two of three. */
            {1, SALTBOX_VERDICT_WRONG_ANSWERS, SALTBOX_CLIENT_WRONG_ANSWERS, 0},
            {0, SALTBOX_VERDICT_EXHAUSTED, SALTBOX_CLIENT_WRONG_ANSWERS, 0},
        };
        const int is_right = rounds[round].verdict == SALTBOX_VERDICT_ANSWERS_RIGHT;
        saltbox_secrets *given = answers_to(asked, rounds[round].is_wrong);
        CHECK_STATUS(saltbox_verify_questions(keyed, STATE(STEP_UP), given, NOW, &outcome),
                     is_right ? SALTBOX_OK : SALTBOX_REJECTED);
        expect_decided(outcome, rounds[round].verdict, rounds[round].client, rounds[round].effects);
        CHECK(saltbox_outcome_retry_after_s(outcome)
              == (rounds[round].verdict == SALTBOX_VERDICT_EXHAUSTED ? 3600 : 0));
        saltbox_secrets_free(given);
        if (is_right) {
            /* As if the swap had failed. */
            saltbox_outcome_free(outcome);
        } else {
            keep(&account, outcome);
        }
    }
    saltbox_outcome_free(asked);
}
#undef STATE

static void same_identifier(void) {
    IMPOSSIBLE(impossible);
    static const struct {
        const char *a;
        const char *b;
        saltbox_status status;
    } pairs[] = {
        {"Ada@Example.com", "ada@example.COM", SALTBOX_OK},
        /* In full width. */
        {"\xef\xbc\xa1\xef\xbc\xa4\xef\xbc\xa1", "ada", SALTBOX_OK},
        {"", "", SALTBOX_OK},
        {"m\xc4\xb1ke@example.com", "mike@example.com", SALTBOX_REJECTED},
        {"ada", "", SALTBOX_REJECTED},
        {"\xff", "\xff", SALTBOX_REJECTED},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const uint8_t *a = BYTES(pairs[i].a);
        const uint8_t *b = BYTES(pairs[i].b);
        const size_t a_len = strlen(pairs[i].a);
        const size_t b_len = strlen(pairs[i].b);
        CHECK_STATUS(saltbox_same_identifier(a, a_len, b, b_len), pairs[i].status);
        CHECK_STATUS(saltbox_same_identifier(b, b_len, a, a_len), pairs[i].status);
    }
    CHECK_STATUS(saltbox_same_identifier(NULL, 0, NULL, 0), SALTBOX_OK);
    CHECK_STATUS(saltbox_same_identifier(NULL, 1, BYTES("a"), 1), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_same_identifier(BYTES("a"), 1, NULL, 1), SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(saltbox_same_identifier(BYTES("a"), impossible[i], BYTES("a"), 1),
                     SALTBOX_E_ARGUMENT);
        CHECK_STATUS(saltbox_same_identifier(BYTES("a"), 1, BYTES("a"), impossible[i]),
                     SALTBOX_E_ARGUMENT);
    }
}

static void fold_identifier(void) {
    IMPOSSIBLE(impossible);
    /* ADA in full width. */
    static const char wide[] = "\xef\xbc\xa1\xef\xbc\xa4\xef\xbc\xa1";
    uint8_t folded[4] = {UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED};
    size_t len = 4711;
    CHECK_STATUS(saltbox_fold_identifier(BYTES(wide), sizeof wide - 1, folded, sizeof folded, NULL),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_fold_identifier(BYTES(wide), sizeof wide - 1, NULL, 3, &len),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_fold_identifier(NULL, 1, folded, sizeof folded, &len), SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(saltbox_fold_identifier(BYTES(wide), impossible[i], folded, sizeof folded, &len),
                     SALTBOX_E_ARGUMENT);
    }
    CHECK_STATUS(saltbox_fold_identifier(BYTES("\xff"), 1, folded, sizeof folded, &len),
                 SALTBOX_REJECTED);
    CHECK(len == 4711 && folded[0] == UNTOUCHED);
    CHECK_STATUS(saltbox_fold_identifier(BYTES(wide), sizeof wide - 1, folded, 2, &len),
                 SALTBOX_E_BUFFER);
    CHECK(len == 3 && folded[0] == UNTOUCHED);
    CHECK_STATUS(saltbox_fold_identifier(BYTES(wide), sizeof wide - 1, NULL, 0, &len),
                 SALTBOX_E_BUFFER);
    CHECK_STATUS(saltbox_fold_identifier(BYTES(wide), sizeof wide - 1, folded, 3, &len), SALTBOX_OK);
    CHECK(len == 3 && memcmp(folded, "ada", 3) == 0 && folded[3] == UNTOUCHED);
    CHECK_STATUS(saltbox_fold_identifier(NULL, 0, NULL, 0, &len), SALTBOX_OK);
    CHECK(len == 0);
}

typedef const uint8_t *lender(const saltbox_outcome *, size_t *);

static void decided(void) {
    static lender *const lenders[] = {saltbox_outcome_record, saltbox_outcome_code,
                                      saltbox_outcome_lookup};
    saltbox_outcome *issued = NULL;
    saltbox_outcome *other = NULL;
    CHECK_STATUS(flow_request_reset(keyed, TEXT(RECORD), TEXT(ADA), NOTHING, &issued), SALTBOX_OK);
    CHECK_STATUS(saltbox_effective_config(cheap, &other), SALTBOX_OK);
    for (size_t i = 0; i < sizeof lenders / sizeof lenders[0]; i++) {
        MISALIGNED(size_t, odd);
        size_t len = 4711;
        CHECK(lenders[i](NULL, &len) == NULL && len == 0);
        len = 4711;
        CHECK(lenders[i](other, &len) == NULL && len == 0);
        CHECK(lenders[i](issued, NULL) == NULL);
        CHECK(lenders[i](NULL, NULL) == NULL);
        const uint8_t *lent = lenders[i](issued, &len);
        CHECK(lent != NULL && len > 0);
        CHECK(lenders[i](issued, odd) == lent && size_in(odd) == len);
    }
    CHECK(saltbox_outcome_retry_after_s(NULL) == 0 && saltbox_outcome_retry_after_s(other) == 0);
    CHECK(saltbox_outcome_channel(NULL) == 0 && saltbox_outcome_channel(other) == 0);
    CHECK(saltbox_outcome_lifetime_s(NULL) == 0 && saltbox_outcome_lifetime_s(other) == 0);
    expect_decided(NULL, 0, 0, 0);
    expect_decided(other, 0, 0, 0);
    saltbox_outcome_free(issued);
    saltbox_outcome_free(other);
}

/* What is wrong with a record or a request, and where. */
static void placed(saltbox_status (*check)(const uint8_t *, size_t, saltbox_diag *),
                   const char *good, const char *bad, const char *path, saltbox_status status) {
    IMPOSSIBLE(impossible);
    saltbox_diag diag;
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(check(BYTES(good), strlen(good), &diag), SALTBOX_OK);
    CHECK_STATUS(check(BYTES(good), strlen(good), NULL), SALTBOX_OK);
    CHECK_STATUS(check(NULL, 0, &diag), SALTBOX_OK);
    CHECK(all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    CHECK_STATUS(check(BYTES(bad), strlen(bad), NULL), status);
    CHECK_STATUS(check(BYTES(bad), strlen(bad), &diag), status);
    check_diag(&diag, status);
    CHECK(strcmp(diag.path, path) == 0 && diag.offset < strlen(bad));
    CHECK_STATUS(check(NULL, 1, &diag), SALTBOX_E_ARGUMENT);
    check_diag(&diag, SALTBOX_E_ARGUMENT);
    for (size_t i = 0; i < 2; i++) {
        CHECK_STATUS(check(BYTES(good), impossible[i], NULL), SALTBOX_E_ARGUMENT);
    }
}

static void codes_and_answers(void) {
    keyed = sealing_core_of(KEYED);
    some_codes = codes_of(SALTBOX_SECRET_EMAIL_AUTH_CODE, LINK, 0, NULL);
    secrets();
    answers();
    reset_lookup();
    flows();
    flows_each();
    each_way(SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL, SALTBOX_SECRET_EMAIL_AUTH_CODE);
    each_way(SALTBOX_WAY_ONE_TIME_CODE, SALTBOX_CHANNEL_EMAIL, SALTBOX_SECRET_VERIFICATION_CODE);
    each_way(SALTBOX_WAY_RESET_LINK, SALTBOX_CHANNEL_ADMINISTRATOR,
             SALTBOX_SECRET_PASSWORD_RESET_CODE);
    verify_address();
    password_parameters();
    passwords();
    lock_after_failures();
    answer_violations();
    questions();
    same_identifier();
    fold_identifier();
    decided();
    placed(saltbox_record_check, RECORD, "{\"v\":1,\"id\":7}", "id", SALTBOX_E_RECORD);
    placed(saltbox_record_check, RECORD, "{\"v\":2}", "v", SALTBOX_E_LATER_RELEASE);
    placed(saltbox_request_check, "{\"suppress_mail\":true}", "{\"suppress_mail\":1}",
           "suppress_mail", SALTBOX_E_REQUEST);
    saltbox_secrets_free(some_codes);
    saltbox_free(keyed);
}

#define PER_THREAD SALTBOX_CALIBRATION_READINGS

static saltbox_calibration *calibration_of(const saltbox_config *config, const char *scheme,
                                           uint64_t target_ns, uint32_t at_once) {
    saltbox_calibration *calibration = NULL;
    REQUIRE(saltbox_calibration_new(config, BYTES(scheme), strlen(scheme), target_ns, at_once,
                                    64 << 20, &calibration, NULL)
            == SALTBOX_OK);
    return calibration;
}

static void refuse_calibration(const uint8_t *scheme, size_t len, uint64_t target_ns,
                               uint32_t at_once, uint64_t memory_bytes, saltbox_status status) {
    saltbox_calibration *calibration = GARBAGE(saltbox_calibration);
    saltbox_diag diag;
    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_calibration_new(NULL, scheme, len, target_ns, at_once, memory_bytes,
                                         &calibration, &diag),
                 status);
    CHECK(calibration == NULL);
    check_diag(&diag, status);
    calibration = GARBAGE(saltbox_calibration);
    CHECK_STATUS(saltbox_calibration_new(NULL, scheme, len, target_ns, at_once, memory_bytes,
                                         &calibration, NULL),
                 status);
    CHECK(calibration == NULL);
}

static void calibration_new(void) {
    IMPOSSIBLE(impossible);
    const uint64_t second = 1000000000;
    const uint64_t mib = 1 << 20;
    saltbox_calibration *calibration = NULL;
    saltbox_diag diag;
    MISALIGNED(saltbox_calibration *, odd);

    refuse_calibration(NULL, 0, second, 1, 64 * mib, SALTBOX_E_CONFIG);
    refuse_calibration(NULL, 8, second, 1, 64 * mib, SALTBOX_E_ARGUMENT);
    refuse_calibration(BYTES("argon2id"), 7, second, 1, 64 * mib, SALTBOX_E_CONFIG);
    refuse_calibration(BYTES("argon2i"), 7, second, 1, 64 * mib, SALTBOX_E_CONFIG);
    refuse_calibration(BYTES("\xff"), 1, second, 1, 64 * mib, SALTBOX_E_CONFIG);
    refuse_calibration(BYTES("argon2id"), 8, 0, 1, 64 * mib, SALTBOX_E_ARGUMENT);
    refuse_calibration(BYTES("argon2id"), 8, 60 * second + 1, 1, 64 * mib, SALTBOX_E_ARGUMENT);
    refuse_calibration(BYTES("argon2id"), 8, UINT64_MAX, 1, 64 * mib, SALTBOX_E_ARGUMENT);
    refuse_calibration(BYTES("argon2id"), 8, second, 0, 64 * mib, SALTBOX_E_ARGUMENT);
    refuse_calibration(BYTES("argon2id"), 8, second, 1025, 64 * mib, SALTBOX_E_ARGUMENT);
    refuse_calibration(BYTES("argon2id"), 8, second, 1, mib - 1, SALTBOX_E_ARGUMENT);
    refuse_calibration(BYTES("argon2id"), 8, second, 1, UINT64_MAX, SALTBOX_E_ARGUMENT);
    refuse_calibration(BYTES("argon2id"), 8, second, 1, 6 * mib, SALTBOX_E_BUDGET);
    for (size_t i = 0; i < 2; i++) {
        refuse_calibration(BYTES("argon2id"), impossible[i], second, 1, 64 * mib,
                           SALTBOX_E_ARGUMENT);
    }
    CHECK_STATUS(saltbox_calibration_new(NULL, BYTES("scrypt"), 6, second, 1, 64 * mib, NULL, &diag),
                 SALTBOX_E_ARGUMENT);
    check_diag(&diag, SALTBOX_E_ARGUMENT);

    memset(&diag, UNTOUCHED, sizeof diag);
    CHECK_STATUS(saltbox_calibration_new(NULL, BYTES("scrypt"), 6, 60 * second, 1024, 1024 * 64 * mib,
                                         &calibration, &diag),
                 SALTBOX_OK);
    CHECK(calibration != NULL && all_bytes_are(&diag, sizeof diag, UNTOUCHED));
    saltbox_calibration_free(calibration);
    saltbox_calibration_free(NULL);
    CHECK_STATUS(saltbox_calibration_new(NULL, BYTES("bcrypt"), 6, 1, 1, mib, odd, NULL), SALTBOX_OK);
    memcpy(&calibration, odd, sizeof calibration);
    saltbox_calibration_free(calibration);
}

/* By a clock of its own: what is told counts, not how long it took. */
static void calibration_steps(const saltbox_config *config) {
    static const uint64_t good[2 * PER_THREAD] = {0, 9, 4000009, 8000009, 5, 14, 4000014, 8000014};
    static const uint64_t still[2 * PER_THREAD] = {0, 9, 4000009, 8000009, 5, 14, 14, 8000014};
    static const uint64_t back[2 * PER_THREAD] = {0, 9, 4000009, 8000009, 5, 14, 4000014, 13};
    saltbox_calibration *calibration = calibration_of(config, "argon2id", 5000000, 2);
    saltbox_outcome *outcome = GARBAGE(saltbox_outcome);
    uint32_t threads = 7;
    uint64_t alone = 7, under_load = 7, memory = 7;
    size_t len = 0;
    MISALIGNED(uint32_t, odd);
    MISALIGNED(uint64_t, odd_ns);
    unsigned char odd_readings[sizeof good + 1];
    const unsigned char *readings = odd_readings + odd_offset(odd_readings);

    CHECK_STATUS(saltbox_calibration_next(NULL, &threads), SALTBOX_E_ARGUMENT);
    CHECK(threads == 7);
    CHECK_STATUS(saltbox_calibration_next(calibration, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_next(calibration, odd), SALTBOX_OK);
    CHECK(u32_in(odd) == 2);
    CHECK_STATUS(saltbox_calibration_hash(NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_hash(calibration), SALTBOX_OK);

    CHECK_STATUS(saltbox_calibration_tell(NULL, good, 2 * PER_THREAD), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_tell(calibration, NULL, 0), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_tell(calibration, NULL, 2 * PER_THREAD), SALTBOX_E_ARGUMENT);
    for (size_t n = 0; n < 2 * PER_THREAD; n++) {
        CHECK_STATUS(saltbox_calibration_tell(calibration, good, n), SALTBOX_E_ARGUMENT);
    }
    CHECK_STATUS(saltbox_calibration_tell(calibration, good, SIZE_MAX), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_tell(calibration, good, SIZE_MAX - PER_THREAD + 1),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_tell(calibration, still, 2 * PER_THREAD), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_tell(calibration, back, 2 * PER_THREAD), SALTBOX_E_ARGUMENT);

    /* Nothing of that was a measurement. */
    CHECK_STATUS(saltbox_calibration_advice(calibration, &alone, &under_load, &memory, &outcome),
                 SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL && alone == 7 && under_load == 7 && memory == 7);
    memcpy(odd_readings + odd_offset(odd_readings), good, sizeof good);
    CHECK_STATUS(saltbox_calibration_tell(calibration, (const uint64_t *)(const void *)readings,
                                          2 * PER_THREAD),
                 SALTBOX_OK);
    CHECK_STATUS(saltbox_calibration_next(calibration, &threads), SALTBOX_OK);
    CHECK(threads == 1);
    CHECK_STATUS(saltbox_calibration_tell(calibration, good, PER_THREAD), SALTBOX_OK);
    CHECK_STATUS(saltbox_calibration_next(calibration, &threads), SALTBOX_REJECTED);
    CHECK(threads == 0);
    CHECK_STATUS(saltbox_calibration_hash(calibration), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_tell(calibration, good, PER_THREAD), SALTBOX_E_ARGUMENT);

    CHECK_STATUS(saltbox_calibration_advice(NULL, &alone, NULL, NULL, &outcome), SALTBOX_E_ARGUMENT);
    CHECK(outcome == NULL && alone == 7);
    CHECK_STATUS(saltbox_calibration_advice(calibration, NULL, NULL, NULL, NULL),
                 SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_calibration_advice(calibration, NULL, odd_ns, NULL, &outcome), SALTBOX_OK);
    CHECK(u64_in(odd_ns) == 4000003);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_calibration_advice(calibration, &alone, &under_load, &memory, &outcome),
                 SALTBOX_OK);
    CHECK(alone == 4000000 && under_load == 4000003);
    CHECK(memory >= 2 * 7 << 20 && memory <= 64 << 20);
    saltbox_calibration_free(calibration);
    {
        /* It outlives the calibration, and is a configuration. */
        const uint8_t *json = saltbox_outcome_json(outcome, &len);
        saltbox_config *proposed = NULL;
        CHECK_STATUS(saltbox_config_parse(json, len, &proposed, NULL), SALTBOX_OK);
        saltbox_config_free(proposed);
    }
    saltbox_outcome_free(outcome);
}

static void calibration_out_of_reach(const saltbox_config *config) {
    static const uint64_t slow[PER_THREAD] = {1, 2, 7000002, 14000002};
    saltbox_calibration *calibration = calibration_of(config, "pbkdf2-sha256", 5000000, 1);
    saltbox_outcome *outcome = NULL;
    uint64_t under_load = 0;
    uint64_t memory = 7;
    size_t len = 0;
    CHECK_STATUS(saltbox_calibration_tell(calibration, slow, PER_THREAD), SALTBOX_OK);
    CHECK_STATUS(saltbox_calibration_advice(calibration, NULL, &under_load, &memory, &outcome),
                 SALTBOX_REJECTED);
    CHECK(under_load == 7000000 && memory == 0);
    CHECK(saltbox_outcome_json(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);
    saltbox_calibration_free(calibration);
}

static void calibration(void) {
    /* Room for the least of Argon2id, and for nothing else. */
    static const char least[] = "{\"hash\":{\"create\":{\"scheme\":\"argon2id\",\"m_kib\":7168,\"t\":5,"
                                "\"p\":1},\"limits\":{\"argon2_kib_passes\":35840}}}";
    saltbox_config *config = NULL;
    REQUIRE(saltbox_config_parse(BYTES(least), sizeof least - 1, &config, NULL) == SALTBOX_OK);
    calibration_new();
    calibration_steps(config);
    calibration_out_of_reach(config);
    saltbox_config_free(config);
}

int main(int argc, char **argv) {
    leaked = map_argument(argc, argv);
    cheap = core_of(CHEAP);
    REQUIRE(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, stored, sizeof stored, &stored_len)
            == SALTBOX_OK);
    versions_and_names();
    config_parse();
    memory_settings();
    config_add_key();
    cores();
    derive_with_other_memory();
    hash();
    nul_bytes_count();
    nul_at_the_end();
    verify();
    over_budget();
    rehash_is_asked_for_what_is_weaker();
    verify_batch();
    verify_batch_misaligned();
    identify();
    import();
    check();
    check_change();
    findings();
    policy();
    attach_blocklist();
    config_check();
    blocklists_outlive_configurations();
    blocklist_check();
    strength();
    rekey_and_wrap();
    codes_and_answers();
    capacity();
    trim();
    stats();
    stats_count();
    scheme_names();
    effective_config();
    calibration();
    diag_may_be_misaligned();
    saltbox_free(cheap);
    return finish("arguments");
}
