/*
 * What a client sent: members of the body, with their types checked. Members that
 * are not asked for are ignored, as the vendors' SDKs send some.
 */

#include "http.h"

#include <stdio.h>
#include <stdlib.h>

/* A member by its path. False, and refused, where something on the way is no object. */
static bool find_member(struct call *call, const char *path, const json_t **out) {
    const json_t *at = call->body;
    const char *end = path;
    for (;;) {
        size_t len = strcspn(end, ".");
        at = json_object_getn(at, end, len);
        end += len;
        if (at == NULL || json_is_null(at)) {
            *out = NULL;
            return true;
        }
        if (*end == '\0') {
            *out = at;
            return true;
        }
        if (!json_is_object(at)) {
            char parent[64];
            snprintf(parent, sizeof parent, "%.*s", (int)(end - path), path);
            return refuse_member(call, parent, "an object is needed");
        }
        end++;
    }
}

bool take_text(struct call *call, const char *path, struct text *out) {
    const json_t *member;
    if (!find_member(call, path, &member)) {
        return false;
    }
    if (member == NULL) {
        return true;
    }
    if (!json_is_string(member)) {
        return refuse_member(call, path, "a string is needed");
    }
    *out = (struct text){json_string_value(member), json_string_length(member)};
    return true;
}

bool take_flag(struct call *call, const char *path, bool *out) {
    const json_t *member;
    if (!find_member(call, path, &member)) {
        return false;
    }
    if (member != NULL) {
        if (!json_is_boolean(member)) {
            return refuse_member(call, path, "a boolean is needed");
        }
        *out = json_is_true(member);
    }
    return true;
}

bool take_object(struct call *call, const char *path, const json_t **out) {
    return find_member(call, path, out) &&
           (*out == NULL || json_is_object(*out) || refuse_member(call, path, "an object is needed"));
}

static bool is_there(struct call *call, const char *path, bool is_it) {
    char message[128];
    if (is_it) {
        return true;
    }
    snprintf(message, sizeof message, "%s is missing", path);
    return refuse(call, &MISSING, message);
}

bool need_text(struct call *call, const char *path, struct text *out) {
    return take_text(call, path, out) && is_there(call, path, out->at != NULL);
}

bool need_filled(struct call *call, const char *path, struct text *out) {
    return take_text(call, path, out) && is_there(call, path, out->len > 0);
}

/* No character becomes more than twelve times as long. */
static saltbox_status fold(struct call *call, struct who *who) {
    size_t cap = 12 * who->login.len;
    free(call->login_key);
    call->login_key = malloc(cap);
    who->key.at = call->login_key;
    return call->login_key == NULL ? SALTBOX_E_MEMORY
                                   : saltbox_fold_identifier(BYTES(who->login),
                                                             (uint8_t *)call->login_key, cap,
                                                             &who->key.len);
}

bool need_login(struct call *call, struct who *out) {
    saltbox_status status;
    out->by = BY_LOGIN;
    if (!need_filled(call, "loginId", &out->login)) {
        return false;
    }
    status = fold(call, out);
    return status == SALTBOX_OK || refuse_failure(call, status, NULL);
}

bool need_any(struct call *call, const char *path, const json_t **out) {
    return find_member(call, path, out) && is_there(call, path, *out != NULL);
}

/* What a client leaves empty it does not ask for. */
static bool is_empty(const json_t *member) {
    return member == NULL || json_is_false(member) ||
           (json_is_string(member) && json_string_length(member) == 0) ||
           (json_is_object(member) && json_object_size(member) == 0);
}

/* Ignored, it would be a promise that nobody keeps. */
bool is_served(struct call *call) {
    static const char *const PATHS[] = {
        "ssoAppId",
        "loginOptions.mfa",
        "loginOptions.pkceChallenge",
        "loginOptions.customClaims",
        "loginOptions.ssoAppId",
    };
    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        const json_t *member;
        if (!find_member(call, PATHS[i], &member)) {
            return false;
        }
        if (!is_empty(member)) {
            return refuse_member(call, PATHS[i], "is not served here");
        }
    }
    return true;
}
