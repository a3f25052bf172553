/*
 * Codes: for a new password by three ways, and for verifying an address.
 */

#include "http.h"

static saltbox_status decide_email_link(const struct plan *plan, const struct given *given,
                                        saltbox_outcome **outcome_out) {
    (void)plan;
    return saltbox_request_reset(GIVEN(given), SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL,
                                 given->now, outcome_out);
}

static saltbox_status decide_one_time_code(const struct plan *plan, const struct given *given,
                                           saltbox_outcome **outcome_out) {
    (void)plan;
    return saltbox_request_reset(GIVEN(given), SALTBOX_WAY_ONE_TIME_CODE, SALTBOX_CHANNEL_EMAIL,
                                 given->now, outcome_out);
}

static saltbox_status decide_reset_link(const struct plan *plan, const struct given *given,
                                        saltbox_outcome **outcome_out) {
    (void)plan;
    return saltbox_request_reset(GIVEN(given), SALTBOX_WAY_RESET_LINK,
                                 SALTBOX_CHANNEL_ADMINISTRATOR, given->now, outcome_out);
}

static saltbox_status decide_verification(const struct plan *plan, const struct given *given,
                                          saltbox_outcome **outcome_out) {
    (void)plan;
    return saltbox_request_verification(GIVEN(given), SALTBOX_WAY_EMAIL_LINK,
                                        SALTBOX_CHANNEL_EMAIL, given->now, outcome_out);
}

static saltbox_status decide_reset(const struct plan *plan, const struct given *given,
                                   saltbox_outcome **outcome_out) {
    return saltbox_reset(GIVEN(given), plan->secrets, BYTES(plan->new_password), given->now,
                         outcome_out);
}

static saltbox_status decide_address(const struct plan *plan, const struct given *given,
                                     saltbox_outcome **outcome_out) {
    return saltbox_verify_address(GIVEN(given), plan->secrets, given->now, outcome_out);
}

/* Asking for a code. */

bool send_verification(struct call *call, const char *id) {
    struct plan plan = {
        .who = {.by = BY_ID, .key = text_of(id)}, .decision = decide_verification, .mail = "verification"};
    return decide(call, &plan);
}

void send_reset(struct call *call) {
    struct plan plan = {.decision = decide_email_link, .mail = "reset"};
    struct text url = text_of("");
    if (!need_login(call, &plan.who) || !take_text(call, "redirectUrl", &url)) {
        return;
    }
    /* A link that leads elsewhere would hand the code to whoever asked for it. */
    if (url.len > 0 && !is_text(url, call->service->app_url)) {
        refuse_member(call, "redirectUrl", "is not allowed");
        return;
    }
    if (decide(call, &plan)) {
        answer(call, json_pack("{s:s}", "resetMethod", "magiclink"));
    }
}

/* The code with which a one-time code comes back: also where there is no such account. */
static json_t *request_code_of(const struct call *call) {
    size_t len;
    const char *lookup = (const char *)saltbox_outcome_lookup(call->outcome, &len);
    return json_pack("{s:s%}", "requestCode", lookup, len);
}

void request_reset(struct call *call) {
    struct plan plan = {.decision = decide_email_link, .mail = "reset"};
    struct text strategy = text_of("link");
    bool is_one_time_code;
    if (!need_login(call, &plan.who) || !take_text(call, "strategy", &strategy)) {
        return;
    }
    is_one_time_code = is_text(strategy, "otp");
    if (is_one_time_code) {
        plan.decision = decide_one_time_code;
    } else if (!is_text(strategy, "link")) {
        refuse_member(call, "strategy", "link or otp is needed");
        return;
    }
    if (decide(call, &plan)) {
        answer(call, is_one_time_code ? request_code_of(call) : json_object());
    }
}

/* The caller is an administrator, and may hear that there is no such account, or why it gets none. */
void create_reset_link(struct call *call) {
    struct plan plan = {.decision = decide_reset_link};
    struct text code;
    if (!need_login(call, &plan.who) || !decide(call, &plan)) {
        return;
    }
    code.at = (const char *)saltbox_outcome_code(call->outcome, &code.len);
    if (code.at != NULL) {
        answer(call, json_pack("{s:s%,s:I}", "passwordResetCode", code.at, code.len,
                               "lifetimeSeconds",
                               (json_int_t)saltbox_outcome_lifetime_s(call->outcome)));
    } else if (saltbox_outcome_verdict(call->outcome) == SALTBOX_VERDICT_NO_ACCOUNT) {
        refuse(call, &NO_USER, NULL);
    } else {
        refuse_verdict(call);
    }
}

/* Where a code comes from, and what it is. */
struct code {
    const char *member;
    uint32_t kind;
};

/* What the client sent, and nothing else: the library says whether it goes together. */
static bool add_codes(struct call *call, const struct code *codes, size_t len,
                      saltbox_secrets *secrets) {
    for (size_t i = 0; i < len; i++) {
        struct text code = {NULL, 0};
        saltbox_status status = SALTBOX_OK;
        if (!take_text(call, codes[i].member, &code)) {
            return false;
        }
        if (code.at != NULL) {
            status = saltbox_secrets_add(secrets, codes[i].kind, NULL, 0, BYTES(code));
        }
        if (status != SALTBOX_OK) {
            return refuse_failure(call, status, NULL);
        }
    }
    return true;
}

/* Finds whose the codes are before any account is looked at, and decides. */
static bool redeem_secrets(struct call *call, struct plan *plan, const saltbox_secrets *secrets) {
    uint8_t lookup[SALTBOX_LOOKUP_MAX];
    size_t len;
    saltbox_status status =
        saltbox_reset_lookup(call->service->core, secrets, lookup, sizeof lookup, &len);
    if (status != SALTBOX_OK) {
        saltbox_diag diag;
        bool is_told = saltbox_secrets_check(secrets, &diag) == status;
        return refuse_failure(call, status, is_told ? diag.message : NULL);
    }
    plan->who = (struct who){.by = BY_LOOKUP, .key = {(const char *)lookup, len}};
    plan->secrets = secrets;
    return decide(call, plan);
}

static bool redeem(struct call *call, struct plan *plan, const struct code *codes, size_t len) {
    saltbox_secrets *secrets = NULL;
    saltbox_status status = saltbox_secrets_new(&secrets);
    bool is_done;
    if (status != SALTBOX_OK) {
        return refuse_failure(call, status, NULL);
    }
    is_done = add_codes(call, codes, len, secrets) && redeem_secrets(call, plan, secrets);
    saltbox_secrets_free(secrets);
    return is_done;
}

void reset(struct call *call) {
    static const struct code CODES[] = {
        {"emailAuthCode", SALTBOX_SECRET_EMAIL_AUTH_CODE},
        {"requestCode", SALTBOX_SECRET_REQUEST_CODE},
        {"verificationCode", SALTBOX_SECRET_VERIFICATION_CODE},
        {"passwordResetCode", SALTBOX_SECRET_PASSWORD_RESET_CODE},
    };
    struct plan plan = {.decision = decide_reset};
    /* No session: who reset a password signs in with it, with every factor that the account has. */
    if (need_text(call, "newPassword", &plan.new_password) &&
        take_flag(call, "suppressPasswordUpdatedEmail", &plan.suppress_mail) &&
        redeem(call, &plan, CODES, sizeof CODES / sizeof CODES[0])) {
        answer(call, json_pack("{s:s}", "result", "password_reset"));
    }
}

/* Verifying an address. */

void update_email(struct call *call) {
    struct plan plan = {.decision = decide_verification, .mail = "verification"};
    if (need_login(call, &plan.who) && need_filled(call, "email", &plan.email) &&
        decide(call, &plan)) {
        answer(call, json_object());
    }
}

void verify_email(struct call *call) {
    static const struct code CODES[] = {{"token", SALTBOX_SECRET_EMAIL_AUTH_CODE}};
    struct plan plan = {.decision = decide_address};
    struct text token = {NULL, 0};
    if (need_text(call, "token", &token) && redeem(call, &plan, CODES, 1)) {
        answer(call, json_pack("{s:b}", "verified", true));
    }
}
