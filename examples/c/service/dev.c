/*
 * Where a service of use has a clock and a mailer. For tests (--dev) the clock can
 * be set, and the mail be read.
 */

#include "http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* 0: it goes. */
static _Atomic uint64_t stopped_at;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static json_t *messages; /* NULL: none */

/* The only place that time is taken from. */
uint64_t clock_now(void) {
    uint64_t at = atomic_load(&stopped_at);
    return at != 0 ? at : (uint64_t)time(NULL);
}

/*
 * Sends a message to the address that is stored, never to one that was typed in;
 * with the code of the outcome, if there is one. A service queues it here and sends it
 * later: the transaction waits, and where nobody is told anything it would be shorter.
 */
void mail(const struct service *service, const struct account *to, const char *kind,
          const saltbox_outcome *outcome) {
    struct text code;
    json_t *message;
    if (!service->is_dev || to->email.len == 0) {
        return;
    }
    code.at = (const char *)saltbox_outcome_code(outcome, &code.len);
    if (code.at == NULL) {
        message = json_pack("{s:s%,s:s}", "to", to->email.at, to->email.len, "kind", kind);
    } else {
        message = json_pack("{s:s%,s:s,s:s%,s:I}", "to", to->email.at, to->email.len, "kind", kind,
                            "code", code.at, code.len, "lifetimeSeconds",
                            (json_int_t)saltbox_outcome_lifetime_s(outcome));
    }
    pthread_mutex_lock(&mutex);
    if (messages == NULL) {
        messages = json_array();
    }
    json_array_append_new(messages, message);
    pthread_mutex_unlock(&mutex);
}

static json_t *take_messages(void) {
    json_t *taken;
    pthread_mutex_lock(&mutex);
    taken = messages;
    messages = NULL;
    pthread_mutex_unlock(&mutex);
    return taken;
}

/* Codes are wiped with them, by jansson's allocator. */
void mail_forget(void) {
    json_decref(take_messages());
}

void dev_clock(struct call *call) {
    const json_t *now = json_object_get(call->body, "now");
    if (!json_is_integer(now) || json_integer_value(now) <= 0) {
        refuse_member(call, "now", "seconds since 1970 are needed");
        return;
    }
    atomic_store(&stopped_at, (uint64_t)json_integer_value(now));
    answer(call, json_object());
}

void dev_clear(struct call *call) {
    store_clear(call->service->store);
    mail_forget();
    answer(call, json_object());
}

void dev_outbox(struct call *call) {
    json_t *taken = take_messages();
    answer(call, taken != NULL ? json_pack("{s:o}", "messages", taken)
                               : json_pack("{s:[]}", "messages"));
}
