/*
 * Who calls: "Authorization: Bearer <project>[:<refresh token or management key>]".
 */

#include "http.h"

/*
 * A session of a user who has just signed in. A service signs JWTs in place of
 * these tokens, with "sub" the user's id and "drn" DS or DSR; and has to keep what
 * stands here all the same, to end sessions before their time.
 */
bool session_init(struct session *session, const char *user, uint64_t now) {
    *session = (struct session){.auth_time = now, .expires = now + REFRESH_LIFETIME_S};
    memcpy(session->user, user, sizeof session->user);
    return random_hex(session->refresh_token, sizeof session->refresh_token) &&
           random_hex(session->session_token, sizeof session->session_token);
}

/* How long ago its user signed in. */
uint64_t session_age(const struct session *session, uint64_t now) {
    return now > session->auth_time ? now - session->auth_time : 0;
}

bool authorize(struct call *call, const char *authorization) {
    static const char SCHEME[] = "Bearer ";
    const struct service *service = call->service;
    const char *project, *secret;
    const struct session *session;
    if (call->needs == NEEDS_NOTHING) {
        return true;
    }
    if (authorization == NULL ||
        strncasecmp(authorization, SCHEME, sizeof SCHEME - 1) != 0) {
        return refuse(call, &NOT_AUTHORIZED, NULL);
    }
    project = authorization + sizeof SCHEME - 1;
    secret = strchrnul(project, ':');
    if ((size_t)(secret - project) != strlen(service->project) ||
        memcmp(project, service->project, (size_t)(secret - project)) != 0) {
        return refuse(call, &NOT_AUTHORIZED, NULL);
    }
    if (*secret == ':') {
        secret++;
    }
    if (call->needs == NEEDS_MANAGEMENT) {
        return is_same_secret(secret, service->management_key) || refuse(call, &WRONG_KEY, NULL);
    }
    /* Where none is needed one may come along: a step-up raises it, and it outlives the others. */
    store_begin(service->store);
    session = store_session(service->store, secret, call->now);
    if (session != NULL) {
        call->session = *session;
        call->has_session = true;
    }
    store_end(service->store);
    return call->has_session || call->needs == NEEDS_PROJECT || refuse(call, &NOT_AUTHORIZED, NULL);
}
