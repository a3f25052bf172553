/*
 * What calls with reset codes, answers and passwords leave behind: nothing of a code, of
 * the random bytes that it was made from, of a password, of an answer, nor
 * of what it is compared by stands in memory that the process can write, once
 * whoever has it was freed. (tests/residue.rs looks for what is computed from
 * passwords.) Secrets are kept masked here, so that only what the library left is found.
 */

#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <unistd.h>

#define MASK 0x5b
/* So many bytes in a row are a piece of a secret. */
#define PIECE ((size_t)8)

static const char ADA[] = "{\"id\":\"u-1\",\"email\":\"a@example.com\",\"email_verified\":true}";
#define ACCOUNT(record, len) (record), (len), (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0

/* In memory that cannot be written, where nobody looks. */
static const uint8_t password[] = "correct horse battery staple";
#define PASSWORD_LEN (sizeof password - 1)

struct secret {
    uint8_t masked[64];
    size_t len;
};

static struct secret code, drawn, typed;
static uint8_t window[1 << 16];
static char maps[1 << 18];

static void keep(struct secret *secret, const uint8_t *bytes, size_t len) {
    REQUIRE(len >= PIECE && len <= sizeof secret->masked);
    for (size_t i = 0; i < len; i++) {
        ((volatile uint8_t *)secret->masked)[i] = bytes[i] ^ MASK;
    }
    secret->len = len;
}

/* The bytes that Base64 for addresses stands for, masked as they come. */
static void keep_decoded(struct secret *secret, const uint8_t *text, size_t len) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    volatile uint32_t bits = 0;
    secret->len = 0;
    for (size_t i = 0; i < len; i++) {
        const char *at = strchr(alphabet, text[i]);
        REQUIRE(at != NULL);
        bits = (bits << 6 | (uint32_t)(at - alphabet)) & 0xffffff;
        if (i % 4 == 3) {
            for (int shift = 16; shift >= 0; shift -= 8) {
                secret->masked[secret->len++] = (uint8_t)(bits >> shift) ^ MASK;
            }
        }
    }
    bits = 0;
}

/* Where a piece may be that has this hash: one look at each place is enough for all pieces. */
static uint8_t marked[1 << 16];

static size_t mark_of(const uint8_t *piece) {
    uint64_t bits;
    memcpy(&bits, piece, PIECE);
    return (size_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> 48);
}

static void mark(const struct secret *secret) {
    memset(marked, 0, sizeof marked);
    for (size_t at = 0; at + PIECE <= secret->len; at++) {
        marked[mark_of(secret->masked + at)] = 1;
    }
}

/* Pieces of the secret in the window, which is masked as well. */
static size_t pieces_in_window(const struct secret *secret, size_t len) {
    size_t found = 0;
    for (size_t from = 0; from + PIECE <= len; from++) {
        if (!marked[mark_of(window + from)]) {
            continue;
        }
        for (size_t at = 0; at + PIECE <= secret->len; at++) {
            found += memcmp(window + from, secret->masked + at, PIECE) == 0;
        }
    }
    return found;
}

/* Pieces of the secret in memory that can be written. */
static size_t pieces(const struct secret *secret) {
    const int list = open("/proc/self/maps", O_RDONLY);
    const int memory = open("/proc/self/mem", O_RDONLY);
    size_t len = 0;
    ssize_t got;
    size_t found = 0;
    REQUIRE(list >= 0 && memory >= 0);
    mark(secret);
    while ((got = read(list, maps + len, sizeof maps - 1 - len)) > 0) {
        len += (size_t)got;
    }
    maps[len] = 0;
    for (char *line = strtok(maps, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        unsigned long begin, end;
        char access[5];
        if (sscanf(line, "%lx-%lx %4s", &begin, &end, access) != 3 || access[1] != 'w') {
            continue;
        }
        /* Neighbours overlap by less than a piece, so that none is missed or found twice. */
        for (off_t at = (off_t)begin; at + (off_t)PIECE <= (off_t)end;
             at += (off_t)(sizeof window - PIECE + 1)) {
            const size_t left = (size_t)((off_t)end - at);
            got = pread(memory, window, left < sizeof window ? left : sizeof window, at);
            if (got < (ssize_t)PIECE) {
                break;
            }
            for (ssize_t i = 0; i < got; i++) {
                window[i] ^= MASK;
            }
            found += pieces_in_window(secret, (size_t)got);
        }
    }
    memset(window, 0, sizeof window);
    close(list);
    close(memory);
    return found;
}

/* As many pieces as `copies` of it have. */
static void expect(const char *when, const struct secret *secret, size_t copies) {
    const size_t found = secret->len == 0 ? 0 : pieces(secret);
    if (found != copies * (secret->len == 0 ? 0 : secret->len - PIECE + 1)) {
        fprintf(stderr, "%s: %zu pieces of a secret of %zu bytes\n", when, found, secret->len);
        failures++;
    }
}

static void expect_all(const char *when, size_t copies) {
    expect(when, &code, copies);
    expect(when, &drawn, 0);
    expect(when, &typed, 0);
}

static void go_way(const saltbox *sb, uint32_t way, uint32_t channel, uint32_t kind) {
    static uint8_t record[8192];
    uint8_t lookup[SALTBOX_LOOKUP_MAX];
    saltbox_outcome *outcome = NULL;
    saltbox_outcome *issued = NULL;
    saltbox_secrets *codes = NULL;
    size_t len = 0;
    size_t record_len = 0;

    CHECK_STATUS(saltbox_admin_import(sb, ACCOUNT(NULL, 0), NULL, 0, 0, &outcome), SALTBOX_OK);
    const uint8_t *lent = saltbox_outcome_record(outcome, &len);
    REQUIRE(saltbox_request_reset(sb, ACCOUNT(lent, len), way, channel, 0, &issued) == SALTBOX_OK);
    saltbox_outcome_free(outcome);
    lent = saltbox_outcome_record(issued, &record_len);
    REQUIRE(lent != NULL && record_len <= sizeof record);
    memcpy(record, lent, record_len);
    lent = saltbox_outcome_lookup(issued, &len);
    REQUIRE(lent != NULL && len == sizeof lookup);
    memcpy(lookup, lent, len);

    /* Of a link the second half is the secret. */
    const size_t from = way == SALTBOX_WAY_ONE_TIME_CODE ? 0 : SALTBOX_LOOKUP_MAX + 1;
    lent = saltbox_outcome_code(issued, &len);
    REQUIRE(lent != NULL && len > from);
    keep(&code, lent + from, len - from);
    drawn.len = 0;
    if (from != 0) {
        keep_decoded(&drawn, lent + from, len - from);
    }
    expect_all("a code is issued", 1);

    REQUIRE(saltbox_secrets_new(&codes) == SALTBOX_OK);
    if (from == 0) {
        CHECK_STATUS(saltbox_secrets_add(codes, SALTBOX_SECRET_REQUEST_CODE, NULL, 0, lookup,
                                         sizeof lookup), SALTBOX_OK);
    }
    CHECK_STATUS(saltbox_secrets_add(codes, kind, NULL, 0, lent, len), SALTBOX_OK);
    expect_all("it is among the secrets", 2);
    saltbox_outcome_free(issued);
    expect_all("the outcome is freed", 1);

    CHECK_STATUS(saltbox_secrets_check(codes, NULL), SALTBOX_OK);
    expect_all("the codes are checked", 1);
    CHECK_STATUS(saltbox_reset_lookup(sb, codes, lookup, sizeof lookup, &len), SALTBOX_OK);
    expect_all("the account is looked up", 1);
    CHECK_STATUS(saltbox_verify_address(sb, ACCOUNT(record, record_len), codes, 0, &outcome),
                 SALTBOX_REJECTED);
    expect_all("the code is for something else", 1);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_reset(sb, ACCOUNT(NULL, 0), codes, password, PASSWORD_LEN, 0, &outcome),
                 SALTBOX_REJECTED);
    expect_all("the code is for nobody", 1);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_reset(sb, ACCOUNT(record, record_len), codes, password, 5, 0, &outcome),
                 SALTBOX_REJECTED);
    expect_all("the password is refused", 1);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_reset(sb, ACCOUNT(record, record_len), codes, password, PASSWORD_LEN, 0,
                               &outcome), SALTBOX_OK);
    expect_all("the password is reset", 1);
    saltbox_outcome_free(outcome);
    saltbox_secrets_free(codes);
    expect_all("all is freed", 0);
}

/* In memory that cannot be written, as the password. */
static const uint8_t typed_pet[] = "MR. WHISKERS (YS)";
static const uint8_t normal_pet[] = "mr whiskers ys";
static const uint8_t typed_city[] = "\xc3\x89TRETAT";
static const char SESSION[] = "{\"session_subject\":\"u-1\",\"auth_age_s\":0}";
/* The text for which a hash is stored: src/question/bound.rs says of what it is the digest. */
static const char separate[] = "dddbdc950500a81260cdb057dbd1aa97206b08e45c426b6f031b726eecd353d8";
static const char joint[] = "87fd77dd13bb9d5087cf78c028d20fa881dc47207e148582d2530ef2a225068c";
#define BOUND_LEN (sizeof separate - 1)

/* What an answer becomes: without case and signs, as characters of 32 bits, and the digest of it. */
static struct secret raw, normal, wide, bound_hex, bound_bytes;

static void keep_wide(struct secret *secret, const uint8_t *ascii, size_t len) {
    memset(secret->masked, MASK, sizeof secret->masked);
    REQUIRE(4 * len <= sizeof secret->masked);
    for (size_t i = 0; i < len; i++) {
        secret->masked[4 * i] = ascii[i] ^ MASK;
    }
    secret->len = 4 * len;
}

static uint8_t value_of(char digit) {
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

static void keep_bound(const char *bound) {
    keep(&bound_hex, (const uint8_t *)bound, BOUND_LEN);
    for (size_t i = 0; i < BOUND_LEN; i += 2) {
        ((volatile uint8_t *)bound_bytes.masked)[i / 2] =
            (uint8_t)(value_of(bound[i]) << 4 | value_of(bound[i + 1])) ^ MASK;
    }
    bound_bytes.len = BOUND_LEN / 2;
}

static void expect_answers(const char *when, size_t copies) {
    expect(when, &raw, copies);
    expect(when, &normal, 0);
    expect(when, &wide, 0);
    expect(when, &bound_hex, 0);
    expect(when, &bound_bytes, 0);
}

static saltbox_secrets *answers_of(const uint8_t *city, size_t city_len) {
    saltbox_secrets *answers = NULL;
    REQUIRE(saltbox_secrets_new(&answers) == SALTBOX_OK);
    CHECK_STATUS(saltbox_secrets_add(answers, SALTBOX_SECRET_ANSWER, (const uint8_t *)"pet", 3,
                                     typed_pet, sizeof typed_pet - 1), SALTBOX_OK);
    CHECK_STATUS(saltbox_secrets_add(answers, SALTBOX_SECRET_ANSWER, (const uint8_t *)"city", 4,
                                     city, city_len), SALTBOX_OK);
    return answers;
}

/* That the record has a hash of `bound`, or its traces would be looked for in vain. */
static void require_hash_of(const saltbox *sb, const saltbox_outcome *outcome, const char *bound) {
    size_t len = 0;
    const uint8_t *record = saltbox_outcome_record(outcome, &len);
    static const char member[] = "\"hash\":\"";
    int is_found = 0;
    REQUIRE(record != NULL);
    for (const uint8_t *at = record;
         (at = memmem(at, len - (size_t)(at - record), member, sizeof member - 1)) != NULL;) {
        at += sizeof member - 1;
        const uint8_t *end = memchr(at, '"', len - (size_t)(at - record));
        is_found |= saltbox_verify(sb, (const char *)at, (size_t)(end - at), (const uint8_t *)bound,
                                   BOUND_LEN, NULL) == SALTBOX_OK;
    }
    REQUIRE(is_found);
}

static void ask_and_answer(const char *hashing, const char *bound) {
    char config[512];
    snprintf(config, sizeof config,
             "{\"hash\":{\"create\":{\"profile\":\"test-only\"}},\"keys\":{\"create_key_id\":1},"
             "\"questions\":{\"pool\":[{\"id\":\"pet\",\"text\":\"Pet?\"},"
             "{\"id\":\"city\",\"text\":\"City?\"}],\"hashing\":\"%s\",\"attempts\":1}}", hashing);
    saltbox *sb = sealing_core_of(config);
    saltbox_outcome *imported = NULL;
    saltbox_outcome *set = NULL;
    saltbox_outcome *asked = NULL;
    saltbox_outcome *outcome = NULL;
    char stored[SALTBOX_HASH_MAX];
    size_t len = 0;
#define SESSION_OF_ADA (const uint8_t *)ADA, sizeof ADA - 1, (const uint8_t *)SESSION, sizeof SESSION - 1
#define EXPECT(when, call, status, copies)        \
    do {                                          \
        CHECK_STATUS((call), (status));           \
        expect_answers(when, (copies));           \
        saltbox_outcome_free(outcome);            \
        expect_answers(when ", freed", (copies)); \
    } while (0)

    keep(&raw, typed_pet, sizeof typed_pet - 1);
    keep(&normal, normal_pet, sizeof normal_pet - 1);
    keep_wide(&wide, normal_pet, sizeof normal_pet - 1);
    keep_bound(bound);
    CHECK_STATUS(saltbox_hash(sb, password, PASSWORD_LEN, stored, sizeof stored, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_admin_import(sb, ACCOUNT(NULL, 0), (const uint8_t *)stored, len, 0,
                                      &imported), SALTBOX_OK);
    saltbox_secrets *right = answers_of(typed_city, sizeof typed_city - 1);
    saltbox_secrets *wrong = answers_of((const uint8_t *)"12345", 5);
    expect_answers("answers are among the secrets", 2);

    const uint8_t *record = saltbox_outcome_record(imported, &len);
    EXPECT("one of them is refused",
           saltbox_set_questions(sb, record, len, SESSION_OF_ADA, wrong, 0, &outcome),
           SALTBOX_REJECTED, 2);
    EXPECT("they are nobody's",
           saltbox_set_questions(sb, NULL, 0, SESSION_OF_ADA, right, 0, &outcome),
           SALTBOX_REJECTED, 2);
    CHECK_STATUS(saltbox_set_questions(sb, record, len, SESSION_OF_ADA, right, 0, &set), SALTBOX_OK);
    expect_answers("they are set up", 2);
    require_hash_of(sb, set, bound);

    record = saltbox_outcome_record(set, &len);
    CHECK_STATUS(saltbox_get_questions(sb, record, len, SESSION_OF_ADA, 0, &asked), SALTBOX_OK);
    record = saltbox_outcome_record(asked, &len);
    EXPECT("no attempt is left",
           saltbox_verify_questions(sb, record, len, SESSION_OF_ADA, right, 0, &outcome),
           SALTBOX_REJECTED, 2);
    EXPECT("nobody answers",
           saltbox_verify_questions(sb, NULL, 0, SESSION_OF_ADA, right, 9000, &outcome),
           SALTBOX_REJECTED, 2);
    EXPECT("one of them is wrong",
           saltbox_verify_questions(sb, record, len, SESSION_OF_ADA, wrong, 9000, &outcome),
           SALTBOX_REJECTED, 2);
    saltbox_secrets_free(wrong);
    EXPECT("they are right",
           saltbox_verify_questions(sb, record, len, SESSION_OF_ADA, right, 9000, &outcome),
           SALTBOX_OK, 1);
    saltbox_secrets_free(right);
    expect_answers("all answers are freed", 0);
    saltbox_outcome_free(asked);
    saltbox_outcome_free(set);
    saltbox_outcome_free(imported);
    saltbox_free(sb);
    expect_answers("all is freed", 0);
#undef EXPECT
#undef SESSION_OF_ADA
}

/* The same of passwords: as they are typed, and as characters of 32 bits, also in small letters. */
static const uint8_t old_password[] = "Quince Tzatziki & Bergamot 77";
static const uint8_t new_password[] = "Marzipan Xylophone (Zanzibar) 5";
static const uint8_t small_old[] = "quince tzatziki & bergamot 77";
static const uint8_t small_new[] = "marzipan xylophone (zanzibar) 5";
/* So many characters of 32 bits are kept. */
#define WIDE ((size_t)16)

static struct secret forms[8];

static void keep_password(struct secret *four, const uint8_t *typed_so, const uint8_t *small,
                          size_t len) {
    keep(&four[0], typed_so, len);
    keep(&four[1], small, len);
    keep_wide(&four[2], typed_so, WIDE);
    keep_wide(&four[3], small, WIDE);
}

static void expect_passwords(const char *when) {
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        expect(when, &forms[i], 0);
    }
}

static void change_passwords(const char *policy) {
    static const char YOUNG[] = "{\"session_subject\":\"u-1\",\"auth_age_s\":0}";
    static uint8_t record[8192];
    size_t record_len = 0;
    saltbox_outcome *outcome = NULL;
    char json[512];
    snprintf(json, sizeof json,
             "{\"hash\":{\"create\":{\"profile\":\"test-only\"}},\"account\":{\"history\":3},"
             "\"policy\":%s}", policy);
    saltbox *sb = core_of(json);
    keep_password(forms, old_password, small_old, sizeof old_password - 1);
    keep_password(forms + 4, new_password, small_new, sizeof new_password - 1);

#define OLD old_password, sizeof old_password - 1
#define NEW new_password, sizeof new_password - 1
#define IN_SESSION record, record_len, (const uint8_t *)ADA, sizeof ADA - 1, (const uint8_t *)YOUNG, \
                   sizeof YOUNG - 1
    /* Looked for while the outcome is there, and after. */
#define LOOK(when, call, status)              \
    do {                                      \
        CHECK_STATUS((call), (status));       \
        expect_passwords(when);               \
        saltbox_outcome_free(outcome);        \
        outcome = NULL;                       \
        expect_passwords(when ", freed");     \
    } while (0)
    LOOK("a sign-up is refused",
         saltbox_sign_up(sb, ACCOUNT(NULL, 0), old_password, 5, 0, &outcome), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_sign_up(sb, ACCOUNT(NULL, 0), OLD, 0, &outcome), SALTBOX_OK);
    expect_passwords("signed up");
    const uint8_t *lent = saltbox_outcome_record(outcome, &record_len);
    REQUIRE(lent != NULL && record_len <= sizeof record);
    memcpy(record, lent, record_len);
    saltbox_outcome_free(outcome);
    LOOK("a login is taken", saltbox_sign_up(sb, ACCOUNT(record, record_len), OLD, 0, &outcome),
         SALTBOX_REJECTED);

    LOOK("signed in", saltbox_sign_in(sb, ACCOUNT(record, record_len), OLD, 0, &outcome),
         SALTBOX_OK);
    LOOK("a password is wrong", saltbox_sign_in(sb, ACCOUNT(record, record_len), NEW, 0, &outcome),
         SALTBOX_REJECTED);
    LOOK("there is nobody", saltbox_sign_in(sb, ACCOUNT(NULL, 0), OLD, 0, &outcome),
         SALTBOX_REJECTED);

    /* A sign-in that hashes the password anew. */
    saltbox *stronger =
        core_of("{\"hash\":{\"create\":{\"scheme\":\"argon2id\",\"m_kib\":7168,\"t\":5,\"p\":1}}}");
    CHECK_STATUS(saltbox_sign_in(stronger, ACCOUNT(record, record_len), OLD, 0, &outcome),
                 SALTBOX_OK);
    CHECK((saltbox_outcome_effects(outcome) & SALTBOX_EFFECT_REHASHED) != 0);
    expect_passwords("hashed anew");
    saltbox_outcome_free(outcome);
    saltbox_free(stronger);

    LOOK("replaced", saltbox_replace(sb, ACCOUNT(record, record_len), OLD, NEW, 0, &outcome),
         SALTBOX_OK);
    LOOK("replaced by the same",
         saltbox_replace(sb, ACCOUNT(record, record_len), OLD, OLD, 0, &outcome), SALTBOX_REJECTED);
    LOOK("replaced with a wrong one",
         saltbox_replace(sb, ACCOUNT(record, record_len), NEW, OLD, 0, &outcome), SALTBOX_REJECTED);
    LOOK("updated", saltbox_update(sb, IN_SESSION, NEW, 0, &outcome), SALTBOX_OK);
    LOOK("updated to the same", saltbox_update(sb, IN_SESSION, OLD, 0, &outcome), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_update(sb, IN_SESSION, NEW, 0, &outcome), SALTBOX_OK);
    lent = saltbox_outcome_record(outcome, &record_len);
    REQUIRE(lent != NULL && record_len <= sizeof record);
    memcpy(record, lent, record_len);
    saltbox_outcome_free(outcome);
    LOOK("updated to one that was set before", saltbox_update(sb, IN_SESSION, OLD, 0, &outcome),
         SALTBOX_REJECTED);
    LOOK("temporary",
         saltbox_admin_set_temporary(sb, ACCOUNT(record, record_len), NEW, 0, &outcome), SALTBOX_OK);
    LOOK("active", saltbox_admin_set_active(sb, ACCOUNT(record, record_len), NEW, 0, &outcome),
         SALTBOX_OK);
#undef LOOK
#undef IN_SESSION
#undef NEW
#undef OLD
    saltbox_free(sb);
    expect_passwords("all is freed");
    {
        /* What is there is found. */
        static volatile uint8_t copy[4 * WIDE];
        for (size_t i = 0; i < WIDE; i++) {
            copy[4 * i] = small_new[i];
        }
        expect("a wide copy was made", &forms[7], 1);
        memset((uint8_t *)copy, 0, sizeof copy);
    }
}

int main(void) {
    saltbox *sb = sealing_core_of("{\"hash\":{\"create\":{\"profile\":\"test-only\"}},"
                                  "\"keys\":{\"create_key_id\":1}}");
    keep(&typed, password, PASSWORD_LEN);
    go_way(sb, SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL, SALTBOX_SECRET_EMAIL_AUTH_CODE);
    go_way(sb, SALTBOX_WAY_ONE_TIME_CODE, SALTBOX_CHANNEL_EMAIL, SALTBOX_SECRET_VERIFICATION_CODE);
    go_way(sb, SALTBOX_WAY_RESET_LINK, SALTBOX_CHANNEL_ADMINISTRATOR,
           SALTBOX_SECRET_PASSWORD_RESET_CODE);
    {
        /* What is there is found. */
        static volatile uint8_t copy[PASSWORD_LEN];
        for (size_t i = 0; i < PASSWORD_LEN; i++) {
            copy[i] = password[i];
        }
        expect("a copy was made", &typed, 1);
        CHECK(copy[0] == password[0]);
    }
    saltbox_free(sb);
    ask_and_answer("separate", separate);
    ask_and_answer("joint", joint);
    change_passwords("{\"profile\":\"nist-63b-4\"}");
    change_passwords("{\"profile\":\"legacy\",\"min_length\":15,\"strength\":true,\"min_changes\":5,"
                     "\"context\":{\"words\":[\"Acme\"],\"match\":\"contained\",\"reversed\":true,"
                     "\"leet\":true,\"edits\":2},\"blocklist\":{\"inside\":true}}");
    return finish("code_residue");
}
