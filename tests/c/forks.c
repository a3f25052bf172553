/*
 * Processes that fork while threads hash. The header promises that any thread
 * may fork, that a child may use the handles it inherits and starts with work
 * memory of its own, and that a signal handler may fork in the middle of a call:
 * - children and grandchildren of a process whose threads hash, verify and wait
 *   decide right, count from 0, end, and share no salt with anyone;
 * - a fork costs the parent nothing: its next hash copies no work memory;
 * - a call that is interrupted by a fork has the right answer in both processes.
 *
 * Usage: forks [count]. How many children; the rest is scaled with it. 10000 is
 * the full proof.
 */

#define _GNU_SOURCE
#include "forking.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define THREADS 4
#define ALIVE 4

static const uint8_t RIGHT[] = "correct horse battery staple";
static const uint8_t WRONG[] = "correct horse battery stable";
#define PASSWORD_LEN (sizeof RIGHT - 1)

/* A core and a string that it made for RIGHT. */
struct core {
    saltbox *sb;
    char stored[SALTBOX_HASH_MAX];
    size_t stored_len;
};

/* The default policy, and one without work that shares its work memory. */
struct cores {
    struct core dear;
    struct core cheap;
};

static saltbox_config *cheap_settings;

static void make_string(struct core *core) {
    REQUIRE(saltbox_hash(core->sb, RIGHT, PASSWORD_LEN, core->stored, sizeof core->stored,
                         &core->stored_len) == SALTBOX_OK);
}

static void make_cores(struct cores *cores, const char *json) {
    cores->dear.sb = core_of(json);
    REQUIRE(saltbox_derive(cores->dear.sb, cheap_settings, &cores->cheap.sb) == SALTBOX_OK);
    make_string(&cores->dear);
    make_string(&cores->cheap);
}

static void free_cores(struct cores *cores) {
    saltbox_free(cores->cheap.sb);
    saltbox_free(cores->dear.sb);
}

static saltbox_status verify(const struct core *core, const uint8_t *password) {
    return saltbox_verify(core->sb, core->stored, core->stored_len, password, PASSWORD_LEN, NULL);
}

static saltbox_counters stats_of(const saltbox *sb) {
    saltbox_counters counters;
    counters.struct_size = sizeof counters;
    if (saltbox_stats(sb, &counters) != SALTBOX_OK) {
        memset(&counters, 0xff, sizeof counters);
    }
    return counters;
}

static void pause_for(long nanoseconds) {
    const struct timespec pause = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    nanosleep(&pause, NULL);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Children. After a fork in a process with threads: no stdio, no exit. */

#define TEXT_OF(what) #what
#define TEXT(what) TEXT_OF(what)
#define IN_A_CHILD(what) "forks.c:" TEXT(__LINE__) ": in a child: " what
#define CHILD_CHECK(condition) \
    child_check((condition) != 0, IN_A_CHILD("does not hold: " #condition "\n"))
#define CHILD_STATUS(call, expected) child_status((call), (expected), IN_A_CHILD(#call " is "))

static void say(const char *text) {
    if (write(STDERR_FILENO, text, strlen(text)) < 0) {
        _exit(3);
    }
}

static void child_check(int holds, const char *text) {
    if (!holds) {
        say(text);
        _exit(1);
    }
}

static void child_status(saltbox_status status, saltbox_status expected, const char *text) {
    if (status != expected) {
        say(text);
        say(saltbox_status_name(status));
        say("\n");
        _exit(1);
    }
}

/* What a child that ends with 0 did not do. */
static int went_wrong(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) != pid) {
        if (errno != EINTR) {
            return 1;
        }
    }
    if (WIFSIGNALED(status)) {
        say(WTERMSIG(status) == SIGALRM ? "a child hangs\n" : "a child died of a signal\n");
    }
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/* Salts. */

#define SALT_CHARACTERS 22

struct salt {
    char text[SALT_CHARACTERS];
};

static struct salt *salts;
static size_t salts_room;
static atomic_size_t salts_len;
static int salts_pipe[2];

/* $argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag> */
static struct salt salt_of(const char *stored) {
    struct salt salt;
    const char *at = stored;
    for (int dollars = 0; dollars < 4; dollars++) {
        at = strchr(at, '$') + 1;
    }
    memcpy(salt.text, at, sizeof salt.text);
    return salt;
}

static void keep_salt(struct salt salt) {
    const size_t at = atomic_fetch_add(&salts_len, 1);
    if (at < salts_room) {
        salts[at] = salt;
    }
}

/* Takes what the children wrote so far. */
static void receive_salts(void) {
    struct salt salt;
    while (read(salts_pipe[0], &salt, sizeof salt) == (ssize_t)sizeof salt) {
        keep_salt(salt);
    }
}

static int compare_salts(const void *one, const void *other) {
    return memcmp(one, other, sizeof(struct salt));
}

static void no_salt_repeats(size_t expected) {
    const size_t len = atomic_load(&salts_len);
    size_t repeated = 0;
    CHECK(len == expected);
    REQUIRE(len <= salts_room);
    qsort(salts, len, sizeof *salts, compare_salts);
    for (size_t i = 1; i < len; i++) {
        repeated += compare_salts(&salts[i - 1], &salts[i]) == 0;
    }
    CHECK(repeated == 0);
    printf("%zu salts, %zu repeated\n", len, repeated);
}

/* What a child does with what it inherits. */

static int nothing_happened(const saltbox_counters *c) {
    return c->running == 0 && c->running_peak == 0 && c->queued == 0 && c->queued_peak == 0
        && c->memory_bytes == 0 && c->memory_idle_bytes == 0 && c->memory_peak_bytes == 0
        && c->jobs == 0 && c->busy == 0 && c->hashes == 0 && c->accepted == 0 && c->rehash == 0
        && c->rejected == 0 && c->no_user == 0 && c->refused == 0;
}

/* A hash under a salt of its own, which the parent hears of. */
static void child_hashes(const saltbox *sb) {
    struct core made;
    struct salt salt;
    made.sb = NULL;
    CHILD_STATUS(saltbox_hash(sb, RIGHT, PASSWORD_LEN, made.stored, sizeof made.stored,
                              &made.stored_len), SALTBOX_OK);
    CHILD_STATUS(saltbox_verify(sb, made.stored, made.stored_len, RIGHT, PASSWORD_LEN, NULL),
                 SALTBOX_OK);
    salt = salt_of(made.stored);
    CHILD_CHECK(write(salts_pipe[1], &salt, sizeof salt) == (ssize_t)sizeof salt);
}

/* How many salts such a child sends. */
static size_t salts_of_child(unsigned long index) {
    return 2 + (index % 8 == 2);
}

static void use_what_was_inherited(const struct cores *cores, unsigned long index) {
    const int dear_hash = index % 8 == 2;
    const int dear_right = index % 8 == 0;
    const int dear_wrong = index % 8 == 1;
    saltbox_counters counters;
    saltbox *own = NULL;
    uint64_t trimmed = 0;

    alarm(HANG_SECONDS);
    counters = stats_of(cores->dear.sb);
    CHILD_CHECK(nothing_happened(&counters));

    CHILD_STATUS(verify(&cores->cheap, RIGHT), SALTBOX_OK);
    CHILD_STATUS(verify(&cores->cheap, WRONG), SALTBOX_REJECTED);
    child_hashes(cores->cheap.sb);
    if (dear_hash) {
        child_hashes(cores->dear.sb);
    }
    if (dear_right) {
        CHILD_STATUS(verify(&cores->dear, RIGHT), SALTBOX_OK);
    }
    if (dear_wrong) {
        CHILD_STATUS(verify(&cores->dear, WRONG), SALTBOX_REJECTED);
    }
    CHILD_STATUS(saltbox_derive(cores->dear.sb, cheap_settings, &own), SALTBOX_OK);
    child_hashes(own);
    saltbox_free(own);

    /* That, and nothing else. */
    counters = stats_of(cores->cheap.sb);
    CHILD_CHECK(counters.hashes == 2U + dear_hash);
    CHILD_CHECK(counters.accepted == 3U + dear_hash + dear_right);
    CHILD_CHECK(counters.rejected == 1U + dear_wrong);
    CHILD_CHECK(counters.jobs == counters.hashes + counters.accepted + counters.rejected);
    CHILD_CHECK(counters.busy == 0 && counters.no_user == 0 && counters.refused == 0);
    CHILD_CHECK(counters.running == 0 && counters.running_peak == 1);
    CHILD_CHECK(counters.queued == 0 && counters.queued_peak == 0);
    CHILD_CHECK(counters.memory_bytes > 0 && counters.memory_bytes == counters.memory_idle_bytes);
    CHILD_STATUS(saltbox_trim(cores->dear.sb, &trimmed), SALTBOX_OK);
    CHILD_CHECK(trimmed == counters.memory_bytes);
    CHILD_CHECK(stats_of(cores->dear.sb).memory_bytes == 0);
}

static pid_t fork_child(const struct cores *cores, unsigned long index, int has_child) {
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        use_what_was_inherited(cores, index);
        if (has_child) {
            const pid_t grandchild = fork();
            CHILD_CHECK(grandchild >= 0);
            if (grandchild == 0) {
                use_what_was_inherited(cores, index);
                _exit(0);
            }
            CHILD_CHECK(!went_wrong(grandchild));
        }
        _exit(0);
    }
    return pid;
}

/* A fork costs the parent nothing. */

static long minor_faults(void) {
    struct rusage usage;
    REQUIRE(getrusage(RUSAGE_THREAD, &usage) == 0);
    return usage.ru_minflt;
}

/* The stack and the heap are copied for a child, as in every program: this is not what is counted. */
static void touch_stack(void) {
    volatile unsigned char stack[256 * 1024];
    for (size_t i = 0; i < sizeof stack; i += 1024) {
        stack[i] = 1;
    }
}

/* A child that does nothing until `hold` is closed. */
static pid_t idle_child(int hold[2]) {
    pid_t pid;
    REQUIRE(pipe(hold) == 0);
    pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        char byte;
        alarm(HANG_SECONDS);
        close(hold[1]);
        _exit(read(hold[0], &byte, 1) != 0);
    }
    return pid;
}

static void let_go(int hold[2], pid_t pid) {
    close(hold[1]);
    CHECK(!went_wrong(pid));
    close(hold[0]);
}

static double speed(const struct core *core) {
    enum { HASHES = 8 };
    const double begin = seconds();
    for (int i = 0; i < HASHES; i++) {
        CHECK_STATUS(verify(core, RIGHT), SALTBOX_OK);
    }
    return HASHES / (seconds() - begin);
}

static void the_parent_copies_nothing(void) {
    enum { CONTROL = 1 << 20 };
    struct cores cores;
    int hold[ALIVE][2];
    pid_t pids[ALIVE];
    long faults;
    double alone;
    char *control = mmap(NULL, CONTROL, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(control != MAP_FAILED);
    memset(control, 1, CONTROL);
    /* Two slots, so that mappings of two sizes are kept. */
    make_cores(&cores, "{\"hash\":{\"max_running\":2}}");

    for (int i = 0; i < ALIVE; i++) {
        pids[i] = idle_child(hold[i]);
        touch_stack();
        CHECK_STATUS(verify(&cores.cheap, RIGHT), SALTBOX_OK);
        faults = minor_faults();
        make_string(&cores.dear);
        faults = minor_faults() - faults;
        CHECK(faults <= 8);
        printf("%ld minor faults of a hash with a child alive\n", faults);
        if (i == 0) {
            /* Otherwise the count above says nothing. */
            faults = minor_faults();
            memset(control, 2, CONTROL);
            CHECK(minor_faults() - faults > 8);
        }
    }
    alone = speed(&cores.dear);
    for (int i = ALIVE - 1; i >= 0; i--) {
        let_go(hold[i], pids[i]);
    }
    printf("hashing with %d children alive is %.2f times as fast as without\n", ALIVE,
           alone / speed(&cores.dear));
    munmap(control, CONTROL);
    free_cores(&cores);
}

/* A fork while one waits in the queue. */

static atomic_int holding;

/* Keeps the only slot for a while. */
static void *hold_the_slot(void *argument) {
    enum { ITEMS = 40 };
    const struct cores *cores = argument;
    const size_t nothing[ITEMS] = {0};
    saltbox_status status[ITEMS];
    CHECK_STATUS(saltbox_verify_batch(cores->dear.sb, ITEMS, NULL, nothing, NULL, nothing, status,
                                      NULL), SALTBOX_REJECTED);
    for (int i = 0; i < ITEMS; i++) {
        CHECK_STATUS(status[i], SALTBOX_REJECTED);
    }
    atomic_store(&holding, 0);
    return NULL;
}

static void *wait_for_the_slot(void *argument) {
    const struct cores *cores = argument;
    CHECK_STATUS(verify(&cores->cheap, RIGHT), SALTBOX_OK);
    return NULL;
}

static void wait_until_queued(const struct cores *cores, uint32_t queued) {
    saltbox_counters counters;
    do {
        pause_for(100000);
        counters = stats_of(cores->dear.sb);
    } while (atomic_load(&holding) && (counters.running != 1 || counters.queued != queued));
}

static void a_child_does_not_inherit_the_queue(unsigned long index) {
    struct cores cores;
    pthread_t holder;
    pthread_t waiter;
    pid_t pid;
    make_cores(&cores, "{\"hash\":{\"max_running\":1,\"queue_ms\":60000}}");
    atomic_store(&holding, 1);
    REQUIRE(pthread_create(&holder, NULL, hold_the_slot, &cores) == 0);
    wait_until_queued(&cores, 0);
    REQUIRE(pthread_create(&waiter, NULL, wait_for_the_slot, &cores) == 0);
    wait_until_queued(&cores, 1);
    pid = fork_child(&cores, index, 1);
    /* The moment of the fork lay within. */
    CHECK(stats_of(cores.dear.sb).queued == 1);
    CHECK(!went_wrong(pid));
    REQUIRE(pthread_join(waiter, NULL) == 0);
    REQUIRE(pthread_join(holder, NULL) == 0);
    CHECK_STATUS(verify(&cores.dear, RIGHT), SALTBOX_OK);
    free_cores(&cores);
}

/* Many forks while threads hash. */

static atomic_int stop;
static atomic_ulong thread_hashes;

struct thread {
    pthread_t id;
    const struct core *core;
};

static void *hash_and_verify(void *argument) {
    const struct thread *thread = argument;
    struct core made = *thread->core;
    while (!atomic_load(&stop)) {
        make_string(&made);
        keep_salt(salt_of(made.stored));
        atomic_fetch_add(&thread_hashes, 1);
        CHECK_STATUS(verify(&made, RIGHT), SALTBOX_OK);
        CHECK_STATUS(verify(thread->core, WRONG), SALTBOX_REJECTED);
    }
    return NULL;
}

static size_t children_of_threads_that_hash(const struct cores *cores, unsigned long count) {
    struct thread threads[THREADS];
    pid_t alive[ALIVE] = {0};
    unsigned long wrong = 0;
    unsigned long grandchildren = 0;
    size_t sent = 0;
    for (int i = 0; i < THREADS; i++) {
        threads[i].core = i % 2 == 0 ? &cores->dear : &cores->cheap;
        REQUIRE(pthread_create(&threads[i].id, NULL, hash_and_verify, &threads[i]) == 0);
    }
    for (unsigned long index = 0; index < count + ALIVE; index++) {
        pid_t *const slot = &alive[index % ALIVE];
        if (*slot != 0) {
            wrong += went_wrong(*slot) != 0;
        }
        receive_salts();
        if (index < count && wrong == 0) {
            const int has_child = index % 10 == 0;
            *slot = fork_child(cores, index, has_child);
            grandchildren += has_child;
            sent += salts_of_child(index) * (1 + has_child);
        } else {
            *slot = 0;
        }
    }
    receive_salts();
    atomic_store(&stop, 1);
    for (int i = 0; i < THREADS; i++) {
        REQUIRE(pthread_join(threads[i].id, NULL) == 0);
    }
    CHECK(wrong == 0);
    /* In the parent nothing is lost. */
    CHECK(stats_of(cores->dear.sb).running == 0 && stats_of(cores->dear.sb).queued == 0);
    CHECK(stats_of(cores->dear.sb).busy == 0);
    printf("%lu children and %lu grandchildren while threads made %lu hashes\n", count,
           grandchildren, atomic_load(&thread_hashes));
    return sent + atomic_load(&thread_hashes);
}

/* A signal handler that forks in the middle of a call. */

enum kind {
    HASH,
    VERIFY_RIGHT,
    VERIFY_WRONG,
    VERIFY_NO_USER,
    VERIFY_BATCH,
    VERIFY_BATCH_RIGHT,
    VERIFY_SCRYPT,
    VERIFY_PBKDF2,
    STOP
};

/* tests/vectors/hashes.json. */
static const char SCRYPT[] =
    "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI";
static const uint8_t SCRYPT_PASSWORD[] = "password";
static const char PBKDF2[] =
    "$pbkdf2-sha256$i=4096,l=40$c2FsdFNBTFRzYWx0U0FMVHNhbHRTQUxUc2FsdFNBTFRzYWx0"
    "$NIyJ28vTKy8y2BS4EW6EzysXNH68GAAYHE4qH7jdU+HGNVGMfaxH6Q";
static const uint8_t PBKDF2_PASSWORD[] = "passwordPASSWORDpassword";

static _Atomic(const struct core *) wanted_core;
static atomic_int wanted_kind;

#ifdef __x86_64__
/* From here on the processor traps after each instruction, where that is wanted. */
#define TRAP_FLAG 0x100
static volatile sig_atomic_t stepping;

static void trap_from_here(void) {
    if (stepping) {
        __asm__ volatile("pushfq\n\torq $0x100, (%%rsp)\n\tpopfq" ::: "memory", "cc");
    }
}
#else
static void trap_from_here(void) {
}
#endif

/* NULL where the answer is right, else what it was. The handler forks within the call only. */
static const char *call_once(const struct core *core, enum kind kind) {
    enum { ITEMS = 3 };
    struct core made = *core;
    char texts[ITEMS * SALTBOX_HASH_MAX];
    uint8_t passwords[ITEMS * PASSWORD_LEN];
    size_t text_end[ITEMS];
    size_t password_end[ITEMS];
    saltbox_status each[ITEMS];
    saltbox_status status = SALTBOX_E_INTERNAL;
    saltbox_status expected = SALTBOX_OK;
    for (size_t i = 0; i < ITEMS; i++) {
        memcpy(texts + i * core->stored_len, core->stored, core->stored_len);
        memcpy(passwords + i * PASSWORD_LEN, i == 1 && kind == VERIFY_BATCH ? WRONG : RIGHT,
               PASSWORD_LEN);
        text_end[i] = (i + 1) * core->stored_len;
        password_end[i] = (i + 1) * PASSWORD_LEN;
        each[i] = SALTBOX_E_INTERNAL;
    }
    made.stored_len = 0;
    memset(made.stored, 0, sizeof made.stored);

    inside = 1;
    trap_from_here();
    switch (kind) {
    case HASH:
        status = saltbox_hash(core->sb, RIGHT, PASSWORD_LEN, made.stored, sizeof made.stored,
                              &made.stored_len);
        break;
    case VERIFY_RIGHT:
        status = verify(core, RIGHT);
        break;
    case VERIFY_WRONG:
        status = verify(core, WRONG);
        expected = SALTBOX_REJECTED;
        break;
    case VERIFY_NO_USER:
        status = saltbox_verify(core->sb, NULL, 0, RIGHT, PASSWORD_LEN, NULL);
        expected = SALTBOX_REJECTED;
        break;
    case VERIFY_BATCH:
    case VERIFY_BATCH_RIGHT:
        status = saltbox_verify_batch(core->sb, ITEMS, texts, text_end, passwords, password_end,
                                      each, NULL);
        expected = kind == VERIFY_BATCH ? SALTBOX_REJECTED : SALTBOX_OK;
        break;
    case VERIFY_SCRYPT:
        status = saltbox_verify(core->sb, SCRYPT, sizeof SCRYPT - 1, SCRYPT_PASSWORD,
                                sizeof SCRYPT_PASSWORD - 1, NULL);
        break;
    case VERIFY_PBKDF2:
        status = saltbox_verify(core->sb, PBKDF2, sizeof PBKDF2 - 1, PBKDF2_PASSWORD,
                                sizeof PBKDF2_PASSWORD - 1, NULL);
        break;
    case STOP:
        break;
    }
    inside = 0;

    if (status != expected) {
        return saltbox_status_name(status);
    }
    if (in_child && stats_of(core->sb).accepted > ITEMS) {
        return "more right passwords counted than there are";
    }
    if (kind == HASH
        && (verify(&made, RIGHT) != SALTBOX_OK || verify(&made, WRONG) != SALTBOX_REJECTED)) {
        return "a hash that does not verify";
    }
    if ((kind == VERIFY_BATCH || kind == VERIFY_BATCH_RIGHT)
        && (each[0] != SALTBOX_OK || each[2] != SALTBOX_OK
            || each[1] != (kind == VERIFY_BATCH ? SALTBOX_REJECTED : SALTBOX_OK))) {
        return "a batch with a wrong status";
    }
    return NULL;
}

/* The child of a handler, after the call that was interrupted. */
static _Noreturn void end_child(const struct core *core, const char *wrong) {
    if (wrong != NULL) {
        say("forks.c: an interrupted call in a child: ");
        say(wrong);
        say("\n");
        _exit(1);
    }
    /* Whatever was interrupted, the pool is as it should be. */
    CHILD_STATUS(verify(core, RIGHT), SALTBOX_OK);
    CHILD_STATUS(verify(core, WRONG), SALTBOX_REJECTED);
    CHILD_CHECK(stats_of(core->sb).running == 0 && stats_of(core->sb).queued == 0);
    _exit(0);
}

static void *call_and_be_interrupted(void *argument) {
    int kind;
    (void)argument;
    while ((kind = atomic_load(&wanted_kind)) != STOP) {
        const struct core *const core = atomic_load(&wanted_core);
        const char *const wrong = call_once(core, (enum kind)kind);
        if (in_child) {
            end_child(core, wrong);
        }
        if (wrong != NULL) {
            fprintf(stderr, "forks.c: an interrupted call in the parent: %s\n", wrong);
            failures++;
        }
    }
    return NULL;
}

/* Interrupts `thread` within a call. The child that came of it. */
static pid_t interrupt(pthread_t thread, long most_nanoseconds) {
    static uint64_t random = 88172645463325252;
    do {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        pause_for((long)(random % (uint64_t)most_nanoseconds));
    } while (!was_forked(thread));
    return forked;
}

static void interrupted_calls(const struct cores *cores, unsigned long count) {
    const struct {
        const struct core *core;
        enum kind kind;
        /* About twice as long as the call. */
        long nanoseconds;
        unsigned long forks;
    } rounds[] = {
        {&cores->dear, HASH, 30000000, count / 100},
        {&cores->dear, VERIFY_RIGHT, 30000000, count / 100},
        {&cores->dear, VERIFY_WRONG, 30000000, count / 150},
        {&cores->dear, VERIFY_NO_USER, 30000000, count / 150},
        {&cores->dear, VERIFY_BATCH, 90000000, count / 150},
        {&cores->cheap, VERIFY_SCRYPT, 80000000, count / 150},
        {&cores->cheap, VERIFY_PBKDF2, 4000000, count / 30},
        {&cores->cheap, HASH, 50000, count / 6 + 12},
        {&cores->cheap, VERIFY_RIGHT, 50000, count / 6 + 12},
        {&cores->cheap, VERIFY_BATCH, 50000, count / 6 + 12},
        {&cores->dear, VERIFY_BATCH_RIGHT, 90000000, count / 150},
        {&cores->cheap, VERIFY_BATCH_RIGHT, 50000, count / 6 + 12},
    };
    unsigned long forks = 0;
    unsigned long wrong = 0;
    pthread_t thread;
    atomic_store(&wanted_core, &cores->dear);
    atomic_store(&wanted_kind, VERIFY_RIGHT);
    REQUIRE(pthread_create(&thread, NULL, call_and_be_interrupted, NULL) == 0);
    for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++) {
        atomic_store(&wanted_core, rounds[i].core);
        atomic_store(&wanted_kind, rounds[i].kind);
        for (unsigned long fork = 0; fork < rounds[i].forks + 1; fork++) {
            wrong += went_wrong(interrupt(thread, rounds[i].nanoseconds)) != 0;
            forks++;
        }
    }
    atomic_store(&wanted_kind, STOP);
    REQUIRE(pthread_join(thread, NULL) == 0);
    CHECK(wrong == 0);
    CHECK(forks >= 50);
    printf("%lu forks in signal handlers within calls\n", forks);
}

/* The same while it waits in the queue: in the child nobody is before it. */
#define QUEUE_MS 2000

static void an_interrupted_wait(void) {
    struct cores cores;
    pthread_t holder;
    pthread_t waiter;
    pid_t pid;
    double begin;
    make_cores(&cores, "{\"hash\":{\"max_running\":1,\"queue_ms\":" TEXT(QUEUE_MS) "}}");
    atomic_store(&holding, 1);
    REQUIRE(pthread_create(&holder, NULL, hold_the_slot, &cores) == 0);
    wait_until_queued(&cores, 0);
    atomic_store(&wanted_core, &cores.cheap);
    atomic_store(&wanted_kind, VERIFY_RIGHT);
    REQUIRE(pthread_create(&waiter, NULL, call_and_be_interrupted, NULL) == 0);
    wait_until_queued(&cores, 1);
    begin = seconds();
    pid = interrupt(waiter, 1000000);
    CHECK(stats_of(cores.dear.sb).queued == 1);
    CHECK(!went_wrong(pid));
    begin = seconds() - begin;
    printf("a call that was forked out of the queue took %.3f s in the child\n", begin);
    CHECK(begin < QUEUE_MS / 2e3);
    atomic_store(&wanted_kind, STOP);
    REQUIRE(pthread_join(waiter, NULL) == 0);
    REQUIRE(pthread_join(holder, NULL) == 0);
    free_cores(&cores);
}

#ifdef __x86_64__
/* At every instruction of a call: the trap flag stops after each, and the handler of the trap forks. */

#define PLACES (1U << 18)

static unsigned long places[PLACES];
static unsigned long steps;
static unsigned long step_forks;
static unsigned long step_wrong;
/* Out of 10000 places, at how many it forks. */
static unsigned long share;

/* Whether nobody has forked at this instruction yet. */
static int is_new(unsigned long place) {
    const unsigned long hash = place * 0x9e3779b97f4a7c15UL;
    size_t at = hash >> 46;
    for (; places[at] != place; at = (at + 1) % PLACES) {
        if (places[at] == 0) {
            places[at] = place;
            return (hash >> 20) % 10000 < share;
        }
    }
    return 0;
}

static void fork_at_step(int number, siginfo_t *info, void *context) {
    greg_t *const registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const int before = errno;
    (void)number, (void)info;
    if (!inside || !stepping || in_child) {
        registers[REG_EFL] &= ~TRAP_FLAG;
        return;
    }
    steps++;
    /* Where the library holds signals off, no other handler would run either. */
    if (sigismember(&((ucontext_t *)context)->uc_sigmask, SIGUSR1) == 0
        && is_new((unsigned long)registers[REG_RIP])) {
        const pid_t pid = fork();
        if (pid == 0) {
            in_child = 1;
            alarm(HANG_SECONDS);
            registers[REG_EFL] &= ~TRAP_FLAG;
        } else {
            step_forks++;
            step_wrong += pid < 0 || went_wrong(pid);
        }
    }
    errno = before;
}

static void a_call_interrupted_anywhere(const struct core *core, unsigned long count) {
    static const enum kind kinds[] = {HASH, VERIFY_RIGHT, VERIFY_BATCH_RIGHT};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = fork_at_step;
    action.sa_flags = SA_SIGINFO;
    REQUIRE(sigaction(SIGTRAP, &action, NULL) == 0);
    share = count;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *wrong;
        memset(places, 0, sizeof places);
        stepping = 1;
        wrong = call_once(core, kinds[i]);
        stepping = 0;
        if (in_child) {
            end_child(core, wrong);
        }
        CHECK(wrong == NULL);
    }
    CHECK(step_wrong == 0);
    CHECK(step_forks > 0);
    printf("%lu forks in %lu steps, %lu went wrong\n", step_forks, steps, step_wrong);
}
#endif

int main(int argc, char **argv) {
    const unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
    struct cores cores;
    size_t expected = 0;
    REQUIRE(count > 0 && count <= 1000000);
    REQUIRE(setvbuf(stdout, NULL, _IOLBF, 0) == 0);
    REQUIRE(pipe2(salts_pipe, O_NONBLOCK) == 0);
    salts_room = 100000 + 50 * count;
    salts = malloc(salts_room * sizeof *salts);
    REQUIRE(salts != NULL);
    let_threads_be_forked();
    REQUIRE(saltbox_config_parse((const uint8_t *)CHEAP, strlen(CHEAP), &cheap_settings, NULL)
            == SALTBOX_OK);

    the_parent_copies_nothing();
    for (unsigned long index = 0; index < 3; index++) {
        a_child_does_not_inherit_the_queue(index);
        expected += 2 * salts_of_child(index);
    }
    /* Threads wait for each other all the time, however many CPUs there are. */
    make_cores(&cores, "{\"hash\":{\"max_running\":2,\"queue_ms\":60000}}");
    expected += children_of_threads_that_hash(&cores, count);
    no_salt_repeats(expected);
    interrupted_calls(&cores, count);
    an_interrupted_wait();
#ifdef __x86_64__
    /* To step through a call takes half a minute, however many of the places are forked at. */
    if (count >= 300) {
        a_call_interrupted_anywhere(&cores.cheap, count);
    }
#endif

    free_cores(&cores);
    saltbox_config_free(cheap_settings);
    free(salts);
    return finish("forks");
}
