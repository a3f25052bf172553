/*
 * What a client hears, as HTTP has it. The library decides what that may be
 * (SALTBOX_CLIENT_...); here it only gets a number.
 */

#include "http.h"

#include <stdio.h>

const struct problem NOT_JSON = {400, "E011001", "Request is malformed", "malformed_request"};
const struct problem TOO_LARGE = {413, "E011001", "Request is too large", "too_large"};
const struct problem MISSING = {400, "E011002", "Request is missing a member", "missing_member"};
const struct problem INVALID = {400, "E011003", "Request is invalid", "invalid_request"};
const struct problem NOT_AUTHORIZED = {401, "E064001", "Not authorized", "sign_in_first"};
const struct problem WRONG_KEY = {401, "E111119", "Unauthorized", "unauthorized"};
const struct problem NO_ROUTE = {404, "E011001", "Not found", "not_found"};
const struct problem NO_METHOD = {405, "E011001", "Method not allowed", "method_not_allowed"};
const struct problem NO_USER = {404, "E112102", "User not found", "user_not_found"};
const struct problem TRY_AGAIN = {503, "E130429", "Try again", "try_again"};
const struct problem INTERNAL = {500, "E011001", "Internal error", "internal_error"};

/* By SALTBOX_CLIENT_...; a number of a later release has no row, and is an error inside. */
static const struct problem BY_CLIENT[] = {
    [SALTBOX_CLIENT_INVALID_CODE] = {401, "E062504", "Token expired", "invalid_code"},
    [SALTBOX_CLIENT_EXPIRED_CODE] = {401, "E062504", "Token expired", "expired_code"},
    [SALTBOX_CLIENT_USED_CODE] = {401, "E062504", "Token expired", "used_code"},
    [SALTBOX_CLIENT_OLDER_CODE] = {401, "E062504", "Token expired", "older_code"},
    [SALTBOX_CLIENT_PASSWORD_REFUSED] = {400, "E011003", "Request is invalid", "password_refused"},
    [SALTBOX_CLIENT_ANSWERS_REFUSED] = {400, "E011003", "Request is invalid", "answers_refused"},
    [SALTBOX_CLIENT_WRONG_ANSWERS] = {401, "E062903", "Invalid answers", "wrong_answers"},
    [SALTBOX_CLIENT_SIGN_IN_FIRST] = {401, "E064001", "Not authorized", "sign_in_first"},
    [SALTBOX_CLIENT_PASSWORD_REUSED] = {400, "E011003", "Request is invalid", "password_reused"},
    [SALTBOX_CLIENT_WRONG_PASSWORD] = {401, "E062903", "Invalid signin credentials",
                                       "wrong_password"},
    [SALTBOX_CLIENT_MUST_CHANGE] = {401, "E062909", "Password expired", "must_change"},
    [SALTBOX_CLIENT_EXISTS] = {400, "E062107", "User already exists", "exists"},
};

/*
 * The failures that are the client's, in any call: not those of a stored string, which at a
 * sign-in is the host's own. Of all others nothing is said but that there was one.
 */
static const struct {
    saltbox_status status;
    const char *name; /* NULL: none of its own */
    const char *message;
} BY_STATUS[] = {
    {SALTBOX_E_NO_CODE, "no_code", "a code is missing"},
    {SALTBOX_E_TWO_WAYS, "two_ways", "the codes are of two ways"},
    {SALTBOX_E_HALF_OF_A_PAIR, "half_of_a_pair", "requestCode and verificationCode go together"},
    {SALTBOX_E_EMPTY_CODE, "empty_code", "a code is empty"},
    {SALTBOX_E_MALFORMED_CODE, "malformed_code", "a code is malformed"},
    {SALTBOX_E_ANSWERS, NULL, "answers: there are too many, or two to one question"},
    /* Where the policy says no more of a password than that it can be hashed. */
    {SALTBOX_E_PASSWORD_EMPTY, "password_refused", "the password is empty"},
    {SALTBOX_E_PASSWORD_TOO_LONG, "password_refused", "the password is too long"},
    {SALTBOX_E_PASSWORD_NOT_UTF8, "password_refused", "the password is not UTF-8"},
    {SALTBOX_E_PASSWORD_NUL, "password_refused", "the password has a NUL"},
};

/* The violations as the routes below /api/ tell them. */
static json_t *violations_of(const json_t *violations) {
    json_t *list = json_array();
    const json_t *violation;
    size_t i;
    json_array_foreach(violations, i, violation) {
        json_t *item = json_pack("{s:O,s:O}", "code", json_object_get(violation, "name"), "message",
                                 json_object_get(violation, "text"));
        if (json_array_append_new(list, item) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return json_pack("{s:o}", "newPassword", list);
}

static json_t *api_problem(const struct problem *problem, const char *message, json_t *violations) {
    if (message == NULL) {
        message = problem->description;
    }
    if (violations == NULL) {
        return json_pack("{s:s,s:s,s:s}", "type", "base_error", "code", problem->name, "message",
                         message);
    }
    return json_pack("{s:s,s:s,s:s,s:o}", "type", "constraint_violations_error", "code",
                     problem->name, "message", message, "violations", violations_of(violations));
}

/* `reason` is what the library says that a client may hear. */
static bool tell(struct call *call, const struct problem *problem, const char *reason,
                 const char *message, json_t *violations) {
    call->http = problem->http;
    json_decref(call->answer);
    if (json_array_size(violations) == 0) {
        violations = NULL;
    }
    if (call->is_api) {
        call->answer = api_problem(problem, message, violations);
    } else {
        call->answer = json_pack("{s:s,s:s,s:s*,s:s*,s:O*}", "errorCode", problem->code,
                                 "errorDescription", problem->description, "errorMessage", message,
                                 "reason", reason, "violations", violations);
    }
    return false;
}

bool refuse(struct call *call, const struct problem *problem, const char *message) {
    const char *reason = problem == &NOT_AUTHORIZED ? problem->name : NULL;
    return tell(call, problem, reason, message, NULL);
}

bool refuse_member(struct call *call, const char *path, const char *needs) {
    char message[sizeof(saltbox_diag)];
    snprintf(message, sizeof message, "%s: %s", path, needs);
    return refuse(call, &INVALID, message);
}

static bool refuse_client(struct call *call, uint32_t client, json_t *violations) {
    if (client >= sizeof BY_CLIENT / sizeof BY_CLIENT[0] || BY_CLIENT[client].name == NULL) {
        fprintf(stderr, "the library says %u to a client, which has no number here\n", client);
        return refuse(call, &INTERNAL, NULL);
    }
    tell(call, &BY_CLIENT[client], BY_CLIENT[client].name, NULL, violations);
    if (call->is_api) {
        call->http = 400;
    }
    return false;
}

bool refuse_outcome(struct call *call) {
    if (call->needs == NEEDS_SESSION) {
        /* Elsewhere it would tell that the account is locked, and so that there is one. */
        call->retry_after_s = saltbox_outcome_retry_after_s(call->outcome);
    }
    return refuse_client(call, saltbox_outcome_client(call->outcome),
                         json_object_get(call->said, "violations"));
}

bool refuse_exists(struct call *call) {
    return refuse_client(call, SALTBOX_CLIENT_EXISTS, NULL);
}

/* For administrators, who may hear it. */
bool refuse_verdict(struct call *call) {
    struct problem problem = INVALID;
    problem.name = json_string_value(json_object_get(call->said, "verdict"));
    return problem.name != NULL ? refuse(call, &problem, NULL) : refuse(call, &INTERNAL, NULL);
}

bool refuse_failure(struct call *call, saltbox_status status, const char *message) {
    if (status == SALTBOX_E_BUSY) {
        call->retry_after_s = 1;
        return refuse(call, &TRY_AGAIN, NULL);
    }
    for (size_t i = 0; i < sizeof BY_STATUS / sizeof BY_STATUS[0]; i++) {
        if (BY_STATUS[i].status == status) {
            struct problem problem = INVALID;
            if (BY_STATUS[i].name != NULL) {
                problem.name = BY_STATUS[i].name;
            }
            return tell(call, &problem, BY_STATUS[i].name,
                        message != NULL ? message : BY_STATUS[i].message, NULL);
        }
    }
    /* The name of a status tells nothing of a user, a password or a record. */
    fprintf(stderr, "%s\n", saltbox_status_name(status));
    return refuse(call, &INTERNAL, NULL);
}
