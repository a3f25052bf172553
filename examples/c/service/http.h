/*
 * A request on its way to its answer: what the routes take from it, what they
 * decide (decide.c), and what they say.
 */

#ifndef HTTP_H
#define HTTP_H

#include "service.h"

/* What a route asks of its caller. */
enum needs { NEEDS_NOTHING, NEEDS_PROJECT, NEEDS_SESSION, NEEDS_MANAGEMENT };

struct call {
    const struct service *service;
    uint64_t now;
    bool is_api; /* below /api/, where errors have another form */
    enum needs needs;
    const json_t *body;
    char *login_key;
    bool has_session;
    struct session session; /* that of the request, and then the one that was given or raised */
    /* What was decided. */
    saltbox_outcome *outcome;
    json_t *said; /* the outcome as JSON */
    json_t *user; /* the account as it was stored with it */
    /* The answer. */
    unsigned http;
    uint64_t retry_after_s;
    json_t *answer;
};

/* members.c: by path ("user.email"). What is absent or null leaves the text or flag as it was. */
bool take_text(struct call *call, const char *path, struct text *out);
bool take_flag(struct call *call, const char *path, bool *out);
bool take_object(struct call *call, const char *path, const json_t **out);
/* The same, refused where it is absent. An empty login is, too; of passwords the library says. */
bool need_login(struct call *call, struct who *out);
bool need_filled(struct call *call, const char *path, struct text *out);
bool need_text(struct call *call, const char *path, struct text *out);
bool need_any(struct call *call, const char *path, const json_t **out);
/* Whether nothing is asked of a session that is not done for it. */
bool is_served(struct call *call);

/* Answers 200. Takes `answer`, and refuses for want of memory where it is NULL. */
void answer(struct call *call, json_t *answer);
/* The tokens of the call's session, with its user. */
void answer_session(struct call *call, bool is_first, bool has_tokens);

/* http.c */
struct MHD_Daemon;
struct sockaddr_in;
struct MHD_Daemon *http_start(struct service *service, const struct sockaddr_in *address,
                              unsigned threads);

/* errors.c */
struct problem {
    unsigned http;
    const char *code;        /* as Descope numbers it */
    const char *description; /* as Descope says it */
    const char *name;        /* where the routes below /api/ have a name */
};

extern const struct problem NOT_JSON, TOO_LARGE, MISSING, INVALID, NOT_AUTHORIZED, WRONG_KEY,
    NO_ROUTE, NO_METHOD, NO_USER, TRY_AGAIN, INTERNAL;

/* Each makes the answer and is false, to be returned. */
bool refuse(struct call *call, const struct problem *problem, const char *message);
bool refuse_member(struct call *call, const char *path, const char *needs);
bool refuse_failure(struct call *call, saltbox_status status, const char *message);
bool refuse_outcome(struct call *call);
bool refuse_exists(struct call *call);
bool refuse_verdict(struct call *call);

/* auth.c */
bool authorize(struct call *call, const char *authorization);

/* decide.c: what every flow of the library is given. */
struct given {
    const saltbox *core;
    struct text record;
    struct text subject;
    struct text request;
    uint64_t now;
};

/* The parameters with which every flow begins. */
#define GIVEN(given)                                                                               \
    (given)->core, BYTES((given)->record), BYTES((given)->subject), BYTES((given)->request)

struct plan;
typedef saltbox_status decision(const struct plan *plan, const struct given *given,
                                saltbox_outcome **outcome_out);

/* Calls of the library that differ in their names alone. */
typedef saltbox_status account_call(const saltbox *core, const uint8_t *record, size_t record_len,
                                    const uint8_t *subject, size_t subject_len,
                                    const uint8_t *request, size_t request_len, uint64_t now,
                                    saltbox_outcome **outcome_out);
typedef saltbox_status password_call(const saltbox *core, const uint8_t *record, size_t record_len,
                                     const uint8_t *subject, size_t subject_len,
                                     const uint8_t *request, size_t request_len,
                                     const uint8_t *password, size_t password_len, uint64_t now,
                                     saltbox_outcome **outcome_out);

/* About whom is decided, what, and with which secrets. */
struct plan {
    struct who who;
    decision *decision;
    struct text password;
    struct text new_password;
    const saltbox_secrets *secrets;
    struct text stored;
    account_call *account_call;
    password_call *password_call;
    /* What is asked for besides. */
    bool step_up;
    bool revoke_other_sessions;
    bool suppress_mail;
    /* As which mail a code goes to the user. */
    const char *mail;
    /* Where codes go from now on; NULL: as before. */
    struct text email;
    /* Whom the call makes where nobody is found, and whether it is an error that somebody is. */
    const struct account *newcomer;
    bool must_be_new;
};

bool decide(struct call *call, const struct plan *plan);
void forget_decision(struct call *call);
json_t *read_outcome(const saltbox_outcome *outcome);

/* reset.c: a link that shows that the address is the user's. */
bool send_verification(struct call *call, const char *id);

/* The routes. */
typedef void handler(struct call *call);
handler sign_up, sign_in, update, replace, password_policy;
handler send_reset, request_reset, create_reset_link, reset, update_email, verify_email;
handler set_questions, get_questions, verify_questions;
handler create_user, set_temporary, set_active, expire, update_status, lock, unlock;
handler dev_clock, dev_clear, dev_outbox;

#endif
