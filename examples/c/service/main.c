/*
 * A service of passwords, in memory: the routes of Descope and the reset of
 * Wristband, each one call of saltbox. What to copy first is decide.c.
 *
 *     cc -std=c11 *.c -o service -pthread \
 *         $(pkg-config --cflags --libs saltbox libmicrohttpd jansson)
 *     ./service --config FILE --key-file FILE --project ID --management-key KEY \
 *         --app-url URL --listen 127.0.0.1:8080 [--dev]
 *
 * It speaks plain HTTP: what is in front of it ends TLS, and limits how much
 * comes from one address.
 */

#include "http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <getopt.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define CONFIG                                                                                     \
    "{\"keys\":{\"create_key_id\":1},\"policy\":{\"profile\":\"nist-63b-4\"},"                     \
    "\"questions\":{\"pool\":["                                                                    \
    "{\"id\":\"city\",\"text\":\"Where were you born?\",\"kind\":\"city\"},"                       \
    "{\"id\":\"pet\",\"text\":\"What was the name of your first pet?\",\"kind\":\"pet\"},"         \
    "{\"id\":\"food\",\"text\":\"What did you like best to eat as a child?\",\"kind\":\"food\"}]}}"

/* What stands in for administrators is not to be guessed. */
#define LEAST_KEY 16

struct options {
    const char *config_file;
    const char *key_file;
    const char *listen;
    struct service service;
};

static bool fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    return false;
}

static bool read_options(int argc, char **argv, struct options *options) {
    static const struct option OPTIONS[] = {
        {"config", required_argument, NULL, 'c'},         {"key-file", required_argument, NULL, 'k'},
        {"project", required_argument, NULL, 'p'},        {"app-url", required_argument, NULL, 'u'},
        {"management-key", required_argument, NULL, 'm'}, {"listen", required_argument, NULL, 'l'},
        {"dev", no_argument, NULL, 'd'},                  {NULL, 0, NULL, 0},
    };
    struct service *service = &options->service;
    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'c':
            options->config_file = optarg;
            break;
        case 'k':
            options->key_file = optarg;
            break;
        case 'p':
            service->project = optarg;
            break;
        case 'u':
            service->app_url = optarg;
            break;
        case 'm':
            service->management_key = optarg;
            break;
        case 'l':
            options->listen = optarg;
            break;
        case 'd':
            service->is_dev = true;
            break;
        default:
            return false; /* getopt has said why */
        }
    }
    return optind == argc || fail(argv[optind], "no such option");
}

/* Reads a file that fits, without a stdio buffer that would keep a key. */
static bool read_file(const char *path, uint8_t *out, size_t cap, size_t *len_out) {
    ssize_t got = 1;
    size_t len = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    while (file != -1 && got > 0 && len < cap) {
        got = read(file, out + len, cap - len);
        len += got > 0 ? (size_t)got : 0;
    }
    if (file != -1) {
        close(file);
    }
    if (file == -1 || got != 0) {
        return fail(path, file == -1 || got == -1 ? "it cannot be read" : "it is too long");
    }
    *len_out = len;
    return true;
}

/* The root key, under the id that the configuration has to name: 1. */
static bool add_key(saltbox_config *config, const char *key_file) {
    uint8_t key[1025];
    size_t len = 32;
    saltbox_status status = SALTBOX_E_KEY;
    bool is_read = key_file != NULL ? read_file(key_file, key, sizeof key, &len)
                                    : getrandom(key, len, 0) == (ssize_t)len;
    if (is_read) {
        status = saltbox_config_add_key(config, 1, key, len);
    }
    explicit_bzero(key, sizeof key);
    return status == SALTBOX_OK || fail("the root key", saltbox_status_name(status));
}

static saltbox *new_core(const struct options *options) {
    static uint8_t text[64 * 1024];
    const uint8_t *json = (const uint8_t *)CONFIG;
    size_t len = sizeof CONFIG - 1;
    saltbox_config *config = NULL;
    saltbox_diag diag;
    saltbox *core = NULL;
    if (options->config_file != NULL) {
        json = text;
        if (!read_file(options->config_file, text, sizeof text, &len)) {
            return NULL;
        }
    }
    if (saltbox_config_parse(json, len, &config, &diag) != SALTBOX_OK) {
        fprintf(stderr, "the configuration, %s: %s\n", diag.path, diag.message);
        return NULL;
    }
    if (add_key(config, options->key_file)) {
        if (saltbox_config_check(config, &diag) != SALTBOX_OK) {
            fail("the configuration", diag.message);
        } else if (saltbox_new(config, &core) != SALTBOX_OK) {
            fail("the configuration", "saltbox does not take it");
        }
    }
    saltbox_config_free(config);
    return core;
}

/* For what no call of the library looks at. "account" is told only where the configuration has it. */
static bool read_settings(struct service *service) {
    saltbox_outcome *outcome = NULL;
    json_t *settings = NULL;
    const json_t *account, *age;
    bool is_read;
    if (saltbox_effective_config(service->core, &outcome) == SALTBOX_OK) {
        settings = read_outcome(outcome);
    }
    saltbox_outcome_free(outcome);
    account = json_object_get(settings, "account");
    age = json_object_get(account, "auth_age_s");
    service->has_mask = json_is_true(json_object_get(account, "mask"));
    service->auth_age_s = (uint64_t)json_integer_value(age);
    service->has_questions = json_object_get(settings, "questions") != NULL;
    is_read = age != NULL;
    json_decref(settings);
    return is_read;
}

/* "127.0.0.1:8080"; with port 0 the system chooses one. */
static bool read_address(const char *text, struct sockaddr_in *address) {
    const char *colon = strrchr(text, ':');
    char host[INET_ADDRSTRLEN];
    char *end;
    unsigned long port;
    if (colon == NULL || (size_t)(colon - text) >= sizeof host) {
        return fail(text, "an address and a port are needed");
    }
    memcpy(host, text, (size_t)(colon - text));
    host[colon - text] = '\0';
    port = strtoul(colon + 1, &end, 10);
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (*end != '\0' || end == colon + 1 || port > UINT16_MAX ||
        inet_pton(AF_INET, host, &address->sin_addr) != 1) {
        return fail(text, "an address and a port are needed");
    }
    return true;
}

/* Serves until a signal says that it is enough. */
static bool serve(struct options *options) {
    sigset_t ends;
    struct sockaddr_in address;
    struct MHD_Daemon *daemon;
    uint32_t jobs;
    int signal_number;
    char host[INET_ADDRSTRLEN];
    if (!read_address(options->listen, &address) ||
        saltbox_capacity(options->service.core, &jobs) != SALTBOX_OK) {
        return false;
    }
    /* Before the threads start, which inherit it: none of them is to end the process. */
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    /*
     * More than compute at once, for others wait for the turn of their account; fewer than
     * would be told SALTBOX_E_BUSY.
     */
    daemon = http_start(&options->service, &address, 3 * jobs);
    if (daemon == NULL) {
        return fail(options->listen, "it cannot be listened on");
    }
    inet_ntop(AF_INET, &address.sin_addr, host, sizeof host);
    printf("listening on http://%s:%u\n", host,
           MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    sigwait(&ends, &signal_number);
    MHD_stop_daemon(daemon);
    return true;
}

int main(int argc, char **argv) {
    struct options options = {
        .listen = "127.0.0.1:8080",
        .service = {.project = "example", .app_url = "http://localhost:3000/reset"},
    };
    struct service *service = &options.service;
    char key[TOKEN_SIZE];
    bool is_done;
    if (saltbox_abi() != SALTBOX_ABI) {
        fprintf(stderr, "compiled for another saltbox than %s\n", saltbox_version());
        return EXIT_FAILURE;
    }
    if (!read_options(argc, argv, &options)) {
        return EXIT_FAILURE;
    }
    if (service->management_key != NULL && strlen(service->management_key) < LEAST_KEY) {
        fprintf(stderr, "--management-key has to have %d bytes or more\n", LEAST_KEY);
        return 2;
    }
    /* Passwords, codes and tokens pass through JSON. */
    json_set_alloc_funcs(malloc_or_end, free_wiped);
    json_object_seed(0);
    if (service->management_key == NULL) {
        if (!random_hex(key, sizeof key)) {
            return EXIT_FAILURE;
        }
        service->management_key = key;
        printf("management key: %s\n", key);
    }
    service->core = new_core(&options);
    service->store = store_new();
    is_done = service->core != NULL && service->store != NULL && read_settings(service) &&
              serve(&options);
    mail_forget();
    store_free(service->store);
    saltbox_free(service->core);
    explicit_bzero(key, sizeof key);
    return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
