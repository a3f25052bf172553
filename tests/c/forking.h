/* A signal handler that forks in the middle of a call. */

#ifndef FORKING_H
#define FORKING_H

#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

/* A child that is not done by then hangs. */
#define HANG_SECONDS 60

/* Whether this thread is within a call, as the thread says. */
static _Thread_local volatile sig_atomic_t inside;
static volatile sig_atomic_t in_child;
/* The child of the thread that was interrupted last; 0 where that was not within a call. */
static volatile pid_t forked;
static sem_t handled;

static void fork_here(int number) {
    const int before = errno;
    (void)number;
    forked = 0;
    if (inside) {
        const pid_t pid = fork();
        if (pid == 0) {
            in_child = 1;
            alarm(HANG_SECONDS);
            errno = before;
            return;
        }
        forked = pid;
    }
    sem_post(&handled);
    errno = before;
}

/* From here on SIGUSR1 lets a thread fork. */
static inline void let_threads_be_forked(void) {
    struct sigaction action;
    REQUIRE(sem_init(&handled, 0, 0) == 0);
    memset(&action, 0, sizeof action);
    action.sa_handler = fork_here;
    REQUIRE(sigemptyset(&action.sa_mask) == 0);
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
}

/* Forks `thread`, if it is within a call. Whether it was. */
static inline int was_forked(pthread_t thread) {
    REQUIRE(pthread_kill(thread, SIGUSR1) == 0);
    REQUIRE(sem_wait(&handled) == 0);
    REQUIRE(forked >= 0);
    return forked != 0;
}

#endif
