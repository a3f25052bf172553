/*
 * The work memory as its users see it: kept for the next job and given back
 * when asked, shared by cores that are derived from each other, within its
 * budget, counted, configured, and refused with both numbers where the
 * configuration makes no sense.
 */

#define _GNU_SOURCE
#include "check.h"

#include <pthread.h>
#include <stddef.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)
#define PASSWORD ((const uint8_t *)"password")
#define PASSWORD_LEN 8

/* One hash of the default policy is 19 MiB, which whole huge pages make 20. */
#define DEFAULT_JOB (20 * MIB)

/* What a job whose memory is there may fault: less than it has huge pages, and a 600th of its small ones. */
#define FEW_FAULTS 8

/* libsodium test/default/pwhash_argon2id.c: "password", 256 KiB. */
static const char SMALL[] =
    "$argon2id$v=19$m=256,t=3,p=1$MDEyMzQ1Njc$G5ajKFCoUzaXRLdz7UJb5wGkb2Xt+X5/GQjUYtS2+TE";
/* "password"; made by Python's hashlib. */
static const char SCRYPT[] = "$scrypt$ln=13,r=8,p=1$c29tZXNhbHRzb21lc2FsdA"
                             "$VTJE9kRaF3hgNeUObjbhaIRJcbHF4VRRu3+cENXHWPQ";
/* 64 MiB; the tag is no password's. */
static const char LARGE[] = "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHRzb21lc2FsdA"
                            "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
static const char MALFORMED[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$";

static saltbox_counters stats_of(const saltbox *sb) {
    saltbox_counters stats;
    memset(&stats, 0, sizeof stats);
    stats.struct_size = sizeof stats;
    REQUIRE(saltbox_stats(sb, &stats) == SALTBOX_OK);
    REQUIRE(stats.struct_size == sizeof stats);
    return stats;
}

static uint64_t trim(const saltbox *sb) {
    uint64_t bytes = UINT64_MAX;
    CHECK_STATUS(saltbox_trim(sb, &bytes), SALTBOX_OK);
    return bytes;
}

/* One hash under the policy. */
static void job(const saltbox *sb) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    CHECK_STATUS(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, out, sizeof out, &len), SALTBOX_OK);
}

static saltbox_status verify(const saltbox *sb, const char *stored) {
    return saltbox_verify(sb, stored, strlen(stored), PASSWORD, PASSWORD_LEN, NULL);
}

/* Faults. */

static long faults_of_job(const saltbox *sb) {
    struct rusage before;
    struct rusage after;
    REQUIRE(getrusage(RUSAGE_THREAD, &before) == 0);
    job(sb);
    REQUIRE(getrusage(RUSAGE_THREAD, &after) == 0);
    return after.ru_minflt - before.ru_minflt;
}

static uint64_t resident(void) {
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    REQUIRE(statm != NULL);
    REQUIRE(fscanf(statm, "%*u %lu", &pages) == 1);
    fclose(statm);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The second job finds its memory there; after a trim the next has to fault it in again. */
static void kept(const char *name, const char *json, uint64_t bytes) {
    saltbox *sb = core_of(json);
    saltbox_counters stats;
    uint64_t before;
    uint64_t after;
    long second;
    long fresh;

    job(sb);
    second = faults_of_job(sb);
    CHECK(second <= FEW_FAULTS);
    stats = stats_of(sb);
    CHECK(stats.memory_bytes == bytes && stats.memory_idle_bytes == bytes);
    CHECK(stats.memory_peak_bytes == bytes);
    CHECK(stats.jobs == 2 && stats.hashes == 2 && stats.running_peak == 1);

    before = resident();
    CHECK(trim(sb) == bytes);
    after = resident();
    CHECK(after + bytes <= before + MIB);
    stats = stats_of(sb);
    CHECK(stats.memory_bytes == 0 && stats.memory_idle_bytes == 0);
    CHECK(stats.memory_peak_bytes == bytes);
    CHECK(trim(sb) == 0);

    fresh = faults_of_job(sb);
    CHECK(fresh > FEW_FAULTS);
    printf("%s: %ld faults in memory that was kept, %ld in fresh memory; trim made %.1f of %.1f MiB"
           " not resident\n", name, second, fresh, (double)(before - after) / (double)MIB,
           (double)bytes / (double)MIB);
    saltbox_free(sb);
}

/* Trim beside a job. */

enum { BATCH = 40 };

/* Keeps a slot for some time: a batch is one job. */
static void *long_batch(void *argument) {
    saltbox_status status[BATCH];
    size_t none[BATCH] = {0};
    CHECK_STATUS(saltbox_verify_batch(argument, BATCH, NULL, none, NULL, none, status, NULL),
                 SALTBOX_REJECTED);
    for (size_t i = 0; i < BATCH; i++) {
        CHECK_STATUS(status[i], SALTBOX_REJECTED);
    }
    return NULL;
}

static void trim_leaves_what_a_job_uses(void) {
    saltbox *sb = core_of("{\"hash\":{\"memory_mib\":64,\"max_running\":2}}");
    const struct timespec moment = {0, 200000};
    pthread_t thread;
    saltbox_counters stats;

    REQUIRE(pthread_create(&thread, NULL, long_batch, sb) == 0);
    while (stats_of(sb).running == 0) {
        nanosleep(&moment, NULL);
    }
    CHECK_STATUS(verify(sb, SMALL), SALTBOX_OK);
    stats = stats_of(sb);
    /* A match is not topped up, but nobody knows before whether it is one: the memory is the policy's. */
    CHECK(stats.memory_bytes == 2 * DEFAULT_JOB && stats.memory_idle_bytes == DEFAULT_JOB);
    CHECK(trim(sb) == DEFAULT_JOB);
    stats = stats_of(sb);
    CHECK(stats.memory_bytes == DEFAULT_JOB && stats.memory_idle_bytes == 0);
    /* Otherwise the batch was over too soon for the above to say anything. */
    CHECK(stats.running == 1 && stats.running_peak == 2);
    REQUIRE(pthread_join(thread, NULL) == 0);
    stats = stats_of(sb);
    CHECK(stats.running == 0 && stats.jobs == 2);
    CHECK(stats.no_user == BATCH && stats.accepted == 1);
    CHECK(stats.memory_bytes == DEFAULT_JOB && stats.memory_idle_bytes == DEFAULT_JOB);
    saltbox_free(sb);
}

/* Derived cores. */

static saltbox_status derive(const saltbox *sb, const char *json, saltbox **derived) {
    saltbox_config *config = NULL;
    saltbox_status status;
    REQUIRE(saltbox_config_parse((const uint8_t *)json, strlen(json), &config, NULL) == SALTBOX_OK);
    status = saltbox_derive(sb, config, derived);
    saltbox_config_free(config);
    return status;
}

static int same_stats(const saltbox *one, const saltbox *other) {
    const saltbox_counters a = stats_of(one);
    const saltbox_counters b = stats_of(other);
    return memcmp(&a, &b, sizeof a) == 0;
}

static void derived_cores_share_the_memory(void) {
    static const char LARGER[] =
        "{\"hash\":{\"create\":{\"scheme\":\"argon2id\",\"m_kib\":36864,\"t\":1,\"p\":1}}}";
    saltbox *first = core_of("{\"hash\":{\"memory_mib\":44,\"max_running\":3}}");
    saltbox *second = NULL;
    saltbox *third = NULL;
    saltbox_counters stats;
    uint32_t jobs = 0;

    REQUIRE(derive(first, LARGER, &second) == SALTBOX_OK);
    CHECK_STATUS(saltbox_capacity(first, &jobs), SALTBOX_OK);
    CHECK(jobs == 2);
    CHECK_STATUS(saltbox_capacity(second, &jobs), SALTBOX_OK);
    CHECK(jobs == 1);

    job(first);
    CHECK(same_stats(first, second));
    CHECK(stats_of(second).memory_bytes == DEFAULT_JOB);
    /* 20 and 36 MiB are over the budget, so what is idle gives way. */
    job(second);
    CHECK(same_stats(first, second));
    stats = stats_of(first);
    CHECK(stats.memory_bytes == 36 * MIB && stats.jobs == 2 && stats.hashes == 2);
    job(first);
    stats = stats_of(second);
    CHECK(stats.memory_bytes == DEFAULT_JOB && stats.jobs == 3);
    CHECK(stats.memory_budget_bytes == 44 * MIB && stats.memory_peak_bytes == 36 * MIB);

    /* The first to be made is the first to go; what it kept is there for the others. */
    REQUIRE(derive(second, CHEAP, &third) == SALTBOX_OK);
    saltbox_free(first);
    CHECK(stats_of(second).memory_idle_bytes == DEFAULT_JOB);
    job(second);
    CHECK(stats_of(third).jobs == 4);
    saltbox_free(second);
    job(third);
    CHECK(stats_of(third).jobs == 5);
    CHECK(trim(third) == 36 * MIB + 8192);
    saltbox_free(third);
}

static void derive_refuses(const saltbox *sb, const char *json) {
    saltbox *derived = (saltbox *)(uintptr_t)1;
    CHECK_STATUS(derive(sb, json, &derived), SALTBOX_E_CONFIG);
    CHECK(derived == NULL);
}

static void what_does_not_go_with_the_memory_is_not_derived(void) {
    static const char *const others[] = {
        "{\"hash\":{\"memory_mib\":63}}",
        "{\"hash\":{\"memory_mib\":65}}",
        "{\"hash\":{\"max_running\":2}}",
        "{\"hash\":{\"queue_ms\":0}}",
        "{\"hash\":{\"queue_len\":8}}",
        "{\"hash\":{\"memory_mib\":64,\"max_running\":3,\"queue_ms\":500,\"queue_len\":8}}",
        /* 128 MiB and two blocks besides. */
        "{\"hash\":{\"create\":{\"profile\":\"owasp-scrypt\"}}}",
        "{\"hash\":{\"create\":{\"scheme\":\"argon2id\",\"m_kib\":65540,\"t\":1,\"p\":1}}}",
    };
    static const char *const same[] = {
        "{}",
        "{\"hash\":{\"memory_mib\":64}}",
        "{\"hash\":{\"memory_mib\":64,\"max_running\":3,\"queue_ms\":500,\"queue_len\":7}}",
        "{\"hash\":{\"create\":{\"scheme\":\"argon2id\",\"m_kib\":65536,\"t\":1,\"p\":1}}}",
        "{\"hash\":{\"create\":{\"profile\":\"owasp-pbkdf2-sha256\"}}}",
    };
    saltbox *sb = core_of(
        "{\"hash\":{\"memory_mib\":64,\"max_running\":3,\"queue_ms\":500,\"queue_len\":7}}");
    saltbox *derived = (saltbox *)(uintptr_t)1;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        derive_refuses(sb, others[i]);
    }
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        REQUIRE(derive(sb, same[i], &derived) == SALTBOX_OK);
        CHECK(derived != NULL && same_stats(sb, derived));
        saltbox_free(derived);
    }
    derived = (saltbox *)(uintptr_t)1;
    CHECK_STATUS(saltbox_derive(sb, NULL, &derived), SALTBOX_E_ARGUMENT);
    CHECK(derived == NULL);
    job(sb);
    saltbox_free(sb);
}

/* The budget. */

static void over_the_budget(void) {
    saltbox *sb = core_of("{\"hash\":{\"memory_mib\":44}}");
    const size_t text_end[] = {sizeof LARGE - 1, sizeof LARGE - 1 + sizeof SMALL - 1};
    const size_t password_end[] = {PASSWORD_LEN, 2 * PASSWORD_LEN};
    saltbox_status status[] = {SALTBOX_E_INTERNAL, SALTBOX_E_INTERNAL};
    char texts[sizeof LARGE + sizeof SMALL];
    uint32_t rehash[] = {7, 7};
    saltbox_outcome *outcome = NULL;
    saltbox_counters stats;
    saltbox_diag diag;
    const uint8_t *json;
    size_t len = 0;

    rehash[0] = 7;
    CHECK_STATUS(saltbox_verify(sb, LARGE, strlen(LARGE), PASSWORD, PASSWORD_LEN, rehash),
                 SALTBOX_E_BUDGET);
    CHECK(rehash[0] == 0);
    stats = stats_of(sb);
    /* Refused, after the work of the policy. */
    CHECK(stats.jobs == 1 && stats.refused == 1 && stats.memory_bytes == DEFAULT_JOB);

    memcpy(texts, LARGE, sizeof LARGE - 1);
    memcpy(texts + sizeof LARGE - 1, SMALL, sizeof SMALL - 1);
    CHECK_STATUS(saltbox_verify_batch(sb, 2, texts, text_end, (const uint8_t *)"passwordpassword",
                                      password_end, status, rehash), SALTBOX_REJECTED);
    CHECK_STATUS(status[0], SALTBOX_E_BUDGET);
    CHECK_STATUS(status[1], SALTBOX_OK);
    CHECK(rehash[0] == 0 && rehash[1] == 1);
    CHECK(stats_of(sb).jobs == 2 && stats_of(sb).refused == 2);

    CHECK_STATUS(saltbox_identify(sb, LARGE, strlen(LARGE), &diag, &outcome), SALTBOX_REJECTED);
    json = saltbox_outcome_json(outcome, &len);
    CHECK(memmem(json, len, "\"over_budget\"", 13) != NULL);
    CHECK(memmem(json, len, "\"code\":52", 9) != NULL);
    CHECK_STATUS(diag.status, SALTBOX_E_BUDGET);
    CHECK(strstr(diag.message, "67108864") != NULL && strstr(diag.message, "46137344") != NULL);
    saltbox_outcome_free(outcome);
    CHECK(stats_of(sb).memory_peak_bytes == DEFAULT_JOB);
    saltbox_free(sb);

    /* With room for it, it is what it is: no match. */
    sb = core_of("{\"hash\":{\"memory_mib\":64}}");
    CHECK_STATUS(verify(sb, LARGE), SALTBOX_REJECTED);
    saltbox_free(sb);
}

/* Counters. */

static void counters_of_every_size(void) {
    saltbox *sb = core_of(CHEAP);
    const uint32_t sizes[] = {8,   9,    12,   31,   32,   40,   40 + 17,
                              512, 1152, 1168, 1184, 1191, 1192, 1193, 4096};
    unsigned char bytes[4096 + 64];
    saltbox_counters whole;
    saltbox_counters *counters = (saltbox_counters *)(void *)bytes;

    CHECK(sizeof(saltbox_counters) == 1192);
    job(sb);
    CHECK_STATUS(verify(sb, SMALL), SALTBOX_OK);
    whole = stats_of(sb);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const size_t written = sizes[i] < sizeof whole ? sizes[i] : sizeof whole;
        uint32_t said = 0;
        memset(bytes, 0x5a, sizeof bytes);
        memcpy(bytes, &sizes[i], sizeof sizes[i]);
        CHECK_STATUS(saltbox_stats(sb, counters), SALTBOX_OK);
        memcpy(&said, bytes, sizeof said);
        CHECK(said == written);
        whole.struct_size = said;
        CHECK(memcmp(bytes, &whole, written) == 0);
        CHECK(all_bytes_are(bytes + written, sizeof bytes - written, 0x5a));
    }
    for (uint32_t size = 0; size < 8; size++) {
        memset(bytes, 0x5a, sizeof bytes);
        memcpy(bytes, &size, sizeof size);
        CHECK_STATUS(saltbox_stats(sb, counters), SALTBOX_E_ARGUMENT);
        CHECK(memcmp(bytes, &size, sizeof size) == 0);
        CHECK(all_bytes_are(bytes + sizeof size, sizeof bytes - sizeof size, 0x5a));
    }
    CHECK_STATUS(saltbox_stats(sb, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_stats(NULL, &whole), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_capacity(sb, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_trim(NULL, NULL), SALTBOX_E_ARGUMENT);
    CHECK_STATUS(saltbox_trim(sb, NULL), SALTBOX_OK);
    saltbox_free(sb);
}

static size_t scheme(const char *name) {
    const char *known;
    for (uint32_t i = 0; (known = saltbox_scheme_name(i)) != NULL; i++) {
        if (strcmp(known, name) == 0) {
            return i;
        }
    }
    fprintf(stderr, "no scheme %s\n", name);
    exit(EXIT_FAILURE);
}

/* The numbers are those of the counters: they never change, new ones stand at the end. */
static void schemes_have_names(void) {
    static const char *const names[] = {
        "argon2id", "argon2i", "argon2d", "scrypt",
        "pbkdf2-sha256", "pbkdf2-sha512", "pbkdf2-sha1", "passlib-pbkdf2",
        "ldap-pbkdf2", "atlassian-pkcs5s2", "django-pbkdf2", "werkzeug-pbkdf2",
        "seafile-pbkdf2", "spring-pbkdf2", "aspnet-v2", "aspnet-v3",
        "scrypt-7", "django-scrypt", "werkzeug-scrypt", "spring-scrypt",
        "kratos-scrypt", "firebase-scrypt", "bcrypt", "bcrypt-sha256",
        "sha256crypt", "sha512crypt", "md5crypt", "apr1",
        "sha1crypt", "phpass", "drupal7", "yescrypt",
        "gost-yescrypt", "nt-hash", "ldap-digest", "spring-digest",
        "spring-sha256", "django-digest", "mediawiki", "symfony-digest",
        "templated-digest", "hmac", "saltbox-digest", "bare-digest",
    };
    const uint32_t count = sizeof names / sizeof names[0];
    for (uint32_t i = 0; i < count; i++) {
        const char *name = saltbox_scheme_name(i);
        CHECK(name != NULL && strcmp(name, names[i]) == 0);
    }
    for (uint32_t i = count; i < 1000; i++) {
        CHECK(saltbox_scheme_name(i) == NULL);
    }
    CHECK(saltbox_scheme_name(UINT32_MAX) == NULL);
}

/* Every answer is counted once, in its place. */
static void every_answer_is_counted(void) {
    saltbox *sb = core_of("{\"hash\":{\"create\":{\"profile\":\"test-only\"},"
                          "\"memory_mib\":44,\"max_running\":5,\"queue_len\":6}}");
    saltbox_counters stats = stats_of(sb);
    CHECK(stats.reserved == 0 && stats.max_running == 5 && stats.queue_len == 6);
    CHECK(stats.memory_budget_bytes == 44 * MIB);
    CHECK(stats.jobs == 0 && stats.running_peak == 0 && stats.memory_peak_bytes == 0);
    CHECK(strlen(stats.argon2_kernel) > 0 && strlen(stats.scrypt_kernel) > 0);

    job(sb);
    job(sb);
    CHECK_STATUS(verify(sb, SMALL), SALTBOX_OK);
    CHECK_STATUS(verify(sb, SCRYPT), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(sb, SCRYPT, strlen(SCRYPT), PASSWORD, 7, NULL), SALTBOX_REJECTED);
    CHECK_STATUS(verify(sb, ""), SALTBOX_REJECTED);
    CHECK_STATUS(verify(sb, MALFORMED), SALTBOX_E_MALFORMED);
    /* None of these is a job: */
    {
        char out[8];
        size_t len = 0;
        CHECK_STATUS(saltbox_hash(sb, NULL, 0, out, sizeof out, &len), SALTBOX_E_BUFFER);
        CHECK_STATUS(saltbox_verify(sb, NULL, 1, PASSWORD, PASSWORD_LEN, NULL), SALTBOX_E_ARGUMENT);
    }
    stats = stats_of(sb);
    CHECK(stats.jobs == 7 && stats.busy == 0 && stats.hashes == 2);
    /* Both are another kind than the policy, or not: the 256 KiB are more than test-only asks for. */
    CHECK(stats.accepted == 2 && stats.rehash == 2);
    CHECK(stats.rejected == 1 && stats.no_user == 1 && stats.refused == 1);
    CHECK(stats.accepted_by_scheme[scheme("argon2id")] == 1);
    CHECK(stats.accepted_by_scheme[scheme("scrypt")] == 1);
    CHECK(stats.rejected_by_scheme[scheme("scrypt")] == 1);
    CHECK(stats.rejected_by_scheme[scheme("argon2id")] == 0);
    CHECK(stats.running == 0 && stats.running_peak == 1 && stats.queued == 0);
    saltbox_free(sb);
}

/* The settings in force. */

static char *effective(const saltbox *sb) {
    saltbox_outcome *outcome = NULL;
    const uint8_t *json;
    size_t len = 0;
    char *text;
    CHECK_STATUS(saltbox_effective_config(sb, &outcome), SALTBOX_OK);
    json = saltbox_outcome_json(outcome, &len);
    REQUIRE(json != NULL && len > 0);
    text = calloc(len + 1, 1);
    REQUIRE(text != NULL);
    memcpy(text, json, len);
    saltbox_outcome_free(outcome);
    return text;
}

/* The member "hash", from its brace to the one that closes it. No string of it holds a brace. */
static char *member_hash(const char *json) {
    const char *from = strstr(json, "\"hash\":{");
    const char *to;
    char *text;
    int depth = 0;
    REQUIRE(from != NULL);
    to = from + strlen("\"hash\":");
    do {
        depth += *to == '{' ? 1 : *to == '}' ? -1 : 0;
        REQUIRE(*to != '\0');
        to++;
    } while (depth > 0);
    text = calloc((size_t)(to - from) + 3, 1);
    REQUIRE(text != NULL);
    text[0] = '{';
    memcpy(text + 1, from, (size_t)(to - from));
    text[1 + (to - from)] = '}';
    return text;
}

/* What is in force comes out again when it is put in, less what depends on the machine. */
static void settings_in_force_are_settings(void) {
    static const struct {
        const char *json;
        const char *memory;
    } settings[] = {
        {"{}", "\"memory_mib\":"},
        {CHEAP, "\"queue_ms\":1000,"},
        {"{\"hash\":{\"memory_mib\":44,\"max_running\":3,\"queue_ms\":0,\"queue_len\":0}}",
         "{\"memory_mib\":44,\"max_running\":3,\"queue_ms\":0,\"queue_len\":0,"
         "\"interleave\":true}"},
        {"{\"hash\":{\"create\":{\"profile\":\"owasp-scrypt\"},\"verify\":[\"scrypt\",\"argon2d\"],"
         "\"max_running\":7}}",
         "{\"memory_mib\":1820,\"max_running\":7,\"queue_ms\":1000,\"queue_len\":28,\"interleave\":true}"},
        {"{\"hash\":{\"create\":{\"scheme\":\"pbkdf2-sha512\",\"i\":210001},\"max_running\":7,"
         "\"interleave\":false}}",
         "{\"memory_mib\":256,\"max_running\":7,\"queue_ms\":1000,\"queue_len\":28,\"interleave\":false}"},
        {"{\"hash\":{\"create\":{\"profile\":\"rfc9106-low-memory\"},\"memory_mib\":4096,"
         "\"limits\":{\"argon2_p\":9,\"pbkdf2_iterations\":1000000}}}",
         "\"memory_mib\":4096,"},
        {"{\"hash\":{\"create\":{\"profile\":\"libsodium-sensitive\"},\"max_running\":2}}",
         "{\"memory_mib\":4096,\"max_running\":2,"},
    };
    char *before = NULL;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        saltbox *sb = core_of(settings[i].json);
        saltbox *again = NULL;
        saltbox_config *config = NULL;
        saltbox_diag diag;
        char *first = effective(sb);
        char *hash = member_hash(first);
        char *memory = strstr(first, ",\"memory\":");
        char *second;
        REQUIRE(memory != NULL);
        CHECK(strstr(memory, settings[i].memory) != NULL);
        memory[0] = '\0';
        if (saltbox_config_parse((const uint8_t *)hash, strlen(hash), &config, &diag)
            != SALTBOX_OK) {
            fprintf(stderr, "%s: in force is %s\nrefused at %s: %s\n", settings[i].json, hash,
                    diag.path, diag.message);
            exit(EXIT_FAILURE);
        }
        REQUIRE(saltbox_new(config, &again) == SALTBOX_OK);
        second = effective(again);
        /* Everything to the digest, which is the last before the memory. */
        CHECK(strncmp(first, second, strlen(first)) == 0);
        CHECK(strstr(first, "\"digest\":\"") != NULL);
        free(second);
        saltbox_free(again);
        /* They go with the memory there is. */
        CHECK_STATUS(saltbox_derive(sb, config, &again), SALTBOX_OK);
        saltbox_free(again);
        /* Settings that are others look like others. */
        CHECK(before == NULL || strcmp(before, first) != 0);
        free(before);
        before = first;
        saltbox_config_free(config);
        free(hash);
        saltbox_free(sb);
    }
    free(before);
}

/* Configurations that make no sense. */

static void refused(const char *json, const char *path, const char *one, const char *other) {
    saltbox_config *config = (saltbox_config *)(uintptr_t)1;
    saltbox_diag diag;
    memset(&diag, 0, sizeof diag);
    CHECK_STATUS(saltbox_config_parse((const uint8_t *)json, strlen(json), &config, &diag),
                 SALTBOX_E_CONFIG);
    CHECK(config == NULL);
    CHECK_STATUS(diag.status, SALTBOX_E_CONFIG);
    if (strcmp(diag.path, path) != 0 || strstr(diag.message, one) == NULL
        || strstr(diag.message, other) == NULL) {
        fprintf(stderr, "%s\n  is refused at %s: %s\n  without %s, %s or %s\n", json, diag.path,
                diag.message, path, one, other);
        failures++;
    }
}

static void refused_with_both_numbers(void) {
    /* Smaller than one job of the policy, said or not. */
    refused("{\"hash\":{\"memory_mib\":19}}", "hash", "is 19;", "needs 20 MiB");
    refused("{\"hash\":{\"memory_mib\":64,\"create\":{\"profile\":\"owasp-scrypt\"}}}",
            "hash.create", "is 64;", "needs 130 MiB");
    /* Limits that nothing could ever reach. */
    refused("{\"hash\":{\"memory_mib\":64,\"limits\":{\"argon2_m_kib\":65537}}}",
            "hash.limits.argon2_m_kib", "65537 KiB", "of 64 ");
    refused("{\"hash\":{\"limits\":{\"scrypt_kib\":65537},\"memory_mib\":64}}",
            "hash.limits.scrypt_kib", "65537 KiB", "of 64 ");
    /* Numbers out of range. */
    refused("{\"hash\":{\"memory_mib\":0}}", "hash.memory_mib", "is 0", "1");
    refused("{\"hash\":{\"memory_mib\":1048577}}", "hash.memory_mib", "1048577", "1048576");
    refused("{\"hash\":{\"max_running\":0}}", "hash.max_running", "is 0", "1");
    refused("{\"hash\":{\"max_running\":1025}}", "hash.max_running", "1025", "1024");
    refused("{\"hash\":{\"queue_ms\":60001}}", "hash.queue_ms", "60001", "60000");
    refused("{\"hash\":{\"queue_ms\":18446744073709551615}}", "hash.queue_ms",
            "18446744073709551615", "60000");
    refused("{\"hash\":{\"queue_len\":4097}}", "hash.queue_len", "4097", "4096");
    /* Not numbers of that kind at all; what there is instead is said. */
    refused("{\"hash\":{\"queue_ms\":-1}}", "hash.queue_ms", "0", "60000");
    refused("{\"hash\":{\"queue_ms\":1e9}}", "hash.queue_ms", "0", "60000");
    refused("{\"hash\":{\"queue_ms\":1.5}}", "hash.queue_ms", "0", "60000");
    refused("{\"hash\":{\"queue_ms\":18446744073709551616}}", "hash.queue_ms", "0", "60000");
    refused("{\"hash\":{\"max_running\":-1}}", "hash.max_running", "1", "1024");
    refused("{\"hash\":{\"max_running\":\"2\"}}", "hash.max_running", "1", "1024");
    refused("{\"hash\":{\"memory_mib\":null}}", "hash.memory_mib", "1", "1048576");
}

static void the_ends_of_the_ranges_are_in_them(void) {
    static const char *const settings[] = {
        "{\"hash\":{\"memory_mib\":20,\"max_running\":1,\"queue_ms\":0,\"queue_len\":0}}",
        "{\"hash\":{\"memory_mib\":1048576,\"max_running\":1024,\"queue_ms\":60000,"
        "\"queue_len\":4096}}",
        "{\"hash\":{\"memory_mib\":64,\"limits\":{\"argon2_m_kib\":65536,\"scrypt_kib\":65536}}}",
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        saltbox *sb = core_of(settings[i]);
        job(sb);
        saltbox_free(sb);
    }
}

int main(void) {
    kept("argon2id, 19 MiB", "{}", DEFAULT_JOB);
    kept("argon2id, 64 MiB", "{\"hash\":{\"create\":{\"profile\":\"libsodium-interactive\"}}}",
         64 * MIB);
    kept("scrypt, 128 MiB",
         "{\"hash\":{\"create\":{\"scheme\":\"scrypt\",\"ln\":17,\"r\":8,\"p\":1}}}", 130 * MIB);
    trim_leaves_what_a_job_uses();
    derived_cores_share_the_memory();
    what_does_not_go_with_the_memory_is_not_derived();
    over_the_budget();
    counters_of_every_size();
    schemes_have_names();
    every_answer_is_counted();
    refused_with_both_numbers();
    the_ends_of_the_ranges_are_in_them();
    settings_in_force_are_settings();
    return finish("pool");
}
