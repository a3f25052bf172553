/*
 * Every call that takes a password fits on a thread with 128 KiB of stack, the
 * promise of the header. The stack is painted first, so the program can also
 * say how much of it was touched.
 */

#define _GNU_SOURCE
#include "check.h"

#include <pthread.h>
#include <sys/mman.h>

#define STACK_BYTES ((size_t)128 * 1024)
#define PAINT 0xa5

#define DEFAULT "{}"
#define SCRYPT "{\"hash\":{\"create\":{\"scheme\":\"scrypt\",\"ln\":13,\"r\":8,\"p\":10}}}"

struct job {
    const saltbox *sb;
    const uint8_t *password;
    size_t password_len;
};

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
    CHECK_STATUS(saltbox_identify(job->sb, stored, stored_len, NULL, &outcome), SALTBOX_OK);
    saltbox_outcome_free(outcome);
    return NULL;
}

static void *make_core(void *argument) {
    const char *json = argument;
    saltbox_free(core_of(json));
    return NULL;
}

/* Runs `body` on a small stack and returns how many bytes of it were touched. */
static size_t run_on_small_stack(void *(*body)(void *), void *argument) {
    pthread_attr_t attributes;
    pthread_t thread;
    size_t untouched = 0;
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
    static const char *const settings[] = {DEFAULT, SCRYPT};
    static uint8_t password[4096];
    size_t most = 0;

    for (size_t s = 0; s < sizeof settings / sizeof settings[0]; s++) {
        saltbox *sb = core_of(settings[s]);
        for (size_t i = 0; i < sizeof passwords / sizeof passwords[0]; i++) {
            struct job job = {sb, password, 0};
            size_t touched;
            /* One computation of scrypt is dear; the preparation is the same for both. */
            if (s == 1 && i != 1) {
                continue;
            }
            job.password_len = fill(password, passwords[i].piece);
            touched = run_on_small_stack(hash_and_verify, &job);
            most = touched > most ? touched : most;
        }
        saltbox_free(sb);
    }
    {
        size_t touched = run_on_small_stack(make_core, (void *)(uintptr_t)SCRYPT);
        most = touched > most ? touched : most;
    }
    printf("at most %zu of %zu bytes of stack touched, pthread's own included\n", most, STACK_BYTES);
    return finish("small_stack");
}
