/*
 * What a sign-in endpoint does with saltbox, from C.
 *
 *     cc sign_in.c -o sign_in $(pkg-config --cflags --libs saltbox)
 *
 * For the static library, where both are installed:
 *
 *     cc sign_in.c -o sign_in $(pkg-config --cflags --static --libs saltbox \
 *         | sed 's/-lsaltbox/-l:libsaltbox.a/')
 */

#include <saltbox.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a user's row in the database holds. */
struct user {
    char stored[SALTBOX_HASH_MAX];
    size_t stored_len;
};

/*
 * Passwords are a pointer and a length: taken for a C string, "a\0b" would be
 * "a". Whoever holds one wipes it after use. A memset of what is not read again
 * is left out by compilers; writes through volatile are not. Where the platform
 * has explicit_bzero or memset_s, those do the same.
 */
static void wipe(void *secret, size_t len) {
    volatile unsigned char *at = secret;
    while (len-- > 0) {
        *at++ = 0;
    }
}

/* Reports a call that was not done. Neither the password nor the stored string is printed. */
static bool failed(const char *what, saltbox_status status) {
    fprintf(stderr, "%s: %s\n", what, saltbox_status_name(status));
    return false;
}

/*
 * What a server answers; `retry_after` is a number of seconds for the header of
 * that name, or 0 for none. SALTBOX_E_BUSY is no refusal: nothing was computed,
 * and it may well be the right password.
 */
static int http_status(saltbox_status status, int *retry_after) {
    *retry_after = status == SALTBOX_E_BUSY ? 1 : 0;
    switch (status) {
    case SALTBOX_OK:
        return 200;
    case SALTBOX_REJECTED:
        return 401;
    case SALTBOX_E_BUSY:
        return 503;
    default:
        return 500;
    }
}

/*
 * A core with settings of one's own, and with the work memory of `sb`: both
 * together never use more. `saltbox_new(NULL, &sb)` makes one with the defaults.
 */
static saltbox *derived_core(const saltbox *sb, const char *json) {
    saltbox_config *config = NULL;
    saltbox *derived = NULL;
    saltbox_diag diag;
    saltbox_status status =
        saltbox_config_parse((const uint8_t *)json, strlen(json), &config, &diag);
    if (status != SALTBOX_OK) {
        fprintf(stderr, "configuration, %s: %s\n", diag.path, diag.message);
        return NULL;
    }
    status = saltbox_derive(sb, config, &derived);
    saltbox_config_free(config);
    if (status != SALTBOX_OK) {
        failed("saltbox_derive", status);
    }
    return derived;
}

static bool set_password(const saltbox *sb, struct user *user, const uint8_t *password,
                         size_t password_len) {
    saltbox_status status = saltbox_hash(sb, password, password_len, user->stored,
                                         sizeof user->stored, &user->stored_len);
    return status == SALTBOX_OK || failed("saltbox_hash", status);
}

/*
 * SALTBOX_OK where `password` lets the user in, and only then. `user` is NULL
 * where nobody has that name: call it all the same.
 */
static saltbox_status sign_in(const saltbox *sb, struct user *user, const uint8_t *password,
                              size_t password_len) {
    uint32_t rehash = 0;
    saltbox_status status =
        saltbox_verify(sb, user ? user->stored : NULL, user ? user->stored_len : 0,
                       password, password_len, &rehash);
    if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
        /* Nothing was decided, which is no reason to let anybody in. */
        failed("saltbox_verify", status);
    }
    if (rehash) {
        struct user stronger;
        /* Signed in either way: that the upgrade has to wait is not the user's fault. */
        if (set_password(sb, &stronger, password, password_len)) {
            *user = stronger;
            printf("    (stored anew, as strong as the settings ask)\n");
        }
    }
    return status;
}

/* For an operator: what is wrong with a stored string, and where. */
static void explain(const saltbox *sb, const char *stored, size_t stored_len) {
    saltbox_outcome *outcome = NULL;
    saltbox_diag diag;
    size_t json_len = 0;
    const uint8_t *json;
    saltbox_status status = saltbox_identify(sb, stored, stored_len, &diag, &outcome);
    if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
        failed("saltbox_identify", status);
        return;
    }
    if (status == SALTBOX_REJECTED) {
        printf("%s at byte %llu: %s\n", saltbox_status_name(diag.status),
               (unsigned long long)diag.offset, diag.message);
    }
    json = saltbox_outcome_json(outcome, &json_len);
    printf("%.*s\n", (int)json_len, (const char *)json);
    saltbox_outcome_free(outcome);
}

static void answer(const char *who, saltbox_status status) {
    int retry_after;
    int http = http_status(status, &retry_after);
    const char *says = http == 200   ? "signed in"
                       : http == 503 ? "try again later"
                                     : "refused";
    printf("%s %s (%d", who, says, http);
    if (retry_after) {
        printf(", Retry-After: %d", retry_after);
    }
    printf(")\n");
}

int main(void) {
    static const char damaged[] = "$argon2id$v=19$m=19456,t=two,p=1$c29tZXNhbHRzb21lc2FsdA";
    /* As they arrive with requests. The NUL that C adds to a literal is not part of them. */
    uint8_t right[] = "correct horse battery staple";
    uint8_t wrong[] = "incorrect horse";
    const size_t right_len = sizeof right - 1;
    const size_t wrong_len = sizeof wrong - 1;
    struct user alice;
    saltbox *sb = NULL;
    saltbox *stronger = NULL;
    saltbox_status status;
    uint32_t jobs = 0;
    uint64_t freed = 0;
    int result = EXIT_FAILURE;

    if (saltbox_abi() != SALTBOX_ABI) {
        fprintf(stderr, "compiled for another saltbox than %s\n", saltbox_version());
        goto end;
    }
    status = saltbox_new(NULL, &sb);
    if (status != SALTBOX_OK) {
        failed("saltbox_new", status);
        goto end;
    }
    /* As many threads may call at once; more wait for a second at most, and are told SALTBOX_E_BUSY. */
    status = saltbox_capacity(sb, &jobs);
    if (status != SALTBOX_OK) {
        failed("saltbox_capacity", status);
        goto end;
    }
    printf("hashes at once: %u\n", (unsigned)jobs);
    if (!set_password(sb, &alice, right, right_len)) {
        goto end;
    }
    printf("stored: %s\n\n", alice.stored);
    answer("right password:", sign_in(sb, &alice, right, right_len));
    answer("wrong password:", sign_in(sb, &alice, wrong, wrong_len));
    answer("no such user:  ", sign_in(sb, NULL, right, right_len));
    /* No call's answer: to be told so takes more threads than this program has. */
    answer("a full house:  ", SALTBOX_E_BUSY);

    printf("\nThe settings become stricter:\n");
    stronger = derived_core(sb, "{\"hash\":{\"create\":"
                                "{\"scheme\":\"argon2id\",\"m_kib\":32768,\"t\":2,\"p\":1}}}");
    if (stronger == NULL) {
        goto end;
    }
    answer("right password:", sign_in(stronger, &alice, right, right_len));
    answer("and once more: ", sign_in(stronger, &alice, right, right_len));

    printf("\nA string that somebody damaged: ");
    explain(sb, damaged, sizeof damaged - 1);

    /* The work memory is kept for the next call, wiped. After a rush it can go back. */
    status = saltbox_trim(sb, &freed);
    if (status != SALTBOX_OK) {
        failed("saltbox_trim", status);
        goto end;
    }
    printf("\ngiven back: %llu MiB\n", (unsigned long long)(freed >> 20));
    result = EXIT_SUCCESS;

end:
    wipe(right, sizeof right);
    wipe(wrong, sizeof wrong);
    saltbox_free(stronger);
    saltbox_free(sb);
    return result;
}
