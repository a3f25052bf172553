/* Verifies the strings of a table that libargon2 made: password in hex, tab, stored string, tab, source. */

#include "check.h"

static int hex_digit(char c) {
    static const char digits[] = "0123456789abcdef";
    const char *at = memchr(digits, c, sizeof digits - 1);
    REQUIRE(at != NULL);
    return (int)(at - digits);
}

static void verify_row(const saltbox *sb, const char *line) {
    uint8_t password[512];
    const char *stored = strchr(line, '\t');
    const char *source = stored ? strchr(stored + 1, '\t') : NULL;
    size_t stored_len;
    size_t password_len;
    REQUIRE(source != NULL);
    password_len = (size_t)(stored - line) / 2;
    stored++;
    stored_len = (size_t)(source - stored);
    REQUIRE(password_len < sizeof password);
    for (size_t i = 0; i < password_len; i++) {
        password[i] = (uint8_t)(hex_digit(line[2 * i]) * 16 + hex_digit(line[2 * i + 1]));
    }
    password[password_len] = 0;
    CHECK_STATUS(saltbox_verify(sb, stored, stored_len, password, password_len, NULL), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(sb, stored, stored_len, password, password_len + 1, NULL),
                 SALTBOX_REJECTED);
}

int main(int argc, char **argv) {
    char line[2048];
    int rows = 0;
    saltbox *sb = core_of(CHEAP);
    FILE *table;
    REQUIRE(argc == 2);
    table = fopen(argv[1], "r");
    REQUIRE(table != NULL);
    while (fgets(line, sizeof line, table) != NULL) {
        if (line[0] != '#') {
            verify_row(sb, line);
            rows++;
        }
    }
    fclose(table);
    CHECK(rows >= 10);
    saltbox_free(sb);
    return finish("interop");
}
