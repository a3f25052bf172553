/* README's first C block does what it says, and fails closed. */
#include <saltbox.h>

static int first(const uint8_t *password, size_t password_len) {
#include "snippet.c"
}

int main(void) {
    const uint8_t password[] = "correct horse battery staple";
    const int right = first(password, sizeof password - 1);
    const int empty = first(password, 0); /* cannot be set */
    return right == 1 && empty == 0 ? 0 : 1;
}
