/*
 * What the rooms of the service share.
 *
 *     main.c       options, the core, listening, the end
 *     http.c       bodies, routes, answers
 *     members.c    what stands in a body, with its types checked
 *     errors.c     what a client hears, as HTTP has it
 *     auth.c       who calls: project, session, management key
 *     decide.c     read, decide, swap, and only then act: what to copy first
 *     account.c    a row by itself
 *     secret.c     randomness, comparing, wiping
 *     store.c      accounts, lookup rows and sessions under one mutex
 *     password.c, reset.c, questions.c, admin.c    the routes
 *     dev.c        the clock, and the mail that tests read
 */

#ifndef SERVICE_H
#define SERVICE_H

/* For getrandom, explicit_bzero and their like; before the first header of the system. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <jansson.h>
#include <saltbox.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * What a client sent, NUL bytes among it: taken for a C string, "ada\0x" would be
 * ada, and a password would end too soon. Lent, unless it says otherwise.
 */
struct text {
    const char *at; /* NULL: it was not sent */
    size_t len;
};

/* As the library takes it. */
#define BYTES(text) (const uint8_t *)(text).at, (text).len

static inline struct text text_of(const char *string) {
    return (struct text){string, strlen(string)};
}

static inline bool is_text(struct text text, const char *string) {
    return text.len == strlen(string) && memcmp(text.at, string, text.len) == 0;
}

/* Made before the threads start, and only read from then on; the store has locks of its own. */
struct service {
    saltbox *core;
    struct store *store;
    const char *project;
    const char *management_key;
    const char *app_url;
    bool is_dev;
    /* Of the configuration, where no call of the library looks at it. */
    uint64_t auth_age_s;
    bool has_questions;
    bool has_mask; /* a sign-up tells nobody that the login is taken */
};

/* Hexadecimal digits with their NUL: ids of 16 random bytes, tokens of 32. */
#define ID_SIZE 33
#define TOKEN_SIZE 65

/* A row. It owns its texts, which are empty where there is nothing. */
struct account {
    char id[ID_SIZE]; /* never changes, since the record is bound to it; empty: nobody */
    struct text login; /* as it was typed, to be shown */
    struct text key;   /* what it is found by, in whatever letters and width it is typed */
    struct text name;
    struct text email;
    struct text phone;
    struct text record;
    bool is_email_verified;
    bool is_disabled;
    bool has_password;
    bool has_mfa; /* never, here: whoever asks for another factor sets it */
    uint64_t created;
    uint64_t told_at; /* when its user was told that somebody tried to sign up with the login */
    uint64_t version; /* counts the changes of the row: what a swap compares */
};

struct session {
    char user[ID_SIZE];
    char refresh_token[TOKEN_SIZE]; /* a database keeps a digest, which nobody can send */
    char session_token[TOKEN_SIZE];
    uint64_t auth_time; /* when the user signed in with the password */
    uint64_t expires;
    bool is_stepped_up;
};

#define REFRESH_LIFETIME_S (28 * 24 * 3600)
#define SESSION_LIFETIME_S (10 * 60)

/* How an account is found. */
enum by { BY_LOGIN, BY_ID, BY_LOOKUP };

struct who {
    enum by by;
    struct text key;
    struct text login; /* as it was typed */
};

/*
 * What became of a compare-and-swap. It stores a record, or somebody new with one,
 * where what is stored still is what was read; without a record it compares only. The
 * version is compared and not the record: a decision rests on the address and the
 * status of the row, too.
 */
enum swapped { SWAPPED, SWAP_LOST, SWAP_FAILED };

/* store.c */
struct store *store_new(void);
void store_clear(struct store *store);
void store_free(struct store *store);

/* The turn of an account, for which the others wait who call for it. */
struct turn {
    struct turn *next;
    struct who who;
    char id[ID_SIZE];
};
void turn_begin(struct store *store, struct turn *turn, struct who who);
void turn_end(struct store *store, struct turn *turn);

/* A transaction, one at a time. What is found is lent, and may be changed, until its end. */
void store_begin(struct store *store);
void store_end(struct store *store);
struct account *store_find(const struct store *store, struct who who);
enum swapped store_swap(struct store *store, struct who who, const struct account *was,
                        const struct account *newcomer, struct text record,
                        struct account **now_out);
bool store_add_lookup(struct store *store, struct text key, const char *id);
struct session *store_session(const struct store *store, const char *refresh_token, uint64_t now);
bool store_add_session(struct store *store, const struct session *session, uint64_t now);
void store_end_sessions(struct store *store, const char *user, const char *but, uint64_t now);

/* account.c */
bool account_init(struct account *account, const struct who *who, struct text name,
                  struct text email, struct text phone);
bool account_copy(struct account *to, const struct account *from);
bool account_set(struct text *owned, struct text by);
void account_free(struct account *account);
json_t *account_subject(const struct account *account, const char *realm);
json_t *account_user(const struct account *account);

/* auth.c */
bool session_init(struct session *session, const char *user, uint64_t now);
uint64_t session_age(const struct session *session, uint64_t now);

/* secret.c */
bool random_hex(char *out, size_t size);
bool is_same_secret(const char *a, const char *b);
void *malloc_or_end(size_t size);
void free_wiped(void *memory);

/* dev.c */
uint64_t clock_now(void);
void mail(const struct service *service, const struct account *to, const char *kind,
          const saltbox_outcome *outcome);
void mail_forget(void);

#endif
