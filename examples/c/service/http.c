/*
 * HTTP: a body that is no longer than it may be, one table of routes, answers in
 * JSON.
 */

#include "http.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_BODY ((size_t)64 * 1024)
/* Of a longer one so much is read and forgotten, for its client to get the answer. */
#define MOST_READ ((size_t)1024 * 1024)

/*
 * What MHD reads a request into. It clears that before the next one. From more than 32
 * KiB on it is mapped memory, which goes back to the system when a connection ends in the
 * middle of a request; in the heap its password would stay.
 */
#define CONNECTION_MEMORY ((size_t)48 * 1024)

static const struct route {
    const char *method;
    const char *path;
    enum needs needs;
    handler *handle;
} ROUTES[] = {
    {"POST", "/v1/auth/password/signup", NEEDS_PROJECT, sign_up},
    {"POST", "/v1/auth/password/signin", NEEDS_PROJECT, sign_in},
    {"POST", "/v1/auth/password/update", NEEDS_SESSION, update},
    {"POST", "/v1/auth/password/replace", NEEDS_PROJECT, replace},
    {"GET", "/v1/auth/password/policy", NEEDS_PROJECT, password_policy},
    {"POST", "/v1/auth/password/reset", NEEDS_PROJECT, send_reset},
    {"POST", "/v1/auth/magiclink/update/email", NEEDS_SESSION, update_email},
    {"POST", "/v1/auth/magiclink/verify", NEEDS_PROJECT, verify_email},
    {"POST", "/v1/auth/security-questions/setup", NEEDS_SESSION, set_questions},
    {"GET", "/v1/auth/security-questions/verify", NEEDS_SESSION, get_questions},
    {"POST", "/v1/auth/security-questions/verify", NEEDS_SESSION, verify_questions},
    {"POST", "/api/v1/password-reset/request-password-reset", NEEDS_PROJECT, request_reset},
    {"POST", "/api/v1/password-reset/create-password-reset-link", NEEDS_MANAGEMENT,
     create_reset_link},
    {"POST", "/api/v1/password-reset/reset-password", NEEDS_PROJECT, reset},
    {"POST", "/v1/mgmt/user/create", NEEDS_MANAGEMENT, create_user},
    {"POST", "/v1/mgmt/user/password/set/temporary", NEEDS_MANAGEMENT, set_temporary},
    {"POST", "/v1/mgmt/user/password/set/active", NEEDS_MANAGEMENT, set_active},
    {"POST", "/v1/mgmt/user/password/expire", NEEDS_MANAGEMENT, expire},
    {"POST", "/v1/mgmt/user/update/status", NEEDS_MANAGEMENT, update_status},
    {"POST", "/v1/mgmt/user/lock", NEEDS_MANAGEMENT, lock},
    {"POST", "/v1/mgmt/user/unlock", NEEDS_MANAGEMENT, unlock},
    {"POST", "/dev/clock", NEEDS_NOTHING, dev_clock},
    {"POST", "/dev/clear", NEEDS_NOTHING, dev_clear},
    {"GET", "/dev/outbox", NEEDS_NOTHING, dev_outbox},
};

#define ROUTES_LEN (sizeof ROUTES / sizeof ROUTES[0])

static bool begins_with(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

static const struct route *find_route(struct call *call, const char *method, const char *path) {
    const struct problem *problem = &NO_ROUTE;
    for (size_t i = 0; i < ROUTES_LEN; i++) {
        if (strcmp(ROUTES[i].path, path) == 0 &&
            (call->service->is_dev || !begins_with(path, "/dev/"))) {
            if (strcmp(ROUTES[i].method, method) == 0) {
                return &ROUTES[i];
            }
            problem = &NO_METHOD;
        }
    }
    refuse(call, problem, NULL);
    return NULL;
}

/* The body of a request, as it comes in. */
struct upload {
    char *bytes;
    size_t len;
    size_t seen;
};

static bool append(struct upload *upload, const char *bytes, size_t len) {
    upload->seen += len;
    if (upload->seen > MOST_BODY) {
        return upload->seen <= MOST_READ;
    }
    /* At once as much as there may be: growing would leave copies behind that nobody wipes. */
    if (upload->bytes == NULL && (upload->bytes = malloc(MOST_BODY)) == NULL) {
        return false;
    }
    memcpy(upload->bytes + upload->len, bytes, len);
    upload->len += len;
    return true;
}

static void on_completed(void *service, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode how) {
    struct upload *upload = *state;
    (void)service, (void)connection, (void)how;
    if (upload != NULL) {
        free_wiped(upload->bytes);
        free(upload);
        *state = NULL;
    }
}

static json_t *parse(struct call *call, const struct upload *upload) {
    json_t *body = NULL;
    if (upload->seen > MOST_BODY) {
        refuse(call, &TOO_LARGE, NULL);
        return NULL;
    }
    /* A NUL is a character like others: whether a password may have one, the library says. */
    if (upload->len > 0) {
        body = json_loadb(upload->bytes, upload->len, JSON_ALLOW_NUL, NULL);
    }
    if (!json_is_object(body)) {
        json_decref(body);
        refuse(call, &NOT_JSON, NULL);
        return NULL;
    }
    return body;
}

/* Whether the caller may is asked before anything of the body is looked at. */
static void serve(struct call *call, const char *method, const char *path,
                  const char *authorization, const struct upload *upload) {
    const struct route *route = find_route(call, method, path);
    json_t *body = NULL;
    if (route == NULL) {
        return;
    }
    call->needs = route->needs;
    if (!authorize(call, authorization)) {
        return;
    }
    if (strcmp(method, MHD_HTTP_METHOD_POST) == 0 && (body = parse(call, upload)) == NULL) {
        return;
    }
    call->body = body;
    route->handle(call);
    call->body = NULL;
    json_decref(body);
}

static bool add_headers(const struct call *call, struct MHD_Response *response, const char *path) {
    bool is_done =
        MHD_add_response_header(response, "Content-Type", "application/json") == MHD_YES &&
        MHD_add_response_header(response, "Cache-Control", "no-store") == MHD_YES;
    if (is_done && call->retry_after_s > 0) {
        char seconds[24];
        snprintf(seconds, sizeof seconds, "%llu", (unsigned long long)call->retry_after_s);
        is_done = MHD_add_response_header(response, "Retry-After", seconds) == MHD_YES;
    }
    for (size_t i = 0; is_done && call->http == MHD_HTTP_METHOD_NOT_ALLOWED && i < ROUTES_LEN;
         i++) {
        if (strcmp(ROUTES[i].path, path) == 0) {
            is_done = MHD_add_response_header(response, "Allow", ROUTES[i].method) == MHD_YES;
        }
    }
    return is_done;
}

/* Where there is no memory for an answer the connection ends. */
static enum MHD_Result reply(const struct call *call, struct MHD_Connection *connection,
                             const char *path) {
    enum MHD_Result is_queued = MHD_NO;
    char *text = json_dumps(call->answer, JSON_COMPACT);
    struct MHD_Response *response = NULL;
    if (text != NULL) {
        /* Answers have tokens and codes in them. */
        response = MHD_create_response_from_buffer_with_free_callback(strlen(text), text,
                                                                      free_wiped);
    }
    if (response == NULL) {
        free_wiped(text);
        return MHD_NO;
    }
    if (add_headers(call, response, path)) {
        is_queued = MHD_queue_response(connection, call->http, response);
    }
    MHD_destroy_response(response);
    return is_queued;
}

/* Called for the head of a request, for each piece of its body, and when it is complete. */
static enum MHD_Result on_request(void *service, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *bytes, size_t *len, void **state) {
    struct upload *upload = *state;
    struct call call = {.service = service};
    enum MHD_Result is_queued;
    (void)version;
    if (upload == NULL) {
        *state = calloc(1, sizeof *upload);
        return *state != NULL ? MHD_YES : MHD_NO;
    }
    if (*len > 0) {
        bool is_read = append(upload, bytes, *len);
        *len = 0;
        return is_read ? MHD_YES : MHD_NO;
    }
    call.now = clock_now();
    call.is_api = begins_with(path, "/api/");
    serve(&call, method, path,
          MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization"), upload);
    is_queued = reply(&call, connection, path);
    forget_decision(&call);
    json_decref(call.answer);
    free(call.login_key);
    explicit_bzero(&call, sizeof call);
    return is_queued;
}

struct MHD_Daemon *http_start(struct service *service, const struct sockaddr_in *address,
                              unsigned threads) {
    return MHD_start_daemon(
        MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, on_request, service, MHD_OPTION_SOCK_ADDR,
        (const struct sockaddr *)address, MHD_OPTION_THREAD_POOL_SIZE, threads,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, service, MHD_OPTION_CONNECTION_TIMEOUT, 30U,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, MHD_OPTION_END);
}

void answer(struct call *call, json_t *answer) {
    if (answer == NULL) {
        refuse(call, &INTERNAL, NULL);
        return;
    }
    json_decref(call->answer);
    call->http = MHD_HTTP_OK;
    call->answer = answer;
}

void answer_session(struct call *call, bool is_first, bool has_tokens) {
    const struct session *session = &call->session;
    answer(call, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:O,s:b,s:I}", "sessionJwt",
                           has_tokens ? session->session_token : "", "refreshJwt",
                           has_tokens ? session->refresh_token : "", "cookieDomain", "",
                           "cookiePath", "/", "cookieMaxAge", (json_int_t)REFRESH_LIFETIME_S,
                           "cookieExpiration", (json_int_t)(call->now + REFRESH_LIFETIME_S), "user",
                           call->user, "firstSeen", is_first, "sessionExpiration",
                           (json_int_t)(call->now + SESSION_LIFETIME_S)));
}
