/*
 * The system gives no memory, or no randomness, or not at once: the calls say
 * so, leave the output alone, let nobody in, and work again once there is some.
 * No slot is lost on the way and no mapping stays behind.
 */

#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UNTOUCHED 0x5a

static const uint8_t PASSWORD[] = "password";
#define PASSWORD_LEN (sizeof PASSWORD - 1)

/* 19 MiB, the default policy. Made before memory becomes scarce. */
static saltbox *sb;
/* 8 KiB, in the same memory. */
static saltbox *frugal;
static char stored[SALTBOX_HASH_MAX];
static size_t stored_len;

/* libsodium test/default/pwhash_argon2id.c: "password", 256 KiB. */
static const char SMALL[] =
    "$argon2id$v=19$m=256,t=3,p=1$MDEyMzQ1Njc$G5ajKFCoUzaXRLdz7UJb5wGkb2Xt+X5/GQjUYtS2+TE";
/* "password"; made by Python's hashlib. 8 MiB and a few blocks, which whole huge pages make 10. */
static const char SCRYPT[] = "$scrypt$ln=13,r=8,p=1$c29tZXNhbHRzb21lc2FsdA"
                             "$VTJE9kRaF3hgNeUObjbhaIRJcbHF4VRRu3+cENXHWPQ";
/* 36 and 2 MiB; the tags are no password's. */
static const char LARGER[] = "$argon2id$v=19$m=36864,t=1,p=1$c29tZXNhbHRzb21lc2FsdA"
                             "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
static const char HUGE_PAGE[] = "$argon2id$v=19$m=2048,t=1,p=1$c29tZXNhbHRzb21lc2FsdA"
                                "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
static const char MALFORMED[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$";
static const char OVER_LIMIT[] =
    "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void hash_fails(saltbox_status status) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 4711;
    memset(out, UNTOUCHED, sizeof out);
    CHECK_STATUS(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, out, sizeof out, &len), status);
    CHECK(all_bytes_are(out, sizeof out, UNTOUCHED));
    CHECK(len == 4711);
}

static saltbox_counters stats(void) {
    saltbox_counters stats;
    stats.struct_size = sizeof stats;
    REQUIRE(saltbox_stats(sb, &stats) == SALTBOX_OK);
    return stats;
}

/* What is kept from call to call would hide that there is no more. */
static void trim(void) {
    REQUIRE(saltbox_trim(sb, NULL) == SALTBOX_OK);
    CHECK(stats().memory_bytes == 0);
}

/* All slots are free, and no byte is counted that no mapping is behind. */
static void nothing_runs(void) {
    const saltbox_counters now = stats();
    CHECK(now.running == 0 && now.queued == 0 && now.busy == 0);
    CHECK(now.memory_bytes == now.memory_idle_bytes);
}

static void hash_works(void) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    CHECK_STATUS(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, out, sizeof out, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(sb, out, len, PASSWORD, PASSWORD_LEN, NULL), SALTBOX_OK);
}

/* What verifying says, alone and as a batch of one. */
static void expect_verify(const char *text, size_t text_len, const uint8_t *password,
                          size_t password_len, saltbox_status status) {
    const int all_right = status == SALTBOX_OK;
    saltbox_status item = SALTBOX_E_INTERNAL;
    uint32_t rehash = 7;
    CHECK_STATUS(saltbox_verify(sb, text, text_len, password, password_len, &rehash), status);
    CHECK(all_right || rehash == 0);
    rehash = 7;
    CHECK_STATUS(saltbox_verify_batch(sb, 1, text, &text_len, password, &password_len, &item,
                                      &rehash), all_right ? SALTBOX_OK : SALTBOX_REJECTED);
    CHECK_STATUS(item, status);
    CHECK(all_right || rehash == 0);
}

/* Right, wrong, nobody, each with its status: in one batch, and one after the other. */
static void expect_batch(saltbox_status right, saltbox_status wrong, saltbox_status nobody) {
    enum { ITEMS = 4 };
    const saltbox_status expected[ITEMS] = {right, wrong, nobody, SALTBOX_E_MALFORMED};
    char texts[2 * SALTBOX_HASH_MAX + sizeof MALFORMED];
    uint8_t passwords[ITEMS * PASSWORD_LEN];
    size_t text_end[ITEMS];
    size_t password_end[ITEMS];
    saltbox_status status[ITEMS];
    uint32_t rehash[ITEMS];

    memcpy(texts, stored, stored_len);
    memcpy(texts + stored_len, stored, stored_len);
    memcpy(texts + 2 * stored_len, MALFORMED, sizeof MALFORMED - 1);
    text_end[0] = stored_len;
    text_end[1] = text_end[2] = 2 * stored_len;
    text_end[3] = 2 * stored_len + sizeof MALFORMED - 1;
    for (size_t i = 0; i < ITEMS; i++) {
        memcpy(passwords + i * PASSWORD_LEN, PASSWORD, PASSWORD_LEN);
        password_end[i] = (i + 1) * PASSWORD_LEN;
        status[i] = SALTBOX_E_INTERNAL;
        rehash[i] = 7;
    }
    passwords[PASSWORD_LEN] = 'P';
    CHECK_STATUS(saltbox_verify_batch(sb, ITEMS, texts, text_end, passwords, password_end, status,
                                      rehash), SALTBOX_REJECTED);
    for (size_t i = 0; i < ITEMS; i++) {
        CHECK_STATUS(status[i], expected[i]);
        CHECK(rehash[i] == 0);
    }

    expect_verify(stored, stored_len, PASSWORD, PASSWORD_LEN, right);
    expect_verify(stored, stored_len, passwords + PASSWORD_LEN, PASSWORD_LEN, wrong);
    expect_verify(NULL, 0, PASSWORD, PASSWORD_LEN, nobody);
    /* What is wrong with the string says more than that the memory for equal work was missing. */
    expect_verify(MALFORMED, sizeof MALFORMED - 1, PASSWORD, PASSWORD_LEN, SALTBOX_E_MALFORMED);
    expect_verify(OVER_LIMIT, sizeof OVER_LIMIT - 1, PASSWORD, PASSWORD_LEN, SALTBOX_E_LIMIT);
}

/* Memory. */

/* The address space in use. */
static rlim_t in_use(void) {
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    REQUIRE(statm != NULL);
    REQUIRE(fscanf(statm, "%lu", &pages) == 1);
    fclose(statm);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Stack that was touched before stays; it could not grow under the limit. */
static void touch_stack(void) {
    volatile unsigned char stack[256 * 1024];
    for (size_t i = 0; i < sizeof stack; i += 1024) {
        stack[i] = 0;
    }
}

struct piece {
    struct piece *next;
};

/* Takes what the heap still has, down to its smallest pieces. */
static struct piece *exhaust_heap(void) {
    struct piece *pieces = NULL;
    for (size_t size = 64 * 1024; size >= sizeof(struct piece); size /= 2) {
        struct piece *piece;
        while ((piece = malloc(size)) != NULL) {
            piece->next = pieces;
            pieces = piece;
        }
    }
    return pieces;
}

static void give_back(struct piece *pieces) {
    while (pieces != NULL) {
        struct piece *next = pieces->next;
        free(pieces);
        pieces = next;
    }
}

/* With `spare` bytes left of the address space, less than the 19 MiB that the policy asks for. */
static void without_memory(rlim_t spare) {
    struct rlimit before;
    struct rlimit scarce;
    struct piece *pieces;
    touch_stack();
    trim();
    REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
    scarce = before;
    scarce.rlim_cur = in_use() + spare;
    REQUIRE(setrlimit(RLIMIT_AS, &scarce) == 0);
    /* Nothing at all: these calls need no heap either. */
    pieces = spare == 0 ? exhaust_heap() : NULL;

    hash_fails(SALTBOX_E_MEMORY);
    expect_batch(SALTBOX_E_MEMORY, SALTBOX_E_MEMORY, SALTBOX_E_MEMORY);
    /* A string that asks for less needs the policy's memory as well: nobody knows yet that it will match. */
    expect_verify(SMALL, sizeof SMALL - 1, PASSWORD, PASSWORD_LEN, SALTBOX_E_MEMORY);
    /* Under a policy that asks for less it is another matter. */
    CHECK_STATUS(saltbox_verify(frugal, SMALL, sizeof SMALL - 1, PASSWORD, PASSWORD_LEN, NULL),
                 spare == 0 ? SALTBOX_E_MEMORY : SALTBOX_OK);

    give_back(pieces);
    REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
    nothing_runs();
    hash_works();
    expect_batch(SALTBOX_OK, SALTBOX_REJECTED, SALTBOX_REJECTED);
    nothing_runs();
}

/* A call that needs `mib`, with `spare` MiB at hand: 1 is for what else there is in the address space. */
static saltbox_status by(rlim_t spare, rlim_t mib, saltbox_status with_memory) {
    return spare < mib ? SALTBOX_E_MEMORY : with_memory;
}

/* Step by step to where everything works. What one call keeps must not be missing for the next. */
static void up_the_ladder(void) {
    static const rlim_t SPARE_MIB[] = {1, 9, 11, 19, 21, 23, 35, 37, 64};
    for (size_t i = 0; i < sizeof SPARE_MIB / sizeof SPARE_MIB[0]; i++) {
        const rlim_t spare = SPARE_MIB[i];
        struct rlimit before;
        struct rlimit scarce;
        touch_stack();
        trim();
        REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
        scarce = before;
        scarce.rlim_cur = in_use() + (spare << 20);
        REQUIRE(setrlimit(RLIMIT_AS, &scarce) == 0);
        for (int round = 0; round < 2; round++) {
            expect_verify(stored, stored_len, PASSWORD, PASSWORD_LEN, by(spare, 20, SALTBOX_OK));
            expect_verify(LARGER, sizeof LARGER - 1, PASSWORD, PASSWORD_LEN,
                          by(spare, 36, SALTBOX_REJECTED));
            CHECK_STATUS(saltbox_verify(frugal, SCRYPT, sizeof SCRYPT - 1, PASSWORD, PASSWORD_LEN,
                                        NULL), by(spare, 10, SALTBOX_OK));
            if (spare < 20) {
                hash_fails(SALTBOX_E_MEMORY);
            } else {
                hash_works();
            }
        }
        REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
        nothing_runs();
        hash_works();
        expect_verify(LARGER, sizeof LARGER - 1, PASSWORD, PASSWORD_LEN, SALTBOX_REJECTED);
    }
}

/* One mapping after the other. */

/* Of the mappings asked for, `fail_count` from number `fail_from` on are refused. */
static unsigned maps;
static unsigned fail_from;
static unsigned fail_count;
static unsigned failed;
/* Bytes that the library has mapped. */
static size_t mapped;
static int no_advice;

/* As getrandom below: these stand before the C library's, whose own calls do not come here. */
void *mmap(void *address, size_t len, int protection, int flags, int file, off_t offset) {
    const unsigned number = maps++;
    long base;
    if (number >= fail_from && number - fail_from < fail_count) {
        failed++;
        errno = ENOMEM;
        return MAP_FAILED;
    }
    base = syscall(SYS_mmap, address, len, protection, flags, file, offset);
    if (base == -1) {
        return MAP_FAILED;
    }
    mapped += len;
    return (void *)(uintptr_t)base;
}

int munmap(void *address, size_t len) {
    const int result = (int)syscall(SYS_munmap, address, len);
    mapped -= result == 0 ? len : 0;
    return result;
}

int madvise(void *address, size_t len, int advice) {
    if (no_advice) {
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(SYS_madvise, address, len, advice);
}

static unsigned without_mapping;

/* `status` of a call that began after `failed_before` failures, and that says `usual` where nothing is missing. */
static void check_mapped(const char *call, saltbox_status status, saltbox_status usual,
                         unsigned failed_before) {
    const int hit = failed > failed_before;
    const int is_memory = status == SALTBOX_E_MEMORY;
    /* One that fails may be tried again otherwise; where all do, nothing helps but to say so. */
    const int holds = !hit ? status == usual
                    : fail_count == UINT32_MAX ? is_memory || (usual >= 10 && status == usual)
                    : is_memory || status == usual;
    without_mapping += (unsigned)is_memory;
    if (!holds) {
        fprintf(stderr, "%s: %s, usually %s, with mappings %u to +%u of %u refused\n", call,
                saltbox_status_name(status), saltbox_status_name(usual), fail_from, fail_count,
                maps);
        failures++;
    }
}

static void one_verify(const saltbox *core, const char *text, saltbox_status usual) {
    const unsigned before = failed;
    uint32_t rehash = 7;
    const saltbox_status status =
        saltbox_verify(core, text, strlen(text), PASSWORD, PASSWORD_LEN, &rehash);
    check_mapped("verify", status, usual, before);
    CHECK(rehash == (uint32_t)(status == SALTBOX_OK));
}

/* Every call that maps, each with no memory kept from the one before. */
static void calls_that_map(const saltbox *core) {
    const char *const texts[] = {SMALL, HUGE_PAGE, "", MALFORMED};
    const saltbox_status usual[] = {SALTBOX_OK, SALTBOX_REJECTED, SALTBOX_REJECTED,
                                    SALTBOX_E_MALFORMED};
    char out[SALTBOX_HASH_MAX];
    char all[1024] = "";
    size_t text_end[4];
    size_t password_end[4];
    uint8_t passwords[4 * PASSWORD_LEN];
    saltbox_status status[4];
    saltbox_status said;
    uint32_t rehash[4];
    size_t len = 4711;
    unsigned before = failed;

    memset(out, UNTOUCHED, sizeof out);
    said = saltbox_hash(core, PASSWORD, PASSWORD_LEN, out, sizeof out, &len);
    check_mapped("hash", said, SALTBOX_OK, before);
    CHECK(said == SALTBOX_OK ? len == strlen(out)
                             : len == 4711 && all_bytes_are(out, sizeof out, UNTOUCHED));
    for (size_t i = 0; i < 4; i++) {
        REQUIRE(saltbox_trim(core, NULL) == SALTBOX_OK);
        one_verify(core, texts[i], usual[i]);
        strcat(all, texts[i]);
        text_end[i] = strlen(all);
        memcpy(passwords + i * PASSWORD_LEN, PASSWORD, PASSWORD_LEN);
        password_end[i] = (i + 1) * PASSWORD_LEN;
        status[i] = SALTBOX_E_INTERNAL;
        rehash[i] = 7;
    }
    REQUIRE(saltbox_trim(core, NULL) == SALTBOX_OK);
    before = failed;
    said = saltbox_verify_batch(core, 4, all, text_end, passwords, password_end, status, rehash);
    CHECK_STATUS(said, SALTBOX_REJECTED);
    for (size_t i = 0; i < 4; i++) {
        check_mapped("batch", status[i], usual[i], before);
        CHECK(rehash[i] == (uint32_t)(status[i] == SALTBOX_OK));
    }
}

/* And those that need no memory of their own, whether or not the core ever got its. */
static void calls_that_do_not(const saltbox *core) {
    saltbox_outcome *outcome = NULL;
    saltbox_counters counters;
    uint32_t jobs = 0;
    counters.struct_size = sizeof counters;
    CHECK_STATUS(saltbox_stats(core, &counters), SALTBOX_OK);
    CHECK(counters.running == 0 && counters.queued == 0 && counters.busy == 0);
    CHECK(counters.max_running == 3 && counters.memory_budget_bytes == (uint64_t)64 << 20);
    CHECK(counters.memory_bytes == counters.memory_idle_bytes);
    CHECK_STATUS(saltbox_capacity(core, &jobs), SALTBOX_OK);
    CHECK(jobs == 3);
    CHECK_STATUS(saltbox_identify(core, SMALL, sizeof SMALL - 1, NULL, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_effective_config(core, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_trim(core, NULL), SALTBOX_OK);
}

static void without_one_mapping(void) {
    static const char THREE[] = "{\"hash\":{\"create\":{\"profile\":\"test-only\"},"
                                "\"memory_mib\":64,\"max_running\":3}}";
    static const unsigned COUNTS[] = {1, 2, 3, UINT32_MAX};
    unsigned most = 0;
    for (size_t c = 0; c < sizeof COUNTS / sizeof COUNTS[0]; c++) {
        unsigned k = 0;
        do {
            const size_t mapped_before = mapped;
            saltbox *core;
            maps = 0;
            failed = 0;
            fail_from = k;
            fail_count = COUNTS[c];
            core = core_of(THREE);
            calls_that_do_not(core);
            calls_that_map(core);
            calls_that_do_not(core);
            most = maps > most ? maps : most;
            k = failed == 0 ? UINT32_MAX : k + 1;

            fail_count = 0;
            failed = 0;
            calls_that_map(core);
            calls_that_do_not(core);
            CHECK(failed == 0);
            saltbox_free(core);
            /* Neither a failure nor the end of a core leaves a mapping behind. */
            CHECK(mapped == mapped_before);
        } while (k != UINT32_MAX && k < 1000);
        CHECK(k == UINT32_MAX);
    }
    /* Otherwise the function above is not the one that the library calls. */
    CHECK(most > 8 && without_mapping > 8);
    printf("up to %u mappings, each refused: %u calls were told so\n", most, without_mapping);

    /* A kernel that takes no advice. */
    {
        const size_t mapped_before = mapped;
        saltbox *core;
        no_advice = 1;
        core = core_of(THREE);
        calls_that_map(core);
        calls_that_do_not(core);
        saltbox_free(core);
        CHECK(mapped == mapped_before);
        no_advice = 0;
    }
}

/* Randomness. */

static enum { GIVE, FAIL, GIVE_NOTHING, ONE_BYTE } randomness = GIVE;
static int asked;
/* Number of the draw that fails, and the error; -1 for none. */
static int fail_at = -1;
static int fail_with = EIO;

/*
 * Stands before the C library's: the library looks the function up by name, and
 * the linker exports it because the C library has one of that name. Of the
 * errors, ENOSYS and EPERM on the first call would mean "no such system call",
 * for which /dev/urandom is read.
 */
ssize_t getrandom(void *buffer, size_t len, unsigned int flags) {
    if (asked++ == fail_at) {
        errno = fail_with;
        return -1;
    }
    switch (randomness) {
    case FAIL:
        errno = EIO;
        return -1;
    case GIVE_NOTHING:
        return 0;
    case ONE_BYTE:
        return syscall(SYS_getrandom, buffer, len < 1 ? len : 1, flags);
    default:
        return syscall(SYS_getrandom, buffer, len, flags);
    }
}

static void without_randomness(void) {
    asked = 0;
    hash_fails(SALTBOX_E_RANDOM);
    nothing_runs();
    /* Otherwise the function above is not the one that the library calls. */
    REQUIRE(asked > 0);
    asked = 0;
    expect_verify(SMALL, sizeof SMALL - 1, PASSWORD, PASSWORD_LEN, SALTBOX_OK);
    expect_verify(SMALL, sizeof SMALL - 1, PASSWORD, PASSWORD_LEN - 1, SALTBOX_REJECTED);
    expect_verify(NULL, 0, PASSWORD, PASSWORD_LEN, SALTBOX_REJECTED);
    CHECK(asked == 0);
}

/* A salt that comes byte by byte, and stops coming at each of them. */
static void without_one_draw(void) {
    const saltbox_counters before = stats();
    randomness = ONE_BYTE;
    for (int k = 0; k < 16; k++) {
        asked = 0;
        fail_at = k;
        hash_fails(SALTBOX_E_RANDOM);
        CHECK(asked == k + 1);
    }
    /* No slot was taken for that. */
    CHECK(stats().jobs == before.jobs && stats().hashes == before.hashes);
    asked = 0;
    fail_at = 16;
    hash_works();
    CHECK(asked == 16);
    /* A signal came in between: it is asked again. */
    fail_with = EINTR;
    for (int k = 0; k < 16; k += 5) {
        asked = 0;
        fail_at = k;
        hash_works();
        CHECK(asked == 17);
    }
    fail_with = EIO;
    fail_at = -1;
    randomness = GIVE;
    hash_works();
    nothing_runs();
}

static void make_frugal(void) {
    saltbox_config *config = NULL;
    REQUIRE(saltbox_config_parse((const uint8_t *)CHEAP, strlen(CHEAP), &config, NULL)
            == SALTBOX_OK);
    REQUIRE(saltbox_derive(sb, config, &frugal) == SALTBOX_OK);
    saltbox_config_free(config);
}

int main(void) {
    REQUIRE(saltbox_new(NULL, &sb) == SALTBOX_OK);
    make_frugal();

    /* On the very first call, and after some that worked. */
    randomness = FAIL;
    without_randomness();
    randomness = GIVE;
    hash_works();
    randomness = GIVE_NOTHING;
    without_randomness();
    randomness = FAIL;
    without_randomness();
    randomness = GIVE;
    hash_works();
    without_one_draw();

    REQUIRE(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, stored, sizeof stored, &stored_len)
            == SALTBOX_OK);
    expect_batch(SALTBOX_OK, SALTBOX_REJECTED, SALTBOX_REJECTED);
    without_memory((rlim_t)8 << 20);
    without_memory(0);
    up_the_ladder();
    without_one_mapping();

    saltbox_free(frugal);
    saltbox_free(sb);
    CHECK(mapped == 0);
    return finish("scarcity");
}
