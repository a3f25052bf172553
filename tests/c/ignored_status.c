/* Must not compile with -Werror: a verdict that nobody looks at lets everybody in. */

#include <saltbox.h>

int main(void) {
    saltbox_verify(NULL, NULL, 0, NULL, 0, NULL);
    return 0;
}
