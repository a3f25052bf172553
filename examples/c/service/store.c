/*
 * Accounts, lookup rows and sessions, in memory and under one mutex. What is
 * looked for is found by walking; a database has an index on each column that is a
 * key here, transactions in place of the mutex, and locks of rows in place of turns.
 */

#include "service.h"

#include <pthread.h>
#include <stdlib.h>

struct account_row {
    struct account_row *next;
    struct account account;
};

/* Whose code a lookup key belongs to. It is no secret, never changes and is never removed. */
struct lookup_row {
    struct lookup_row *next;
    char key[SALTBOX_LOOKUP_MAX];
    size_t len;
    char id[ID_SIZE];
};

struct session_row {
    struct session_row *next;
    struct session session;
};

struct store {
    pthread_mutex_t mutex;
    pthread_cond_t turn_ended;
    struct turn *turns;
    struct account_row *accounts;
    struct lookup_row *lookups;
    struct session_row *sessions;
};

struct store *store_new(void) {
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL || pthread_mutex_init(&store->mutex, NULL) != 0) {
        free(store);
        return NULL;
    }
    if (pthread_cond_init(&store->turn_ended, NULL) != 0) {
        pthread_mutex_destroy(&store->mutex);
        free(store);
        return NULL;
    }
    return store;
}

void store_clear(struct store *store) {
    store_begin(store);
    for (struct account_row *row; (row = store->accounts) != NULL;) {
        store->accounts = row->next;
        account_free(&row->account);
        free(row);
    }
    for (struct lookup_row *row; (row = store->lookups) != NULL;) {
        store->lookups = row->next;
        free(row);
    }
    for (struct session_row *row; (row = store->sessions) != NULL;) {
        store->sessions = row->next;
        free_wiped(row);
    }
    store_end(store);
}

void store_free(struct store *store) {
    if (store != NULL) {
        store_clear(store);
        pthread_cond_destroy(&store->turn_ended);
        pthread_mutex_destroy(&store->mutex);
        free(store);
    }
}

/* A mutex that is neither recursive nor checked cannot fail to be locked. */
void store_begin(struct store *store) {
    pthread_mutex_lock(&store->mutex);
}

void store_end(struct store *store) {
    pthread_mutex_unlock(&store->mutex);
}

static bool is_same_text(struct text a, struct text b) {
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

static struct text id_of_lookup(const struct store *store, struct text key) {
    for (const struct lookup_row *row = store->lookups; row != NULL; row = row->next) {
        if (is_same_text(key, (struct text){row->key, row->len})) {
            return text_of(row->id);
        }
    }
    return text_of("");
}

struct account *store_find(const struct store *store, struct who who) {
    struct text id = who.by == BY_LOOKUP ? id_of_lookup(store, who.key) : who.key;
    for (struct account_row *row = store->accounts; row != NULL; row = row->next) {
        if (who.by == BY_LOGIN ? is_same_text(row->account.key, who.key)
                               : is_text(id, row->account.id)) {
            return &row->account;
        }
    }
    return NULL;
}

/* Whether both are for one account, which may be one that is not there. */
static bool is_same_turn(const struct turn *a, const struct turn *b) {
    if (a->id[0] != '\0' || b->id[0] != '\0') {
        return strcmp(a->id, b->id) == 0;
    }
    return a->who.by == b->who.by && is_same_text(a->who.key, b->who.key);
}

static bool is_taken(const struct store *store, struct turn *turn) {
    /* Anew after each wait: it may have come to be meanwhile. */
    const struct account *account = store_find(store, turn->who);
    turn->id[0] = '\0';
    if (account != NULL) {
        memcpy(turn->id, account->id, sizeof turn->id);
    }
    for (const struct turn *other = store->turns; other != NULL; other = other->next) {
        if (is_same_turn(other, turn)) {
            return true;
        }
    }
    return false;
}

/*
 * Waits until nobody else calls for the account: otherwise what a call takes tells a
 * little, as of many guesses at once the right one costs a hash more before its swap
 * is lost. For one that is not there all the same, or that would tell that it is not.
 */
void turn_begin(struct store *store, struct turn *turn, struct who who) {
    turn->who = who;
    store_begin(store);
    while (is_taken(store, turn)) {
        pthread_cond_wait(&store->turn_ended, &store->mutex);
    }
    turn->next = store->turns;
    store->turns = turn;
    store_end(store);
}

void turn_end(struct store *store, struct turn *turn) {
    store_begin(store);
    for (struct turn **at = &store->turns; *at != NULL; at = &(*at)->next) {
        if (*at == turn) {
            *at = turn->next;
            break;
        }
    }
    pthread_cond_broadcast(&store->turn_ended);
    store_end(store);
}

/* Whether a row, or that there is none, is still what was read. */
static bool is_as_read(const struct account *now, const struct account *was) {
    if (now == NULL) {
        return was->id[0] == '\0';
    }
    return strcmp(now->id, was->id) == 0 && now->version == was->version;
}

static struct account *insert(struct store *store, const struct account *newcomer,
                              struct text record) {
    struct account_row *row = calloc(1, sizeof *row);
    if (row == NULL || !account_copy(&row->account, newcomer)) {
        free(row);
        return NULL;
    }
    if (!account_set(&row->account.record, record)) {
        account_free(&row->account);
        free(row);
        return NULL;
    }
    row->next = store->accounts;
    store->accounts = row;
    return &row->account;
}

enum swapped store_swap(struct store *store, struct who who, const struct account *was,
                        const struct account *newcomer, struct text record,
                        struct account **now_out) {
    struct account *now = store_find(store, who);
    if (!is_as_read(now, was)) {
        return SWAP_LOST;
    }
    *now_out = now;
    if (record.at == NULL) {
        return SWAPPED;
    }
    if (now != NULL) {
        now->version++;
        return account_set(&now->record, record) ? SWAPPED : SWAP_FAILED;
    }
    *now_out = newcomer != NULL ? insert(store, newcomer, record) : NULL;
    return *now_out != NULL ? SWAPPED : SWAP_FAILED;
}

bool store_add_lookup(struct store *store, struct text key, const char *id) {
    struct lookup_row *row = calloc(1, sizeof *row);
    if (row == NULL || key.len > sizeof row->key) {
        free(row);
        return false;
    }
    memcpy(row->key, key.at, key.len);
    row->len = key.len;
    memcpy(row->id, id, sizeof row->id);
    row->next = store->lookups;
    store->lookups = row;
    return true;
}

struct session *store_session(const struct store *store, const char *refresh_token, uint64_t now) {
    for (struct session_row *row = store->sessions; row != NULL; row = row->next) {
        if (is_same_secret(row->session.refresh_token, refresh_token)) {
            return row->session.expires > now ? &row->session : NULL;
        }
    }
    return NULL;
}

/* Ends the sessions of a user but that of the token, if there is one; and all whose time is over. */
void store_end_sessions(struct store *store, const char *user, const char *but, uint64_t now) {
    for (struct session_row **at = &store->sessions, *row; (row = *at) != NULL;) {
        const struct session *session = &row->session;
        bool is_kept = but != NULL && is_same_secret(session->refresh_token, but);
        if (session->expires <= now || (strcmp(session->user, user) == 0 && !is_kept)) {
            *at = row->next;
            free_wiped(row);
        } else {
            at = &row->next;
        }
    }
}

bool store_add_session(struct store *store, const struct session *session, uint64_t now) {
    struct session_row *row = calloc(1, sizeof *row);
    if (row == NULL) {
        return false;
    }
    store_end_sessions(store, "", NULL, now);
    row->session = *session;
    row->next = store->sessions;
    store->sessions = row;
    return true;
}
