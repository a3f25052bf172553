/*
 * What an administrator does, who has shown the management key.
 */

#include "http.h"

static saltbox_status decide_import(const struct plan *plan, const struct given *given,
                                    saltbox_outcome **outcome_out) {
    return saltbox_admin_import(GIVEN(given), BYTES(plan->stored), given->now,
                                outcome_out);
}

static saltbox_status decide_account(const struct plan *plan, const struct given *given,
                                     saltbox_outcome **outcome_out) {
    return plan->account_call(GIVEN(given), given->now, outcome_out);
}

static saltbox_status decide_password(const struct plan *plan, const struct given *given,
                                      saltbox_outcome **outcome_out) {
    return plan->password_call(GIVEN(given), BYTES(plan->password), given->now, outcome_out);
}

/* Turns what the vendor exports into a string that the library verifies. */
static bool import_hash(struct call *call, const json_t *hash, const json_t *options, char *stored,
                        struct text *out) {
    const saltbox *core = call->service->core;
    json_t *descriptor = json_pack("{s:s,s:O,s:O*}", "vendor", "descope", "hash", hash, "options",
                                   options);
    char *text = json_dumps(descriptor, JSON_COMPACT);
    saltbox_status status = SALTBOX_E_MEMORY;
    saltbox_outcome *findings = NULL;
    saltbox_diag diag;
    json_decref(descriptor);
    if (text != NULL) {
        status = saltbox_import((const uint8_t *)text, strlen(text), stored, SALTBOX_HASH_MAX,
                                &out->len, &diag);
    }
    free_wiped(text);
    if (status == SALTBOX_OK) {
        /* Whether it would be verified: what is too dear is refused now, and not at each sign-in. */
        status = saltbox_identify(core, stored, out->len, &diag, &findings);
        saltbox_outcome_free(findings);
    }
    if (status == SALTBOX_REJECTED || status == SALTBOX_E_IMPORT ||
        status == SALTBOX_E_UNSUPPORTED) {
        return refuse_member(call, "hashedPassword", diag.message);
    }
    out->at = stored;
    return status == SALTBOX_OK || refuse_failure(call, status, NULL);
}

void create_user(struct call *call) {
    struct plan plan = {.decision = decide_import, .must_be_new = true};
    struct text name = text_of(""), email = text_of(""), phone = text_of("");
    const json_t *hash, *options;
    char stored[SALTBOX_HASH_MAX];
    bool is_verified = false;
    struct account newcomer;
    if (!need_login(call, &plan.who) || !take_text(call, "name", &name) ||
        !take_text(call, "email", &email) || !take_text(call, "phone", &phone) ||
        !take_flag(call, "verifiedEmail", &is_verified) ||
        !take_object(call, "hashedPassword", &hash) ||
        !take_object(call, "hashOptions", &options) ||
        (hash != NULL && !import_hash(call, hash, options, stored, &plan.stored))) {
        return;
    }
    if (!account_init(&newcomer, &plan.who, name, email, phone)) {
        refuse(call, &INTERNAL, NULL);
        return;
    }
    newcomer.created = call->now;
    newcomer.has_password = hash != NULL;
    newcomer.is_email_verified = is_verified && email.len > 0;
    plan.newcomer = &newcomer;
    if (decide(call, &plan)) {
        answer(call, json_pack("{s:O}", "user", call->user));
    }
    account_free(&newcomer);
}

/* Decides about an account that there is, and says so where there is none. */
static bool decide_known(struct call *call, const struct plan *plan) {
    return decide(call, plan) &&
           (saltbox_outcome_verdict(call->outcome) != SALTBOX_VERDICT_NO_ACCOUNT ||
            refuse(call, &NO_USER, NULL));
}

static void set_password(struct call *call, password_call *by) {
    struct plan plan = {.decision = decide_password, .password_call = by};
    if (need_login(call, &plan.who) && need_text(call, "password", &plan.password) &&
        decide_known(call, &plan)) {
        answer(call, json_object());
    }
}

void set_temporary(struct call *call) {
    set_password(call, saltbox_admin_set_temporary);
}

void set_active(struct call *call) {
    set_password(call, saltbox_admin_set_active);
}

static void do_to(struct call *call, account_call *by) {
    struct plan plan = {.decision = decide_account, .account_call = by};
    if (need_login(call, &plan.who) && decide_known(call, &plan)) {
        answer(call, json_object());
    }
}

void expire(struct call *call) {
    do_to(call, saltbox_admin_expire);
}

void lock(struct call *call) {
    do_to(call, saltbox_admin_lock);
}

void unlock(struct call *call) {
    do_to(call, saltbox_admin_unlock);
}

void update_status(struct call *call) {
    struct plan plan = {.decision = decide_account, .account_call = saltbox_admin_enable};
    struct text status = {NULL, 0};
    if (!need_login(call, &plan.who) || !need_text(call, "status", &status)) {
        return;
    }
    if (is_text(status, "disabled")) {
        plan.account_call = saltbox_admin_disable;
    } else if (!is_text(status, "enabled")) {
        refuse_member(call, "status", "enabled or disabled is needed");
        return;
    }
    if (decide_known(call, &plan)) {
        answer(call, json_pack("{s:O}", "user", call->user));
    }
}
