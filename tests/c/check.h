/* The little that these programs need of a test framework. */

#ifndef CHECK_H
#define CHECK_H

#include <saltbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

/* Reports and goes on, so that one run shows all that is wrong. */
#define CHECK(condition) check_((condition) != 0, #condition, __FILE__, __LINE__)

/* Shows both statuses by name where they differ. */
#define CHECK_STATUS(call, expected) check_status_((call), (expected), #call, __FILE__, __LINE__)

/* Ends the program: without this nothing that follows makes sense. */
#define REQUIRE(condition)      \
    do {                        \
        CHECK(condition);       \
        if (failures != 0) {    \
            exit(EXIT_FAILURE); \
        }                       \
    } while (0)

static inline void check_(int holds, const char *condition, const char *file, int line) {
    if (!holds) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
        failures++;
    }
}

static inline void check_status_(saltbox_status status, saltbox_status expected, const char *call,
                                 const char *file, int line) {
    if (status != expected) {
        fprintf(stderr, "%s:%d: %s instead of %s: %s\n", file, line, saltbox_status_name(status),
                saltbox_status_name(expected), call);
        failures++;
    }
}

/* Whether every byte of `bytes` still is `byte`. */
static inline int all_bytes_are(const void *bytes, size_t len, unsigned char byte) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < len; i++) {
        if (at[i] != byte) {
            return 0;
        }
    }
    return 1;
}

/* A core with the settings of `json`. */
static inline saltbox *core_of(const char *json) {
    saltbox_config *config = NULL;
    saltbox *sb = NULL;
    saltbox_diag diag;
    memset(&diag, 0, sizeof diag);
    if (saltbox_config_parse((const uint8_t *)json, strlen(json), &config, &diag) != SALTBOX_OK) {
        fprintf(stderr, "configuration refused at %s: %s\n", diag.path, diag.message);
        exit(EXIT_FAILURE);
    }
    REQUIRE(saltbox_new(config, &sb) == SALTBOX_OK);
    saltbox_config_free(config);
    return sb;
}

/* As core_of, with the root key of id 1 whose bytes are the multiples of 7. */
static inline saltbox *sealing_core_of(const char *json) {
    uint8_t key[32];
    saltbox_config *config = NULL;
    saltbox *sb = NULL;
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(i * 7);
    }
    REQUIRE(saltbox_config_parse((const uint8_t *)json, strlen(json), &config, NULL) == SALTBOX_OK);
    REQUIRE(saltbox_config_add_key(config, 1, key, sizeof key) == SALTBOX_OK);
    REQUIRE(saltbox_new(config, &sb) == SALTBOX_OK);
    saltbox_config_free(config);
    return sb;
}

/* The profile without work, for tests about everything but the work. */
#define CHEAP "{\"hash\":{\"create\":{\"profile\":\"test-only\"}}}"

static inline int finish(const char *program) {
    if (failures != 0) {
        fprintf(stderr, "%s: %d checks failed\n", program, failures);
        return EXIT_FAILURE;
    }
    printf("%s: all checks hold\n", program);
    return EXIT_SUCCESS;
}

#endif
