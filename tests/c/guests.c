/*
 * Jobs that wait have their blocks made beside one that has the slot. Here all
 * do, as far as the hash does not fit in the caches: one slot, several threads.
 * - every answer is right, whoever made the blocks, and no more memory is used
 *   than there may be;
 * - a signal handler that forks in the middle of a call, of a host or of a guest,
 *   costs neither process its answer;
 * - a thread that is cancelled ends after its call, and keeps nobody waiting.
 */

#define _GNU_SOURCE
#include "forking.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4
#define FORKS 24
#define CANCELLED 12

static const char SETTINGS[] =
    "{\"hash\":{\"create\":{\"scheme\":\"argon2id\",\"m_kib\":47104,\"t\":1,\"p\":1},"
    "\"max_running\":1,\"queue_ms\":60000,\"memory_mib\":230}}";
static const uint8_t RIGHT[] = "correct horse battery staple";
static const uint8_t WRONG[] = "correct horse battery stable";
#define PASSWORD_LEN (sizeof RIGHT - 1)

static saltbox *sb;
static char stored[SALTBOX_HASH_MAX];
static size_t stored_len;

static atomic_int stop;

static saltbox_status verify(const uint8_t *password) {
    saltbox_status status;
    inside = 1;
    status = saltbox_verify(sb, stored, stored_len, password, PASSWORD_LEN, NULL);
    inside = 0;
    return status;
}

static saltbox_counters stats(void) {
    saltbox_counters counters;
    counters.struct_size = sizeof counters;
    REQUIRE(saltbox_stats(sb, &counters) == SALTBOX_OK);
    return counters;
}

/* In a child there is no other thread, and the pool is its own. */
static _Noreturn void end_child(int is_right) {
    const int again = verify(RIGHT) == SALTBOX_OK && verify(WRONG) == SALTBOX_REJECTED;
    const saltbox_counters now = stats();
    _exit(is_right && again && now.running == 0 && now.queued == 0 ? 0 : 1);
}

static void *call(void *argument) {
    const size_t first = (size_t)(uintptr_t)argument;
    for (size_t i = first; !atomic_load(&stop); i++) {
        const int is_right = i % 3 != 0;
        const saltbox_status status = verify(is_right ? RIGHT : WRONG);
        const int holds = status == (is_right ? SALTBOX_OK : SALTBOX_REJECTED);
        if (in_child) {
            end_child(holds);
        }
        CHECK(holds);
    }
    return NULL;
}

static void *call_once(void *argument) {
    (void)argument;
    CHECK(verify(RIGHT) == SALTBOX_OK);
    /* The call held cancellation off; here it is due. */
    pthread_testcancel();
    return NULL;
}

static void pause_for(long nanoseconds) {
    const struct timespec time = {0, nanoseconds};
    nanosleep(&time, NULL);
}

static void fork_within_calls(const pthread_t *threads) {
    for (int i = 0; i < FORKS; i++) {
        int status = 0;
        do {
            pause_for(3000000 + i % 7 * 4000000);
        } while (!was_forked(threads[i % THREADS]));
        REQUIRE(waitpid(forked, &status, 0) == forked);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

static void cancel_within_calls(void) {
    for (int i = 0; i < CANCELLED; i++) {
        pthread_t thread;
        void *result = NULL;
        REQUIRE(pthread_create(&thread, NULL, call_once, NULL) == 0);
        pause_for(1000000 + i * 5000000);
        pthread_cancel(thread);
        REQUIRE(pthread_join(thread, &result) == 0);
    }
}

/* Of the last cache, where the system tells. */
static long cache_kib(void) {
    long kib = 0;
    FILE *file = fopen("/sys/devices/system/cpu/cpu0/cache/index3/size", "r");
    if (file != NULL) {
        if (fscanf(file, "%ldK", &kib) != 1) {
            kib = 0;
        }
        fclose(file);
    }
    return kib;
}

int main(void) {
    pthread_t threads[THREADS];
    saltbox_counters now;

    let_threads_be_forked();
    sb = core_of(SETTINGS);
    REQUIRE(saltbox_hash(sb, RIGHT, PASSWORD_LEN, stored, sizeof stored, &stored_len)
            == SALTBOX_OK);

    for (size_t i = 0; i < THREADS; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, call, (void *)(uintptr_t)i) == 0);
    }
    fork_within_calls(threads);
    cancel_within_calls();
    atomic_store(&stop, 1);
    for (size_t i = 0; i < THREADS; i++) {
        REQUIRE(pthread_join(threads[i], NULL) == 0);
    }

    now = stats();
    CHECK(now.running == 0 && now.queued == 0 && now.running_peak == 1 && now.busy == 0);
    CHECK(now.memory_bytes == now.memory_idle_bytes);
    CHECK(now.memory_peak_bytes <= now.memory_budget_bytes);
    CHECK(now.jobs == now.hashes + now.accepted + now.rejected);
    if (cache_kib() < 46 * 1024) {
        CHECK(now.joined > 0);
    } else {
        printf("no guests here, where a hash fits in the caches\n");
    }
    printf("%llu jobs, of which %llu beside another one\n", (unsigned long long)now.jobs,
           (unsigned long long)now.joined);
    saltbox_free(sb);
    return finish("guests");
}
