/* The leak detector has to report this program: proof that it would report others. */

#include "check.h"

int main(void) {
    saltbox *sb = NULL;
    REQUIRE(saltbox_new(NULL, &sb) == SALTBOX_OK);
    sb = NULL;
    return 0;
}
