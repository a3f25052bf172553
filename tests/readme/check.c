/* README's C block that checks a password says what is wrong, and fails closed. */
#include <saltbox.h>

#include <stdint.h>
#include <stdio.h>

static int check(const saltbox *sb, const uint8_t *subject, size_t subject_len,
                 const uint8_t *password, size_t password_len, uint64_t now) {
#include "snippet.c"
}

int main(void) {
    const uint8_t jane[] = "{\"login_id\":\"jane\"}";
    const uint8_t good[] = "correct horse battery staple";
    const uint8_t bad[] = "acme-jane";
    saltbox *sb = NULL;
    int right, wrong, undecided;
    if (saltbox_new(NULL, &sb) != SALTBOX_OK) {
        return 1;
    }
    right = check(sb, jane, sizeof jane - 1, good, sizeof good - 1, 0);
    wrong = check(sb, jane, sizeof jane - 1, bad, sizeof bad - 1, 0);
    undecided = check(sb, good, sizeof good - 1, good, sizeof good - 1, 0); /* no JSON */
    saltbox_free(sb);
    return right == 1 && wrong == 0 && undecided == 0 ? 0 : 1;
}
