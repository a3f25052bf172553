/*
 * The system gives no memory, or no randomness: the calls say so, leave the
 * output alone, let nobody in, and work again once there is some.
 */

#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define UNTOUCHED 0x5a

static const uint8_t PASSWORD[] = "password";
#define PASSWORD_LEN (sizeof PASSWORD - 1)

/* 19 MiB, the default policy. Made before memory becomes scarce. */
static saltbox *sb;
static char stored[SALTBOX_HASH_MAX];
static size_t stored_len;

/* libsodium test/default/pwhash_argon2id.c: "password", 256 KiB. */
static const char SMALL[] =
    "$argon2id$v=19$m=256,t=3,p=1$MDEyMzQ1Njc$G5ajKFCoUzaXRLdz7UJb5wGkb2Xt+X5/GQjUYtS2+TE";
static const char MALFORMED[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$";
static const char OVER_LIMIT[] =
    "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHRzb21lc2FsdA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static void hash_fails(saltbox_status status) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 4711;
    memset(out, UNTOUCHED, sizeof out);
    CHECK_STATUS(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, out, sizeof out, &len), status);
    CHECK(all_bytes_are(out, sizeof out, UNTOUCHED));
    CHECK(len == 4711);
}

static void hash_works(void) {
    char out[SALTBOX_HASH_MAX];
    size_t len = 0;
    CHECK_STATUS(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, out, sizeof out, &len), SALTBOX_OK);
    CHECK_STATUS(saltbox_verify(sb, out, len, PASSWORD, PASSWORD_LEN, NULL), SALTBOX_OK);
}

/* What verifying says, alone and as a batch of one. */
static void expect_verify(const char *text, size_t text_len, const uint8_t *password,
                          size_t password_len, saltbox_status status) {
    const int all_right = status == SALTBOX_OK;
    saltbox_status item = SALTBOX_E_INTERNAL;
    uint32_t rehash = 7;
    CHECK_STATUS(saltbox_verify(sb, text, text_len, password, password_len, &rehash), status);
    CHECK(all_right || rehash == 0);
    rehash = 7;
    CHECK_STATUS(saltbox_verify_batch(sb, 1, text, &text_len, password, &password_len, &item,
                                      &rehash), all_right ? SALTBOX_OK : SALTBOX_REJECTED);
    CHECK_STATUS(item, status);
    CHECK(all_right || rehash == 0);
}

/* Right, wrong, nobody, each with its status: in one batch, and one after the other. */
static void expect_batch(saltbox_status right, saltbox_status wrong, saltbox_status nobody) {
    enum { ITEMS = 4 };
    const saltbox_status expected[ITEMS] = {right, wrong, nobody, SALTBOX_E_MALFORMED};
    char texts[2 * SALTBOX_HASH_MAX + sizeof MALFORMED];
    uint8_t passwords[ITEMS * PASSWORD_LEN];
    size_t text_end[ITEMS];
    size_t password_end[ITEMS];
    saltbox_status status[ITEMS];
    uint32_t rehash[ITEMS];

    memcpy(texts, stored, stored_len);
    memcpy(texts + stored_len, stored, stored_len);
    memcpy(texts + 2 * stored_len, MALFORMED, sizeof MALFORMED - 1);
    text_end[0] = stored_len;
    text_end[1] = text_end[2] = 2 * stored_len;
    text_end[3] = 2 * stored_len + sizeof MALFORMED - 1;
    for (size_t i = 0; i < ITEMS; i++) {
        memcpy(passwords + i * PASSWORD_LEN, PASSWORD, PASSWORD_LEN);
        password_end[i] = (i + 1) * PASSWORD_LEN;
        status[i] = SALTBOX_E_INTERNAL;
        rehash[i] = 7;
    }
    passwords[PASSWORD_LEN] = 'P';
    CHECK_STATUS(saltbox_verify_batch(sb, ITEMS, texts, text_end, passwords, password_end, status,
                                      rehash), SALTBOX_REJECTED);
    for (size_t i = 0; i < ITEMS; i++) {
        CHECK_STATUS(status[i], expected[i]);
        CHECK(rehash[i] == 0);
    }

    expect_verify(stored, stored_len, PASSWORD, PASSWORD_LEN, right);
    expect_verify(stored, stored_len, passwords + PASSWORD_LEN, PASSWORD_LEN, wrong);
    expect_verify(NULL, 0, PASSWORD, PASSWORD_LEN, nobody);
    /* What is wrong with the string says more than that the memory for equal work was missing. */
    expect_verify(MALFORMED, sizeof MALFORMED - 1, PASSWORD, PASSWORD_LEN, SALTBOX_E_MALFORMED);
    expect_verify(OVER_LIMIT, sizeof OVER_LIMIT - 1, PASSWORD, PASSWORD_LEN, SALTBOX_E_LIMIT);
}

/* Memory. */

/* The address space in use. */
static rlim_t in_use(void) {
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    REQUIRE(statm != NULL);
    REQUIRE(fscanf(statm, "%lu", &pages) == 1);
    fclose(statm);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Stack that was touched before stays; it could not grow under the limit. */
static void touch_stack(void) {
    volatile unsigned char stack[256 * 1024];
    for (size_t i = 0; i < sizeof stack; i += 1024) {
        stack[i] = 0;
    }
}

struct piece {
    struct piece *next;
};

/* Takes what the heap still has, down to its smallest pieces. */
static struct piece *exhaust_heap(void) {
    struct piece *pieces = NULL;
    for (size_t size = 64 * 1024; size >= sizeof(struct piece); size /= 2) {
        struct piece *piece;
        while ((piece = malloc(size)) != NULL) {
            piece->next = pieces;
            pieces = piece;
        }
    }
    return pieces;
}

static void give_back(struct piece *pieces) {
    while (pieces != NULL) {
        struct piece *next = pieces->next;
        free(pieces);
        pieces = next;
    }
}

/* With `spare` bytes left of the address space, less than the 19 MiB that the policy asks for. */
static void without_memory(rlim_t spare) {
    struct rlimit before;
    struct rlimit scarce;
    struct piece *pieces;
    touch_stack();
    REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
    scarce = before;
    scarce.rlim_cur = in_use() + spare;
    REQUIRE(setrlimit(RLIMIT_AS, &scarce) == 0);
    /* Nothing at all: these calls need no heap either. */
    pieces = spare == 0 ? exhaust_heap() : NULL;

    hash_fails(SALTBOX_E_MEMORY);
    expect_batch(SALTBOX_E_MEMORY, SALTBOX_E_MEMORY, SALTBOX_E_MEMORY);
    /* A string that asks for less is another matter. */
    expect_verify(SMALL, sizeof SMALL - 1, PASSWORD, PASSWORD_LEN,
                  spare == 0 ? SALTBOX_E_MEMORY : SALTBOX_OK);

    give_back(pieces);
    REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
    hash_works();
    expect_batch(SALTBOX_OK, SALTBOX_REJECTED, SALTBOX_REJECTED);
}

/* Randomness. */

static enum { GIVE, FAIL, GIVE_NOTHING } randomness = GIVE;
static int asked;

/*
 * Stands before the C library's: the library looks the function up by name, and
 * the linker exports it because the C library has one of that name. Of the
 * errors, ENOSYS and EPERM on the first call would mean "no such system call",
 * for which /dev/urandom is read.
 */
ssize_t getrandom(void *buffer, size_t len, unsigned int flags) {
    asked++;
    switch (randomness) {
    case FAIL:
        errno = EIO;
        return -1;
    case GIVE_NOTHING:
        return 0;
    default:
        return syscall(SYS_getrandom, buffer, len, flags);
    }
}

static void without_randomness(void) {
    asked = 0;
    hash_fails(SALTBOX_E_RANDOM);
    /* Otherwise the function above is not the one that the library calls. */
    REQUIRE(asked > 0);
    asked = 0;
    expect_verify(SMALL, sizeof SMALL - 1, PASSWORD, PASSWORD_LEN, SALTBOX_OK);
    expect_verify(SMALL, sizeof SMALL - 1, PASSWORD, PASSWORD_LEN - 1, SALTBOX_REJECTED);
    expect_verify(NULL, 0, PASSWORD, PASSWORD_LEN, SALTBOX_REJECTED);
    CHECK(asked == 0);
}

int main(void) {
    REQUIRE(saltbox_new(NULL, &sb) == SALTBOX_OK);

    /* On the very first call, and after some that worked. */
    randomness = FAIL;
    without_randomness();
    randomness = GIVE;
    hash_works();
    randomness = GIVE_NOTHING;
    without_randomness();
    randomness = FAIL;
    without_randomness();
    randomness = GIVE;
    hash_works();

    REQUIRE(saltbox_hash(sb, PASSWORD, PASSWORD_LEN, stored, sizeof stored, &stored_len)
            == SALTBOX_OK);
    expect_batch(SALTBOX_OK, SALTBOX_REJECTED, SALTBOX_REJECTED);
    without_memory((rlim_t)8 << 20);
    without_memory(0);

    saltbox_free(sb);
    return finish("scarcity");
}
