/*
 * Ten and a hundred times the load that fits. Work memory stays within its
 * budget, as the kernel counts it; every call gets the right answer or
 * SALTBOX_E_BUSY; the counters agree with what the callers saw; and afterwards
 * nothing is left running.
 *
 * Usage: load [seconds], for each of the six loads; 2 where left out.
 */

#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)
#define PASSWORD ((const uint8_t *)"password")
#define PASSWORD_LEN 8
#define WRONG ((const uint8_t *)"Password")

#define MOST_THREADS 1024
#define STACK_BYTES ((size_t)256 * 1024)

/* Who is told SALTBOX_E_BUSY comes back after this; without it most of the CPU would go to refusing. */
static const struct timespec RETRY = {0, 10 * 1000 * 1000};
static const struct timespec MOMENT = {0, 2 * 1000 * 1000};

static double seconds = 2;

/* Requests. */

struct text {
    char text[SALTBOX_HASH_MAX];
    size_t len;
};

#define TEXT(text) {text, sizeof text - 1}

/* Made by the policy of the core, and by one that takes 36 MiB. */
static struct text own;
static struct text larger;
/* "password"; made by Python's hashlib. */
static const struct text SCRYPT = TEXT(
    "$scrypt$ln=13,r=8,p=1$c29tZXNhbHRzb21lc2FsdA$VTJE9kRaF3hgNeUObjbhaIRJcbHF4VRRu3+cENXHWPQ");
static const struct text PBKDF2 = TEXT(
    "$pbkdf2-sha256$i=10000$c29tZXNhbHRzb21lc2FsdA$PhDZpTri2KZk3CJjksQCcDDaGf36KxfkgWElmz5yFVA");
static const struct text MALFORMED = TEXT("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$");
static const struct text NOBODY = TEXT("");

enum request { HASH, VERIFY, BATCH };

struct kind {
    enum request request;
    const struct text *stored;
    const uint8_t *password;
    saltbox_status expected;
    uint32_t rehash;
};

/* Every request of the policy alone. */
static const struct kind OF_POLICY[] = {
    {VERIFY, &own, PASSWORD, SALTBOX_OK, 0},
    {VERIFY, &own, WRONG, SALTBOX_REJECTED, 0},
    {VERIFY, &NOBODY, PASSWORD, SALTBOX_REJECTED, 0},
    {HASH, NULL, PASSWORD, SALTBOX_OK, 0},
};

/* And what else there may be in the table of users. */
static const struct kind MIXED[] = {
    {VERIFY, &own, PASSWORD, SALTBOX_OK, 0},
    {VERIFY, &larger, PASSWORD, SALTBOX_OK, 1},
    {VERIFY, &SCRYPT, PASSWORD, SALTBOX_OK, 1},
    {VERIFY, &NOBODY, PASSWORD, SALTBOX_REJECTED, 0},
    {VERIFY, &PBKDF2, WRONG, SALTBOX_REJECTED, 0},
    {VERIFY, &own, WRONG, SALTBOX_REJECTED, 0},
    {VERIFY, &MALFORMED, PASSWORD, SALTBOX_E_MALFORMED, 0},
    {HASH, NULL, PASSWORD, SALTBOX_OK, 0},
    {BATCH, &own, PASSWORD, SALTBOX_OK, 0},
    {VERIFY, &PBKDF2, PASSWORD, SALTBOX_OK, 1},
};

struct work {
    const saltbox *sb;
    const struct kind *kinds;
    size_t count;
};

/* What the callers saw. Of a batch every item has its answer. */
struct seen {
    atomic_ullong calls;
    atomic_ullong busy;
    atomic_ullong hashes;
    atomic_ullong accepted;
    atomic_ullong rehash;
    atomic_ullong rejected;
    atomic_ullong no_user;
    atomic_ullong refused;
    /* Calls that were answered, by milliseconds. */
    atomic_ullong took[16384];
};

static struct seen seen;
/* Answers that were wrong; the first of them are shown. */
static atomic_int wrong_answers;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void expect(int holds, const struct kind *kind, saltbox_status status) {
    if (!holds && atomic_fetch_add(&wrong_answers, 1) < 10) {
        fprintf(stderr, "%s instead of %s for %s\n", saltbox_status_name(status),
                saltbox_status_name(kind->expected),
                kind->stored == NULL ? "a new hash" : kind->stored->text);
    }
}

static void count(const struct kind *kind, saltbox_status status, uint32_t rehash) {
    expect(status == kind->expected, kind, status);
    expect(rehash == kind->rehash, kind, status);
    atomic_fetch_add(&seen.rehash, rehash);
    if (kind->request == HASH) {
        atomic_fetch_add(&seen.hashes, status == SALTBOX_OK);
    } else if (status == SALTBOX_OK) {
        atomic_fetch_add(&seen.accepted, 1);
    } else if (status != SALTBOX_REJECTED) {
        atomic_fetch_add(&seen.refused, 1);
    } else if (kind->stored->len == 0) {
        atomic_fetch_add(&seen.no_user, 1);
    } else {
        atomic_fetch_add(&seen.rejected, 1);
    }
}

/* Makes a request and counts its answer; false where there was no room. */
static int call(const saltbox *sb, const struct kind *kind) {
    /* A batch is the right password twice and nobody in between. */
    static const struct kind nobody = {VERIFY, &NOBODY, PASSWORD, SALTBOX_REJECTED, 0};
    saltbox_status status = SALTBOX_E_INTERNAL;
    saltbox_status statuses[3] = {SALTBOX_E_INTERNAL, SALTBOX_E_INTERNAL, SALTBOX_E_INTERNAL};
    uint32_t rehash[3] = {7, 7, 7};
    double start = now();
    size_t took;

    atomic_fetch_add(&seen.calls, 1);
    if (kind->request == HASH) {
        char out[SALTBOX_HASH_MAX];
        size_t len = 0;
        status = saltbox_hash(sb, kind->password, PASSWORD_LEN, out, sizeof out, &len);
        rehash[0] = 0;
    } else if (kind->request == VERIFY) {
        status = saltbox_verify(sb, kind->stored->text, kind->stored->len, kind->password,
                                PASSWORD_LEN, &rehash[0]);
    } else {
        char texts[2 * SALTBOX_HASH_MAX];
        uint8_t passwords[3 * PASSWORD_LEN];
        const size_t len = kind->stored->len;
        const size_t text_end[] = {len, len, 2 * len};
        const size_t password_end[] = {PASSWORD_LEN, 2 * PASSWORD_LEN, 3 * PASSWORD_LEN};
        memcpy(texts, kind->stored->text, len);
        memcpy(texts + len, kind->stored->text, len);
        for (size_t i = 0; i < 3; i++) {
            memcpy(passwords + i * PASSWORD_LEN, kind->password, PASSWORD_LEN);
        }
        status = saltbox_verify_batch(sb, 3, texts, text_end, passwords, password_end, statuses,
                                      rehash);
        expect(status == SALTBOX_REJECTED, kind, status);
        status = statuses[0];
    }
    if (status == SALTBOX_E_BUSY) {
        expect(rehash[0] == 0, kind, status);
        if (kind->request == BATCH) {
            expect(statuses[1] == SALTBOX_E_BUSY && statuses[2] == SALTBOX_E_BUSY, kind, status);
        }
        atomic_fetch_add(&seen.busy, 1);
        return 0;
    }
    took = (size_t)((now() - start) * 1e3);
    atomic_fetch_add(&seen.took[took < 16384 ? took : 16383], 1);
    count(kind, status, rehash[0]);
    if (kind->request == BATCH) {
        count(&nobody, statuses[1], rehash[1]);
        count(kind, statuses[2], rehash[2]);
    }
    return 1;
}

/* Memory. */

static int statm;

static uint64_t resident(void) {
    char text[128] = "";
    unsigned long pages = 0;
    REQUIRE(pread(statm, text, sizeof text - 1, 0) > 0);
    REQUIRE(sscanf(text, "%*u %lu", &pages) == 1);
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The peak starts anew; false where the kernel does not offer that. */
static int forget_peak(void) {
    int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    int done = file >= 0 && write(file, "5", 1) == 1;
    if (file >= 0) {
        close(file);
    }
    return done;
}

static uint64_t peak(void) {
    static char text[8192];
    const char *line;
    unsigned long kib = 0;
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);
    REQUIRE(read(file, text, sizeof text - 1) > 0);
    close(file);
    line = strstr(text, "VmHWM:");
    REQUIRE(line != NULL && sscanf(line, "VmHWM: %lu", &kib) == 1);
    return (uint64_t)kib * 1024;
}

/* Threads. */

static const saltbox *cheap;
static pthread_barrier_t started;
static pthread_barrier_t measured;
static atomic_int stop;

struct thread {
    const struct work *work;
    size_t first;
};

/* A call that takes no memory to speak of and overwrites as much stack as any other. */
static void cheap_call(void) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    saltbox_status status;
    do {
        status = saltbox_hash(cheap, PASSWORD, PASSWORD_LEN, out, sizeof out, &len);
    } while (status == SALTBOX_E_BUSY);
    if (status != SALTBOX_OK) {
        atomic_fetch_add(&wrong_answers, 1);
    }
}

static void *run(void *argument) {
    const struct thread *thread = argument;
    const struct work *work = thread->work;
    cheap_call();
    pthread_barrier_wait(&started);
    pthread_barrier_wait(&measured);
    for (size_t i = thread->first; !atomic_load(&stop); i++) {
        if (!call(work->sb, &work->kinds[i % work->count])) {
            nanosleep(&RETRY, NULL);
        }
    }
    return NULL;
}

/* Calls for each second that one thread gets answered. */
static double alone(const struct work *work) {
    double start = now();
    double end = start + (seconds < 10 ? 0.5 : 1);
    size_t answered = 0;
    while (now() < end) {
        for (size_t i = 0; i < work->count; i++, answered++) {
            CHECK(call(work->sb, &work->kinds[i]));
        }
    }
    return (double)answered / (now() - start);
}

static saltbox_counters stats_of(const saltbox *sb) {
    saltbox_counters stats;
    memset(&stats, 0, sizeof stats);
    stats.struct_size = sizeof stats;
    REQUIRE(saltbox_stats(sb, &stats) == SALTBOX_OK);
    return stats;
}

/* The time within which `share` of the answered calls were. */
static size_t percentile(double share) {
    unsigned long long all = 0;
    unsigned long long within = 0;
    size_t ms = 0;
    for (size_t i = 0; i < 16384; i++) {
        all += seen.took[i];
    }
    while (ms < 16383 && (double)(within += seen.took[ms]) < share * (double)all) {
        ms++;
    }
    return ms + 1;
}

/* The counters of the library say what the callers saw. */
static void compare(const saltbox *sb) {
    const saltbox_counters stats = stats_of(sb);
    uint64_t by_scheme = 0;
    CHECK(stats.busy == seen.busy);
    CHECK(stats.jobs + stats.busy == seen.calls);
    CHECK(stats.hashes == seen.hashes);
    CHECK(stats.accepted == seen.accepted);
    CHECK(stats.rehash == seen.rehash);
    CHECK(stats.rejected == seen.rejected);
    CHECK(stats.no_user == seen.no_user);
    CHECK(stats.refused == seen.refused);
    for (size_t i = 0; i < SALTBOX_SCHEMES_MAX; i++) {
        by_scheme += stats.accepted_by_scheme[i] + stats.rejected_by_scheme[i];
    }
    CHECK(by_scheme == stats.accepted + stats.rejected);
    CHECK(stats.running_peak <= stats.max_running);
    CHECK(stats.queued_peak <= stats.queue_len);
    CHECK(stats.memory_peak_bytes <= stats.memory_budget_bytes);
    CHECK(stats.running == 0 && stats.queued == 0);
    CHECK(stats.memory_bytes == stats.memory_idle_bytes);
}

static void load(const char *name, const struct work *work, size_t times, double before) {
    static struct thread threads[MOST_THREADS];
    static pthread_t ids[MOST_THREADS];
    const saltbox *sb = work->sb;
    const saltbox_counters at_first = stats_of(sb);
    const unsigned long long calls_at_first = seen.calls;
    const unsigned long long busy_at_first = seen.busy;
    pthread_attr_t attributes;
    saltbox_counters stats;
    uint64_t baseline;
    uint64_t most = 0;
    uint64_t over;
    double end;
    uint32_t fits = 0;
    size_t count;
    int has_peak;

    REQUIRE(saltbox_capacity(sb, &fits) == SALTBOX_OK);
    REQUIRE(fits > 0);
    count = times * fits;
    REQUIRE(count <= MOST_THREADS);
    memset(seen.took, 0, sizeof seen.took);
    atomic_store(&stop, 0);
    REQUIRE(pthread_barrier_init(&started, NULL, (unsigned)count + 1) == 0);
    REQUIRE(pthread_barrier_init(&measured, NULL, (unsigned)count + 1) == 0);
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0);
    for (size_t i = 0; i < count; i++) {
        threads[i].work = work;
        threads[i].first = i;
        REQUIRE(pthread_create(&ids[i], &attributes, run, &threads[i]) == 0);
    }
    pthread_attr_destroy(&attributes);
    pthread_barrier_wait(&started);
    REQUIRE(saltbox_trim(sb, NULL) == SALTBOX_OK);
    peak();
    has_peak = forget_peak();
    baseline = resident();
    pthread_barrier_wait(&measured);
    for (end = now() + seconds; now() < end;) {
        uint64_t here = resident();
        most = here > most ? here : most;
        nanosleep(&MOMENT, NULL);
    }
    atomic_store(&stop, 1);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(pthread_join(ids[i], NULL) == 0);
    }
    if (has_peak) {
        uint64_t known = peak();
        most = known > most ? known : most;
    }
    pthread_barrier_destroy(&started);
    pthread_barrier_destroy(&measured);

    stats = stats_of(sb);
    over = most > baseline ? most - baseline : 0;
    CHECK(over <= stats.memory_budget_bytes + stats.memory_budget_bytes / 20);
    /* Otherwise the kernel was not asked right: a job of 19 MiB was there. */
    CHECK(over >= 19 * MIB || stats.memory_peak_bytes == 0);
    compare(sb);
    /* Otherwise this was no load: all slots were taken, some waited, and a hundred times is too much. */
    CHECK(stats.running_peak >= fits && stats.queued_peak > 0);
    CHECK(times < 100 || stats.busy > at_first.busy);
    printf("%s, %zu times the load (%zu threads):\n"
           "  %.1f MiB over the baseline%s; said %.1f; budget %.1f\n"
           "  %llu calls, %llu busy; at most %u ran, %u waited; p50 %zu ms, p99 %zu ms\n",
           name, times, count, (double)over / (double)MIB, has_peak ? "" : " (sampled)",
           (double)stats.memory_peak_bytes / (double)MIB,
           (double)stats.memory_budget_bytes / (double)MIB, seen.calls - calls_at_first,
           seen.busy - busy_at_first, stats.running_peak, stats.queued_peak, percentile(0.5),
           percentile(0.99));
    printf("  one thread: %.1f calls/s before, %.1f after\n", before, alone(work));
    compare(sb);
    fflush(stdout);
}

static void loads(const char *name, const char *json, const struct kind *kinds, size_t count) {
    saltbox *sb = core_of(json);
    struct work work = {sb, kinds, count};
    uint64_t bytes = 0;
    double before;

    memset(&seen, 0, sizeof seen);
    REQUIRE(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, own.text, sizeof own.text, &own.len)
            == SALTBOX_OK);
    atomic_fetch_add(&seen.calls, 1);
    atomic_fetch_add(&seen.hashes, 1);
    before = alone(&work);
    load(name, &work, 10, before);
    load(name, &work, 100, before);

    REQUIRE(saltbox_trim(sb, &bytes) == SALTBOX_OK);
    CHECK(stats_of(sb).memory_bytes == 0);
    saltbox_free(sb);
}

int main(int argc, char **argv) {
    static const char LARGER[] =
        "{\"hash\":{\"create\":{\"scheme\":\"argon2id\",\"m_kib\":36864,\"t\":1,\"p\":1}}}";
    saltbox *sb = core_of(LARGER);
    saltbox *shallow = core_of(CHEAP);
    cheap = shallow;

    if (argc > 1) {
        seconds = strtod(argv[1], NULL);
    }
    REQUIRE(seconds > 0);
    statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    REQUIRE(statm >= 0);
    REQUIRE(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, larger.text, sizeof larger.text, &larger.len)
            == SALTBOX_OK);
    saltbox_free(sb);

    loads("default", "{}", OF_POLICY, sizeof OF_POLICY / sizeof OF_POLICY[0]);
    /* Here the bytes are the limit, not the slots. */
    loads("mix in 44 MiB", "{\"hash\":{\"memory_mib\":44,\"max_running\":4}}", MIXED,
          sizeof MIXED / sizeof MIXED[0]);
    /* And here the slots alone: PBKDF2 takes no work memory. */
    loads("PBKDF2", "{\"hash\":{\"create\":{\"profile\":\"owasp-pbkdf2-sha256\"},\"memory_mib\":8}}",
          OF_POLICY, sizeof OF_POLICY / sizeof OF_POLICY[0]);

    CHECK(atomic_load(&wrong_answers) == 0);
    close(statm);
    saltbox_free(shallow);
    return finish("load");
}
