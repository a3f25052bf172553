/* The replacement for crypto_pwhash_str_verify takes libsodium's strings and lets nobody in by mistake. */
#include <saltbox.h>
#include <string.h>
#include "snippet.c"

/* A literal with its length, without the NUL that C adds. */
#define STORED(text) (text), sizeof(text) - 1
#define PASSWORD(text) (const uint8_t *)(text), sizeof(text) - 1

/* What make() writes, is_right() takes; NUL bytes count like others. */
static int made_is_right(const saltbox *sb) {
    char stored[SALTBOX_HASH_MAX];
    uint32_t rehash = 7;
    int wrong = 0;
    wrong |= !make(sb, PASSWORD("a"), stored);
    wrong |= !is_right(sb, stored, strlen(stored), PASSWORD("a"), &rehash) || rehash != 0;
    wrong |= is_right(sb, stored, strlen(stored), PASSWORD("a\0b"), &rehash);
    wrong |= is_right(sb, stored, strlen(stored), PASSWORD("a\0"), &rehash);
    wrong |= !make(sb, PASSWORD("a\0b"), stored);
    wrong |= !is_right(sb, stored, strlen(stored), PASSWORD("a\0b"), &rehash) || rehash != 0;
    wrong |= is_right(sb, stored, strlen(stored), PASSWORD("a"), &rehash);
    wrong |= make(sb, PASSWORD(""), stored);
    wrong |= make(sb, NULL, 0, stored);
    wrong |= make(NULL, PASSWORD("a"), stored);
    return !wrong;
}

int main(void) {
    /* libsodium test/default/pwhash_argon2id.c */
    static const char stored[] =
        "$argon2id$v=19$m=256,t=3,p=1$MDEyMzQ1Njc$G5ajKFCoUzaXRLdz7UJb5wGkb2Xt+X5/GQjUYtS2+TE";
    uint32_t rehash = 7;
    saltbox *sb = NULL;
    int wrong = 0;
    if (saltbox_new(NULL, &sb) != SALTBOX_OK) {
        return 1;
    }
    wrong |= !is_right(sb, STORED(stored), PASSWORD("password"), &rehash) || rehash != 1;
    wrong |= is_right(sb, STORED(stored), PASSWORD("passwore"), &rehash) || rehash != 0;
    wrong |= is_right(sb, STORED(stored), PASSWORD("password\0b"), &rehash);
    wrong |= is_right(sb, NULL, 0, PASSWORD("password"), &rehash);
    wrong |= is_right(sb, STORED("$argon2id$v=19$m=256"), PASSWORD("password"), &rehash);
    wrong |= is_right(NULL, STORED(stored), PASSWORD("password"), &rehash);
    wrong |= !made_is_right(sb);
    saltbox_free(sb);
    return wrong;
}
