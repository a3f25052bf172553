/* The address sanitizer has to report this program: the library is told of more room than there is. */

#include "check.h"

int main(void) {
    saltbox *sb = core_of(CHEAP);
    char *room = malloc(16);
    size_t len = 0;
    REQUIRE(room != NULL);
    CHECK(saltbox_hash(sb, (const uint8_t *)"password", 8, room, SALTBOX_HASH_MAX, &len) == SALTBOX_OK);
    free(room);
    saltbox_free(sb);
    return 0;
}
