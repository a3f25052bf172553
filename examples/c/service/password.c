/*
 * Signing up and in, changing the password, and what one has to be like.
 */

#include "http.h"

static saltbox_status decide_sign_up(const struct plan *plan, const struct given *given,
                                     saltbox_outcome **outcome_out) {
    return saltbox_sign_up(GIVEN(given), BYTES(plan->password), given->now,
                           outcome_out);
}

static saltbox_status decide_sign_in(const struct plan *plan, const struct given *given,
                                     saltbox_outcome **outcome_out) {
    return saltbox_sign_in(GIVEN(given), BYTES(plan->password), given->now,
                           outcome_out);
}

static saltbox_status decide_update(const struct plan *plan, const struct given *given,
                                    saltbox_outcome **outcome_out) {
    return saltbox_update(GIVEN(given), BYTES(plan->new_password), given->now,
                          outcome_out);
}

static saltbox_status decide_replace(const struct plan *plan, const struct given *given,
                                     saltbox_outcome **outcome_out) {
    return saltbox_replace(GIVEN(given), BYTES(plan->password),
                           BYTES(plan->new_password), given->now, outcome_out);
}

/*
 * Where "account":{"mask":true}, the client hears the same whether the login is taken
 * or not. So the link is asked for by the new id in either case: of a login that was
 * taken it is nobody's, and that is the same work.
 */
static void sign_up_newcomer(struct call *call, const struct plan *plan) {
    if (!decide(call, plan)) {
        return;
    }
    if (saltbox_outcome_client(call->outcome) == SALTBOX_CLIENT_DONE) {
        answer_session(call, true, true);
    } else if (send_verification(call, plan->newcomer->id)) {
        answer(call, json_pack("{s:b}", "sent", true));
    }
}

/*
 * Where it is masked, the mail says whether the login was free; so it goes to the login and
 * nowhere else.
 */
static bool is_login_an_address(struct call *call, bool is_address, struct text login,
                                struct text email) {
    if (!call->service->has_mask) {
        return true;
    }
    if (!is_address) {
        return refuse_member(call, "loginId", "an address is needed");
    }
    return email.len == 0 || saltbox_same_identifier(BYTES(email), BYTES(login)) == SALTBOX_OK ||
           refuse_member(call, "user.email", "is not the login");
}

void sign_up(struct call *call) {
    struct plan plan = {.decision = decide_sign_up};
    struct text name = text_of(""), email = text_of(""), phone = text_of("");
    struct account newcomer;
    struct text *login = &plan.who.login;
    bool is_address;
    if (!need_login(call, &plan.who) || !need_text(call, "password", &plan.password) ||
        !take_text(call, "user.name", &name) || !take_text(call, "user.email", &email) ||
        !take_text(call, "user.phone", &phone)) {
        return;
    }
    is_address = memchr(login->at, '@', login->len) != NULL;
    if (!is_login_an_address(call, is_address, *login, email) || !is_served(call)) {
        return;
    }
    if (email.len == 0 && is_address) {
        email = *login;
    }
    if (!account_init(&newcomer, &plan.who, name, email, phone)) {
        refuse(call, &INTERNAL, NULL);
        return;
    }
    newcomer.created = call->now;
    plan.newcomer = &newcomer;
    sign_up_newcomer(call, &plan);
    account_free(&newcomer);
}

void sign_in(struct call *call) {
    struct plan plan = {.decision = decide_sign_in};
    if (!need_login(call, &plan.who) || !need_text(call, "password", &plan.password) ||
        !take_flag(call, "loginOptions.stepup", &plan.step_up) ||
        !take_flag(call, "loginOptions.revokeOtherSessions", &plan.revoke_other_sessions) ||
        !is_served(call)) {
        return;
    }
    if (decide(call, &plan)) {
        answer_session(call, false, true);
    }
}

void update(struct call *call) {
    struct plan plan = {.decision = decide_update};
    if (need_login(call, &plan.who) && need_text(call, "newPassword", &plan.new_password) &&
        decide(call, &plan)) {
        answer(call, json_object());
    }
}

void replace(struct call *call) {
    struct plan plan = {.decision = decide_replace};
    if (need_login(call, &plan.who) && need_text(call, "oldPassword", &plan.password) &&
        need_text(call, "newPassword", &plan.new_password) &&
        take_flag(call, "revokeOtherSessions", &plan.revoke_other_sessions) && is_served(call) &&
        decide(call, &plan)) {
        answer_session(call, false, true);
    }
}

/* What a form asks for before one is typed, as the vendor's SDKs read it. */
void password_policy(struct call *call) {
    saltbox_status status = saltbox_policy_public(call->service->core, &call->outcome);
    if (status != SALTBOX_OK) {
        refuse_failure(call, status, NULL);
        return;
    }
    call->said = read_outcome(call->outcome);
    answer(call, json_incref(json_object_get(call->said, "descope")));
}
