/*
 * Forgotten passwords, from C: each of the three ways sends a code, which sets
 * a new password once, however many requests bring it.
 *
 *     cc reset.c -o reset $(pkg-config --cflags --libs saltbox)
 *     ./reset
 *
 * What to copy is redeem: read the record, decide, store by compare-and-swap, and
 * only then act and answer.
 */

#include <saltbox.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONFIG "{\"keys\":{\"create_key_id\":1},\"policy\":{\"profile\":\"nist-63b-4\"}}"

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
};

static const struct way WAYS[] = {
    {"e-mail link", SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL, SALTBOX_SECRET_EMAIL_AUTH_CODE},
    {"one-time code", SALTBOX_WAY_ONE_TIME_CODE, SALTBOX_CHANNEL_EMAIL,
     SALTBOX_SECRET_VERIFICATION_CODE},
    {"reset link", SALTBOX_WAY_RESET_LINK, SALTBOX_CHANNEL_ADMINISTRATOR,
     SALTBOX_SECRET_PASSWORD_RESET_CODE},
};

/* What a client is told; the log has saltbox_outcome_json. */
static void tell(const char *when, const saltbox_outcome *outcome) {
    static const char *const WORDS[] = {"nothing",      "done",      "sent",       "invalid code",
                                        "expired code", "used code", "older code", "password refused"};
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
    if ((effects & SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED) != 0) {
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
                  redeem_twice(sb, store, codes, "correct horse battery staple") &&
                  redeem(sb, store, codes, "correct horse battery staple", "once more:");
    }
    saltbox_secrets_free(codes);
    wipe(&mail, sizeof mail);
    return is_done;
}

/*
 * Security answers. (A later release: they are added to the same saltbox_secrets, as
 * SALTBOX_SECRET_ANSWER with the id of their question.)
 */

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
    saltbox_free(sb);
    free(store.record);
    return is_done ? EXIT_SUCCESS : EXIT_FAILURE;
}
