/*
 * Signals, a thousand in each second to each thread, whose handler has no
 * SA_RESTART: system calls within the library end early, futexes wake up. Every
 * status is what it would be without them, a thread that waits for a slot still
 * gets it, and one that waits in vain does so for as long as hash.queue_ms says.
 *
 * Usage: signals [seconds].
 */

#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

static const uint8_t RIGHT[] = "correct horse battery staple";
static const uint8_t WRONG[] = "correct horse battery stable";
#define PASSWORD_LEN (sizeof RIGHT - 1)

/* libsodium test/default/pwhash_argon2id.c, without its tag. */
static const char MALFORMED[] = "$argon2id$v=19$m=256,t=3,p=1$MDEyMzQ1Njc$";

/* A core and a string that it made for RIGHT. */
struct core {
    saltbox *sb;
    char stored[SALTBOX_HASH_MAX];
    size_t stored_len;
};

/* All threads together. */
static struct core dear;
static struct core cheap;

/* Cores with one slot, which one thread keeps for a while again and again. */
struct house {
    struct core core;
    atomic_ulong done;
    atomic_ulong busy;
};

/* Who waits does so in vain, mostly. */
#define VAIN_MS 20
static struct house vain;
/* Who waits gets the slot. */
static struct house patient;
/* Who finds the only place to wait taken is told so. */
static struct house full;

static atomic_int stop;

/* A thread and what was handled by it. */
struct thread {
    pthread_t id;
    const char *name;
    void (*body)(void);
    atomic_ulong handled;
    atomic_ulong rounds;
};

static _Thread_local struct thread *self;

static void handle(int number) {
    const int before = errno;
    (void)number;
    if (self != NULL) {
        atomic_fetch_add(&self->handled, 1);
    }
    /* What an interrupted call leaves here is not the library's to read. */
    errno = EINTR;
    errno = before;
}

static void make_string(struct core *core) {
    REQUIRE(saltbox_hash(core->sb, RIGHT, PASSWORD_LEN, core->stored, sizeof core->stored,
                         &core->stored_len) == SALTBOX_OK);
}

static void make_core(struct core *core, const char *json) {
    core->sb = core_of(json);
    make_string(core);
}

static saltbox_status verify(const struct core *core, const uint8_t *password) {
    return saltbox_verify(core->sb, core->stored, core->stored_len, password, PASSWORD_LEN, NULL);
}

static saltbox_counters stats_of(const struct core *core) {
    saltbox_counters counters;
    counters.struct_size = sizeof counters;
    REQUIRE(saltbox_stats(core->sb, &counters) == SALTBOX_OK);
    return counters;
}

/* Not before the time, whatever interrupts it. */
static void pause_for(long nanoseconds) {
    struct timespec pause = {0, nanoseconds};
    while (nanosleep(&pause, &pause) != 0) {
    }
}

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Calls that never wait for long. */

static void hash(void) {
    struct core made = dear;
    CHECK_STATUS(saltbox_hash(made.sb, RIGHT, PASSWORD_LEN, made.stored, sizeof made.stored,
                              &made.stored_len), SALTBOX_OK);
    CHECK_STATUS(verify(&made, RIGHT), SALTBOX_OK);
}

static void verify_each(void) {
    CHECK_STATUS(verify(&dear, RIGHT), SALTBOX_OK);
    CHECK_STATUS(verify(&dear, WRONG), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_verify(dear.sb, NULL, 0, RIGHT, PASSWORD_LEN, NULL), SALTBOX_REJECTED);
    CHECK_STATUS(saltbox_verify(dear.sb, MALFORMED, sizeof MALFORMED - 1, RIGHT, PASSWORD_LEN,
                                NULL), SALTBOX_E_MALFORMED);
}

static void verify_cheap(void) {
    struct core made = cheap;
    make_string(&made);
    CHECK_STATUS(verify(&made, RIGHT), SALTBOX_OK);
    CHECK_STATUS(verify(&cheap, WRONG), SALTBOX_REJECTED);
}

static void verify_batch(void) {
    enum { ITEMS = 4 };
    static const saltbox_status expected[ITEMS] = {
        SALTBOX_OK, SALTBOX_REJECTED, SALTBOX_REJECTED, SALTBOX_E_MALFORMED};
    char texts[2 * SALTBOX_HASH_MAX + sizeof MALFORMED];
    uint8_t passwords[ITEMS * PASSWORD_LEN];
    size_t text_end[ITEMS];
    size_t password_end[ITEMS];
    saltbox_status status[ITEMS];
    memcpy(texts, dear.stored, dear.stored_len);
    memcpy(texts + dear.stored_len, dear.stored, dear.stored_len);
    memcpy(texts + 2 * dear.stored_len, MALFORMED, sizeof MALFORMED - 1);
    text_end[0] = dear.stored_len;
    text_end[1] = text_end[2] = 2 * dear.stored_len;
    text_end[3] = 2 * dear.stored_len + sizeof MALFORMED - 1;
    for (size_t i = 0; i < ITEMS; i++) {
        memcpy(passwords + i * PASSWORD_LEN, i == 1 ? WRONG : RIGHT, PASSWORD_LEN);
        password_end[i] = (i + 1) * PASSWORD_LEN;
        status[i] = SALTBOX_E_INTERNAL;
    }
    CHECK_STATUS(saltbox_verify_batch(dear.sb, ITEMS, texts, text_end, passwords, password_end,
                                      status, NULL), SALTBOX_REJECTED);
    for (size_t i = 0; i < ITEMS; i++) {
        CHECK_STATUS(status[i], expected[i]);
    }
}

static void identify(void) {
    saltbox_outcome *outcome = NULL;
    saltbox_diag diag;
    size_t len = 0;
    CHECK_STATUS(saltbox_identify(dear.sb, dear.stored, dear.stored_len, &diag, &outcome),
                 SALTBOX_OK);
    CHECK(saltbox_outcome_json(outcome, &len) != NULL && len > 0);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_identify(dear.sb, MALFORMED, sizeof MALFORMED - 1, &diag, &outcome),
                 SALTBOX_REJECTED);
    CHECK(diag.status == SALTBOX_E_MALFORMED);
    saltbox_outcome_free(outcome);
}

static void trim_and_count(void) {
    saltbox_counters counters;
    uint64_t trimmed = 0;
    uint32_t jobs = 0;
    CHECK_STATUS(saltbox_trim(dear.sb, &trimmed), SALTBOX_OK);
    CHECK_STATUS(saltbox_capacity(dear.sb, &jobs), SALTBOX_OK);
    counters = stats_of(&dear);
    CHECK(trimmed <= counters.memory_peak_bytes);
    CHECK(counters.memory_bytes <= counters.memory_budget_bytes);
    CHECK(counters.running <= counters.max_running && jobs == counters.max_running);
    pause_for(1000000);
}

/* Calls that wait. */

/* Counts what a call was told, which is that it was done or that there was no room. */
static void account(struct house *house, saltbox_status status, saltbox_status done) {
    if (status == SALTBOX_E_BUSY) {
        atomic_fetch_add(&house->busy, 1);
    } else {
        CHECK_STATUS(status, done);
        atomic_fetch_add(&house->done, 1);
    }
}

/* What was told is what was counted, and the limits were kept. */
static void settle(struct house *house) {
    const saltbox_counters counters = stats_of(&house->core);
    /* One more job made the string. */
    CHECK(counters.jobs == atomic_load(&house->done) + 1);
    CHECK(counters.busy == atomic_load(&house->busy));
    CHECK(counters.running == 0 && counters.running_peak == 1);
    CHECK(counters.queued == 0 && counters.queued_peak <= counters.queue_len);
    saltbox_free(house->core.sb);
}

/* Keeps the slot for a few times VAIN_MS. */
static void keep(struct house *house) {
    enum { ITEMS = 8 };
    const size_t nothing[ITEMS] = {0};
    saltbox_status status[ITEMS];
    CHECK_STATUS(saltbox_verify_batch(house->core.sb, ITEMS, NULL, nothing, NULL, nothing, status,
                                      NULL), SALTBOX_REJECTED);
    for (int i = 1; i < ITEMS; i++) {
        CHECK_STATUS(status[i], status[0]);
    }
    account(house, status[0], SALTBOX_REJECTED);
}

static void keep_vain(void) {
    keep(&vain);
}

static void keep_patient(void) {
    keep(&patient);
}

static void keep_full(void) {
    keep(&full);
    pause_for(1000000);
}

static void wait_in_vain(void) {
    const double begin = milliseconds();
    const saltbox_status status = verify(&vain.core, RIGHT);
    const double lasted = milliseconds() - begin;
    account(&vain, status, SALTBOX_OK);
    CHECK(status != SALTBOX_E_BUSY || lasted >= VAIN_MS);
}

static void wait_patiently(void) {
    account(&patient, verify(&patient.core, RIGHT), SALTBOX_OK);
}

static void find_no_place(void) {
    account(&full, verify(&full.core, RIGHT), SALTBOX_OK);
    pause_for(1000000);
}

static struct thread threads[] = {
    {.name = "hash", .body = hash},
    {.name = "verify", .body = verify_each},
    {.name = "verify, cheap", .body = verify_cheap},
    {.name = "verify_batch", .body = verify_batch},
    {.name = "identify", .body = identify},
    {.name = "trim, stats", .body = trim_and_count},
    {.name = "keeps a slot", .body = keep_vain},
    {.name = "waits in vain", .body = wait_in_vain},
    {.name = "keeps a slot", .body = keep_patient},
    {.name = "waits", .body = wait_patiently},
    {.name = "keeps a slot", .body = keep_full},
    {.name = "finds no place", .body = find_no_place},
    {.name = "finds no place", .body = find_no_place},
};
#define THREADS (sizeof threads / sizeof threads[0])

static void *run(void *argument) {
    self = argument;
    while (!atomic_load(&stop)) {
        self->body();
        atomic_fetch_add(&self->rounds, 1);
    }
    /* Signals still come: the thread is there until the last was sent. */
    while (atomic_load(&stop) != 2) {
        pause_for(1000000);
    }
    return NULL;
}

/* One signal for each thread and millisecond, until `until` or for ever. */
static void ring_until(double until) {
    while (milliseconds() < until) {
        for (size_t i = 0; i < THREADS; i++) {
            REQUIRE(pthread_kill(threads[i].id, SIGUSR1) == 0);
        }
        pause_for(1000000);
    }
}

int main(int argc, char **argv) {
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 2;
    struct sigaction action;
    unsigned long all = 0;
    REQUIRE(seconds > 0 && seconds <= 86400);
    /* A call that never ends is a failure too. */
    alarm((unsigned)seconds + 120);
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    REQUIRE(sigemptyset(&action.sa_mask) == 0);
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);

    make_core(&dear, "{\"hash\":{\"queue_ms\":60000,\"queue_len\":64}}");
    make_core(&cheap, CHEAP);
    make_core(&vain.core, "{\"hash\":{\"max_running\":1,\"queue_ms\":20}}");
    make_core(&patient.core, "{\"hash\":{\"max_running\":1,\"queue_ms\":60000}}");
    make_core(&full.core, "{\"hash\":{\"max_running\":1,\"queue_ms\":60000,\"queue_len\":1}}");
    for (size_t i = 0; i < THREADS; i++) {
        REQUIRE(pthread_create(&threads[i].id, NULL, run, &threads[i]) == 0);
    }
    ring_until(milliseconds() + seconds * 1e3);
    atomic_store(&stop, 1);
    /* Who is in a call now is not left alone until it returned. */
    ring_until(milliseconds() + 100);
    atomic_store(&stop, 2);
    for (size_t i = 0; i < THREADS; i++) {
        REQUIRE(pthread_join(threads[i].id, NULL) == 0);
        printf("%-14s %8lu rounds, %6lu signals\n", threads[i].name,
               atomic_load(&threads[i].rounds), atomic_load(&threads[i].handled));
        CHECK(atomic_load(&threads[i].rounds) > 0);
        CHECK(atomic_load(&threads[i].handled) > 0);
        all += atomic_load(&threads[i].handled);
    }
    printf("%lu signals handled; %lu waits in vain, %lu times no place to wait\n", all,
           atomic_load(&vain.busy), atomic_load(&full.busy));
    CHECK(atomic_load(&vain.busy) > 0);
    CHECK(atomic_load(&patient.busy) == 0 && stats_of(&patient.core).queued_peak == 1);
    CHECK(atomic_load(&full.busy) > 0);
    CHECK(stats_of(&dear).running == 0 && stats_of(&dear).queued == 0 && stats_of(&dear).busy == 0);

    settle(&vain);
    settle(&patient);
    settle(&full);
    saltbox_free(cheap.sb);
    saltbox_free(dear.sb);
    return finish("signals");
}
