/* The replacement for argon2_verify and crypto_pwhash_str_verify takes the strings of both and lets nobody in by mistake. */
#include <saltbox.h>
#include <string.h>
#include "snippet.c"

/* A literal with its length, without the NUL that C adds. */
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

/* A string made elsewhere of "password": right, weak, and nothing else is right. */
static int takes(const saltbox *sb, const char *stored) {
    const size_t len = strlen(stored);
    uint32_t rehash = 7;
    int wrong = 0;
    wrong |= !is_right(sb, stored, len, PASSWORD("password"), &rehash) || rehash != 1;
    wrong |= is_right(sb, stored, len, PASSWORD("Password"), &rehash) || rehash != 0;
    wrong |= is_right(sb, stored, len, PASSWORD("password\0b"), &rehash);
    wrong |= is_right(sb, stored, len, PASSWORD(""), &rehash);
    wrong |= is_right(sb, stored, len - 1, PASSWORD("password"), &rehash);
    wrong |= is_right(sb, stored, 20, PASSWORD("password"), &rehash);
    wrong |= is_right(NULL, stored, len, PASSWORD("password"), &rehash);
    return !wrong;
}

int main(void) {
    uint32_t rehash = 7;
    saltbox *sb = NULL;
    int wrong = 0;
    if (saltbox_new(NULL, &sb) != SALTBOX_OK) {
        return 1;
    }
    /* libargon2 src/test.c, version 0x10 without `v=`; libsodium test/default/pwhash_argon2id.c. */
    wrong |= !takes(sb, "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ"
                        "$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs");
    wrong |= !takes(sb, "$argon2id$v=19$m=256,t=3,p=1$MDEyMzQ1Njc"
                        "$G5ajKFCoUzaXRLdz7UJb5wGkb2Xt+X5/GQjUYtS2+TE");
    wrong |= is_right(sb, NULL, 0, PASSWORD("password"), &rehash);
    wrong |= is_right(sb, "", 0, PASSWORD(""), &rehash);
    wrong |= !made_is_right(sb);
    saltbox_free(sb);
    return wrong;
}
