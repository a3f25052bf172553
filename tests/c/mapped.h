/* A file of passwords, mapped as a host maps one. */

#ifndef MAPPED_H
#define MAPPED_H

#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct mapped {
    const uint8_t *file;
    size_t len;
};

/* Mapped until the program ends. */
static inline struct mapped map_file(const char *path) {
    struct mapped mapped = {NULL, 0};
    struct stat file;
    const int fd = open(path, O_RDONLY);
    REQUIRE(fd >= 0 && fstat(fd, &file) == 0 && file.st_size > 0);
    mapped.len = (size_t)file.st_size;
    void *at = mmap(NULL, mapped.len, PROT_READ, MAP_SHARED, fd, 0);
    REQUIRE(at != MAP_FAILED);
    mapped.file = at;
    close(fd);
    return mapped;
}

/* Of the first argument of a program. */
static inline struct mapped map_argument(int argc, char **argv) {
    REQUIRE(argc > 1);
    return map_file(argv[1]);
}

/* A core with the settings of `json`, which ask for a list. */
static inline saltbox *listed_core_of(const char *json, struct mapped list) {
    saltbox_config *config = NULL;
    saltbox *sb = NULL;
    REQUIRE(saltbox_config_parse((const uint8_t *)json, strlen(json), &config, NULL) == SALTBOX_OK);
    REQUIRE(saltbox_config_attach_blocklist(config, list.file, list.len, NULL) == SALTBOX_OK);
    REQUIRE(saltbox_new(config, &sb) == SALTBOX_OK);
    saltbox_config_free(config);
    return sb;
}

#endif
