/*
 * Every flow of the library goes through here: read the record, decide, store by
 * compare-and-swap, and only then act and answer. Whoever acts before the swap
 * lets a code be used twice and a password be guessed without end.
 */

#include "http.h"

/* Who loses so many swaps is told to try again. */
#define MOST_TRIES 16

/* Until a user is told again that somebody tried to sign up. */
#define TOLD_AGAIN_S 3600

/* What is asked for besides, and the session that was checked. */
static json_t *request_of(const struct call *call, const struct plan *plan) {
    const struct session *session = &call->session;
    json_t *request =
        json_pack("{s:b,s:b,s:b}", "step_up", plan->step_up, "revoke_other_sessions",
                  plan->revoke_other_sessions, "suppress_mail", plan->suppress_mail);
    if (request != NULL && call->has_session) {
        json_t *more = json_pack("{s:s,s:I}", "session_subject", session->user, "auth_age_s",
                                 (json_int_t)session_age(session, call->now));
        if (json_object_update(request, more) != 0) {
            json_decref(request);
            request = NULL;
        }
        json_decref(more);
    }
    return request;
}

void forget_decision(struct call *call) {
    saltbox_outcome_free(call->outcome);
    json_decref(call->said);
    json_decref(call->user);
    call->outcome = NULL;
    call->said = NULL;
    call->user = NULL;
}

/* A session that has ended since it was looked up decides nothing any more. */
static bool has_ended(const struct call *call) {
    return call->has_session && store_session(call->service->store, call->session.refresh_token,
                                              call->now) == NULL;
}

/*
 * Where codes go decides who may set the password. So it takes what setting one in a
 * session does: a session of the account, whose user has signed in a short time ago.
 * No flow of the library looks at that here.
 */
static bool may_move(const struct call *call, const struct account *was) {
    const struct session *session = &call->session;
    return call->has_session && strcmp(was->id, session->user) == 0 &&
           session_age(session, call->now) <= call->service->auth_age_s;
}

/* Copies the row, for the decision takes long and the store is not to wait. */
static bool read_account(struct call *call, const struct plan *plan, struct account *was) {
    struct store *store = call->service->store;
    const struct account *now;
    bool is_copied;
    store_begin(store);
    call->has_session = call->has_session && !has_ended(call);
    now = store_find(store, plan->who);
    is_copied = now == NULL || account_copy(was, now);
    store_end(store);
    if (!call->has_session && (call->needs == NEEDS_SESSION || plan->step_up)) {
        account_free(was);
        return refuse(call, &NOT_AUTHORIZED, NULL);
    }
    if (was->id[0] != '\0' && plan->must_be_new) {
        account_free(was);
        return refuse_exists(call);
    }
    if (is_copied && plan->email.at != NULL && !may_move(call, was)) {
        account_free(was);
        return refuse(call, &NOT_AUTHORIZED, NULL);
    }
    return is_copied || refuse(call, &INTERNAL, NULL);
}

/* JSON as the library takes it; owned. */
static struct text dump(json_t *json) {
    char *at = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return (struct text){at, at != NULL ? strlen(at) : 0};
}

/* Asks the library. Who is not there has an id for the time of the call: it is the same work. */
static saltbox_status ask(struct call *call, const struct plan *plan, const struct account *was) {
    struct account nobody = {.id = ""}, moved = *was;
    const struct account *about = was->id[0] != '\0' ? was : &nobody;
    saltbox_status status = SALTBOX_E_MEMORY;
    struct given given;
    if (plan->newcomer != NULL) {
        /* Where the login is taken, too: measured by its user's address, a password would tell. */
        about = plan->newcomer;
    } else if (about == &nobody) {
        if (!random_hex(nobody.id, sizeof nobody.id)) {
            return SALTBOX_E_RANDOM;
        }
        if (plan->who.by == BY_LOGIN) {
            nobody.key = plan->who.key; /* by which what it costs is drawn */
        }
    }
    if (plan->email.at != NULL) {
        moved.email = plan->email;
        moved.is_email_verified = false;
        about = &moved;
    }
    given = (struct given){
        .core = call->service->core,
        .record = was->record,
        .subject = dump(account_subject(about, call->service->project)),
        .request = dump(request_of(call, plan)),
        .now = call->now,
    };
    if (given.subject.at != NULL && given.request.at != NULL) {
        status = plan->decision(plan, &given, &call->outcome);
    }
    free_wiped((void *)given.subject.at);
    free_wiped((void *)given.request.at);
    return status;
}

/* What the row shows of the record, which is the library's to read. */
static void show(struct account *account, uint32_t verdict) {
    switch (verdict) {
    case SALTBOX_VERDICT_SIGNED_UP:
    case SALTBOX_VERDICT_PASSWORD_CHANGED:
    case SALTBOX_VERDICT_PASSWORD_RESET:
    case SALTBOX_VERDICT_PASSWORD_SET:
    case SALTBOX_VERDICT_TEMPORARY_SET:
        account->has_password = true;
        break;
    case SALTBOX_VERDICT_ACCOUNT_NOW_DISABLED:
    case SALTBOX_VERDICT_ACCOUNT_ENABLED:
        account->is_disabled = verdict == SALTBOX_VERDICT_ACCOUNT_NOW_DISABLED;
        break;
    default:
        break;
    }
}

/* Tells the old address: whoever has taken the account over would be the only one to hear. */
static bool move(const struct call *call, struct account *account, struct text email) {
    if (account->is_email_verified &&
        saltbox_same_identifier(BYTES(account->email), BYTES(email)) != SALTBOX_OK) {
        mail(call->service, account, "address_changed", NULL);
    }
    account->is_email_verified = false;
    account->version++;
    return account_set(&account->email, email);
}

/* A code whose row was not stored is found by nobody, so it is not sent either. */
static bool send_code(struct call *call, const struct plan *plan, const struct account *account) {
    struct text lookup;
    lookup.at = (const char *)saltbox_outcome_lookup(call->outcome, &lookup.len);
    if (lookup.at == NULL || !store_add_lookup(call->service->store, lookup, account->id)) {
        return false;
    }
    /* An administrator takes it from the answer. */
    if (saltbox_outcome_channel(call->outcome) != SALTBOX_CHANNEL_ADMINISTRATOR) {
        mail(call->service, account, plan->mail, call->outcome);
    }
    return true;
}

static bool begin_session(struct call *call, const struct account *account) {
    return session_init(&call->session, account->id, call->now) &&
           store_add_session(call->service->store, &call->session, call->now);
}

static bool raise_session(struct call *call) {
    struct session *session =
        store_session(call->service->store, call->session.refresh_token, call->now);
    if (session == NULL || !random_hex(session->session_token, sizeof session->session_token)) {
        return false;
    }
    session->is_stepped_up = true;
    if (saltbox_outcome_verdict(call->outcome) == SALTBOX_VERDICT_SIGNED_IN) {
        session->auth_time = call->now; /* answers are no sign-in */
    }
    call->session = *session;
    return true;
}

/* Once in a while: anybody may try, so often as they like. */
static void tell_of_sign_up(const struct call *call, struct account *account) {
    if (account->told_at == 0 || call->now >= account->told_at + TOLD_AGAIN_S) {
        account->told_at = call->now;
        mail(call->service, account, "sign_up_tried", NULL);
    }
}

/*
 * Does what was decided, in one transaction with the swap: otherwise a session that is to
 * end could decide something between the two, and one of the old password begin after all
 * have ended.
 */
static bool do_effects(struct call *call, const struct plan *plan, struct account *account) {
    struct store *store = call->service->store;
    const uint32_t effects = saltbox_outcome_effects(call->outcome);
    const char *own = call->has_session ? call->session.refresh_token : NULL;
    bool is_done = true;
    if ((effects & SALTBOX_EFFECT_REVOKE_SESSIONS) != 0) {
        store_end_sessions(store, account->id, NULL, call->now);
    }
    if ((effects & SALTBOX_EFFECT_REVOKE_OTHER_SESSIONS) != 0) {
        store_end_sessions(store, account->id, own, call->now);
    }
    if ((effects & SALTBOX_EFFECT_NEW_SESSION) != 0) {
        is_done = begin_session(call, account) && is_done;
    }
    if ((effects & SALTBOX_EFFECT_STEP_UP_SESSION) != 0) {
        is_done = raise_session(call) && is_done;
    }
    if ((effects & SALTBOX_EFFECT_ADDRESS_VERIFIED) != 0 &&
        saltbox_outcome_channel(call->outcome) == SALTBOX_CHANNEL_EMAIL) {
        account->is_email_verified = true;
    }
    if ((effects & SALTBOX_EFFECT_SEND_CODE) != 0) {
        is_done = send_code(call, plan, account) && is_done;
    }
    if ((effects & SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED) != 0) {
        mail(call->service, account, "password_changed", NULL);
    }
    if ((effects & SALTBOX_EFFECT_NOTIFY_QUESTIONS_CHANGED) != 0) {
        mail(call->service, account, "questions_changed", NULL);
    }
    if ((effects & SALTBOX_EFFECT_NOTIFY_SIGN_UP_TRIED) != 0) {
        tell_of_sign_up(call, account);
    }
    return is_done;
}

/* Stores what was decided, and does it only where that succeeds. */
static enum swapped commit(struct call *call, const struct plan *plan, const struct account *was) {
    struct store *store = call->service->store;
    struct account *now = NULL;
    struct text record;
    enum swapped swapped = SWAP_LOST;
    record.at = (const char *)saltbox_outcome_record(call->outcome, &record.len);
    store_begin(store);
    if (!has_ended(call)) {
        swapped = store_swap(store, plan->who, was, plan->newcomer, record, &now);
    }
    if (swapped == SWAPPED && now != NULL) {
        show(now, saltbox_outcome_verdict(call->outcome));
        if ((plan->email.at != NULL && !move(call, now, plan->email)) ||
            !do_effects(call, plan, now) || (call->user = account_user(now)) == NULL) {
            swapped = SWAP_FAILED;
        }
    }
    store_end(store);
    return swapped;
}

json_t *read_outcome(const saltbox_outcome *outcome) {
    size_t len;
    const char *json = (const char *)saltbox_outcome_json(outcome, &len);
    return json != NULL ? json_loadb(json, len, 0, NULL) : NULL;
}

/* What was decided, for the answer; refused where a client is to hear a no. */
static bool hear(struct call *call) {
    const uint32_t client = saltbox_outcome_client(call->outcome);
    call->said = read_outcome(call->outcome);
    if (call->said == NULL) {
        return refuse(call, &INTERNAL, NULL);
    }
    return client == SALTBOX_CLIENT_DONE || client == SALTBOX_CLIENT_SENT || refuse_outcome(call);
}

static bool decide_in_turn(struct call *call, const struct plan *plan) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        struct account was = {.id = ""};
        enum swapped swapped = SWAP_LOST;
        saltbox_status status;
        forget_decision(call);
        if (!read_account(call, plan, &was)) {
            return false;
        }
        status = ask(call, plan, &was);
        if (status == SALTBOX_OK || status == SALTBOX_REJECTED) {
            swapped = commit(call, plan, &was);
        }
        account_free(&was);
        if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
            return refuse_failure(call, status, NULL);
        }
        if (swapped != SWAP_LOST) {
            return swapped == SWAPPED ? hear(call) : refuse(call, &INTERNAL, NULL);
        }
        /* Somebody was faster: what was decided is void. */
    }
    return refuse_failure(call, SALTBOX_E_BUSY, NULL);
}

/*
 * True where the client hears that it is done, or that a code was sent if there is
 * such an account: then the route answers. Otherwise the answer is made.
 */
bool decide(struct call *call, const struct plan *plan) {
    struct turn turn;
    bool is_done;
    turn_begin(call->service->store, &turn, plan->who);
    call->now = clock_now(); /* the turn may have been long in coming */
    is_done = decide_in_turn(call, plan);
    turn_end(call->service->store, &turn);
    return is_done;
}
