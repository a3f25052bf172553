/*
 * Security answers: a second factor within a session, and never a way to one.
 */

#include "http.h"

static saltbox_status decide_set(const struct plan *plan, const struct given *given,
                                 saltbox_outcome **outcome_out) {
    return saltbox_set_questions(GIVEN(given), plan->secrets, given->now, outcome_out);
}

static saltbox_status decide_get(const struct plan *plan, const struct given *given,
                                 saltbox_outcome **outcome_out) {
    (void)plan;
    return saltbox_get_questions(GIVEN(given), given->now, outcome_out);
}

static saltbox_status decide_verify(const struct plan *plan, const struct given *given,
                                    saltbox_outcome **outcome_out) {
    return saltbox_verify_questions(GIVEN(given), plan->secrets, given->now, outcome_out);
}

/* "answers":[{"id":"...","answer":"..."}] */
static bool add_answers(struct call *call, const json_t *list, saltbox_secrets *answers) {
    static const char NEEDED[] = "a list of id and answer is needed";
    const json_t *item;
    size_t i;
    if (!json_is_array(list)) {
        return refuse_member(call, "answers", NEEDED);
    }
    json_array_foreach(list, i, item) {
        const json_t *id = json_object_get(item, "id"), *answer = json_object_get(item, "answer");
        saltbox_status status;
        if (!json_is_string(id) || !json_is_string(answer)) {
            return refuse_member(call, "answers", NEEDED);
        }
        status = saltbox_secrets_add(
            answers, SALTBOX_SECRET_ANSWER, (const uint8_t *)json_string_value(id),
            json_string_length(id), (const uint8_t *)json_string_value(answer),
            json_string_length(answer));
        if (status != SALTBOX_OK) {
            return refuse_failure(call, status, NULL);
        }
    }
    return true;
}

static bool decide_answers(struct call *call, struct plan *plan) {
    const json_t *list;
    saltbox_secrets *answers = NULL;
    saltbox_status status;
    bool is_done;
    if (!need_login(call, &plan->who) || !need_any(call, "answers", &list)) {
        return false;
    }
    status = saltbox_secrets_new(&answers);
    if (status != SALTBOX_OK) {
        return refuse_failure(call, status, NULL);
    }
    plan->secrets = answers;
    is_done = add_answers(call, list, answers) && decide(call, plan);
    saltbox_secrets_free(answers);
    return is_done;
}

/* Without questions in the configuration there are no such routes. */
static bool are_there(struct call *call) {
    return call->service->has_questions || refuse(call, &NO_ROUTE, NULL);
}

void set_questions(struct call *call) {
    struct plan plan = {.decision = decide_set};
    if (are_there(call) && decide_answers(call, &plan)) {
        answer(call, json_object());
    }
}

void get_questions(struct call *call) {
    struct plan plan = {.who = {.by = BY_ID, .key = text_of(call->session.user)},
                        .decision = decide_get};
    if (are_there(call) && decide(call, &plan)) {
        json_t *questions = json_object_get(call->said, "questions");
        answer(call, questions != NULL ? json_pack("{s:O}", "questions", questions)
                                       : json_pack("{s:[]}", "questions"));
    }
}

void verify_questions(struct call *call) {
    struct plan plan = {.decision = decide_verify};
    if (are_there(call) && take_flag(call, "stepup", &plan.step_up) && is_served(call) &&
        decide_answers(call, &plan)) {
        answer_session(call, false, plan.step_up);
    }
}
