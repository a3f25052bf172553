/* README's C block that signs in charges a failure and lets the right password in. */
#include <saltbox.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The only row there is. */
typedef struct {
    uint8_t *record;
    size_t record_len;
    const uint8_t *subject;
    size_t subject_len;
} row;

static row ada;
static row nobody;
static int sessions;

static row *row_of(const char *login) {
    return strcmp(login, "ada") == 0 ? &ada : &nobody;
}

/* Nobody else is there to be faster. */
static int swap(row *account, const uint8_t *record, size_t len) {
    uint8_t *copy;
    if (record == NULL) {
        return 1;
    }
    copy = malloc(len);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, record, len);
    free(account->record);
    account->record = copy;
    account->record_len = len;
    return 1;
}

static void begin_session(row *account) {
    (void)account;
    sessions++;
}

static saltbox_status sign_in(const saltbox *sb, const char *login, const uint8_t *password,
                              size_t password_len, uint64_t now) {
#include "snippet.c"
}

int main(void) {
    static const uint8_t json[] = "{\"hash\":{\"create\":{\"profile\":\"test-only\"}},"
                                  "\"account\":{\"lock\":{\"attempts\":1}}}";
    static const uint8_t subject[] = "{\"id\":\"u-1\",\"login_id\":\"ada\"}";
    static const uint8_t password[] = "a password that she knows";
    saltbox_config *config;
    saltbox *sb;
    saltbox_outcome *outcome;
    saltbox_status status, right, wrong, locked, unknown;
    const uint8_t *record;
    size_t len, right_len;
    if (saltbox_config_parse(json, sizeof json - 1, &config, NULL) != SALTBOX_OK
        || saltbox_new(config, &sb) != SALTBOX_OK) {
        return 1;
    }
    saltbox_config_free(config);
    ada.subject = subject;
    ada.subject_len = sizeof subject - 1;
    right_len = sizeof password - 1;
    status = saltbox_sign_up(sb, NULL, 0, subject, sizeof subject - 1, NULL, 0, password, right_len, 1000, &outcome);
    record = saltbox_outcome_record(outcome, &len);
    if (status != SALTBOX_OK || record == NULL || !swap(&ada, record, len)) {
        return 2;
    }
    saltbox_outcome_free(outcome);
    right = sign_in(sb, "ada", password, right_len, 1001);
    wrong = sign_in(sb, "ada", password, right_len - 1, 1002);
    locked = sign_in(sb, "ada", password, right_len, 1003);
    unknown = sign_in(sb, "eve", password, right_len, 1004);
    free(ada.record);
    saltbox_free(sb);
    return right == SALTBOX_OK && wrong == SALTBOX_REJECTED && locked == SALTBOX_REJECTED
                   && unknown == SALTBOX_REJECTED && sessions == 1
               ? 0
               : 3;
}
