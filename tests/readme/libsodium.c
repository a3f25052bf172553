/* The replacement for crypto_pwhash_str_verify takes libsodium's strings and lets nobody in by mistake. */
#include <saltbox.h>
#include <string.h>
#include "snippet.c"

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
    wrong |= !is_right(sb, stored, "password", &rehash) || rehash != 1;
    wrong |= is_right(sb, stored, "passwore", &rehash) || rehash != 0;
    wrong |= is_right(sb, NULL, "password", &rehash);
    wrong |= is_right(sb, "$argon2id$v=19$m=256", "password", &rehash);
    saltbox_free(sb);
    return wrong;
}
