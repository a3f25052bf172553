/*
 * How dear a hash should be on this machine, from C: a table of what to put into
 * the configuration.
 *
 *     cc calibrate.c -o calibrate $(pkg-config --cflags --libs saltbox) -pthread
 *     ./calibrate [milliseconds [at_once [mib]]]
 *
 * saltbox has neither a clock nor threads. What to copy is measure: as long as
 * there is something to measure, so many threads as are asked for compute hashes
 * at once and read one clock, and what they read is told.
 */

#define _POSIX_C_SOURCE 200809L

#include <saltbox.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MIB ((uint64_t)1 << 20)

/* One thread of a step. */
struct worker {
    const saltbox_calibration *calibration;
    pthread_t thread;
    saltbox_status status;
    uint64_t *readings;
};

/* Of the one clock that is never set. */
static uint64_t now_ns(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0; /* Stands still, which is refused. */
    }
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void *work(void *argument) {
    struct worker *worker = argument;
    size_t i;
    worker->status = SALTBOX_OK;
    worker->readings[0] = now_ns();
    for (i = 1; i < SALTBOX_CALIBRATION_READINGS && worker->status == SALTBOX_OK; i++) {
        worker->status = saltbox_calibration_hash(worker->calibration);
        worker->readings[i] = now_ns();
    }
    return NULL;
}

/* Measures one step on `threads` threads at once. */
static saltbox_status measure_step(saltbox_calibration *calibration, uint32_t threads) {
    const size_t len = (size_t)threads * SALTBOX_CALIBRATION_READINGS;
    struct worker *workers = calloc(threads, sizeof *workers);
    uint64_t *readings = calloc(len, sizeof *readings);
    saltbox_status status = SALTBOX_OK;
    uint32_t started = 0;
    uint32_t i;
    if (workers == NULL || readings == NULL) {
        status = SALTBOX_E_MEMORY;
    }
    for (; started < threads && status == SALTBOX_OK; started++) {
        struct worker *worker = &workers[started];
        worker->calibration = calibration;
        worker->readings = &readings[started * SALTBOX_CALIBRATION_READINGS];
        if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
            status = SALTBOX_E_MEMORY;
            break;
        }
    }
    for (i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        if (status == SALTBOX_OK) {
            status = workers[i].status;
        }
    }
    /* Only now: no thread uses the calibration any more. */
    if (status == SALTBOX_OK) {
        status = saltbox_calibration_tell(calibration, readings, len);
    }
    free(readings);
    free(workers);
    return status;
}

/* SALTBOX_OK once there is nothing left to measure. */
static saltbox_status measure(saltbox_calibration *calibration) {
    uint32_t threads = 0;
    saltbox_status status = saltbox_calibration_next(calibration, &threads);
    while (status == SALTBOX_OK) {
        status = measure_step(calibration, threads);
        if (status == SALTBOX_OK) {
            status = saltbox_calibration_next(calibration, &threads);
        }
    }
    return status == SALTBOX_REJECTED ? SALTBOX_OK : status;
}

/* One line of the table. */
static bool print_row(const char *scheme, uint64_t target_ns, uint32_t at_once,
                      uint64_t memory_bytes) {
    saltbox_calibration *calibration = NULL;
    saltbox_outcome *outcome = NULL;
    saltbox_diag diag;
    uint64_t alone_ns = 0;
    uint64_t under_load_ns = 0;
    uint64_t used_bytes = 0;
    size_t json_len = 0;
    const uint8_t *json;
    saltbox_status status =
        saltbox_calibration_new(NULL, (const uint8_t *)scheme, strlen(scheme), target_ns, at_once,
                                memory_bytes, &calibration, &diag);
    if (status != SALTBOX_OK) {
        printf("%-13s %s\n", scheme, diag.message);
        return status == SALTBOX_E_BUDGET; /* Which is an answer. */
    }
    status = measure(calibration);
    if (status == SALTBOX_OK) {
        status = saltbox_calibration_advice(calibration, &alone_ns, &under_load_ns, &used_bytes,
                                            &outcome);
    }
    saltbox_calibration_free(calibration);
    if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
        fprintf(stderr, "%s: %s\n", scheme, saltbox_status_name(status));
        return false;
    }
    json = saltbox_outcome_json(outcome, &json_len);
    printf("%-13s %5.1f ms %5.1f ms %8.1f %6llu  %s%.*s\n", scheme, (double)alone_ns / 1e6,
           (double)under_load_ns / 1e6, at_once * 1e9 / (double)under_load_ns,
           (unsigned long long)(used_bytes / MIB),
           status == SALTBOX_REJECTED ? "over: the least is " : "", (int)json_len,
           (const char *)json);
    saltbox_outcome_free(outcome);
    return true;
}

int main(int argc, char **argv) {
    static const char *const schemes[] = {"argon2id", "scrypt", "pbkdf2-sha256", "pbkdf2-sha512",
                                          "bcrypt"};
    const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned long numbers[3] = {250, 1, 1024};
    bool is_done = true;
    size_t i;
    if (cpus > 0) {
        numbers[1] = (unsigned long)cpus;
    }
    for (i = 1; i < (size_t)argc; i++) {
        char *end = argv[i];
        if (i <= 3) {
            numbers[i - 1] = strtoul(argv[i], &end, 10);
        }
        if (end == argv[i] || *end != 0 || numbers[i - 1] == 0 || numbers[i - 1] > 1048576) {
            fprintf(stderr, "arguments: [milliseconds [at_once [mib]]]\n");
            return EXIT_FAILURE;
        }
    }
    printf("Within %lu ms, %lu at once, in %lu MiB together:\n\n", numbers[0], numbers[1],
           numbers[2]);
    printf("%-13s %8s %8s %8s %6s  configuration\n", "scheme", "alone", "loaded", "hashes/s", "MiB");
    for (i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (!print_row(schemes[i], numbers[0] * (uint64_t)1000000, (uint32_t)numbers[1],
                       numbers[2] * MIB)) {
            is_done = false;
        }
    }
    return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
