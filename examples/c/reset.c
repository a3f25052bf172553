/*
 * Forgotten passwords, from C: each of the three ways sends a code, which sets
 * a new password once, however many requests bring it. Then security answers,
 * as a second factor within a session.
 *
 *     cc reset.c -o reset $(pkg-config --cflags --libs saltbox)
 *     ./reset
 *
 * What to copy is redeem, and in_session: read the record, decide, store by
 * compare-and-swap, and only then act and answer.
 */

#include <saltbox.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONFIG                                                                           \
    "{\"keys\":{\"create_key_id\":1},\"policy\":{\"profile\":\"nist-63b-4\"},"                \
    "\"questions\":{\"pool\":["                                                           \
    "{\"id\":\"city\",\"text\":\"Where were you born?\",\"kind\":\"city\"},"                \
    "{\"id\":\"pet\",\"text\":\"What was the name of your first pet?\",\"kind\":\"pet\"}]}}"

/* What the host knows of its one user. The id never changes: the record is bound to it. */
#define ADA                                                                              \
    "{\"id\":\"u-1\",\"realm\":\"example\",\"login_id\":\"ada\","                          \
    "\"email\":\"ada@example.com\",\"email_verified\":true}"

static const uint8_t *const BYTES_OF_ADA = (const uint8_t *)ADA;
static const size_t LEN_OF_ADA = sizeof ADA - 1;

/* As in sign_in.c: compilers leave out a memset of what is not read again. */
static void wipe(void *secret, size_t len) {
    volatile unsigned char *at = secret;
    while (len-- > 0) {
        *at++ = 0;
    }
}

/*
 * The store: one row for the user, whose record is replaced only where it is
 * still the one that was read (UPDATE ... SET record = ? WHERE id = ? AND record = ?), and
 * rows that say whose a lookup key is, which never change.
 */
struct store {
    uint8_t *record;
    size_t record_len;
    uint8_t lookups[8][SALTBOX_LOOKUP_MAX];
    size_t lookups_len;
};

/* A record as it was read. An empty one stands for no account. */
struct row {
    uint8_t *record;
    size_t len;
};

static uint8_t *copy_of(const uint8_t *bytes, size_t len) {
    uint8_t *copy = malloc(len > 0 ? len : 1);
    if (copy == NULL) {
        fprintf(stderr, "no memory\n");
        exit(EXIT_FAILURE);
    }
    if (len > 0) {
        memcpy(copy, bytes, len);
    }
    return copy;
}

static struct row read_row(const struct store *store) {
    struct row row;
    row.record = copy_of(store->record, store->record_len);
    row.len = store->record_len;
    return row;
}

static bool swap(struct store *store, const struct row *was, const uint8_t *record, size_t len) {
    if (store->record_len != was->len ||
        (was->len > 0 && memcmp(store->record, was->record, was->len) != 0)) {
        return false;
    }
    free(store->record);
    store->record = copy_of(record, len);
    store->record_len = len;
    return true;
}

static struct row find(const struct store *store, const uint8_t *lookup, size_t len) {
    struct row nobody = {NULL, 0};
    size_t i;
    for (i = 0; i < store->lookups_len; i++) {
        if (len == SALTBOX_LOOKUP_MAX && memcmp(store->lookups[i], lookup, len) == 0) {
            return read_row(store);
        }
    }
    return nobody;
}

/* What the user finds in the mailbox, and what the client was given. */
struct mail {
    char code[80];
    size_t code_len;
    char request_code[SALTBOX_LOOKUP_MAX];
};

/* One of the ways, and how its code comes back. */
struct way {
    const char *name;
    uint32_t way;
    uint32_t channel;
    uint32_t kind;
    /* The new one: what is set already is refused. */
    const char *password;
};

static const struct way WAYS[] = {
    {"e-mail link", SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL, SALTBOX_SECRET_EMAIL_AUTH_CODE,
     "correct horse battery staple"},
    {"one-time code", SALTBOX_WAY_ONE_TIME_CODE, SALTBOX_CHANNEL_EMAIL,
     SALTBOX_SECRET_VERIFICATION_CODE, "wrong horse battery staple"},
    {"reset link", SALTBOX_WAY_RESET_LINK, SALTBOX_CHANNEL_ADMINISTRATOR,
     SALTBOX_SECRET_PASSWORD_RESET_CODE, "another horse battery staple"},
};

/* What a client is told; the log has saltbox_outcome_json. */
static void tell(const char *when, const saltbox_outcome *outcome) {
    static const char *const WORDS[] = {
        "nothing",    "done",             "sent",            "invalid code",  "expired code",  "used code",
        "older code", "password refused", "answers refused", "wrong answers", "sign in first",
        "password reused",
    };
    const uint32_t client = saltbox_outcome_client(outcome);
    printf("    %-22s %s\n", when, client < sizeof WORDS / sizeof WORDS[0] ? WORDS[client] : "no");
}

/* A failure: nothing was decided, and what is wrong is the host's to mend. */
static void explain(const char *call, saltbox_status status) {
    fprintf(stderr, "%s: %s\n", call, saltbox_status_name(status));
}

/*
 * Stores what was decided, and acts only then. False where the record has changed
 * since it was read: then nothing was decided.
 */
static bool commit(struct store *store, const struct row *was, const saltbox_outcome *outcome,
                   struct mail *mail) {
    size_t len;
    uint32_t effects;
    const uint8_t *bytes = saltbox_outcome_record(outcome, &len);
    if (bytes != NULL && !swap(store, was, bytes, len)) {
        return false;
    }
    effects = saltbox_outcome_effects(outcome);
    if ((effects & SALTBOX_EFFECT_SEND_CODE) != 0) {
        bytes = saltbox_outcome_lookup(outcome, &len);
        if (bytes != NULL && len == SALTBOX_LOOKUP_MAX &&
            store->lookups_len < sizeof store->lookups / sizeof store->lookups[0]) {
            memcpy(store->lookups[store->lookups_len++], bytes, len);
            memcpy(mail->request_code, bytes, len);
        }
        bytes = saltbox_outcome_code(outcome, &len);
        if (bytes != NULL && len <= sizeof mail->code) {
            memcpy(mail->code, bytes, len);
            mail->code_len = len;
        }
    }
    if ((effects & SALTBOX_EFFECT_REVOKE_SESSIONS) != 0) {
        printf("    %-22s sessions and refresh tokens ended\n", "");
    }
    if ((effects & SALTBOX_EFFECT_STEP_UP_SESSION) != 0) {
        printf("    %-22s the session raised\n", "");
    }
    if ((effects & (SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED | SALTBOX_EFFECT_NOTIFY_QUESTIONS_CHANGED)) !=
        0) {
        printf("    %-22s the user told by mail\n", "");
    }
    return true;
}

/* Asks for a code for an account, or for one that does not exist. */
static bool request(const saltbox *sb, struct store *store, const struct way *way, bool is_known,
                    struct mail *mail) {
    bool is_stored = false;
    while (!is_stored) {
        struct row row = {NULL, 0};
        saltbox_outcome *outcome = NULL;
        saltbox_status status;
        if (is_known) {
            row = read_row(store);
        }
        status = saltbox_request_reset(sb, row.record, row.len, is_known ? BYTES_OF_ADA : NULL,
                                       is_known ? LEN_OF_ADA : 0, NULL, 0, way->way, way->channel,
                                       (uint64_t)time(NULL), &outcome);
        if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
            explain("saltbox_request_reset", status);
            free(row.record);
            return false;
        }
        is_stored = commit(store, &row, outcome, mail);
        if (is_stored) {
            /* The same for both: who asks learns nothing. */
            tell(is_known ? "asked for:" : "asked for by nobody:", outcome);
        }
        saltbox_outcome_free(outcome);
        free(row.record);
    }
    return true;
}

/* The codes of a request: what its client sent, each under its name. */
static saltbox_secrets *codes_of(const struct way *way, const struct mail *mail) {
    saltbox_secrets *codes = NULL;
    saltbox_status status = saltbox_secrets_new(&codes);
    if (status == SALTBOX_OK && way->way == SALTBOX_WAY_ONE_TIME_CODE) {
        status = saltbox_secrets_add(codes, SALTBOX_SECRET_REQUEST_CODE, NULL, 0,
                                     (const uint8_t *)mail->request_code,
                                     sizeof mail->request_code);
    }
    if (status == SALTBOX_OK) {
        status = saltbox_secrets_add(codes, way->kind, NULL, 0, (const uint8_t *)mail->code,
                                     mail->code_len);
    }
    if (status != SALTBOX_OK) {
        explain("saltbox_secrets_add", status);
        saltbox_secrets_free(codes);
        return NULL;
    }
    return codes;
}

/* Decides about a code by a record as it was read. NULL where nothing was decided. */
static saltbox_outcome *decide(const saltbox *sb, const struct row *row,
                               const saltbox_secrets *codes, const char *password) {
    saltbox_outcome *outcome = NULL;
    saltbox_status status =
        saltbox_reset(sb, row->record, row->len, BYTES_OF_ADA, LEN_OF_ADA, NULL, 0, codes,
                      (const uint8_t *)password, strlen(password), (uint64_t)time(NULL), &outcome);
    if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
        explain("saltbox_reset", status);
    }
    return outcome;
}

/* Finds the account whose the codes are. False where they are no codes. */
static bool find_row(const saltbox *sb, const struct store *store, const saltbox_secrets *codes,
                     struct row *row) {
    uint8_t lookup[SALTBOX_LOOKUP_MAX];
    size_t len = 0;
    saltbox_status status = saltbox_reset_lookup(sb, codes, lookup, sizeof lookup, &len);
    if (status != SALTBOX_OK) {
        /* A server answers 400: codes of two ways, half of a pair, an empty one, a cut one. */
        explain("saltbox_reset_lookup", status);
        return false;
    }
    *row = find(store, lookup, len);
    return true;
}

/* Sets a new password, if the code is right and as often as the record changes meanwhile. */
static bool redeem(const saltbox *sb, struct store *store, const saltbox_secrets *codes,
                   const char *password, const char *when) {
    bool is_stored = false;
    while (!is_stored) {
        struct row row;
        saltbox_outcome *outcome;
        if (!find_row(sb, store, codes, &row)) {
            return false;
        }
        outcome = decide(sb, &row, codes, password);
        if (outcome == NULL) {
            free(row.record);
            return false;
        }
        is_stored = commit(store, &row, outcome, NULL);
        if (is_stored) {
            tell(when, outcome);
        }
        saltbox_outcome_free(outcome);
        free(row.record);
    }
    return true;
}

/* Two requests bring one code at once, and both are decided by the same record. */
static bool redeem_twice(const saltbox *sb, struct store *store, const saltbox_secrets *codes,
                         const char *password) {
    struct row row;
    saltbox_outcome *first;
    saltbox_outcome *second;
    bool is_right = false;
    if (!find_row(sb, store, codes, &row)) {
        return false;
    }
    first = decide(sb, &row, codes, password);
    second = decide(sb, &row, codes, password);
    if (first != NULL && second != NULL && commit(store, &row, first, NULL)) {
        tell("with a good one:", first);
        /* Both said yes. The one that comes too late is decided anew. */
        is_right = !commit(store, &row, second, NULL) &&
                   redeem(sb, store, codes, password, "at the same time:");
    }
    saltbox_outcome_free(first);
    saltbox_outcome_free(second);
    free(row.record);
    return is_right;
}

static bool go_way(const saltbox *sb, struct store *store, const struct way *way) {
    struct mail mail;
    saltbox_secrets *codes = NULL;
    bool is_done = false;
    memset(&mail, 0, sizeof mail);
    printf("%s\n", way->name);
    if (request(sb, store, way, false, &mail) && request(sb, store, way, true, &mail)) {
        codes = codes_of(way, &mail);
        is_done = codes != NULL &&
                  redeem(sb, store, codes, "acme-ada", "with a short password:") &&
                  redeem_twice(sb, store, codes, way->password) &&
                  redeem(sb, store, codes, way->password, "once more:");
    }
    saltbox_secrets_free(codes);
    wipe(&mail, sizeof mail);
    return is_done;
}

/*
 * Security answers: the user has signed in, and the request comes with that
 * session, which the host has checked. Right answers raise it.
 */
#define SESSION "{\"session_subject\":\"u-1\",\"auth_age_s\":30,\"step_up\":true}"

/* saltbox_set_questions and saltbox_verify_questions. */
typedef saltbox_status answer_call(const saltbox *sb, const uint8_t *record, size_t record_len,
                                   const uint8_t *subject, size_t subject_len,
                                   const uint8_t *request, size_t request_len,
                                   const saltbox_secrets *answers, uint64_t now_unix_s,
                                   saltbox_outcome **outcome_out);

static saltbox_status ask(const saltbox *sb, const uint8_t *record, size_t record_len,
                          const uint8_t *subject, size_t subject_len, const uint8_t *request,
                          size_t request_len, const saltbox_secrets *answers, uint64_t now_unix_s,
                          saltbox_outcome **outcome_out) {
    (void)answers;
    return saltbox_get_questions(sb, record, record_len, subject, subject_len, request, request_len,
                                 now_unix_s, outcome_out);
}

/* What is wrong with answers, in words of our own, and what is asked. */
static void tell_details(const saltbox_outcome *outcome) {
    uint32_t code;
    size_t i, len;
    const uint8_t *text;
    for (i = 0; saltbox_outcome_answer_violation(outcome, i, &code, &text, &len) == SALTBOX_OK; i++) {
        printf("    %-22s %.*s: %s\n", "", (int)len, (const char *)text,
               code == SALTBOX_ANSWER_COMMON ? "too common" : "not taken");
    }
    for (i = 0; (text = saltbox_outcome_question_text(outcome, i, &len)) != NULL; i++) {
        printf("    %-22s %.*s\n", "", (int)len, (const char *)text);
    }
}

/* Makes a call of a signed-in user, as often as the record changes meanwhile. */
static bool in_session(const saltbox *sb, struct store *store, answer_call *call,
                       const saltbox_secrets *answers, const char *when) {
    bool is_stored = false;
    while (!is_stored) {
        struct row row = read_row(store);
        saltbox_outcome *outcome = NULL;
        saltbox_status status =
            call(sb, row.record, row.len, BYTES_OF_ADA, LEN_OF_ADA, (const uint8_t *)SESSION,
                 sizeof SESSION - 1, answers, (uint64_t)time(NULL), &outcome);
        if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
            explain(when, status);
            free(row.record);
            return false;
        }
        is_stored = commit(store, &row, outcome, NULL);
        if (is_stored) {
            tell(when, outcome);
            tell_details(outcome);
        }
        saltbox_outcome_free(outcome);
        free(row.record);
    }
    return true;
}

/* Answers as the client sent them, each with the id of its question. */
static saltbox_secrets *answers_of(const char *city, const char *pet) {
    saltbox_secrets *answers = NULL;
    saltbox_status status = saltbox_secrets_new(&answers);
    if (status == SALTBOX_OK) {
        status = saltbox_secrets_add(answers, SALTBOX_SECRET_ANSWER, (const uint8_t *)"city", 4,
                                     (const uint8_t *)city, strlen(city));
    }
    if (status == SALTBOX_OK) {
        status = saltbox_secrets_add(answers, SALTBOX_SECRET_ANSWER, (const uint8_t *)"pet", 3,
                                     (const uint8_t *)pet, strlen(pet));
    }
    if (status != SALTBOX_OK) {
        /* A server answers 400: two answers to one question, or very many. */
        explain("saltbox_secrets_add", status);
        saltbox_secrets_free(answers);
        return NULL;
    }
    return answers;
}

static bool answer_questions(const saltbox *sb, struct store *store) {
    static const struct {
        const char *when;
        answer_call *call;
        const char *city;
        const char *pet;
    } STEPS[] = {
        {"with a common one:", saltbox_set_questions, "\xc3\x89tretat", "Rex"},
        {"set up:", saltbox_set_questions, "\xc3\x89tretat", "Mr. Whiskers"},
        {"asked:", ask, "", ""},
        {"with a wrong one:", saltbox_verify_questions, "\xc3\x89tretat", "Whiskers"},
        {"with right ones:", saltbox_verify_questions, "ETRETAT", "mr whiskers"},
        {"once more:", saltbox_verify_questions, "ETRETAT", "mr whiskers"},
    };
    bool is_done = true;
    size_t i;
    printf("security answers\n");
    for (i = 0; is_done && i < sizeof STEPS / sizeof STEPS[0]; i++) {
        saltbox_secrets *answers = answers_of(STEPS[i].city, STEPS[i].pet);
        is_done = answers != NULL && in_session(sb, store, STEPS[i].call, answers, STEPS[i].when);
        saltbox_secrets_free(answers);
    }
    return is_done;
}

/* An account without a password, as an administrator makes one. */
static bool make_account(const saltbox *sb, struct store *store) {
    const struct row nobody = {NULL, 0};
    saltbox_outcome *outcome = NULL;
    saltbox_status status = saltbox_admin_import(sb, NULL, 0, BYTES_OF_ADA, LEN_OF_ADA, NULL, 0,
                                                 NULL, 0, (uint64_t)time(NULL), &outcome);
    bool is_stored = status == SALTBOX_OK && commit(store, &nobody, outcome, NULL);
    if (status != SALTBOX_OK) {
        explain("saltbox_admin_import", status);
    }
    saltbox_outcome_free(outcome);
    return is_stored;
}

/* A core with a root key. A real host has the same key on all nodes, from where it keeps secrets. */
static saltbox *new_core(void) {
    uint8_t key[32];
    saltbox_config *config = NULL;
    saltbox *sb = NULL;
    saltbox_status status;
    FILE *random = fopen("/dev/urandom", "rb");
    /* Unbuffered: a buffer would keep the key. */
    if (random == NULL || setvbuf(random, NULL, _IONBF, 0) != 0 ||
        fread(key, 1, sizeof key, random) != sizeof key) {
        fprintf(stderr, "no randomness\n");
        exit(EXIT_FAILURE);
    }
    fclose(random);
    status = saltbox_config_parse((const uint8_t *)CONFIG, sizeof CONFIG - 1, &config, NULL);
    if (status == SALTBOX_OK) {
        status = saltbox_config_add_key(config, 1, key, sizeof key);
    }
    wipe(key, sizeof key);
    if (status == SALTBOX_OK) {
        status = saltbox_new(config, &sb);
    }
    saltbox_config_free(config);
    if (status != SALTBOX_OK) {
        explain("saltbox_new", status);
    }
    return sb;
}

int main(void) {
    struct store store;
    saltbox *sb;
    bool is_done;
    size_t i;
    memset(&store, 0, sizeof store);
    if (saltbox_abi() != SALTBOX_ABI) {
        fprintf(stderr, "compiled for another saltbox than %s\n", saltbox_version());
        return EXIT_FAILURE;
    }
    sb = new_core();
    is_done = sb != NULL && make_account(sb, &store);
    for (i = 0; is_done && i < sizeof WAYS / sizeof WAYS[0]; i++) {
        is_done = go_way(sb, &store, &WAYS[i]);
    }
    is_done = is_done && answer_questions(sb, &store);
    saltbox_free(sb);
    free(store.record);
    return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
