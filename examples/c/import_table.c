/*
 * A table of many systems' strings moves in, from C: each user signs in once
 * with the password of old and is stored anew.
 *
 *     cc import_table.c -o import_table $(pkg-config --cflags --libs saltbox)
 *     ./import_table ../mixed-table.tsv
 */

#include <saltbox.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What may stand in a line of the table, with the NUL. */
#define LINE_MAX_BYTES 4096

/* What a vendor exports in fields is one string to store from here on. */
static bool import_fields(const char *json, char *stored, size_t *stored_len) {
    saltbox_diag diag;
    saltbox_status status = saltbox_import((const uint8_t *)json, strlen(json), stored,
                                           SALTBOX_HASH_MAX, stored_len, &diag);
    if (status != SALTBOX_OK) {
        fprintf(stderr, "  %s: %s: %s\n", saltbox_status_name(status), diag.path, diag.message);
        return false;
    }
    return true;
}

/* For whoever moves the table: scheme, cost and what speaks against the string. */
static void explain(const saltbox *sb, const char *stored, size_t stored_len) {
    saltbox_outcome *outcome = NULL;
    size_t json_len = 0;
    const uint8_t *json;
    saltbox_status status = saltbox_identify(sb, stored, stored_len, NULL, &outcome);
    if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
        fprintf(stderr, "  %s\n", saltbox_status_name(status));
        return;
    }
    json = saltbox_outcome_json(outcome, &json_len);
    printf("  %.*s\n", (int)json_len, (const char *)json);
    saltbox_outcome_free(outcome);
}

/* Whether the user is let in; `stored` is replaced where that is asked for. */
static bool sign_in(const saltbox *sb, char *stored, size_t *stored_len, const char *password) {
    const uint8_t *bytes = (const uint8_t *)password;
    uint32_t rehash = 0;
    saltbox_status status =
        saltbox_verify(sb, stored, *stored_len, bytes, strlen(password), &rehash);
    if (status != SALTBOX_OK) {
        printf("  refused: %s\n", saltbox_status_name(status));
        return false;
    }
    if (rehash) {
        char stronger[SALTBOX_HASH_MAX];
        size_t stronger_len = 0;
        status = saltbox_hash(sb, bytes, strlen(password), stronger, sizeof stronger,
                              &stronger_len);
        if (status == SALTBOX_OK) {
            /* A database compares with the string that was verified before it replaces it. */
            memcpy(stored, stronger, stronger_len + 1);
            *stored_len = stronger_len;
        }
    }
    return true;
}

static bool move_in(const saltbox *sb, char *line) {
    char stored[SALTBOX_HASH_MAX];
    size_t stored_len;
    char *system = strtok(line, "\t");
    char *theirs = strtok(NULL, "\t");
    char *password = strtok(NULL, "\n");
    if (system == NULL || theirs == NULL || password == NULL) {
        fprintf(stderr, "a line of the table has three fields\n");
        return false;
    }
    printf("%s\n", system);
    if (theirs[0] == '{' && strncmp(theirs, "{\"vendor\"", 9) == 0) {
        if (!import_fields(theirs, stored, &stored_len)) {
            return false;
        }
        printf("  one string: %s\n", stored);
    } else {
        stored_len = strlen(theirs);
        if (stored_len >= sizeof stored) {
            return false;
        }
        memcpy(stored, theirs, stored_len + 1);
    }
    explain(sb, stored, stored_len);
    if (sign_in(sb, stored, &stored_len, "Tr0ub4dor&3") ||
        !sign_in(sb, stored, &stored_len, password)) {
        return false;
    }
    printf("  signed in, stored anew: %s\n", stored);
    return true;
}

int main(int argc, char **argv) {
    char line[LINE_MAX_BYTES];
    saltbox *sb = NULL;
    FILE *table = NULL;
    int result = EXIT_FAILURE;
    int users = 0;
    int moved = 0;

    if (argc != 2 || (table = fopen(argv[1], "r")) == NULL) {
        fprintf(stderr, "usage: import_table mixed-table.tsv\n");
        return EXIT_FAILURE;
    }
    if (saltbox_new(NULL, &sb) != SALTBOX_OK) {
        goto end;
    }
    while (fgets(line, sizeof line, table) != NULL) {
        if (line[0] != '#') {
            users++;
            moved += move_in(sb, line) ? 1 : 0;
        }
    }
    printf("%d of %d users moved in\n", moved, users);
    result = moved == users ? EXIT_SUCCESS : EXIT_FAILURE;

end:
    fclose(table);
    saltbox_free(sb);
    return result;
}
