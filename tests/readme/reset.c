/* README's C block that resets a password redeems a code once, and says what is wrong with codes before any store is asked. */
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
static uint8_t ada_lookup[SALTBOX_LOOKUP_MAX];
static int sessions = 1;

static row *row_of(const uint8_t *lookup, size_t len) {
    return len == sizeof ada_lookup && memcmp(lookup, ada_lookup, len) == 0 ? &ada : &nobody;
}

/* Nobody else is there to be faster. */
static int swap(row *account, const uint8_t *record, size_t len) {
    uint8_t *copy = malloc(len);
    if (copy == NULL) {
        return 0;
    }
    memcpy(copy, record, len);
    free(account->record);
    account->record = copy;
    account->record_len = len;
    return 1;
}

static void end_sessions(row *account) {
    (void)account;
    sessions = 0;
}

static saltbox_status reset(const saltbox *sb, const saltbox_secrets *codes, const uint8_t *password,
                            size_t password_len, uint64_t now) {
#include "snippet.c"
}

static int stored(saltbox_status status, saltbox_outcome *outcome) {
    size_t len;
    const uint8_t *record = saltbox_outcome_record(outcome, &len);
    return status == SALTBOX_OK && record != NULL && swap(&ada, record, len);
}

int main(void) {
    static const uint8_t json[] = "{\"hash\":{\"create\":{\"profile\":\"test-only\"}},\"keys\":{\"create_key_id\":1}}";
    static const uint8_t subject[] = "{\"id\":\"u-1\",\"email\":\"ada@example.com\",\"email_verified\":true}";
    static const uint8_t password[] = "a password that is new";
    uint8_t key[32];
    saltbox_config *config;
    saltbox *sb;
    saltbox_outcome *outcome;
    saltbox_secrets *codes;
    const uint8_t *code, *lookup;
    size_t i, len;
    saltbox_status status, first, second, none;
    for (i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)i;
    }
    ada.subject = subject;
    ada.subject_len = sizeof subject - 1;
    if (saltbox_config_parse(json, sizeof json - 1, &config, NULL) != SALTBOX_OK
        || saltbox_config_add_key(config, 1, key, sizeof key) != SALTBOX_OK
        || saltbox_new(config, &sb) != SALTBOX_OK || saltbox_secrets_new(&codes) != SALTBOX_OK) {
        return 1;
    }
    saltbox_config_free(config);
    status = saltbox_admin_import(sb, NULL, 0, subject, sizeof subject - 1, NULL, 0, NULL, 0, 1000, &outcome);
    if (!stored(status, outcome)) {
        return 2;
    }
    saltbox_outcome_free(outcome);
    status = saltbox_request_reset(sb, ada.record, ada.record_len, subject, sizeof subject - 1, NULL, 0,
                                   SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL, 1000, &outcome);
    if (!stored(status, outcome)) {
        return 3;
    }
    lookup = saltbox_outcome_lookup(outcome, &len);
    if (lookup == NULL || len != sizeof ada_lookup) {
        return 4;
    }
    memcpy(ada_lookup, lookup, len);
    code = saltbox_outcome_code(outcome, &len);
    none = reset(sb, codes, password, sizeof password - 1, 1001);
    if (saltbox_secrets_add(codes, SALTBOX_SECRET_EMAIL_AUTH_CODE, NULL, 0, code, len) != SALTBOX_OK) {
        return 5;
    }
    saltbox_outcome_free(outcome);
    first = reset(sb, codes, password, sizeof password - 1, 1001);
    second = reset(sb, codes, password, sizeof password - 1, 1002);
    saltbox_secrets_free(codes);
    saltbox_free(sb);
    free(ada.record);
    return none == SALTBOX_E_NO_CODE && first == SALTBOX_OK && second == SALTBOX_REJECTED && sessions == 0 ? 0 : 6;
}
