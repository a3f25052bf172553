/*
 * Threads that are cancelled around and inside of calls. The header promises
 * that a call is not a cancellation point: it does all it has to do, and the
 * thread ends after it. glibc cancels by unwinding, so a call that let it
 * through would tear down frames of Rust, leak its memory or end the process.
 * Nor is the wait for a slot a cancellation point, though the futex in it is one.
 */

#define _GNU_SOURCE
#include "mapped.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#define ROUNDS 64
#define PASSWORD ((const uint8_t *)"correct horse battery staple")
#define PASSWORD_LEN 28
#define DEFAULT "{}"
#define ONE_SLOT(milliseconds) "{\"hash\":{\"max_running\":1,\"queue_ms\":" milliseconds "}}"

/* A core and a string that it made for PASSWORD. */
struct core {
    saltbox *sb;
    char stored[SALTBOX_HASH_MAX];
    size_t stored_len;
};

static struct core cheap;
static struct core dear;
/* One slot each: who waits for it gets it, or gives up before it is free. */
static struct core patient;
static struct core impatient;
static saltbox_config *settings;
static saltbox_outcome *findings;
static struct mapped list;
/* A core with a key, the record of an account and a code for it. */
static saltbox *keyed;
static saltbox_outcome *account;
static saltbox_secrets *codes;
static const uint8_t *record;
static size_t record_len;
/* What asks the account its one question, and the answer. */
static saltbox_outcome *asked;
static saltbox_secrets *answers;
/* The record of one that has signed up with PASSWORD. */
static saltbox_outcome *signed_up;
static const uint8_t *signed_record;
static size_t signed_len;
static const char YOUNG[] = "{\"session_subject\":\"u-1\",\"auth_age_s\":0}";
static const char SESSION[] = "{\"session_subject\":\"u-1\",\"auth_age_s\":0}";
static const char ADA[] = "{\"id\":\"u-1\",\"email\":\"a@example.com\",\"email_verified\":true}";

/* What a call made. The main thread ends it, whenever the other thread was cancelled. */
struct made {
    saltbox *sb;
    saltbox_config *config;
    saltbox_outcome *outcome;
    saltbox_secrets *secrets;
    saltbox_calibration *calibration;
};

typedef int call(const struct core *core, struct made *made);

static int call_abi(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_abi() == SALTBOX_ABI;
}

static int call_version(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_version() != NULL;
}

static int call_status_name(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_status_name(SALTBOX_E_KEY) != NULL;
}

static int call_config_parse(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_config_parse((const uint8_t *)CHEAP, strlen(CHEAP), &made->config, NULL)
        == SALTBOX_OK;
}

static int call_config_add_key(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_config_add_key(settings, 1, PASSWORD, PASSWORD_LEN) == SALTBOX_E_KEY;
}

static int parse_listed(const struct core *core, struct made *made) {
    static const char json[] = "{\"policy\":{\"blocklist\":{\"outside\":true}}}";
    (void)core;
    return saltbox_config_parse((const uint8_t *)json, sizeof json - 1, &made->config, NULL)
        == SALTBOX_OK;
}

static int call_config_attach_blocklist(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_config_attach_blocklist(made->config, list.file, list.len, NULL) == SALTBOX_OK;
}

static int call_blocklist_check(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_blocklist_check(list.file, list.len, NULL) == SALTBOX_OK;
}

static int call_config_check(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_config_check(settings, NULL) == SALTBOX_OK;
}

static int call_config_free(const struct core *core, struct made *made) {
    saltbox_config *config = made->config;
    (void)core;
    made->config = NULL;
    saltbox_config_free(config);
    return 1;
}

static int call_new(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_new(settings, &made->sb) == SALTBOX_OK;
}

static int call_derive(const struct core *core, struct made *made) {
    return saltbox_derive(core->sb, settings, &made->sb) == SALTBOX_OK;
}

static int call_free(const struct core *core, struct made *made) {
    saltbox *sb = made->sb;
    (void)core;
    made->sb = NULL;
    saltbox_free(sb);
    return 1;
}

static int call_hash(const struct core *core, struct made *made) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    (void)made;
    return saltbox_hash(core->sb, PASSWORD, PASSWORD_LEN, out, sizeof out, &len) == SALTBOX_OK;
}

static int call_verify(const struct core *core, struct made *made) {
    (void)made;
    return saltbox_verify(core->sb, core->stored, core->stored_len, PASSWORD, PASSWORD_LEN, NULL) == SALTBOX_OK;
}

static int call_verify_batch(const struct core *core, struct made *made) {
    size_t password_end = PASSWORD_LEN;
    saltbox_status status = SALTBOX_E_INTERNAL;
    (void)made;
    return saltbox_verify_batch(core->sb, 1, core->stored, &core->stored_len, PASSWORD,
                                &password_end, &status, NULL) == SALTBOX_OK;
}

static int call_verify_no_user(const struct core *core, struct made *made) {
    (void)made;
    return saltbox_verify(core->sb, NULL, 0, PASSWORD, PASSWORD_LEN, NULL) == SALTBOX_REJECTED;
}

static int call_capacity(const struct core *core, struct made *made) {
    uint32_t jobs = 0;
    (void)made;
    return saltbox_capacity(core->sb, &jobs) == SALTBOX_OK && jobs != 0;
}

static int call_trim(const struct core *core, struct made *made) {
    uint64_t bytes = 4711;
    (void)made;
    return saltbox_trim(core->sb, &bytes) == SALTBOX_OK && bytes != 4711;
}

static int call_stats(const struct core *core, struct made *made) {
    saltbox_counters counters;
    (void)made;
    counters.struct_size = sizeof counters;
    return saltbox_stats(core->sb, &counters) == SALTBOX_OK && counters.hashes != 0;
}

static int call_calibration_new(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_calibration_new(NULL, (const uint8_t *)"argon2id", 8, 1, 1, 64U << 20,
                                   &made->calibration, NULL) == SALTBOX_OK;
}

static int call_calibration_next(const struct core *core, struct made *made) {
    uint32_t threads = 0;
    (void)core;
    return saltbox_calibration_next(made->calibration, &threads) == SALTBOX_OK && threads == 1;
}

static int call_calibration_hash(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_calibration_hash(made->calibration) == SALTBOX_OK;
}

/* A hash of a second, where a nanosecond is the target: nothing is left to measure. */
static int call_calibration_tell(const struct core *core, struct made *made) {
    uint64_t readings[SALTBOX_CALIBRATION_READINGS];
    uint32_t threads = 1;
    (void)core;
    for (size_t i = 0; i < SALTBOX_CALIBRATION_READINGS; i++) {
        readings[i] = i * 1000000000;
    }
    return saltbox_calibration_tell(made->calibration, readings, SALTBOX_CALIBRATION_READINGS)
            == SALTBOX_OK
        && saltbox_calibration_next(made->calibration, &threads) == SALTBOX_REJECTED && threads == 0;
}

static int measured(const struct core *core, struct made *made) {
    return call_calibration_new(core, made) && call_calibration_tell(core, made);
}

static int call_calibration_advice(const struct core *core, struct made *made) {
    uint64_t alone = 0;
    (void)core;
    return saltbox_calibration_advice(made->calibration, &alone, NULL, NULL, &made->outcome)
        == SALTBOX_REJECTED && alone == 1000000000;
}

static int call_calibration_free(const struct core *core, struct made *made) {
    saltbox_calibration *calibration = made->calibration;
    (void)core;
    made->calibration = NULL;
    saltbox_calibration_free(calibration);
    return 1;
}

static int call_scheme_name(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_scheme_name(0) != NULL && saltbox_scheme_name(UINT32_MAX) == NULL;
}

static int call_effective_config(const struct core *core, struct made *made) {
    return saltbox_effective_config(core->sb, &made->outcome) == SALTBOX_OK;
}

static int call_identify(const struct core *core, struct made *made) {
    return saltbox_identify(core->sb, core->stored, core->stored_len, NULL, &made->outcome)
        == SALTBOX_OK;
}

static int call_check(const struct core *core, struct made *made) {
    return saltbox_check(core->sb, NULL, 0, (const uint8_t *)"short", 5, 0, &made->outcome)
        == SALTBOX_REJECTED;
}

static int call_check_change(const struct core *core, struct made *made) {
    return saltbox_check_change(core->sb, NULL, 0, PASSWORD, PASSWORD_LEN, PASSWORD, PASSWORD_LEN,
                                0, &made->outcome) == SALTBOX_REJECTED;
}

static int call_outcome_violation(const struct core *core, struct made *made) {
    uint32_t code = 0;
    (void)core;
    return saltbox_outcome_violation(made->outcome, 0, &code, NULL, NULL) == SALTBOX_OK
        && code == SALTBOX_VIOLATION_TOO_SHORT;
}

static int call_outcome_warning(const struct core *core, struct made *made) {
    uint32_t code = 0;
    (void)core;
    return saltbox_outcome_warning(made->outcome, 0, &code) == SALTBOX_REJECTED;
}

static int call_outcome_strength(const struct core *core, struct made *made) {
    uint32_t score = 4711;
    (void)core;
    return saltbox_outcome_strength(made->outcome, &score, NULL, NULL) == SALTBOX_OK && score < 3;
}

static int call_outcome_suggestion(const struct core *core, struct made *made) {
    uint32_t code = 0;
    (void)core;
    return saltbox_outcome_suggestion(made->outcome, 0, &code) == SALTBOX_OK
        && code == SALTBOX_SUGGESTION_ADD_WORDS;
}

static int call_outcome_crack_seconds(const struct core *core, struct made *made) {
    double seconds = 0;
    (void)core;
    return saltbox_outcome_crack_seconds(made->outcome, SALTBOX_ATTACKER_ONLINE_THROTTLED, &seconds)
        == SALTBOX_OK && seconds > 0;
}

static int call_lint(const struct core *core, struct made *made) {
    saltbox_config *config = NULL;
    (void)core;
    const int is_parsed = saltbox_config_parse((const uint8_t *)"{}", 2, &config, NULL) == SALTBOX_OK;
    made->config = config;
    return is_parsed && saltbox_lint(config, NULL, 0, &made->outcome) == SALTBOX_REJECTED;
}

static int call_policy_import(const struct core *core, struct made *made) {
    static const char json[] = "{\"format\":\"passwordrules\",\"settings\":\"minlength: 8;\"}";
    (void)core;
    return saltbox_policy_import((const uint8_t *)json, sizeof json - 1, &made->outcome, NULL)
        <= SALTBOX_REJECTED;
}

static int call_policy_export(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_policy_export(made->config, (const uint8_t *)"descope", 7, &made->outcome, NULL)
        == SALTBOX_REJECTED;
}

static int call_policy_public(const struct core *core, struct made *made) {
    return saltbox_policy_public(core->sb, &made->outcome) == SALTBOX_OK;
}

static int call_subject_check(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_subject_check((const uint8_t *)"{", 1, NULL) == SALTBOX_E_SUBJECT;
}

static int call_import(const struct core *core, struct made *made) {
    static const char json[] = "{\"vendor\":\"descope\",\"hash\":{\"md5\":{\"hash\":"
                               "\"5f4dcc3b5aa765d61d8327deb882cf99\"}}}";
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_import((const uint8_t *)json, sizeof json - 1, out, sizeof out, &len, NULL)
        == SALTBOX_OK;
}

/* What may be wrapped. */
static const char WEAK[] = "$pbkdf2-sha256$i=1$c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static int call_wrap(const struct core *core, struct made *made) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    (void)made;
    return saltbox_wrap(core->sb, WEAK, sizeof WEAK - 1, out, sizeof out, &len) == SALTBOX_OK;
}

static int call_wrap_batch(const struct core *core, struct made *made) {
    const size_t stored_end = sizeof WEAK - 1;
    char out[SALTBOX_HASH_MAX];
    size_t end = 0;
    saltbox_status status = SALTBOX_E_INTERNAL;
    (void)made;
    return saltbox_wrap_batch(core->sb, 1, WEAK, &stored_end, out, sizeof out, &end, &status)
        == SALTBOX_OK && status == SALTBOX_OK && end != 0;
}

static int call_rekey_batch(const struct core *core, struct made *made) {
    char out[SALTBOX_HASH_MAX];
    size_t end = 0;
    saltbox_status status = SALTBOX_OK;
    (void)made;
    /* No key is named. */
    return saltbox_rekey_batch(core->sb, 1, core->stored, &core->stored_len, out, sizeof out, &end,
                               &status) == SALTBOX_REJECTED && status == SALTBOX_E_KEY;
}

static int call_rekey(const struct core *core, struct made *made) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    (void)made;
    /* No key is named. */
    return saltbox_rekey(core->sb, core->stored, core->stored_len, out, sizeof out, &len)
        == SALTBOX_E_KEY;
}

static int call_outcome_json(const struct core *core, struct made *made) {
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_outcome_json(findings, &len) != NULL && len != 0;
}

static int call_outcome_free(const struct core *core, struct made *made) {
    saltbox_outcome *outcome = made->outcome;
    (void)core;
    made->outcome = NULL;
    saltbox_outcome_free(outcome);
    return 1;
}

static int call_secrets_new(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_secrets_new(&made->secrets) == SALTBOX_OK;
}

static int call_secrets_add(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_secrets_add(made->secrets, SALTBOX_SECRET_REQUEST_CODE, NULL, 0,
                               (const uint8_t *)"", 0) == SALTBOX_OK;
}

static int call_secrets_check(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_secrets_check(made->secrets, NULL) == SALTBOX_E_NO_CODE;
}

static int call_secrets_free(const struct core *core, struct made *made) {
    saltbox_secrets *secrets = made->secrets;
    (void)core;
    made->secrets = NULL;
    saltbox_secrets_free(secrets);
    return 1;
}

static int call_reset_lookup(const struct core *core, struct made *made) {
    uint8_t lookup[SALTBOX_LOOKUP_MAX];
    size_t len = 0;
    (void)made;
    return saltbox_reset_lookup(core->sb, codes, lookup, sizeof lookup, &len) == SALTBOX_OK;
}

/* The record of the account, and who it is. */
#define ACCOUNT record, record_len, (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0

static int call_request_reset(const struct core *core, struct made *made) {
    (void)core;
    /* A code was sent a moment ago. */
    return saltbox_request_reset(keyed, ACCOUNT, SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL,
                                 1, &made->outcome) == SALTBOX_REJECTED;
}

static int call_request_verification(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_request_verification(keyed, ACCOUNT, SALTBOX_WAY_ONE_TIME_CODE,
                                        SALTBOX_CHANNEL_EMAIL, 1, &made->outcome) == SALTBOX_OK;
}

static int call_reset(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_reset(keyed, ACCOUNT, codes, PASSWORD, PASSWORD_LEN, 1, &made->outcome)
        == SALTBOX_OK;
}

static int call_verify_address(const struct core *core, struct made *made) {
    (void)core;
    /* The code is for something else. */
    return saltbox_verify_address(keyed, ACCOUNT, codes, 1, &made->outcome)
        == SALTBOX_REJECTED;
}

static int call_admin_import(const struct core *core, struct made *made) {
    return saltbox_admin_import(keyed, ACCOUNT, (const uint8_t *)core->stored,
                                core->stored_len, 1, &made->outcome) == SALTBOX_OK;
}

static int call_record_check(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_record_check((const uint8_t *)"{", 1, NULL) == SALTBOX_E_RECORD;
}

static int call_request_check(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_request_check((const uint8_t *)"{", 1, NULL) == SALTBOX_E_REQUEST;
}

static int call_outcome_record(const struct core *core, struct made *made) {
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_outcome_record(account, &len) == record && len == record_len;
}

static int call_outcome_code(const struct core *core, struct made *made) {
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_outcome_code(account, &len) != NULL && len == 57;
}

static int call_outcome_lookup(const struct core *core, struct made *made) {
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_outcome_lookup(account, &len) != NULL && len == SALTBOX_LOOKUP_MAX;
}

static int call_outcome_verdict(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_outcome_verdict(account) == SALTBOX_VERDICT_CODE_ISSUED;
}

static int call_outcome_client(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_outcome_client(account) == SALTBOX_CLIENT_SENT;
}

static int call_outcome_effects(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_outcome_effects(account) == SALTBOX_EFFECT_SEND_CODE;
}

static int call_outcome_channel(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_outcome_channel(made->outcome) == 0;
}

static int call_outcome_lifetime_s(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_outcome_lifetime_s(made->outcome) == 0;
}

static int call_outcome_retry_after_s(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_outcome_retry_after_s(made->outcome) == 59;
}

static int call_secrets_add_answer(const struct core *core, struct made *made) {
    (void)core;
    return saltbox_secrets_add(made->secrets, SALTBOX_SECRET_ANSWER, (const uint8_t *)"pet", 3,
                               PASSWORD, PASSWORD_LEN) == SALTBOX_OK
        && saltbox_secrets_add(made->secrets, SALTBOX_SECRET_ANSWER, (const uint8_t *)"pet", 3,
                               PASSWORD, PASSWORD_LEN) == SALTBOX_E_ANSWERS;
}

typedef saltbox_status answer_flow(const saltbox *, const uint8_t *, size_t, const uint8_t *, size_t,
                                   const uint8_t *, size_t, const saltbox_secrets *, uint64_t,
                                   saltbox_outcome **);

/* The account with answers, and a request that comes with its session. */
static saltbox_status on_asked(answer_flow *flow, const saltbox_secrets *given,
                               saltbox_outcome **outcome) {
    size_t len = 0;
    const uint8_t *lent = saltbox_outcome_record(asked, &len);
    return flow(keyed, lent, len, (const uint8_t *)ADA, sizeof ADA - 1, (const uint8_t *)SESSION,
                sizeof SESSION - 1, given, 1, outcome);
}

static int call_set_questions(const struct core *core, struct made *made) {
    (void)core;
    return on_asked(saltbox_set_questions, answers, &made->outcome) == SALTBOX_OK;
}

/* Codes are no answers. */
static int call_set_questions_refused(const struct core *core, struct made *made) {
    (void)core;
    return on_asked(saltbox_set_questions, codes, &made->outcome) == SALTBOX_REJECTED;
}

static int call_get_questions(const struct core *core, struct made *made) {
    (void)core;
    /* It comes without a session. */
    return saltbox_get_questions(keyed, ACCOUNT, 1, &made->outcome) == SALTBOX_REJECTED;
}

static int call_verify_questions(const struct core *core, struct made *made) {
    (void)core;
    return on_asked(saltbox_verify_questions, answers, &made->outcome) == SALTBOX_OK;
}

static int call_outcome_question_id(const struct core *core, struct made *made) {
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_outcome_question_id(asked, 0, &len) != NULL && len == 3;
}

static int call_outcome_question_text(const struct core *core, struct made *made) {
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_outcome_question_text(asked, 0, &len) != NULL && len == 4;
}

static int call_outcome_answer_violation(const struct core *core, struct made *made) {
    uint32_t code = 0;
    const uint8_t *question = NULL;
    size_t len = 0;
    (void)core;
    return saltbox_outcome_answer_violation(made->outcome, 0, &code, &question, &len) == SALTBOX_OK
        && code == SALTBOX_ANSWER_TOO_FEW_ANSWERS;
}

static int call_fold_identifier(const struct core *core, struct made *made) {
    uint8_t folded[3];
    size_t len = 0;
    (void)core, (void)made;
    return saltbox_fold_identifier((const uint8_t *)"Ada", 3, folded, sizeof folded, &len)
        == SALTBOX_OK && memcmp(folded, "ada", 3) == 0;
}

static int call_same_identifier(const struct core *core, struct made *made) {
    (void)core, (void)made;
    return saltbox_same_identifier((const uint8_t *)"Ada", 3, (const uint8_t *)"ada", 3)
        == SALTBOX_OK;
}

/* The account with PASSWORD, and without a record. */
#define SIGNED signed_record, signed_len, (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0
#define NOBODY NULL, 0, (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0

/* A call of `function` that is expected to say so. */
#define FLOW_CALL(name, function, status, ...)                                          \
    static int name(const struct core *core, struct made *made) {                       \
        (void)core;                                                                     \
        return function(keyed, __VA_ARGS__, 1, &made->outcome) == (status);             \
    }

#define GIVEN PASSWORD, PASSWORD_LEN
#define WRONG PASSWORD, PASSWORD_LEN - 1

FLOW_CALL(call_sign_up, saltbox_sign_up, SALTBOX_OK, NOBODY, GIVEN)
FLOW_CALL(call_sign_up_taken, saltbox_sign_up, SALTBOX_REJECTED, SIGNED, GIVEN)
FLOW_CALL(call_sign_in, saltbox_sign_in, SALTBOX_OK, SIGNED, GIVEN)
FLOW_CALL(call_sign_in_wrong, saltbox_sign_in, SALTBOX_REJECTED, SIGNED, WRONG)
FLOW_CALL(call_sign_in_nobody, saltbox_sign_in, SALTBOX_REJECTED, NOBODY, GIVEN)
FLOW_CALL(call_update, saltbox_update, SALTBOX_OK, signed_record, signed_len,
          (const uint8_t *)ADA, sizeof ADA - 1, (const uint8_t *)YOUNG, sizeof YOUNG - 1, WRONG)
FLOW_CALL(call_update_refused, saltbox_update, SALTBOX_REJECTED, SIGNED, WRONG)
FLOW_CALL(call_replace, saltbox_replace, SALTBOX_OK, SIGNED, GIVEN, WRONG)
FLOW_CALL(call_replace_wrong, saltbox_replace, SALTBOX_REJECTED, SIGNED, WRONG, GIVEN)
FLOW_CALL(call_admin_set_temporary, saltbox_admin_set_temporary, SALTBOX_OK, SIGNED, GIVEN)
FLOW_CALL(call_admin_set_temporary_nobody, saltbox_admin_set_temporary, SALTBOX_REJECTED, NOBODY,
          GIVEN)
FLOW_CALL(call_admin_set_active, saltbox_admin_set_active, SALTBOX_OK, SIGNED, GIVEN)
FLOW_CALL(call_admin_set_active_nobody, saltbox_admin_set_active, SALTBOX_REJECTED, NOBODY, GIVEN)
FLOW_CALL(call_admin_expire, saltbox_admin_expire, SALTBOX_OK, SIGNED)
FLOW_CALL(call_admin_expire_nobody, saltbox_admin_expire, SALTBOX_REJECTED, NOBODY)
FLOW_CALL(call_admin_lock, saltbox_admin_lock, SALTBOX_OK, SIGNED)
FLOW_CALL(call_admin_lock_nobody, saltbox_admin_lock, SALTBOX_REJECTED, NOBODY)
FLOW_CALL(call_admin_unlock, saltbox_admin_unlock, SALTBOX_OK, SIGNED)
FLOW_CALL(call_admin_unlock_nobody, saltbox_admin_unlock, SALTBOX_REJECTED, NOBODY)
FLOW_CALL(call_admin_disable, saltbox_admin_disable, SALTBOX_OK, SIGNED)
FLOW_CALL(call_admin_disable_nobody, saltbox_admin_disable, SALTBOX_REJECTED, NOBODY)
FLOW_CALL(call_admin_enable, saltbox_admin_enable, SALTBOX_OK, SIGNED)
FLOW_CALL(call_admin_enable_nobody, saltbox_admin_enable, SALTBOX_REJECTED, NOBODY)

/* Issues the code that the calls above redeem. */
static void make_account(void) {
    saltbox_outcome *imported = NULL;
    size_t len = 0;
    keyed = sealing_core_of("{\"hash\":{\"create\":{\"profile\":\"test-only\"}},"
                            "\"keys\":{\"create_key_id\":1},\"questions\":{\"pool\":"
                            "[{\"id\":\"pet\",\"text\":\"Pet?\"}]}}");
    REQUIRE(saltbox_admin_import(keyed, NULL, 0, (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0,
                                 NULL, 0, 0, &imported) == SALTBOX_OK);
    const uint8_t *fresh = saltbox_outcome_record(imported, &len);
    REQUIRE(saltbox_request_reset(keyed, fresh, len, (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0,
                                  SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL, 0, &account)
            == SALTBOX_OK);
    saltbox_outcome_free(imported);
    REQUIRE(saltbox_sign_up(keyed, NULL, 0, (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0, PASSWORD,
                            PASSWORD_LEN, 0, &signed_up) == SALTBOX_OK);
    signed_record = saltbox_outcome_record(signed_up, &signed_len);
    record = saltbox_outcome_record(account, &record_len);
    const uint8_t *code = saltbox_outcome_code(account, &len);
    REQUIRE(saltbox_secrets_new(&codes) == SALTBOX_OK);
    REQUIRE(saltbox_secrets_add(codes, SALTBOX_SECRET_EMAIL_AUTH_CODE, NULL, 0, code, len)
            == SALTBOX_OK);
}

/* Sets up the answer to the question that is then asked. */
static void ask_account(void) {
    saltbox_outcome *set = NULL;
    size_t len = 0;
    REQUIRE(saltbox_secrets_new(&answers) == SALTBOX_OK);
    REQUIRE(saltbox_secrets_add(answers, SALTBOX_SECRET_ANSWER, (const uint8_t *)"pet", 3, PASSWORD,
                                PASSWORD_LEN) == SALTBOX_OK);
    asked = account;
    REQUIRE(on_asked(saltbox_set_questions, answers, &set) == SALTBOX_OK);
    const uint8_t *fresh = saltbox_outcome_record(set, &len);
    REQUIRE(saltbox_get_questions(keyed, fresh, len, (const uint8_t *)ADA, sizeof ADA - 1,
                                  (const uint8_t *)SESSION, sizeof SESSION - 1, 1, &asked)
            == SALTBOX_OK);
    saltbox_outcome_free(set);
}

static const struct {
    const char *name;
    call *call;
    /* Makes what `call` ends, where it ends something. */
    call *before;
} calls[] = {
    {"saltbox_abi", call_abi, NULL},
    {"saltbox_version", call_version, NULL},
    {"saltbox_status_name", call_status_name, NULL},
    {"saltbox_config_parse", call_config_parse, NULL},
    {"saltbox_config_add_key", call_config_add_key, NULL},
    {"saltbox_config_attach_blocklist", call_config_attach_blocklist, parse_listed},
    {"saltbox_blocklist_check", call_blocklist_check, NULL},
    {"saltbox_config_check", call_config_check, NULL},
    {"saltbox_config_free", call_config_free, call_config_parse},
    {"saltbox_new", call_new, NULL},
    {"saltbox_derive", call_derive, NULL},
    {"saltbox_free", call_free, call_new},
    {"saltbox_hash", call_hash, NULL},
    {"saltbox_verify", call_verify, NULL},
    {"saltbox_verify, no user", call_verify_no_user, NULL},
    {"saltbox_verify_batch", call_verify_batch, NULL},
    {"saltbox_capacity", call_capacity, NULL},
    /* With something to give back, so that it unmaps, and without. */
    {"saltbox_trim", call_trim, call_verify},
    {"saltbox_trim, nothing", call_trim, NULL},
    {"saltbox_stats", call_stats, NULL},
    {"saltbox_calibration_new", call_calibration_new, NULL},
    {"saltbox_calibration_next", call_calibration_next, call_calibration_new},
    {"saltbox_calibration_hash", call_calibration_hash, call_calibration_new},
    {"saltbox_calibration_tell", call_calibration_tell, call_calibration_new},
    {"saltbox_calibration_advice", call_calibration_advice, measured},
    {"saltbox_calibration_free", call_calibration_free, call_calibration_new},
    {"saltbox_scheme_name", call_scheme_name, NULL},
    {"saltbox_effective_config", call_effective_config, NULL},
    {"saltbox_identify", call_identify, NULL},
    {"saltbox_check", call_check, NULL},
    {"saltbox_check_change", call_check_change, NULL},
    {"saltbox_subject_check", call_subject_check, NULL},
    {"saltbox_lint", call_lint, NULL},
    {"saltbox_policy_import", call_policy_import, NULL},
    {"saltbox_policy_export", call_policy_export, call_config_parse},
    {"saltbox_policy_public", call_policy_public, NULL},
    {"saltbox_import", call_import, NULL},
    {"saltbox_wrap", call_wrap, NULL},
    {"saltbox_wrap_batch", call_wrap_batch, NULL},
    {"saltbox_rekey", call_rekey, NULL},
    {"saltbox_rekey_batch", call_rekey_batch, NULL},
    {"saltbox_secrets_new", call_secrets_new, NULL},
    {"saltbox_secrets_add", call_secrets_add, call_secrets_new},
    {"saltbox_secrets_add, an answer", call_secrets_add_answer, call_secrets_new},
    {"saltbox_secrets_check", call_secrets_check, call_secrets_new},
    {"saltbox_secrets_free", call_secrets_free, call_secrets_new},
    {"saltbox_reset_lookup", call_reset_lookup, NULL},
    {"saltbox_request_reset", call_request_reset, NULL},
    {"saltbox_reset", call_reset, NULL},
    {"saltbox_request_verification", call_request_verification, NULL},
    {"saltbox_verify_address", call_verify_address, NULL},
    {"saltbox_admin_import", call_admin_import, NULL},
    {"saltbox_set_questions", call_set_questions, NULL},
    {"saltbox_set_questions, refused", call_set_questions_refused, NULL},
    {"saltbox_get_questions", call_get_questions, NULL},
    {"saltbox_verify_questions", call_verify_questions, NULL},
    {"saltbox_sign_up", call_sign_up, NULL},
    {"saltbox_sign_up, taken", call_sign_up_taken, NULL},
    {"saltbox_sign_in", call_sign_in, NULL},
    {"saltbox_sign_in, wrong", call_sign_in_wrong, NULL},
    {"saltbox_sign_in, nobody", call_sign_in_nobody, NULL},
    {"saltbox_update", call_update, NULL},
    {"saltbox_update, no session", call_update_refused, NULL},
    {"saltbox_replace", call_replace, NULL},
    {"saltbox_replace, wrong", call_replace_wrong, NULL},
    {"saltbox_admin_set_temporary", call_admin_set_temporary, NULL},
    {"saltbox_admin_set_temporary, nobody", call_admin_set_temporary_nobody, NULL},
    {"saltbox_admin_set_active", call_admin_set_active, NULL},
    {"saltbox_admin_set_active, nobody", call_admin_set_active_nobody, NULL},
    {"saltbox_admin_expire", call_admin_expire, NULL},
    {"saltbox_admin_expire, nobody", call_admin_expire_nobody, NULL},
    {"saltbox_admin_lock", call_admin_lock, NULL},
    {"saltbox_admin_lock, nobody", call_admin_lock_nobody, NULL},
    {"saltbox_admin_unlock", call_admin_unlock, NULL},
    {"saltbox_admin_unlock, nobody", call_admin_unlock_nobody, NULL},
    {"saltbox_admin_disable", call_admin_disable, NULL},
    {"saltbox_admin_disable, nobody", call_admin_disable_nobody, NULL},
    {"saltbox_admin_enable", call_admin_enable, NULL},
    {"saltbox_admin_enable, nobody", call_admin_enable_nobody, NULL},
    {"saltbox_same_identifier", call_same_identifier, NULL},
    {"saltbox_fold_identifier", call_fold_identifier, NULL},
    {"saltbox_record_check", call_record_check, NULL},
    {"saltbox_request_check", call_request_check, NULL},
    {"saltbox_outcome_record", call_outcome_record, NULL},
    {"saltbox_outcome_code", call_outcome_code, NULL},
    {"saltbox_outcome_lookup", call_outcome_lookup, NULL},
    {"saltbox_outcome_verdict", call_outcome_verdict, NULL},
    {"saltbox_outcome_client", call_outcome_client, NULL},
    {"saltbox_outcome_effects", call_outcome_effects, NULL},
    {"saltbox_outcome_retry_after_s", call_outcome_retry_after_s, call_request_reset},
    {"saltbox_outcome_channel", call_outcome_channel, call_request_reset},
    {"saltbox_outcome_lifetime_s", call_outcome_lifetime_s, call_request_reset},
    {"saltbox_outcome_question_id", call_outcome_question_id, NULL},
    {"saltbox_outcome_question_text", call_outcome_question_text, NULL},
    {"saltbox_outcome_answer_violation", call_outcome_answer_violation, call_set_questions_refused},
    {"saltbox_outcome_json", call_outcome_json, NULL},
    {"saltbox_outcome_violation", call_outcome_violation, call_check},
    {"saltbox_outcome_warning", call_outcome_warning, call_check},
    {"saltbox_outcome_strength", call_outcome_strength, call_check},
    {"saltbox_outcome_suggestion", call_outcome_suggestion, call_check},
    {"saltbox_outcome_crack_seconds", call_outcome_crack_seconds, call_check},
    {"saltbox_outcome_free", call_outcome_free, call_identify},
};
#define CALLS (sizeof calls / sizeof calls[0])

struct thread {
    call *call;
    const struct core *core;
    struct made made;
    sem_t ready;
    int right_answer;
    int outlived_cancellation;
};

static void free_made(struct thread *thread) {
    saltbox_free(thread->made.sb);
    saltbox_config_free(thread->made.config);
    saltbox_outcome_free(thread->made.outcome);
    saltbox_secrets_free(thread->made.secrets);
    saltbox_calibration_free(thread->made.calibration);
}

/* The cancellation is pending before the call begins. */
static void *cancelled_before(void *argument) {
    struct thread *thread = argument;
    int old;
    pthread_cancel(pthread_self());
    thread->right_answer = thread->call(thread->core, &thread->made);
    /* Still as the caller had it: enabled and deferred. */
    pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old);
    CHECK(old == PTHREAD_CANCEL_DEFERRED);
    pthread_testcancel();
    thread->outlived_cancellation = 1;
    return NULL;
}

/* A caller who has cancellation disabled finds it disabled after the call. */
static void *disabled_by_the_caller(void *argument) {
    struct thread *thread = argument;
    int old;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    pthread_cancel(pthread_self());
    thread->right_answer = thread->call(thread->core, &thread->made);
    pthread_testcancel();
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
    CHECK(old == PTHREAD_CANCEL_DISABLE);
    pthread_testcancel();
    thread->outlived_cancellation = 1;
    return NULL;
}

static void cancel_before(void *(*body)(void *), size_t index) {
    struct thread thread;
    pthread_t id;
    void *result = NULL;
    memset(&thread, 0, sizeof thread);
    thread.call = calls[index].call;
    thread.core = &cheap;
    if (calls[index].before != NULL) {
        REQUIRE(calls[index].before(&cheap, &thread.made));
    }
    REQUIRE(pthread_create(&id, NULL, body, &thread) == 0);
    REQUIRE(pthread_join(id, &result) == 0);
    if (!thread.right_answer || thread.outlived_cancellation || result != PTHREAD_CANCELED) {
        fprintf(stderr, "%s: answered %d, outlived %d, cancelled %d\n", calls[index].name,
                thread.right_answer, thread.outlived_cancellation, result == PTHREAD_CANCELED);
        failures++;
    }
    free_made(&thread);
}

/*
 * Asynchronous, while the call works: the thread ends, but only after the call
 * gave back its memory. (Around the call such a thread is on its own. POSIX
 * lets it call next to nothing, and a signal that glibc sent before the call
 * held cancellation off still takes effect within it.)
 */
static void *cancelled_within(void *argument) {
    struct thread *thread = argument;
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    sem_post(&thread->ready);
    thread->call(thread->core, &thread->made);
    for (;;) {
        pthread_testcancel();
    }
    return NULL;
}

static void cancel_within(call *call, long microseconds) {
    struct thread thread;
    struct timespec pause = {0, microseconds * 1000};
    pthread_t id;
    memset(&thread, 0, sizeof thread);
    thread.call = call;
    thread.core = &dear;
    REQUIRE(sem_init(&thread.ready, 0, 0) == 0);
    REQUIRE(pthread_create(&id, NULL, cancelled_within, &thread) == 0);
    sem_wait(&thread.ready);
    nanosleep(&pause, NULL);
    pthread_cancel(id);
    /* Without the cancellation this would never return. */
    REQUIRE(pthread_join(id, NULL) == 0);
    free_made(&thread);
    sem_destroy(&thread.ready);
}

static saltbox_counters counters_of(const saltbox *sb) {
    saltbox_counters counters;
    memset(&counters, 0, sizeof counters);
    counters.struct_size = sizeof counters;
    REQUIRE(saltbox_stats(sb, &counters) == SALTBOX_OK);
    return counters;
}

static void pause_for_a_millisecond(void) {
    struct timespec pause = {0, 1000000};
    nanosleep(&pause, NULL);
}

/* A thread at work in the only slot of a core. */
struct holder {
    const struct core *core;
    int right_answer;
};

/* Holds the slot for longer than the impatient core lets anyone wait. */
static void *hold(void *argument) {
    enum { ITEMS = 32 };
    struct holder *holder = argument;
    const struct core *core = holder->core;
    char stored[ITEMS * SALTBOX_HASH_MAX];
    size_t stored_end[ITEMS];
    uint8_t passwords[ITEMS * PASSWORD_LEN];
    size_t password_end[ITEMS];
    saltbox_status status[ITEMS];
    for (size_t i = 0; i < ITEMS; i++) {
        memcpy(stored + i * core->stored_len, core->stored, core->stored_len);
        memcpy(passwords + i * PASSWORD_LEN, PASSWORD, PASSWORD_LEN);
        stored_end[i] = (i + 1) * core->stored_len;
        password_end[i] = (i + 1) * PASSWORD_LEN;
    }
    holder->right_answer = saltbox_verify_batch(core->sb, ITEMS, stored, stored_end, passwords,
                                                password_end, status, NULL) == SALTBOX_OK;
    return NULL;
}

typedef saltbox_status queued_call(const struct core *core);

static saltbox_status queued_verify(const struct core *core) {
    return saltbox_verify(core->sb, core->stored, core->stored_len, PASSWORD, PASSWORD_LEN, NULL);
}

static saltbox_status queued_hash(const struct core *core) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    return saltbox_hash(core->sb, PASSWORD, PASSWORD_LEN, out, sizeof out, &len);
}

static saltbox_status queued_verify_batch(const struct core *core) {
    size_t password_end = PASSWORD_LEN;
    saltbox_status status = SALTBOX_E_INTERNAL;
    saltbox_status all = saltbox_verify_batch(core->sb, 1, core->stored, &core->stored_len,
                                              PASSWORD, &password_end, &status, NULL);
    CHECK_STATUS(all, status == SALTBOX_OK ? SALTBOX_OK : SALTBOX_REJECTED);
    return status;
}

/* A thread that waits for the slot. */
struct waiter {
    const struct core *core;
    queued_call *call;
    saltbox_status status;
    int returned;
};

static void *wait_for_the_slot(void *argument) {
    struct waiter *waiter = argument;
    waiter->status = waiter->call(waiter->core);
    waiter->returned = 1;
    for (;;) {
        pthread_testcancel();
        pause_for_a_millisecond();
    }
    return NULL;
}

/*
 * A thread cancelled while it waits for a slot: the call ends by itself, as
 * `expected`, and the thread after it. Nothing of the pool stays taken. Whether
 * the thread was seen waiting, which a machine too busy to look may miss.
 */
static int cancel_in_the_queue(const struct core *core, queued_call *call, saltbox_status expected) {
    const unsigned jobs = expected == SALTBOX_OK ? 2 : 1;
    const saltbox_counters before = counters_of(core->sb);
    struct holder holder = {core, 0};
    struct waiter waiter = {core, call, SALTBOX_E_INTERNAL, 0};
    saltbox_counters now = before;
    pthread_t holder_id;
    pthread_t waiter_id;
    void *result = NULL;
    REQUIRE(pthread_create(&holder_id, NULL, hold, &holder) == 0);
    while (now.jobs == before.jobs) {
        pause_for_a_millisecond();
        now = counters_of(core->sb);
    }
    REQUIRE(pthread_create(&waiter_id, NULL, wait_for_the_slot, &waiter) == 0);
    while (now.queued == 0 && now.busy == before.busy && now.jobs < before.jobs + 2) {
        pause_for_a_millisecond();
        now = counters_of(core->sb);
    }
    REQUIRE(pthread_cancel(waiter_id) == 0);
    REQUIRE(pthread_join(waiter_id, &result) == 0);
    REQUIRE(pthread_join(holder_id, NULL) == 0);
    if (now.queued == 0) {
        return 0;
    }
    CHECK(holder.right_answer);
    CHECK(waiter.returned && result == PTHREAD_CANCELED);
    CHECK_STATUS(waiter.status, expected);

    now = counters_of(core->sb);
    CHECK(now.running == 0 && now.queued == 0);
    CHECK(now.running_peak == 1 && now.queued_peak == 1);
    CHECK(now.jobs == before.jobs + jobs && now.busy == before.busy + 2 - jobs);
    CHECK(now.memory_bytes == now.memory_idle_bytes);
    /* The only slot is free for the next one. */
    CHECK_STATUS(call(core), SALTBOX_OK);
    CHECK(counters_of(core->sb).queued_peak == 1);
    CHECK(counters_of(core->sb).memory_bytes == now.memory_bytes);
    return 1;
}

static void cancel_in_each_queue(queued_call *call) {
    int patiently = 0;
    int impatiently = 0;
    for (int round = 0; round < 10 && !patiently; round++) {
        patiently = cancel_in_the_queue(&patient, call, SALTBOX_OK);
    }
    for (int round = 0; round < 10 && !impatiently; round++) {
        impatiently = cancel_in_the_queue(&impatient, call, SALTBOX_E_BUSY);
    }
    CHECK(patiently && impatiently);
}

/* Memory of this process that is in use, in MiB. */
static long resident_mib(void) {
    long total = 0;
    long resident = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    REQUIRE(statm != NULL);
    REQUIRE(fscanf(statm, "%ld %ld", &total, &resident) == 2);
    fclose(statm);
    return resident / (1024 * 1024 / sysconf(_SC_PAGESIZE));
}

static void make_core(struct core *core, const char *json) {
    core->sb = core_of(json);
    REQUIRE(saltbox_hash(core->sb, PASSWORD, PASSWORD_LEN, core->stored, sizeof core->stored,
                         &core->stored_len) == SALTBOX_OK);
}

int main(int argc, char **argv) {
    static call *const long_calls[] = {call_hash, call_verify, call_verify_no_user,
                                       call_verify_batch};
    long before;
    list = map_argument(argc, argv);
    make_core(&cheap, CHEAP);
    make_core(&dear, DEFAULT);
    make_core(&patient, ONE_SLOT("60000"));
    make_core(&impatient, ONE_SLOT("60"));
    REQUIRE(saltbox_config_parse((const uint8_t *)CHEAP, strlen(CHEAP), &settings, NULL)
            == SALTBOX_OK);
    REQUIRE(saltbox_identify(dear.sb, dear.stored, dear.stored_len, NULL, &findings)
            == SALTBOX_OK);
    make_account();
    ask_account();
    before = resident_mib();

    for (size_t index = 0; index < CALLS; index++) {
        for (int round = 0; round < ROUNDS; round++) {
            cancel_before(cancelled_before, index);
        }
        cancel_before(disabled_by_the_caller, index);
    }
    for (int round = 0; round < ROUNDS; round++) {
        cancel_within(long_calls[round % 4], 1000 + round * 100);
    }
    cancel_in_each_queue(queued_verify);
    cancel_in_each_queue(queued_hash);
    cancel_in_each_queue(queued_verify_batch);
    /* A call that was torn down would have left its 19 MiB behind. */
    CHECK(resident_mib() - before < 200);

    saltbox_secrets_free(answers);
    saltbox_outcome_free(asked);
    saltbox_secrets_free(codes);
    saltbox_outcome_free(signed_up);
    saltbox_outcome_free(account);
    saltbox_free(keyed);
    saltbox_outcome_free(findings);
    saltbox_config_free(settings);
    saltbox_free(impatient.sb);
    saltbox_free(patient.sb);
    saltbox_free(dear.sb);
    saltbox_free(cheap.sb);
    return finish("cancellation");
}
