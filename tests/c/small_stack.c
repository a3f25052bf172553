/*
 * Every call fits on a thread with 128 KiB of stack, the promise of the header:
 * whatever the password, whether it waits for a slot, is told that there is
 * none, or computes more than the stored string asks for. The stack is painted
 * first, so the program can also say how much of it was touched, and that zeros
 * are all that a call which takes a password leaves there.
 */

#define _GNU_SOURCE
#include "check.h"

#include <pthread.h>
#include <sys/mman.h>
#include <time.h>

#define STACK_BYTES ((size_t)128 * 1024)
#define PAINT 0xa5

/* A policy that looks at everything. */
#define DEFAULT                                                                                    \
    "{\"policy\":{\"profile\":\"legacy\",\"strength\":true,\"min_distinct\":8,\"min_points\":8,\"min_changes\":5,"         \
    "\"context\":{\"words\":[\"Acme\",\"Widget\"],\"match\":\"contained\",\"reversed\":true,"           \
    "\"leet\":true,\"edits\":2},\"min_score\":4,\"blocklist\":{\"inside\":true}}}"
#define STRENGTH "{\"policy\":{\"strength\":true,\"blocklist\":{\"inside\":true}}}"
#define ARGON2ID \
    "{\"hash\":{\"create\":{\"scheme\":\"argon2id\",\"m_kib\":7168,\"t\":5,\"p\":1}}}"
#define PBKDF2 "{\"hash\":{\"create\":{\"profile\":\"owasp-pbkdf2-sha512\"}}}"
#define BCRYPT "{\"hash\":{\"create\":{\"scheme\":\"bcrypt\",\"cost\":10}}}"
#define SCRYPT "{\"hash\":{\"create\":{\"scheme\":\"scrypt\",\"ln\":13,\"r\":8,\"p\":10}}}"

struct job {
    const saltbox *sb;
    const uint8_t *password;
    size_t password_len;
};

/* Those that are computed at once, and one more. */
#define MANY 9

/* The job's password for its string, many times in a batch. */
static void verify_many(const struct job *job, const char *stored, size_t stored_len) {
    static char texts[MANY * 128];
    static uint8_t passwords[MANY * 4096];
    static size_t text_end[MANY];
    static size_t password_end[MANY];
    static saltbox_status status[MANY];
    for (size_t i = 0; i < MANY; i++) {
        memcpy(texts + i * stored_len, stored, stored_len);
        memcpy(passwords + i * job->password_len, job->password, job->password_len);
        text_end[i] = (i + 1) * stored_len;
        password_end[i] = (i + 1) * job->password_len;
    }
    CHECK_STATUS(saltbox_verify_batch(job->sb, MANY, texts, text_end, passwords, password_end,
                                      status, NULL), SALTBOX_OK);
}

static void *hash_and_verify(void *argument) {
    const struct job *job = argument;
    char stored[128];
    size_t stored_len = 0;
    size_t end = job->password_len;
    saltbox_status status = SALTBOX_E_INTERNAL;
    saltbox_outcome *outcome = NULL;

    CHECK_STATUS(saltbox_hash(job->sb, job->password, job->password_len, stored, sizeof stored,
                              &stored_len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(job->sb, stored, stored_len, job->password, job->password_len, NULL),
                 SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(job->sb, NULL, 0, job->password, job->password_len, NULL),
                 SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_verify_batch(job->sb, 1, stored, &stored_len, job->password, &end, &status,
                                      NULL), SALTBOX_OK);
    verify_many(job, stored, stored_len);
    CHECK_STATUS(saltbox_identify(job->sb, stored, stored_len, NULL, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    CHECK(saltbox_check(job->sb, NULL, 0, job->password, job->password_len, 0, &outcome)
          <= SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    CHECK(saltbox_check_change(job->sb, NULL, 0, job->password, job->password_len,
                               job->password, job->password_len, 0,
                               &outcome) <= SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    return NULL;
}

/* A check of ASCII overwrites less: see WIPED_SHALLOW. */
static void *check_alone(void *argument) {
    const struct job *job = argument;
    saltbox_outcome *outcome = NULL;

    CHECK(saltbox_check(job->sb, NULL, 0, job->password, job->password_len, 0, &outcome)
          <= SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    return NULL;
}

static void *make_core(void *argument) {
    const char *json = argument;
    saltbox_free(core_of(json));
    return NULL;
}

/* What is not a hash. */
static void *ask(void *argument) {
    saltbox *sb = argument;
    saltbox *derived = NULL;
    saltbox_config *config = NULL;
    saltbox_outcome *outcome = NULL;
    saltbox_counters stats;
    uint64_t bytes = 0;
    uint32_t jobs = 0;
    size_t len = 0;

    stats.struct_size = sizeof stats;
    CHECK_STATUS(saltbox_stats(sb, &stats), SALTBOX_OK);
    CHECK(stats.struct_size == sizeof stats);
    CHECK_STATUS(saltbox_capacity(sb, &jobs), SALTBOX_OK);
    CHECK(jobs > 0);
    CHECK_STATUS(saltbox_effective_config(sb, &outcome), SALTBOX_OK);
    CHECK(saltbox_outcome_json(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);
    CHECK(saltbox_scheme_name(0) != NULL && saltbox_scheme_name(UINT32_MAX) == NULL);
    CHECK_STATUS(saltbox_config_parse((const uint8_t *)CHEAP, strlen(CHEAP), &config, NULL),
                 SALTBOX_OK);
    CHECK_STATUS(saltbox_derive(sb, config, &derived), SALTBOX_OK);
    saltbox_config_free(config);
    saltbox_free(derived);
    CHECK_STATUS(saltbox_trim(sb, &bytes), SALTBOX_OK);
    CHECK(bytes > 0);
    return NULL;
}

/* libsodium test/default/pwhash_argon2id.c: "password", 256 KiB. */
static const char CHEAPER[] =
    "$argon2id$v=19$m=256,t=3,p=1$MDEyMzQ1Njc$G5ajKFCoUzaXRLdz7UJb5wGkb2Xt+X5/GQjUYtS2+TE";
/* "password"; made by Python's hashlib. */
static const char OTHER[] = "$pbkdf2-sha256$i=10000$c29tZXNhbHRzb21lc2FsdA"
                            "$PhDZpTri2KZk3CJjksQCcDDaGf36KxfkgWElmz5yFVA";

/* A mismatch with a cheaper string is topped up, under whatever policy there is. */
static void *top_up(void *argument) {
    const struct job *job = argument;
    CHECK_STATUS(saltbox_verify(job->sb, CHEAPER, strlen(CHEAPER), job->password, job->password_len,
                                NULL), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_verify(job->sb, OTHER, strlen(OTHER), job->password, job->password_len,
                                NULL), SALTBOX_REJECTED);
    return NULL;
}

/* The password goes through steps, then through two functions. */
static const char STEPS[] =
    "$saltbox-input$text=latin1,hash=md5-hex,prefix=c2FsdA$$saltbox-digest$h=sha512,i=3$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void *wrap_and_verify(void *argument) {
    const struct job *job = argument;
    static const size_t end[1] = {sizeof STEPS - 1};
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    saltbox_status status = SALTBOX_E_INTERNAL;
    saltbox_outcome *outcome = NULL;

    CHECK_STATUS(saltbox_rekey_batch(job->sb, 1, STEPS, end, out, sizeof out, &len, &status),
                 SALTBOX_OK);
    CHECK_STATUS(saltbox_wrap_batch(job->sb, 1, STEPS, end, out, sizeof out, &len, &status),
                 SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(job->sb, out, len, job->password, job->password_len, NULL),
                 SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_identify(job->sb, out, len, NULL, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    return NULL;
}

/* A core with a key, what is stored of an account, and a code for it. */
struct redemption {
    const saltbox *sb;
    const uint8_t *password;
    size_t password_len;
    const uint8_t *record;
    size_t record_len;
    const saltbox_secrets *codes;
};

static const char ADA[] = "{\"id\":\"u-1\",\"email\":\"ada@example.com\",\"email_verified\":true}";

#define ACCOUNT(record, len) (record), (len), (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0

/* Issues a code, of the kind that is hashed, and makes a record without one. */
static void *issue(void *argument) {
    saltbox *sb = argument;
    saltbox_outcome *outcome = NULL;
    saltbox_outcome *issued = NULL;
    size_t len = 0;
    CHECK_STATUS(saltbox_admin_import(sb, ACCOUNT(NULL, 0), NULL, 0, 0, &outcome), SALTBOX_OK);
    const uint8_t *record = saltbox_outcome_record(outcome, &len);
    CHECK_STATUS(saltbox_request_reset(sb, ACCOUNT(record, len), SALTBOX_WAY_ONE_TIME_CODE,
                                       SALTBOX_CHANNEL_EMAIL, 0, &issued), SALTBOX_OK);
    saltbox_outcome_free(issued);
    CHECK_STATUS(saltbox_request_verification(sb, ACCOUNT(record, len), SALTBOX_WAY_EMAIL_LINK,
                                              SALTBOX_CHANNEL_EMAIL, 0, &issued), SALTBOX_OK);
    saltbox_outcome_free(issued);
    CHECK_STATUS(saltbox_request_reset(sb, ACCOUNT(NULL, 0), SALTBOX_WAY_ONE_TIME_CODE,
                                       SALTBOX_CHANNEL_EMAIL, 0, &issued), SALTBOX_REJECTED);
    saltbox_outcome_free(issued);
    saltbox_outcome_free(outcome);
    return NULL;
}

static void *redeem(void *argument) {
    const struct redemption *made = argument;
    saltbox_outcome *outcome = NULL;
    CHECK_STATUS(saltbox_verify_address(made->sb, ACCOUNT(made->record, made->record_len),
                                        made->codes, 0, &outcome), SALTBOX_REJECTED);
    CHECK(saltbox_outcome_verdict(outcome) == SALTBOX_VERDICT_OTHER_PURPOSE);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_reset(made->sb, ACCOUNT(made->record, made->record_len), made->codes,
                               made->password, made->password_len, 0, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    return NULL;
}

static const uint8_t *text(const saltbox_outcome *outcome, size_t *len,
                           const uint8_t *(*lent)(const saltbox_outcome *, size_t *)) {
    const uint8_t *start = lent(outcome, len);
    REQUIRE(start != NULL);
    return start;
}

/* A core with questions, what is stored of an account, and its answers. */
struct answering {
    const saltbox *sb;
    const uint8_t *record;
    size_t record_len;
    const saltbox_secrets *answers;
};

/* A core, what is stored of an account, its password and one that is to replace it. */
struct change {
    const saltbox *sb;
    const uint8_t *record;
    size_t record_len;
    const uint8_t *old_password;
    size_t old_len;
    const uint8_t *new_password;
    size_t new_len;
};

static void *sign_in(void *argument) {
    const struct change *made = argument;
    saltbox_outcome *outcome = NULL;
    CHECK_STATUS(saltbox_sign_in(made->sb, ACCOUNT(NULL, 0), made->old_password, made->old_len, 0,
                                 &outcome), SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_sign_in(made->sb, ACCOUNT(made->record, made->record_len),
                                 made->new_password, made->new_len, 0, &outcome),
                 SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_sign_in(made->sb, ACCOUNT(made->record, made->record_len),
                                 made->old_password, made->old_len, 0, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    return NULL;
}

static void *replace(void *argument) {
    const struct change *made = argument;
    saltbox_outcome *outcome = NULL;
    CHECK_STATUS(saltbox_replace(made->sb, ACCOUNT(made->record, made->record_len),
                                 made->old_password, made->old_len, made->old_password,
                                 made->old_len, 0, &outcome), SALTBOX_REJECTED);
    CHECK(saltbox_outcome_verdict(outcome) == SALTBOX_VERDICT_PASSWORD_REFUSED);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_replace(made->sb, ACCOUNT(made->record, made->record_len),
                                 made->old_password, made->old_len, made->new_password,
                                 made->new_len, 0, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    return NULL;
}

static const char SESSION[] = "{\"session_subject\":\"u-1\",\"auth_age_s\":0}";

#define IN_SESSION(record, len)                                                        \
    (record), (len), (const uint8_t *)ADA, sizeof ADA - 1, (const uint8_t *)SESSION, \
        sizeof SESSION - 1

/* Sets answers up, asks for them and verifies them. */
static void *answer(void *argument) {
    const struct answering *made = argument;
    saltbox_outcome *set = NULL;
    saltbox_outcome *asked = NULL;
    saltbox_outcome *outcome = NULL;
    size_t len = 0;
    CHECK_STATUS(saltbox_set_questions(made->sb, IN_SESSION(NULL, 0), made->answers, 0, &outcome),
                 SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_set_questions(made->sb, IN_SESSION(made->record, made->record_len),
                                       made->answers, 0, &set), SALTBOX_OK);
    const uint8_t *record = text(set, &len, saltbox_outcome_record);
    CHECK_STATUS(saltbox_get_questions(made->sb, IN_SESSION(record, len), 0, &asked), SALTBOX_OK);
    record = text(asked, &len, saltbox_outcome_record);
    CHECK_STATUS(saltbox_verify_questions(made->sb, IN_SESSION(NULL, 0), made->answers, 0, &outcome),
                 SALTBOX_REJECTED);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_verify_questions(made->sb, IN_SESSION(record, len), made->answers, 0,
                                          &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    saltbox_outcome_free(asked);
    saltbox_outcome_free(set);
    return NULL;
}

enum { BATCH = 40 };

/* Keeps a slot for some time: a batch is one job. */
static void *long_batch(void *argument) {
    saltbox_status status[BATCH];
    size_t none[BATCH] = {0};
    CHECK_STATUS(saltbox_verify_batch(argument, BATCH, NULL, none, NULL, none, status, NULL),
                 SALTBOX_REJECTED);
    return NULL;
}

static void *expect_rejected(void *argument) {
    const struct job *job = argument;
    CHECK_STATUS(saltbox_verify(job->sb, CHEAPER, strlen(CHEAPER), job->password, job->password_len,
                                NULL), SALTBOX_REJECTED);
    return NULL;
}

static void *expect_busy(void *argument) {
    const struct job *job = argument;
    CHECK_STATUS(saltbox_verify(job->sb, CHEAPER, strlen(CHEAPER), job->password, job->password_len,
                                NULL), SALTBOX_E_BUSY);
    return NULL;
}

/*
 * What is looked at after calls that take a password: from the deepest byte
 * that was touched up, less the few frames of the overwriting itself, to where
 * later calls may have been. Calls go some 58 KiB deep, and the library overwrites
 * 64 KiB; a call that went deeper would leave its frames here.
 */
#define WIPED_FROM ((size_t)1 * 1024)
#define WIPED_TO ((size_t)52 * 1024)
/* hash and verify overwrite from different places, and each keeps the address to return to. */
#define RETURN_ADDRESSES ((size_t)2 * sizeof(void *))

/*
 * The same for checks of ASCII: they go less than 22 KiB deep, and 28 are
 * overwritten; without context words and of up to 32 bytes less than 13, and 16
 * are overwritten.
 */
#define WIPED_MIDDLE ((size_t)16 * 1024)
#define WIPED_SHALLOW ((size_t)6 * 1024)

/* How much has to be zeros afterwards. */
enum after { DIRTY = 0, SHALLOW = WIPED_SHALLOW, MIDDLE = WIPED_MIDDLE, WIPED = WIPED_TO };

/* Runs `body` on a small stack and returns how many bytes of it were touched. */
static size_t run_on_small_stack(void *(*body)(void *), void *argument, enum after after) {
    pthread_attr_t attributes;
    pthread_t thread;
    size_t untouched = 0;
    size_t left = 0;
    unsigned char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    REQUIRE(stack != MAP_FAILED);
    memset(stack, PAINT, STACK_BYTES);
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstack(&attributes, stack, STACK_BYTES) == 0);
    REQUIRE(pthread_create(&thread, &attributes, body, argument) == 0);
    REQUIRE(pthread_join(thread, NULL) == 0);
    pthread_attr_destroy(&attributes);
    while (untouched < STACK_BYTES && stack[untouched] == PAINT) {
        untouched++;
    }
#ifndef __SANITIZE_ADDRESS__
    /* (The sanitizer's own memset leaves its frames below the overwriting.) */
    if (after != DIRTY) {
        REQUIRE(untouched + after <= STACK_BYTES);
        for (size_t i = WIPED_FROM; i < (size_t)after; i++) {
            left += stack[untouched + i] != 0;
        }
        CHECK(left <= RETURN_ADDRESSES);
    }
#else
    (void)after, (void)left;
#endif
    munmap(stack, STACK_BYTES);
    return STACK_BYTES - untouched;
}

/* As many copies of `piece` as stay within 4096 bytes. */
static size_t fill(uint8_t *password, const char *piece) {
    size_t piece_len = strlen(piece);
    size_t len = 0;
    while (len + piece_len <= 4096) {
        memcpy(password + len, piece, piece_len);
        len += piece_len;
    }
    return len;
}

static saltbox_counters stats_of(const saltbox *sb) {
    saltbox_counters stats;
    stats.struct_size = sizeof stats;
    REQUIRE(saltbox_stats(sb, &stats) == SALTBOX_OK);
    return stats;
}

/* Runs `body` while another thread has the only slot. */
static size_t run_while_held(saltbox *sb, void *(*body)(void *), struct job *job) {
    const struct timespec moment = {0, 200000};
    pthread_t holder;
    size_t touched;
    REQUIRE(pthread_create(&holder, NULL, long_batch, sb) == 0);
    while (stats_of(sb).running == 0) {
        nanosleep(&moment, NULL);
    }
    job->sb = sb;
    touched = run_on_small_stack(body, job, WIPED);
    REQUIRE(pthread_join(holder, NULL) == 0);
    /* Otherwise the other thread was done before this one came. */
    CHECK(stats_of(sb).queued_peak == 1);
    return touched;
}

static size_t most;

static void report(const char *what, const char *policy, const char *with, size_t touched) {
    printf("%6zu bytes: %s, %s%s%s\n", touched, what, policy, *with == '\0' ? "" : ", ", with);
    most = touched > most ? touched : most;
}

int main(void) {
    static const struct {
        const char *name;
        const char *piece;
    } passwords[] = {
        {"ASCII", "correct horse "},
        {"e and a combining accent, composed by preparation", "e\xcc\x81"},
        {"U+1D160, three times as long after preparation", "\xf0\x9d\x85\xa0"},
        {"combining marks only", "\xcd\x84"},
    };
    static const struct {
        const char *name;
        const char *json;
    } policies[] = {
        {"argon2id", ARGON2ID},
        {"scrypt", SCRYPT},
        {"PBKDF2", PBKDF2},
        {"bcrypt", BCRYPT},
    };
    enum { BCRYPT_AT = 3 };
    static uint8_t password[4096];

    for (size_t s = 0; s < sizeof policies / sizeof policies[0]; s++) {
        saltbox *sb = core_of(policies[s].json);
        for (size_t i = 0; i < sizeof passwords / sizeof passwords[0]; i++) {
            struct job job = {sb, password, 0};
            /* The dear ones not for each: the preparation is the same for all. */
            if (s != 0 && i != 2) {
                continue;
            }
            job.password_len = fill(password, passwords[i].piece);
            if (s == BCRYPT_AT) {
                /* Of which bcrypt looks at 72 bytes, after preparation. */
                job.password_len = 6 * strlen(passwords[i].piece);
            }
            report("hash and verify", policies[s].name, passwords[i].name,
                   run_on_small_stack(hash_and_verify, &job, WIPED));
            report("top up", policies[s].name, passwords[i].name,
                   run_on_small_stack(top_up, &job, WIPED));
        }
        saltbox_free(sb);
    }
    {
        saltbox *sb = core_of(DEFAULT);
        struct job job = {sb, password, fill(password, passwords[2].piece)};
        report("hash and verify", "the default", passwords[2].name,
               run_on_small_stack(hash_and_verify, &job, WIPED));
        report("what is not a hash", "the default", "", run_on_small_stack(ask, sb, DIRTY));
        saltbox_free(sb);

        sb = core_of("{\"hash\":{\"max_running\":1,\"queue_ms\":60000}}");
        report("wait for a slot", "the default", "", run_while_held(sb, expect_rejected, &job));
        CHECK(stats_of(sb).jobs == 2 && stats_of(sb).busy == 0);
        saltbox_free(sb);
        sb = core_of("{\"hash\":{\"max_running\":1,\"queue_ms\":20}}");
        report("wait in vain", "the default", "", run_while_held(sb, expect_busy, &job));
        CHECK(stats_of(sb).jobs == 1 && stats_of(sb).busy == 1);
        saltbox_free(sb);
    }
    for (size_t i = 0; i < sizeof passwords / sizeof passwords[0]; i++) {
        saltbox *sb = sealing_core_of("{\"keys\":{\"create_key_id\":1}}");
        struct job job = {sb, password, fill(password, passwords[i].piece)};
        report("wrap, seal and verify", "the default", passwords[i].name,
               run_on_small_stack(wrap_and_verify, &job, WIPED));
        saltbox_free(sb);
    }
    {
        saltbox *sb = sealing_core_of("{\"keys\":{\"create_key_id\":1}}");
        struct redemption made = {sb, password, fill(password, passwords[2].piece), NULL, 0, NULL};
        saltbox_outcome *imported = NULL;
        saltbox_outcome *issued = NULL;
        saltbox_secrets *codes = NULL;
        size_t len = 0;
        REQUIRE(saltbox_admin_import(sb, ACCOUNT(NULL, 0), NULL, 0, 0, &imported) == SALTBOX_OK);
        made.record = text(imported, &made.record_len, saltbox_outcome_record);
        REQUIRE(saltbox_request_reset(sb, ACCOUNT(made.record, made.record_len),
                                      SALTBOX_WAY_ONE_TIME_CODE, SALTBOX_CHANNEL_EMAIL, 0, &issued)
                == SALTBOX_OK);
        made.record = text(issued, &made.record_len, saltbox_outcome_record);
        REQUIRE(saltbox_secrets_new(&codes) == SALTBOX_OK);
        const uint8_t *code = text(issued, &len, saltbox_outcome_lookup);
        REQUIRE(saltbox_secrets_add(codes, SALTBOX_SECRET_REQUEST_CODE, NULL, 0, code, len)
                == SALTBOX_OK);
        code = text(issued, &len, saltbox_outcome_code);
        REQUIRE(saltbox_secrets_add(codes, SALTBOX_SECRET_VERIFICATION_CODE, NULL, 0, code, len)
                == SALTBOX_OK);
        made.codes = codes;
        report("issue codes", "the default", "", run_on_small_stack(issue, sb, DIRTY));
        report("redeem a code", "the default", passwords[2].name,
               run_on_small_stack(redeem, &made, WIPED));
        saltbox_secrets_free(codes);
        saltbox_outcome_free(issued);
        saltbox_outcome_free(imported);
        saltbox_free(sb);
    }
    for (size_t i = 0; i < sizeof passwords / sizeof passwords[0]; i++) {
        /* With a history, so that the new one is compared with what was set before. */
        saltbox *sb = core_of("{\"account\":{\"history\":3}}");
        static uint8_t other[4096];
        struct change made = {sb, NULL, 0, password, fill(password, passwords[i].piece), other,
                              fill(other, "hcrroctseroe\xf0\x9d\x85\xa0")};
        char stored[SALTBOX_HASH_MAX];
        size_t len = 0;
        saltbox_outcome *imported = NULL;
        REQUIRE(saltbox_hash(sb, made.old_password, made.old_len, stored, sizeof stored, &len)
                == SALTBOX_OK);
        REQUIRE(saltbox_admin_import(sb, ACCOUNT(NULL, 0), (const uint8_t *)stored, len, 0,
                                     &imported) == SALTBOX_OK);
        made.record = text(imported, &made.record_len, saltbox_outcome_record);
        report("sign in", "the default", passwords[i].name,
               run_on_small_stack(sign_in, &made, WIPED));
        report("replace", "the default", passwords[i].name,
               run_on_small_stack(replace, &made, WIPED));
        saltbox_outcome_free(imported);
        saltbox_free(sb);
    }
    for (size_t i = 0; i < 2; i++) {
        static const char *const hashings[] = {"joint", "separate"};
        char json[256];
        snprintf(json, sizeof json,
                 "{\"keys\":{\"create_key_id\":1},\"questions\":{\"pool\":[{\"id\":\"a\",\"text\":\"A?\"},"
                 "{\"id\":\"b\",\"text\":\"B?\",\"kind\":\"date\"}],\"hashing\":\"%s\"}}", hashings[i]);
        saltbox *sb = sealing_core_of(json);
        saltbox_outcome *imported = NULL;
        saltbox_secrets *answers = NULL;
        char stored[SALTBOX_HASH_MAX];
        size_t len = 0;
        /* With a password, which it is compared with, and of as many bytes as are looked at. */
        REQUIRE(saltbox_hash(sb, (const uint8_t *)"a", 1, stored, sizeof stored, &len) == SALTBOX_OK);
        REQUIRE(saltbox_admin_import(sb, ACCOUNT(NULL, 0), (const uint8_t *)stored, len, 0,
                                     &imported) == SALTBOX_OK);
        struct answering made = {sb, NULL, 0, NULL};
        made.record = text(imported, &made.record_len, saltbox_outcome_record);
        fill(password, "\xce\xac");
        REQUIRE(saltbox_secrets_new(&answers) == SALTBOX_OK);
        REQUIRE(saltbox_secrets_add(answers, SALTBOX_SECRET_ANSWER, (const uint8_t *)"a", 1,
                                    password, 1024) == SALTBOX_OK);
        REQUIRE(saltbox_secrets_add(answers, SALTBOX_SECRET_ANSWER, (const uint8_t *)"b", 1,
                                    (const uint8_t *)"9.3.1961", 8) == SALTBOX_OK);
        made.answers = answers;
        report("answer questions", hashings[i], "", run_on_small_stack(answer, &made, WIPED));
        saltbox_secrets_free(answers);
        saltbox_outcome_free(imported);
        saltbox_free(sb);
    }
    {
        static const char piece[] = "P4ssw0rd!1999abab";
        static const struct {
            const char *name;
            const char *json;
            enum after after;
        } checks[] = {
            {"nothing", "{\"policy\":{}}", SHALLOW},
            {"strength and list", STRENGTH, SHALLOW},
            {"everything", DEFAULT, MIDDLE},
        };
        for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
            saltbox *sb = core_of(checks[i].json);
            struct job job = {sb, password, 0};
            job.password_len = fill(password, piece);
            report("check of long ASCII", checks[i].name, "",
                   run_on_small_stack(check_alone, &job, MIDDLE));
            job.password_len = 32;
            report("check of ASCII", checks[i].name, "",
                   run_on_small_stack(check_alone, &job, checks[i].after));
            saltbox_free(sb);
        }
    }
    report("make a core", "scrypt", "", run_on_small_stack(make_core, (void *)(uintptr_t)SCRYPT, DIRTY));
    printf("at most %zu of %zu bytes of stack touched, pthread's own included\n", most, STACK_BYTES);
    return finish("small_stack");
}
