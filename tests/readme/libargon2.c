/* The replacement for argon2_verify takes libargon2's strings and lets nobody in by mistake. */
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
    /* libargon2 src/test.c: version 0x10 without `v=`, and 0x13. */
    static const char v16[] =
        "$argon2i$m=256,t=2,p=2$c29tZXNhbHQ$tsEVYKap1h6scGt5ovl9aLRGOqOth+AMB+KwHpDFZPs";
    uint32_t rehash = 7;
    saltbox *sb = NULL;
    int wrong = 0;
    if (saltbox_new(NULL, &sb) != SALTBOX_OK) {
        return 1;
    }
    wrong |= !is_right(sb, STORED(v16), PASSWORD("password"), &rehash) || rehash != 1;
    wrong |= is_right(sb, STORED(v16), PASSWORD("Password"), &rehash) || rehash != 0;
    wrong |= is_right(sb, STORED(v16), PASSWORD("password\0b"), &rehash);
    wrong |= is_right(sb, NULL, 0, PASSWORD("password"), &rehash);
    wrong |= is_right(sb, STORED(""), PASSWORD(""), &rehash);
    wrong |= is_right(sb, STORED("$argon2i$m=256,t=2,p=2$c29tZXNhbHQ"), PASSWORD("password"), &rehash);
    wrong |= is_right(NULL, STORED(v16), PASSWORD("password"), &rehash);
    wrong |= !made_is_right(sb);
    saltbox_free(sb);
    return wrong;
}
