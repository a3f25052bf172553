/*
 * What a client sent: members of the body, with their types checked. Members that
 * are not asked for are ignored, as the vendors' SDKs send some.
 */

#include "http.h"

#include <stdio.h>

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

bool need_login(struct call *call, struct who *out) {
    out->by = BY_LOGIN;
    return take_text(call, "loginId", &out->key) && is_there(call, "loginId", out->key.len > 0);
}

bool need_any(struct call *call, const char *path, const json_t **out) {
    return find_member(call, path, out) && is_there(call, path, *out != NULL);
}
