/*
 * Every function with every parameter at its edges: NULL, length 0, a length
 * that cannot be, a buffer one byte too small. Each time the status that the
 * header promises, and what is written or left alone.
 */

#include "check.h"

#include <limits.h>

#define BYTES(text) ((const uint8_t *)(text))
#define UNTOUCHED 0x5a
#define IMPOSSIBLE(len_) static const size_t len_[] = {SIZE_MAX, SIZE_MAX / 2 + 1}

static const char PASSWORD[] = "correct horse battery staple";
#define PASSWORD_LEN (sizeof PASSWORD - 1)

/* A stored string that ends where its tag should begin. */
static const char CUT_OFF[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$";

static saltbox *cheap;
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
        NAMED(SALTBOX_E_MEMORY),
        NAMED(SALTBOX_E_RANDOM),
        NAMED(SALTBOX_E_KEY),
        NAMED(SALTBOX_E_INTERNAL),
#undef NAMED
    };
    static const saltbox_status unknown[] = {2, 9, 12, 91, -1, INT32_MIN, INT32_MAX};
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
        {"$saltbox$v=1$QQ$QQ", SALTBOX_E_LATER_RELEASE},
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

static void diag_may_be_misaligned(void) {
    unsigned char room[sizeof(saltbox_diag) + 1];
    saltbox_diag diag;
    saltbox_config *config = NULL;
    saltbox_diag *odd = (saltbox_diag *)(void *)(room + odd_offset(room));
    CHECK_STATUS(saltbox_config_parse(NULL, 0, &config, odd), SALTBOX_E_CONFIG);
    memcpy(&diag, (void *)odd, sizeof diag);
    check_diag(&diag, SALTBOX_E_CONFIG);
}

int main(void) {
    cheap = core_of(CHEAP);
    REQUIRE(saltbox_hash(cheap, BYTES(PASSWORD), PASSWORD_LEN, stored, sizeof stored, &stored_len)
            == SALTBOX_OK);
    versions_and_names();
    config_parse();
    config_add_key();
    cores();
    hash();
    nul_bytes_count();
    nul_at_the_end();
    verify();
    rehash_is_asked_for_what_is_weaker();
    verify_batch();
    verify_batch_misaligned();
    identify();
    diag_may_be_misaligned();
    saltbox_free(cheap);
    return finish("arguments");
}
