/*
 * What calls with reset codes leave behind: nothing of a code, of the random
 * bytes that it was made from, nor of the new password stands in memory that the
 * process can write, once whoever has it was freed. (tests/residue.rs looks for
 * what is computed from passwords.) Secrets are kept masked here, so that only
 * what the library left is found.
 */

#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <unistd.h>

#define MASK 0x5b
/* So many bytes in a row are a piece of a secret. */
#define PIECE ((size_t)8)

static const char ADA[] = "{\"id\":\"u-1\",\"email\":\"a@example.com\",\"email_verified\":true}";
#define ACCOUNT(record, len) (record), (len), (const uint8_t *)ADA, sizeof ADA - 1, NULL, 0

/* In memory that cannot be written, where nobody looks. */
static const uint8_t password[] = "correct horse battery staple";
#define PASSWORD_LEN (sizeof password - 1)

struct secret {
    uint8_t masked[64];
    size_t len;
};

static struct secret code, drawn, typed;
static uint8_t window[1 << 16];
static char maps[1 << 18];

static void keep(struct secret *secret, const uint8_t *bytes, size_t len) {
    REQUIRE(len >= PIECE && len <= sizeof secret->masked);
    for (size_t i = 0; i < len; i++) {
        ((volatile uint8_t *)secret->masked)[i] = bytes[i] ^ MASK;
    }
    secret->len = len;
}

/* The bytes that Base64 for addresses stands for, masked as they come. */
static void keep_decoded(struct secret *secret, const uint8_t *text, size_t len) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    volatile uint32_t bits = 0;
    secret->len = 0;
    for (size_t i = 0; i < len; i++) {
        const char *at = strchr(alphabet, text[i]);
        REQUIRE(at != NULL);
        bits = (bits << 6 | (uint32_t)(at - alphabet)) & 0xffffff;
        if (i % 4 == 3) {
            for (int shift = 16; shift >= 0; shift -= 8) {
                secret->masked[secret->len++] = (uint8_t)(bits >> shift) ^ MASK;
            }
        }
    }
    bits = 0;
}

/* Pieces of the secret in the window, which is masked as well. */
static size_t pieces_in_window(const struct secret *secret, size_t len) {
    size_t found = 0;
    for (size_t at = 0; at + PIECE <= secret->len; at++) {
        const uint8_t *from = window;
        const uint8_t *hit;
        while ((hit = memmem(from, len - (size_t)(from - window), secret->masked + at, PIECE)) != NULL) {
            found++;
            from = hit + 1;
        }
    }
    return found;
}

/* Pieces of the secret in memory that can be written. */
static size_t pieces(const struct secret *secret) {
    const int list = open("/proc/self/maps", O_RDONLY);
    const int memory = open("/proc/self/mem", O_RDONLY);
    size_t len = 0;
    ssize_t got;
    size_t found = 0;
    REQUIRE(list >= 0 && memory >= 0);
    while ((got = read(list, maps + len, sizeof maps - 1 - len)) > 0) {
        len += (size_t)got;
    }
    maps[len] = 0;
    for (char *line = strtok(maps, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        unsigned long begin, end;
        char access[5];
        if (sscanf(line, "%lx-%lx %4s", &begin, &end, access) != 3 || access[1] != 'w') {
            continue;
        }
        /* Neighbours overlap by less than a piece, so that none is missed or found twice. */
        for (off_t at = (off_t)begin; at + (off_t)PIECE <= (off_t)end;
             at += (off_t)(sizeof window - PIECE + 1)) {
            const size_t left = (size_t)((off_t)end - at);
            got = pread(memory, window, left < sizeof window ? left : sizeof window, at);
            if (got < (ssize_t)PIECE) {
                break;
            }
            for (ssize_t i = 0; i < got; i++) {
                window[i] ^= MASK;
            }
            found += pieces_in_window(secret, (size_t)got);
        }
    }
    memset(window, 0, sizeof window);
    close(list);
    close(memory);
    return found;
}

/* As many pieces as `copies` of it have. */
static void expect(const char *when, const struct secret *secret, size_t copies) {
    const size_t found = secret->len == 0 ? 0 : pieces(secret);
    if (found != copies * (secret->len == 0 ? 0 : secret->len - PIECE + 1)) {
        fprintf(stderr, "%s: %zu pieces of a secret of %zu bytes\n", when, found, secret->len);
        failures++;
    }
}

static void expect_all(const char *when, size_t copies) {
    expect(when, &code, copies);
    expect(when, &drawn, 0);
    expect(when, &typed, 0);
}

static void go_way(const saltbox *sb, uint32_t way, uint32_t channel, uint32_t kind) {
    static uint8_t record[8192];
    uint8_t lookup[SALTBOX_LOOKUP_MAX];
    saltbox_outcome *outcome = NULL;
    saltbox_outcome *issued = NULL;
    saltbox_secrets *codes = NULL;
    size_t len = 0;
    size_t record_len = 0;

    CHECK_STATUS(saltbox_admin_import(sb, ACCOUNT(NULL, 0), NULL, 0, 0, &outcome), SALTBOX_OK);
    const uint8_t *lent = saltbox_outcome_record(outcome, &len);
    REQUIRE(saltbox_request_reset(sb, ACCOUNT(lent, len), way, channel, 0, &issued) == SALTBOX_OK);
    saltbox_outcome_free(outcome);
    lent = saltbox_outcome_record(issued, &record_len);
    REQUIRE(lent != NULL && record_len <= sizeof record);
    memcpy(record, lent, record_len);
    lent = saltbox_outcome_lookup(issued, &len);
    REQUIRE(lent != NULL && len == sizeof lookup);
    memcpy(lookup, lent, len);

    /* Of a link the second half is the secret. */
    const size_t from = way == SALTBOX_WAY_ONE_TIME_CODE ? 0 : SALTBOX_LOOKUP_MAX + 1;
    lent = saltbox_outcome_code(issued, &len);
    REQUIRE(lent != NULL && len > from);
    keep(&code, lent + from, len - from);
    drawn.len = 0;
    if (from != 0) {
        keep_decoded(&drawn, lent + from, len - from);
    }
    expect_all("a code is issued", 1);

    REQUIRE(saltbox_secrets_new(&codes) == SALTBOX_OK);
    if (from == 0) {
        CHECK_STATUS(saltbox_secrets_add(codes, SALTBOX_SECRET_REQUEST_CODE, NULL, 0, lookup,
                                         sizeof lookup), SALTBOX_OK);
    }
    CHECK_STATUS(saltbox_secrets_add(codes, kind, NULL, 0, lent, len), SALTBOX_OK);
    expect_all("it is among the secrets", 2);
    saltbox_outcome_free(issued);
    expect_all("the outcome is freed", 1);

    CHECK_STATUS(saltbox_secrets_check(codes, NULL), SALTBOX_OK);
    expect_all("the codes are checked", 1);
    CHECK_STATUS(saltbox_reset_lookup(sb, codes, lookup, sizeof lookup, &len), SALTBOX_OK);
    expect_all("the account is looked up", 1);
    CHECK_STATUS(saltbox_verify_address(sb, ACCOUNT(record, record_len), codes, 0, &outcome),
                 SALTBOX_REJECTED);
    expect_all("the code is for something else", 1);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_reset(sb, ACCOUNT(NULL, 0), codes, password, PASSWORD_LEN, 0, &outcome),
                 SALTBOX_REJECTED);
    expect_all("the code is for nobody", 1);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_reset(sb, ACCOUNT(record, record_len), codes, password, 5, 0, &outcome),
                 SALTBOX_REJECTED);
    expect_all("the password is refused", 1);
    saltbox_outcome_free(outcome);
    CHECK_STATUS(saltbox_reset(sb, ACCOUNT(record, record_len), codes, password, PASSWORD_LEN, 0,
                               &outcome), SALTBOX_OK);
    expect_all("the password is reset", 1);
    saltbox_outcome_free(outcome);
    saltbox_secrets_free(codes);
    expect_all("all is freed", 0);
}

int main(void) {
    saltbox *sb = sealing_core_of("{\"hash\":{\"create\":{\"profile\":\"test-only\"}},"
                                  "\"keys\":{\"create_key_id\":1}}");
    keep(&typed, password, PASSWORD_LEN);
    go_way(sb, SALTBOX_WAY_EMAIL_LINK, SALTBOX_CHANNEL_EMAIL, SALTBOX_SECRET_EMAIL_AUTH_CODE);
    go_way(sb, SALTBOX_WAY_ONE_TIME_CODE, SALTBOX_CHANNEL_EMAIL, SALTBOX_SECRET_VERIFICATION_CODE);
    go_way(sb, SALTBOX_WAY_RESET_LINK, SALTBOX_CHANNEL_ADMINISTRATOR,
           SALTBOX_SECRET_PASSWORD_RESET_CODE);
    {
        /* What is there is found. */
        static volatile uint8_t copy[PASSWORD_LEN];
        for (size_t i = 0; i < PASSWORD_LEN; i++) {
            copy[i] = password[i];
        }
        expect("a copy was made", &typed, 1);
        CHECK(copy[0] == password[0]);
    }
    saltbox_free(sb);
    return finish("code_residue");
}
