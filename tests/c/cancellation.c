/*
 * Threads that are cancelled around and inside of calls. The header promises
 * that a call is not a cancellation point: it does all it has to do, and the
 * thread ends after it. glibc cancels by unwinding, so a call that let it
 * through would tear down frames of Rust, leak its memory or end the process.
 */

#define _GNU_SOURCE
#include "check.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 64
#define PASSWORD ((const uint8_t *)"correct horse battery staple")
#define PASSWORD_LEN 28
#define DEFAULT "{}"

/* A core and a string that it made for PASSWORD. */
struct core {
    saltbox *sb;
    char stored[SALTBOX_HASH_MAX];
    size_t stored_len;
};

static struct core cheap;
static struct core dear;
static saltbox_config *settings;
static saltbox_outcome *findings;

/* What a call made. The main thread ends it, whenever the other thread was cancelled. */
struct made {
    saltbox *sb;
    saltbox_config *config;
    saltbox_outcome *outcome;
};

typedef int call(const struct core *core, struct made *made);

static int call_abi(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_abi() == SALTBOX_ABI;
}

static int call_version(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_version() != NULL;
}

static int call_status_name(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_status_name(SALTBOX_E_KEY) != NULL;
}

static int call_config_parse(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_config_parse((const uint8_t *)CHEAP, strlen(CHEAP), &made->config, NULL)
        == SALTBOX_OK;
}

static int call_config_add_key(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_config_add_key(settings, 1, PASSWORD, PASSWORD_LEN) == SALTBOX_E_KEY;
}

static int call_config_free(const struct core *core, struct made *made) {
    saltbox_config *config = made->config;
    (void)core;
    made->config = NULL;
    saltbox_config_free(config);
    return 1;
}

static int call_new(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_new(settings, &made->sb) == SALTBOX_OK;
}

static int call_derive(const struct core *core, struct made *made) {
    return saltbox_derive(core->sb, settings, &made->sb) == SALTBOX_OK;
}

static int call_free(const struct core *core, struct made *made) {
    saltbox *sb = made->sb;
    (void)core;
    made->sb = NULL;
    saltbox_free(sb);
    return 1;
}

static int call_hash(const struct core *core, struct made *made) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    (void)made;
    return saltbox_hash(core->sb, PASSWORD, PASSWORD_LEN, out, sizeof out, &len) == SALTBOX_OK;
}

static int call_verify(const struct core *core, struct made *made) {
    (void)made;
    return saltbox_verify(core->sb, core->stored, core->stored_len, PASSWORD, PASSWORD_LEN, NULL) == SALTBOX_OK;
}

static int call_verify_batch(const struct core *core, struct made *made) {
    size_t password_end = PASSWORD_LEN;
    saltbox_status status = SALTBOX_E_INTERNAL;
    (void)made;
    return saltbox_verify_batch(core->sb, 1, core->stored, &core->stored_len, PASSWORD,
                                &password_end, &status, NULL) == SALTBOX_OK;
}

static int call_verify_no_user(const struct core *core, struct made *made) {
    (void)made;
    return saltbox_verify(core->sb, NULL, 0, PASSWORD, PASSWORD_LEN, NULL) == SALTBOX_REJECTED;
}

static int call_identify(const struct core *core, struct made *made) {
    return saltbox_identify(core->sb, core->stored, core->stored_len, NULL, &made->outcome)
        == SALTBOX_OK;
}

static int call_outcome_json(const struct core *core, struct made *made) {
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_outcome_json(findings, &len) != NULL && len != 0;
}

static int call_outcome_free(const struct core *core, struct made *made) {
    saltbox_outcome *outcome = made->outcome;
    (void)core;
    made->outcome = NULL;
    saltbox_outcome_free(outcome);
    return 1;
}

static const struct {
    const char *name;
    call *call;
    /* Makes what `call` ends, where it ends something. */
    call *before;
} calls[] = {
    {"saltbox_abi", call_abi, NULL},
    {"saltbox_version", call_version, NULL},
    {"saltbox_status_name", call_status_name, NULL},
    {"saltbox_config_parse", call_config_parse, NULL},
    {"saltbox_config_add_key", call_config_add_key, NULL},
    {"saltbox_config_free", call_config_free, call_config_parse},
    {"saltbox_new", call_new, NULL},
    {"saltbox_derive", call_derive, NULL},
    {"saltbox_free", call_free, call_new},
    {"saltbox_hash", call_hash, NULL},
    {"saltbox_verify", call_verify, NULL},
    {"saltbox_verify, no user", call_verify_no_user, NULL},
    {"saltbox_verify_batch", call_verify_batch, NULL},
    {"saltbox_identify", call_identify, NULL},
    {"saltbox_outcome_json", call_outcome_json, NULL},
    {"saltbox_outcome_free", call_outcome_free, call_identify},
};
#define CALLS (sizeof calls / sizeof calls[0])

struct thread {
    call *call;
    const struct core *core;
    struct made made;
    sem_t ready;
    int right_answer;
    int outlived_cancellation;
};

static void free_made(struct thread *thread) {
    saltbox_free(thread->made.sb);
    saltbox_config_free(thread->made.config);
    saltbox_outcome_free(thread->made.outcome);
}

/* The cancellation is pending before the call begins. */
static void *cancelled_before(void *argument) {
    struct thread *thread = argument;
    int old;
    pthread_cancel(pthread_self());
    thread->right_answer = thread->call(thread->core, &thread->made);
    /* Still as the caller had it: enabled and deferred. */
    pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old);
    CHECK(old == PTHREAD_CANCEL_DEFERRED);
    pthread_testcancel();
    thread->outlived_cancellation = 1;
    return NULL;
}

/* A caller who has cancellation disabled finds it disabled after the call. */
static void *disabled_by_the_caller(void *argument) {
    struct thread *thread = argument;
    int old;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    pthread_cancel(pthread_self());
    thread->right_answer = thread->call(thread->core, &thread->made);
    pthread_testcancel();
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
    CHECK(old == PTHREAD_CANCEL_DISABLE);
    pthread_testcancel();
    thread->outlived_cancellation = 1;
    return NULL;
}

static void cancel_before(void *(*body)(void *), size_t index) {
    struct thread thread;
    pthread_t id;
    void *result = NULL;
    memset(&thread, 0, sizeof thread);
    thread.call = calls[index].call;
    thread.core = &cheap;
    if (calls[index].before != NULL) {
        REQUIRE(calls[index].before(&cheap, &thread.made));
    }
    REQUIRE(pthread_create(&id, NULL, body, &thread) == 0);
    REQUIRE(pthread_join(id, &result) == 0);
    if (!thread.right_answer || thread.outlived_cancellation || result != PTHREAD_CANCELED) {
        fprintf(stderr, "%s: answered %d, outlived %d, cancelled %d\n", calls[index].name,
                thread.right_answer, thread.outlived_cancellation, result == PTHREAD_CANCELED);
        failures++;
    }
    free_made(&thread);
}

/*
 * Asynchronous, while the call works: the thread ends, but only after the call
 * gave back its memory. (Around the call such a thread is on its own. POSIX
 * lets it call next to nothing, and a signal that glibc sent before the call
 * held cancellation off still takes effect within it.)
 */
static void *cancelled_within(void *argument) {
    struct thread *thread = argument;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    sem_post(&thread->ready);
    thread->call(thread->core, &thread->made);
    for (;;) {
        pthread_testcancel();
    }
    return NULL;
}

static void cancel_within(call *call, long microseconds) {
    struct thread thread;
    struct timespec pause = {0, microseconds * 1000};
    pthread_t id;
    memset(&thread, 0, sizeof thread);
    thread.call = call;
    thread.core = &dear;
    REQUIRE(sem_init(&thread.ready, 0, 0) == 0);
    REQUIRE(pthread_create(&id, NULL, cancelled_within, &thread) == 0);
    sem_wait(&thread.ready);
    nanosleep(&pause, NULL);
    pthread_cancel(id);
    /* Without the cancellation this would never return. */
    REQUIRE(pthread_join(id, NULL) == 0);
    free_made(&thread);
    sem_destroy(&thread.ready);
}

/* Memory of this process that is in use, in MiB. */
static long resident_mib(void) {
    long total = 0;
    long resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    REQUIRE(statm != NULL);
    REQUIRE(fscanf(statm, "%ld %ld", &total, &resident) == 2);
    fclose(statm);
    return resident / (1024 * 1024 / sysconf(_SC_PAGESIZE));
}

static void make_core(struct core *core, const char *json) {
    core->sb = core_of(json);
    REQUIRE(saltbox_hash(core->sb, PASSWORD, PASSWORD_LEN, core->stored, sizeof core->stored,
                         &core->stored_len) == SALTBOX_OK);
}

int main(void) {
    static call *const long_calls[] = {call_hash, call_verify, call_verify_no_user,
                                       call_verify_batch};
    long before;
    make_core(&cheap, CHEAP);
    make_core(&dear, DEFAULT);
    REQUIRE(saltbox_config_parse((const uint8_t *)CHEAP, strlen(CHEAP), &settings, NULL)
            == SALTBOX_OK);
    REQUIRE(saltbox_identify(dear.sb, dear.stored, dear.stored_len, NULL, &findings)
            == SALTBOX_OK);
    before = resident_mib();

    for (size_t index = 0; index < CALLS; index++) {
        for (int round = 0; round < ROUNDS; round++) {
            cancel_before(cancelled_before, index);
        }
        cancel_before(disabled_by_the_caller, index);
    }
    for (int round = 0; round < ROUNDS; round++) {
        cancel_within(long_calls[round % 4], 1000 + round * 100);
    }
    /* A call that was torn down would have left its 19 MiB behind. */
    CHECK(resident_mib() - before < 100);

    saltbox_outcome_free(findings);
    saltbox_config_free(settings);
    saltbox_free(dear.sb);
    saltbox_free(cheap.sb);
    return finish("cancellation");
}
