/*
 * What calls leave behind: every writable mapping of the process is searched
 * for secrets, from /proc/self/mem, or the process dies for a core file.
 *
 * tests/residue.rs writes the plan: settings, passwords, stored strings, the
 * calls, and every secret that a call handles or computes. Passwords and
 * secrets stand in it XORed with MASK, and stay so here: what is searched is
 * masked before it is compared, and a password is unmasked for its call only,
 * in a page of its own.
 *
 *   residue controls PLAN     secrets planted in memory are found
 *   residue calls PLAN        after no call one is
 *   residue middle PLAN       in the middle of calls each of them is
 *   residue core PLAN CALL    dies right after the call, for a core file
 *   residue core PLAN heap    dies with a secret planted there; or "register"
 *
 * LEAKED in the environment names the list that the core "checking" looks in.
 *
 * Calls are made by a thread that does nothing else, so that what they leave on
 * its stack is still there when the main thread looks.
 */

#define _GNU_SOURCE
#include "check.h"
#include "mapped.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* No secret is of one byte only, so none looks like another one masked. */
#define MASK 0xa5
#define MASK_WORD UINT64_C(0xa5a5a5a5a5a5a5a5)

/* As tests/residue.rs expects it in the strings of saltbox_hash. */
#define SALT_BYTE 's'

/* The plan. */

enum { ITEMS_MAX = 8 };

struct bytes {
    const char *name;
    uint8_t *masked;
    size_t len;
    /* Of a secret: a piece of it begins at every so many bytes. */
    size_t step;
};

struct text {
    const char *name;
    const char *text;
};

struct core {
    const char *name;
    saltbox *sb;
};

struct call {
    const char *name;
    const char *function;
    /* What is missing for it, "-" for nothing. */
    const char *condition;
    const saltbox *sb;
    size_t items;
    /* Of saltbox_hash: what it has to return. */
    const char *stored[ITEMS_MAX];
    const struct bytes *passwords[ITEMS_MAX];
    saltbox_status expected[ITEMS_MAX];
};

static struct core cores[16];
static struct text stored[128];
static struct bytes passwords[64];
static struct bytes secrets[4096];
static struct call calls[256];
static size_t cores_len, stored_len, passwords_len, secrets_len, calls_len;

#define ROOM(table) REQUIRE(table##_len < sizeof table / sizeof table[0])

/* Pieces of 8 bytes of the secrets, masked, by hash; 0 is an empty place. */
struct piece {
    uint64_t masked;
    uint32_t secret;
    uint32_t offset;
};

static struct piece *pieces;
static size_t pieces_len, pieces_mask;
/* Whether there is a piece of this hash: small enough for the cache. */
static uint8_t *present;
#define PRESENT_BITS ((size_t)1 << 20)

static uint64_t hash_of(uint64_t masked) {
    return (masked * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
}

static uint64_t word_at(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static void add_piece(uint64_t masked, size_t secret, size_t offset) {
    size_t at = hash_of(masked) & pieces_mask;
    const size_t bit = hash_of(masked) % PRESENT_BITS;
    while (pieces[at].masked != 0) {
        if (pieces[at].masked == masked) {
            /* Two calls with the same password; the first says enough. */
            return;
        }
        at = (at + 1) & pieces_mask;
    }
    pieces[at] = (struct piece){masked, (uint32_t)secret, (uint32_t)offset};
    present[bit / 8] |= (uint8_t)(1 << bit % 8);
    pieces_len++;
}

static void index_secrets(void) {
    size_t count = 0;
    size_t places = 1 << 12;
    for (size_t i = 0; i < secrets_len; i++) {
        count += secrets[i].len / secrets[i].step;
    }
    while (places < 4 * count) {
        places *= 2;
    }
    pieces_mask = places - 1;
    pieces = calloc(places, sizeof *pieces);
    present = calloc(PRESENT_BITS / 8, 1);
    REQUIRE(pieces != NULL && present != NULL);
    for (size_t i = 0; i < secrets_len; i++) {
        for (size_t at = 0; at + 8 <= secrets[i].len; at += secrets[i].step) {
            add_piece(word_at(secrets[i].masked + at), i, at);
        }
    }
}

static struct bytes bytes_of(const char *name, const char *hex) {
    struct bytes bytes = {name, NULL, strlen(hex) / 2, 1};
    bytes.masked = malloc(bytes.len + 1);
    REQUIRE(bytes.masked != NULL);
    for (size_t i = 0; i < bytes.len; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes.masked[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return bytes;
}

static const char *stored_named(const char *name) {
    for (size_t i = 0; i < stored_len; i++) {
        if (strcmp(stored[i].name, name) == 0) {
            return stored[i].text;
        }
    }
    REQUIRE(strcmp(name, "-") == 0);
    return "";
}

static const struct bytes *password_named(const char *name) {
    for (size_t i = 0; i < passwords_len; i++) {
        if (strcmp(passwords[i].name, name) == 0) {
            return &passwords[i];
        }
    }
    fprintf(stderr, "no password \"%s\"\n", name);
    exit(EXIT_FAILURE);
}

static const saltbox *core_named(const char *name) {
    for (size_t i = 0; i < cores_len; i++) {
        if (strcmp(cores[i].name, name) == 0) {
            return cores[i].sb;
        }
    }
    fprintf(stderr, "no core \"%s\"\n", name);
    exit(EXIT_FAILURE);
}

static saltbox_status status_named(const char *name) {
    for (saltbox_status status = 0; status < 100; status++) {
        if (strcmp(saltbox_status_name(status), name) == 0) {
            return status;
        }
    }
    fprintf(stderr, "no status \"%s\"\n", name);
    exit(EXIT_FAILURE);
}

/* The next field of the line. */
static char *field(char **rest) {
    char *found = strsep(rest, " ");
    REQUIRE(found != NULL);
    return found;
}

static void read_call(char **rest) {
    struct call *call = &calls[calls_len++];
    char *names[3];
    call->name = field(rest);
    call->function = field(rest);
    call->condition = field(rest);
    call->sb = core_named(field(rest));
    for (size_t i = 0; i < 3; i++) {
        names[i] = field(rest);
    }
    while (names[0] != NULL) {
        REQUIRE(call->items < ITEMS_MAX && names[1] != NULL && names[2] != NULL);
        call->stored[call->items] = stored_named(strsep(&names[0], ","));
        call->passwords[call->items] = password_named(strsep(&names[1], ","));
        call->expected[call->items] = status_named(strsep(&names[2], ","));
        call->items++;
    }
}

static void read_line(char *line) {
    const char *kind = field(&line);
    if (strcmp(kind, "core") == 0) {
        ROOM(cores);
        cores[cores_len].name = field(&line);
        const char *name = cores[cores_len].name;
        if (strcmp(name, "sealing") == 0) {
            cores[cores_len].sb = sealing_core_of(line);
        } else if (strcmp(name, "checking") == 0) {
            cores[cores_len].sb = listed_core_of(line, map_file(getenv("LEAKED")));
        } else {
            cores[cores_len].sb = core_of(line);
        }
        cores_len++;
    } else if (strcmp(kind, "stored") == 0) {
        ROOM(stored);
        stored[stored_len].name = field(&line);
        stored[stored_len++].text = line;
    } else if (strcmp(kind, "password") == 0) {
        ROOM(passwords);
        const char *name = field(&line);
        passwords[passwords_len++] = bytes_of(name, line);
    } else if (strcmp(kind, "secret") == 0) {
        ROOM(secrets);
        const size_t step = strtoul(field(&line), NULL, 10);
        const char *name = field(&line);
        REQUIRE(step > 0);
        secrets[secrets_len] = bytes_of(name, line);
        secrets[secrets_len++].step = step;
    } else {
        REQUIRE(strcmp(kind, "call") == 0);
        ROOM(calls);
        read_call(&line);
    }
}

static void read_plan(const char *path) {
    char *text;
    off_t len;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);
    len = lseek(file, 0, SEEK_END);
    text = calloc(1, (size_t)len + 1);
    REQUIRE(len > 0 && text != NULL);
    REQUIRE(pread(file, text, (size_t)len, 0) == len);
    close(file);
    while (text != NULL && *text != '\0') {
        read_line(strsep(&text, "\n"));
    }
}

/* Pages that no core file gets. */
static uint8_t *private_pages(size_t bytes) {
    uint8_t *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(pages != MAP_FAILED);
    REQUIRE(madvise(pages, bytes, MADV_DONTDUMP) == 0);
    return pages;
}

/* The passwords of the calls, in clear while they run. */
static uint8_t *clear;
#define CLEAR_BYTES ((size_t)64 * 1024)
static uint8_t *clear_of_other;

/* Byte by byte, through no register that holds more of it. */
static void unmask(volatile uint8_t *to, const struct bytes *from) {
    for (size_t i = 0; i < from->len; i++) {
        to[i] = from->masked[i] ^ MASK;
    }
}

/* The scanner. */

struct range {
    uintptr_t from;
    uintptr_t to;
};

struct line {
    struct range range;
    const char *text;
};

#define WINDOW_BYTES ((size_t)1 << 20)
#define ZEROS_BYTES ((size_t)4096)

static int memory_file;
/* What is looked at: a copy, so not a place to be searched. */
static uint8_t *window;
static struct range skipped[2];
static char maps[256 * 1024];

static int quiet;
/* By secret: how many pieces of it were found. */
static size_t found[sizeof secrets / sizeof secrets[0]];
static uintptr_t found_last;

static int all_zero(const uint8_t *bytes, size_t len) {
    uint64_t any = 0;
    for (size_t at = 0; at < len; at += 8) {
        any |= word_at(bytes + at);
    }
    return any == 0;
}

static void report(const struct piece *piece, uintptr_t at, const char *mapping) {
    found[piece->secret]++;
    found_last = at;
    if (!quiet && found[piece->secret] <= 4) {
        fprintf(stderr, "  %s, byte %u, stands at %#zx in %.*s\n", secrets[piece->secret].name,
                piece->offset, (size_t)at, (int)strcspn(mapping, "\n"), mapping);
    }
}

/* Looks at `len` bytes of the window, which were read at `base`, and the 7 after them. */
static size_t search(size_t len, uintptr_t base, const char *mapping) {
    size_t hits = 0;
    for (size_t at = 0; at < len; at++) {
        if (at % ZEROS_BYTES == 0) {
            while (at + ZEROS_BYTES < len && all_zero(window + at, ZEROS_BYTES)) {
                /* The last pieces may end in the next page. */
                if (all_zero(window + at + ZEROS_BYTES, 8)) {
                    at += ZEROS_BYTES;
                } else {
                    at += ZEROS_BYTES - 8;
                    break;
                }
            }
        }
        const uint64_t masked = word_at(window + at) ^ MASK_WORD;
        const size_t bit = hash_of(masked) % PRESENT_BITS;
        if ((present[bit / 8] >> bit % 8 & 1) == 0) {
            continue;
        }
        for (size_t place = hash_of(masked) & pieces_mask; pieces[place].masked != 0;
             place = (place + 1) & pieces_mask) {
            if (pieces[place].masked == masked) {
                report(&pieces[place], base + at, mapping);
                hits++;
                break;
            }
        }
    }
    return hits;
}

static size_t scan_range(struct range range, const char *mapping) {
    size_t hits = 0;
    for (size_t i = 0; i < sizeof skipped / sizeof skipped[0]; i++) {
        const struct range skip = skipped[i];
        if (skip.from < range.to && range.from < skip.to) {
            if (range.from < skip.from) {
                hits += scan_range((struct range){range.from, skip.from}, mapping);
            }
            if (skip.to < range.to) {
                hits += scan_range((struct range){skip.to, range.to}, mapping);
            }
            return hits;
        }
    }
    for (uintptr_t at = range.from; at < range.to; at += WINDOW_BYTES) {
        const size_t left = range.to - at;
        const size_t wanted = left < WINDOW_BYTES + 8 ? left : WINDOW_BYTES + 8;
        const size_t len = wanted < WINDOW_BYTES ? wanted : WINDOW_BYTES;
        REQUIRE(pread(memory_file, window, wanted, (off_t)at) == (ssize_t)wanted);
        /* After the end nothing stands that begins before it. */
        memset(window + wanted, 0, 8);
        hits += search(len, at, mapping);
    }
    return hits;
}

/* How many pieces of secrets stand in writable memory. */
static size_t scan(void) {
    size_t len = 0;
    size_t hits = 0;
    ssize_t got;
    size_t writable = 0;
    const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);
    while ((got = read(file, maps + len, sizeof maps - 1 - len)) > 0) {
        len += (size_t)got;
    }
    close(file);
    REQUIRE(got == 0 && len < sizeof maps - 1);
    maps[len] = '\0';
    memset(found, 0, sizeof found);
    for (const char *line = maps; *line != '\0'; line += strcspn(line, "\n") + 1) {
        char *end;
        struct range range;
        range.from = (uintptr_t)strtoull(line, &end, 16);
        range.to = (uintptr_t)strtoull(end + 1, &end, 16);
        if (end[2] == 'w') {
            writable++;
            hits += scan_range(range, line);
        }
    }
    REQUIRE(writable > 0);
    memset(window, 0, WINDOW_BYTES + 16);
    return hits;
}

static void expect_nothing(const char *after) {
    const size_t hits = scan();
    if (hits != 0) {
        fprintf(stderr, "%s left %zu pieces of secrets\n", after, hits);
        failures++;
    }
}

/* Conditions. */

static enum { GIVE, FAIL } randomness = GIVE;

/* Stands before the C library's, as in scarcity.c. The salt is known, so what is computed with it is. */
ssize_t getrandom(void *buffer, size_t len, unsigned int flags) {
    (void)flags;
    if (randomness == FAIL) {
        errno = EIO;
        return -1;
    }
    memset(buffer, SALT_BYTE, len);
    return (ssize_t)len;
}

static struct rlimit address_space;

/* Leaves `spare` bytes of the address space. */
static void limit_memory(rlim_t spare) {
    char text[64] = "";
    struct rlimit scarce;
    const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0 && read(file, text, sizeof text - 1) > 0);
    close(file);
    REQUIRE(getrlimit(RLIMIT_AS, &address_space) == 0);
    scarce = address_space;
    scarce.rlim_cur = strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) + spare;
    REQUIRE(setrlimit(RLIMIT_AS, &scarce) == 0);
}

static pthread_t occupant;

/* The first call of the plan with this name is the one that takes the slot. */
static void *occupy(void *argument) {
    const struct call *call = argument;
    const char *text = call->stored[0];
    CHECK_STATUS(saltbox_verify(call->sb, text, strlen(text), clear_of_other,
                                call->passwords[0]->len, NULL), call->expected[0]);
    return NULL;
}

static void take_the_slot(const saltbox *sb) {
    struct call *call = NULL;
    saltbox_counters counters;
    for (size_t i = 0; i < calls_len; i++) {
        if (strcmp(calls[i].name, "occupant") == 0) {
            call = &calls[i];
        }
    }
    REQUIRE(call != NULL);
    call->sb = sb;
    unmask(clear_of_other, call->passwords[0]);
    REQUIRE(pthread_create(&occupant, NULL, occupy, call) == 0);
    do {
        sched_yield();
        memset(&counters, 0, sizeof counters);
        counters.struct_size = sizeof counters;
        REQUIRE(saltbox_stats(sb, &counters) == SALTBOX_OK);
    } while (counters.running == 0);
}

static void bring_about(const struct call *call) {
    if (strcmp(call->condition, "no_randomness") == 0) {
        randomness = FAIL;
    } else if (strcmp(call->condition, "no_memory") == 0) {
        REQUIRE(saltbox_trim(call->sb, NULL) == SALTBOX_OK);
        limit_memory((rlim_t)4 << 20);
    } else if (strcmp(call->condition, "busy") == 0) {
        take_the_slot(call->sb);
    } else {
        REQUIRE(strcmp(call->condition, "-") == 0 || strcmp(call->condition, "small_buffer") == 0);
    }
}

static void put_back(const struct call *call) {
    if (strcmp(call->condition, "no_randomness") == 0) {
        randomness = GIVE;
    } else if (strcmp(call->condition, "no_memory") == 0) {
        REQUIRE(setrlimit(RLIMIT_AS, &address_space) == 0);
    } else if (strcmp(call->condition, "busy") == 0) {
        REQUIRE(pthread_join(occupant, NULL) == 0);
        explicit_bzero(clear_of_other, CLEAR_BYTES);
    }
}

/* Calls. */

static struct {
    const struct call *call;
    char texts[8 * SALTBOX_HASH_MAX];
    char out[SALTBOX_HASH_MAX];
    size_t out_cap;
    size_t out_len;
    size_t text_end[ITEMS_MAX];
    size_t password_end[ITEMS_MAX];
    saltbox_status each[ITEMS_MAX];
    saltbox_status expected;
    saltbox_status status;
    /* Dies right after the call, or once nothing else runs. */
    int for_a_core;
    atomic_int others_run;
    /* Makes the call again. */
    atomic_int again;
    atomic_int state;
} job;

enum { IDLE, GO, DONE, END };

static void prepare(const struct call *call) {
    size_t texts = 0;
    size_t bytes = 0;
    job.call = call;
    job.expected = SALTBOX_OK;
    for (size_t i = 0; i < call->items; i++) {
        const size_t len = strlen(call->stored[i]);
        REQUIRE(texts + len <= sizeof job.texts);
        REQUIRE(bytes + call->passwords[i]->len <= CLEAR_BYTES);
        memcpy(job.texts + texts, call->stored[i], len);
        unmask(clear + bytes, call->passwords[i]);
        job.text_end[i] = texts += len;
        job.password_end[i] = bytes += call->passwords[i]->len;
        if (call->expected[i] != SALTBOX_OK) {
            job.expected = call->items == 1 ? call->expected[i] : SALTBOX_REJECTED;
        }
    }
    memset(job.out, 0, sizeof job.out);
    job.out_cap = strcmp(call->condition, "small_buffer") == 0 ? 16 : sizeof job.out;
    job.out_len = 0;
    job.status = SALTBOX_E_INTERNAL;
}

/* What differs between the functions stays out of here: this frame lies above what is searched. */
static void make_call(void) {
    const struct call *call = job.call;
    uint32_t rehash;
    if (strcmp(call->function, "hash") == 0) {
        job.status = saltbox_hash(call->sb, clear, job.password_end[0], job.out, job.out_cap,
                                  &job.out_len);
    } else if (strcmp(call->function, "batch") == 0) {
        job.status = saltbox_verify_batch(call->sb, call->items, job.texts, job.text_end, clear,
                                          job.password_end, job.each, NULL);
    } else if (strcmp(call->function, "rekey") == 0) {
        job.status = saltbox_rekey(call->sb, job.texts, job.text_end[0], job.out, job.out_cap,
                                   &job.out_len);
    } else if (strcmp(call->function, "wrap") == 0) {
        job.status = saltbox_wrap(call->sb, job.texts, job.text_end[0], job.out, job.out_cap,
                                  &job.out_len);
    } else if (strcmp(call->function, "check") == 0) {
        saltbox_outcome *outcome;
        job.status = saltbox_check(call->sb, NULL, 0, clear, job.password_end[0], 0, &outcome);
        saltbox_outcome_free(outcome);
    } else if (strcmp(call->function, "change") == 0) {
        saltbox_outcome *outcome;
        /* The same once more, so that it is compared as the old one, too. */
        job.status = saltbox_check_change(call->sb, NULL, 0, clear, job.password_end[0], clear,
                                          job.password_end[0], 0, &outcome);
        saltbox_outcome_free(outcome);
    } else {
        job.status = saltbox_verify(call->sb, job.texts, job.text_end[0], clear,
                                    job.password_end[0], &rehash);
    }
    if (job.for_a_core && job.status == job.expected) {
        while (atomic_load(&job.others_run)) {
        }
        __builtin_trap();
    }
}

/* Does nothing between calls that needs more of the stack than a return address. */
static void *caller(void *argument) {
    (void)argument;
    for (;;) {
        switch (atomic_load(&job.state)) {
        case GO:
            do {
                make_call();
            } while (atomic_load(&job.again));
            atomic_store(&job.state, DONE);
            break;
        case END:
            return NULL;
        default:
            sched_yield();
        }
    }
}

static void wait_for_call(void) {
    while (atomic_load(&job.state) != DONE) {
        sched_yield();
    }
    explicit_bzero(clear, CLEAR_BYTES);
}

static void check_answers(const struct call *call) {
    CHECK_STATUS(job.status, job.expected);
    if (strcmp(call->function, "batch") == 0) {
        for (size_t i = 0; i < call->items; i++) {
            CHECK_STATUS(job.each[i], call->expected[i]);
        }
    }
    if (strcmp(call->function, "hash") == 0 && job.status == SALTBOX_OK) {
        /* Otherwise the secrets of the plan are not those of the call. */
        CHECK(strcmp(job.out, call->stored[0]) == 0);
    }
}

static void run_call(const struct call *call) {
    prepare(call);
    bring_about(call);
    atomic_store(&job.state, GO);
    wait_for_call();
    put_back(call);
    const int failures_before = failures;
    check_answers(call);
    if (failures != failures_before) {
        fprintf(stderr, "  in the call %s\n", call->name);
    }
    expect_nothing(call->name);
}

static void run_calls(void) {
    expect_nothing("reading the plan");
    for (size_t i = 0; i < calls_len; i++) {
        if (strcmp(calls[i].name, "occupant") != 0) {
            run_call(&calls[i]);
        }
    }
    printf("%zu calls, %zu secrets, %zu pieces\n", calls_len, secrets_len, pieces_len);
}

/* Controls: planted secrets. */

/* The first 16 bytes of the last secret, a tag. */
static void plant(volatile uint8_t *at) {
    struct bytes piece = secrets[secrets_len - 1];
    REQUIRE(piece.len >= 16);
    piece.len = 16;
    unmask(at, &piece);
}

static void expect_planted(const char *where, volatile uint8_t *at) {
    const size_t hits = scan();
    /* 16 bytes hold nine pieces of 8. */
    if (hits != 9 || found_last != (uintptr_t)at + 8) {
        fprintf(stderr, "%s: %zu of 9 pieces found\n", where, hits);
        failures++;
    }
    explicit_bzero((void *)(uintptr_t)at, 16);
    expect_nothing(where);
}

/* Where no frame is once it has returned, far below what the scanner itself uses. */
__attribute__((noinline)) static void plant_on_stack(uintptr_t *at) {
    volatile uint8_t frame[64 * 1024];
    frame[0] = 0;
    plant(frame + 3);
    *at = (uintptr_t)frame + 3;
}

static void run_controls(void) {
    static uint8_t data[64];
    const size_t mapped_bytes = 4 * WINDOW_BYTES;
    uint8_t *mapped = mmap(NULL, mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                           -1, 0);
    uint8_t *heap = malloc(64);
    REQUIRE(mapped != MAP_FAILED && heap != NULL);
    expect_nothing("reading the plan");
    plant(heap + 1);
    expect_planted("the heap", heap + 1);
    plant(data + 5);
    expect_planted("static data", data + 5);
    {
        uintptr_t below;
        plant_on_stack(&below);
        expect_planted("the stack below", (volatile uint8_t *)below);
    }
    /* Where pages of zeros and the windows of the scanner begin and end: 256 pages each. */
    for (size_t page = 1; page < mapped_bytes / ZEROS_BYTES; page += 51) {
        for (size_t before = 0; before <= 16; before++) {
            uint8_t *at = mapped + page * ZEROS_BYTES - before;
            plant(at);
            quiet = 1;
            CHECK(scan() == 9 && found_last == (uintptr_t)at + 8);
            explicit_bzero(at, 16);
            if (page > 64 && before == 8) {
                break;
            }
        }
    }
    quiet = 0;
    plant(mapped + mapped_bytes - 16);
    expect_planted("the end of a mapping", mapped + mapped_bytes - 16);
    /* A password that its owner forgets to wipe. */
    unmask(clear, &passwords[0]);
    quiet = 1;
    CHECK(scan() >= passwords[0].len - 7);
    quiet = 0;
    explicit_bzero(clear, CLEAR_BYTES);
    expect_nothing("the controls");
}

/* Controls: calls that are stopped in the middle. */

static int stopped[2], resume[2];

static void stop(int signal) {
    const int saved = errno;
    char byte = 0;
    (void)signal;
    if (write(stopped[1], &byte, 1) != 1 || read(resume[0], &byte, 1) != 1) {
        abort();
    }
    errno = saved;
}

/* At least, whatever was met: the registers that a signal puts on the stack may not stay there. */
#define SAMPLES_MIN 500

/*
 * Whether a secret has to be met in the middle of a call: what is computed, named after call and
 * password. The password and its keys need not be: they are there for microseconds, while a hash
 * begins and ends, and what is computed then lies over them.
 */
static int has_to_be_met(const char *name) {
    const char *password = strchr(name, '/');
    return password != NULL && strchr(password + 1, '/') != NULL;
}

/* Stops the calls at any time, again and again, until each secret of the call was met. */
static void meet_all(pthread_t thread, const struct call *call) {
    static size_t met[sizeof secrets / sizeof secrets[0]];
    const size_t name_len = strlen(call->name);
    size_t missing = 0;
    size_t samples = 0;
    const time_t end = time(NULL) + 60;
    memset(met, 0, sizeof met);
    prepare(call);
    atomic_store(&job.again, 1);
    /* The caller's own copy says nothing. */
    skipped[1] = (struct range){(uintptr_t)clear, (uintptr_t)clear + CLEAR_BYTES};
    quiet = 1;
    atomic_store(&job.state, GO);
    do {
        const struct timespec pause = {0, (long)(samples * 7919 % 50000)};
        char byte;
        nanosleep(&pause, NULL);
        REQUIRE(pthread_kill(thread, SIGUSR1) == 0);
        REQUIRE(read(stopped[0], &byte, 1) == 1);
        scan();
        REQUIRE(write(resume[1], &byte, 1) == 1);
        samples++;
        missing = 0;
        for (size_t i = 0; i < secrets_len; i++) {
            met[i] += found[i];
        }
        for (size_t i = 0; i < secrets_len; i++) {
            if (strncmp(secrets[i].name, call->name, name_len) == 0 && met[i] == 0
                && has_to_be_met(secrets[i].name)) {
                missing++;
            }
        }
    } while ((missing > 0 || samples < SAMPLES_MIN) && time(NULL) < end);
    atomic_store(&job.again, 0);
    wait_for_call();
    quiet = 0;
    skipped[1] = (struct range){0, 0};
    printf("%s: %zu samples\n", call->name, samples);
    for (size_t i = 0; i < secrets_len; i++) {
        if (strncmp(secrets[i].name, call->name, name_len) == 0) {
            printf("  %s: %zu pieces met\n", secrets[i].name, met[i]);
            if (met[i] == 0 && has_to_be_met(secrets[i].name)) {
                fprintf(stderr, "%s was never met\n", secrets[i].name);
                failures++;
            }
        }
    }
}

static void run_middle(pthread_t thread) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = stop;
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    REQUIRE(pipe(stopped) == 0 && pipe(resume) == 0);
    for (size_t i = 0; i < calls_len; i++) {
        meet_all(thread, &calls[i]);
        check_answers(&calls[i]);
        expect_nothing(calls[i].name);
    }
}

/* Core files. */

static void die_after(const struct call *call) {
    prepare(call);
    job.for_a_core = 1;
    atomic_store(&job.others_run, 1);
    bring_about(call);
    atomic_store(&job.state, GO);
    if (strcmp(call->condition, "busy") == 0) {
        put_back(call);
    }
    atomic_store(&job.others_run, 0);
    while (atomic_load(&job.state) != DONE) {
        sched_yield();
    }
    check_answers(call);
}

static void die_planted(const char *where) {
    if (strcmp(where, "heap") == 0) {
        uint8_t *heap = malloc(64);
        REQUIRE(heap != NULL);
        plant(heap + 1);
    } else {
#ifdef __x86_64__
        plant(clear);
        __asm__ volatile("movdqu %0, %%xmm7\n\tud2" : : "m"(*(const char(*)[16])clear) : "xmm7");
#endif
    }
    __builtin_trap();
}

static void die(const char *name) {
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    REQUIRE(setrlimit(RLIMIT_CORE, &unlimited) == 0);
    for (size_t i = 0; i < calls_len; i++) {
        if (strcmp(calls[i].name, name) == 0) {
            die_after(&calls[i]);
            fprintf(stderr, "the call %s ended otherwise\n", name);
            exit(EXIT_FAILURE);
        }
    }
    REQUIRE(strcmp(name, "heap") == 0 || strcmp(name, "register") == 0);
    die_planted(name);
}

int main(int argc, char **argv) {
    pthread_t thread;
    REQUIRE(argc >= 3);
    memory_file = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    REQUIRE(memory_file >= 0);
    window = private_pages(WINDOW_BYTES + 4096);
    skipped[0] = (struct range){(uintptr_t)window, (uintptr_t)window + WINDOW_BYTES + 4096};
    clear = private_pages(CLEAR_BYTES);
    clear_of_other = private_pages(CLEAR_BYTES);
    read_plan(argv[2]);
    REQUIRE(secrets_len > 0);
    REQUIRE(pthread_create(&thread, NULL, caller, NULL) == 0);

    if (strcmp(argv[1], "core") == 0) {
        REQUIRE(argc == 4);
        die(argv[3]);
    }
    index_secrets();
    if (strcmp(argv[1], "calls") == 0) {
        run_calls();
    } else if (strcmp(argv[1], "controls") == 0) {
        run_controls();
    } else {
        REQUIRE(strcmp(argv[1], "middle") == 0);
        run_middle(thread);
    }

    atomic_store(&job.state, END);
    REQUIRE(pthread_join(thread, NULL) == 0);
    for (size_t i = 0; i < cores_len; i++) {
        saltbox_free(cores[i].sb);
    }
    expect_nothing("the end");
    return finish("residue");
}
