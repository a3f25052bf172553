/* The replacement for argon2_verify takes libargon2's strings and lets nobody in by mistake. */
#include <saltbox.h>
#include <string.h>
#include "snippet.c"

int main(void) {
    /* libargon2 src/test.c: version 0x10 without `v=`, and 0x13. */
    static const char v16[] = "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs";
    uint32_t rehash = 7;
    saltbox *sb = NULL;
    int wrong = 0;
    if (saltbox_new(NULL, &sb) != SALTBOX_OK) {
        return 1;
    }
    wrong |= !is_right(sb, v16, "password", &rehash) || rehash != 1;
    wrong |= is_right(sb, v16, "Password", &rehash) || rehash != 0;
    wrong |= is_right(sb, NULL, "password", &rehash);
    wrong |= is_right(sb, "", "", &rehash);
    wrong |= is_right(sb, "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ", "password", &rehash);
    wrong |= is_right(NULL, v16, "password", &rehash);
    saltbox_free(sb);
    return wrong;
}
