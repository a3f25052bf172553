/*
 * What a sign-up form says of a new password, from C: in words of one's own,
 * by the numbers of what is wrong, without reading JSON.
 *
 *     cc sign_up_form.c -o sign_up_form $(pkg-config --cflags --libs saltbox)
 *     ./sign_up_form                    # passwords of its own
 *     ./sign_up_form acme-jane qwertz   # these
 *     ./sign_up_form -b leaked.blocklist hunter2   # looked up in a list, too
 *
 * Arguments are for trying it out: everybody on the machine can read them.
 */

#define _POSIX_C_SOURCE 200809L
#include <saltbox.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The policy of the core that makes the account, with a list of leaked passwords or without. */
#define CONFIG(has_list)                                                                    \
    "{\"policy\":{\"profile\":\"nist-63b-4\",\"max_repeated\":3,\"max_sequence\":4,"        \
    "\"max_keyboard_walk\":4,\"context\":{\"words\":[\"Acme\"],\"match\":\"contained\","   \
    "\"least\":4,\"reversed\":true,\"leet\":true},"                                         \
    "\"blocklist\":{\"inside\":true,\"outside\":" has_list "}}}"

/* The words for a code; {} is the bound. The last row, of code 0, is for what has none. */
struct message {
    uint32_t code;
    const char *text;
};

static const struct message RULES[] = {
    {SALTBOX_VIOLATION_TOO_SHORT, "Es braucht mindestens {} Zeichen."},
    {SALTBOX_VIOLATION_TOO_MANY_BYTES, "Es darf höchstens {} Bytes haben."},
    {SALTBOX_VIOLATION_NOT_UTF8, "Es enthält etwas, das kein Text ist."},
    {SALTBOX_VIOLATION_REPEATED, "Dasselbe Zeichen darf höchstens {}-mal hintereinander stehen."},
    {SALTBOX_VIOLATION_SEQUENCE,
     "Höchstens {} Zeichen dürfen wie im Alphabet oder beim Zählen aufeinander folgen."},
    {SALTBOX_VIOLATION_KEYBOARD_WALK,
     "Höchstens {} Zeichen dürfen auf der Tastatur nebeneinander liegen."},
    {SALTBOX_VIOLATION_CONTEXT_WORD,
     "Es darf nichts von dem enthalten, was von Ihnen oder von Acme bekannt ist."},
    {SALTBOX_VIOLATION_BLOCKLISTED, "Es gehört zu den häufigen oder den gestohlenen Passwörtern."},
    {0, "Es bricht eine Regel, für die es hier noch keine Worte gibt."},
};

static const struct message WARNINGS[] = {
    {SALTBOX_WARNING_NOT_ASCII, "Nicht jede Tastatur hat alle diese Zeichen."},
    {SALTBOX_WARNING_EDGE_WHITESPACE, "Leerzeichen am Anfang oder Ende gehen leicht verloren."},
    {SALTBOX_WARNING_EMOJI, "Emoji werden nicht von allen Tastaturen gleich gesendet."},
    {0, "Manche Zeichen kommen vielleicht nicht immer gleich an."},
};

static const struct message WEAKNESSES[] = {
    {SALTBOX_WEAKNESS_STRAIGHT_KEYS, "Tasten einer Reihe sind schnell probiert."},
    {SALTBOX_WEAKNESS_KEY_PATTERN, "Kurze Muster auf der Tastatur sind schnell probiert."},
    {SALTBOX_WEAKNESS_REPEATED_CHARACTER, "Immer dasselbe Zeichen ist schnell probiert."},
    {SALTBOX_WEAKNESS_REPEATED_PIECE, "Wiederholtes ist kaum besser, als was einmal dasteht."},
    {SALTBOX_WEAKNESS_SEQUENCE, "Folgen von Buchstaben oder Ziffern sind schnell probiert."},
    {SALTBOX_WEAKNESS_RECENT_YEAR, "Jahreszahlen sind schnell probiert."},
    {SALTBOX_WEAKNESS_DATE, "Ein Datum ist schnell probiert."},
    {SALTBOX_WEAKNESS_TOP_10, "Es ist eines der 10 häufigsten Passwörter."},
    {SALTBOX_WEAKNESS_TOP_100, "Es ist eines der 100 häufigsten Passwörter."},
    {SALTBOX_WEAKNESS_COMMON, "Es ist ein häufiges Passwort."},
    {SALTBOX_WEAKNESS_NEARLY_COMMON, "Es ist einem häufigen Passwort sehr ähnlich."},
    {SALTBOX_WEAKNESS_WORD, "Ein einzelnes Wort ist schnell probiert."},
    {SALTBOX_WEAKNESS_NAME, "Ein Name allein ist schnell probiert."},
    {SALTBOX_WEAKNESS_COMMON_NAME, "Häufige Namen sind schnell probiert."},
    {0, "Es ist leicht zu erraten."},
};

static const struct message SUGGESTIONS[] = {
    {SALTBOX_SUGGESTION_USE_WORDS, "Nehmen Sie mehrere Wörter, die nicht zusammengehören."},
    {SALTBOX_SUGGESTION_NO_NEED_FOR_SYMBOLS, "Ziffern und Sonderzeichen sind nicht nötig."},
    {SALTBOX_SUGGESTION_ADD_WORDS, "Fügen Sie ein oder zwei seltene Wörter hinzu."},
    {SALTBOX_SUGGESTION_LONGER_KEY_PATTERN, "Nehmen Sie einen längeren Weg über die Tastatur."},
    {SALTBOX_SUGGESTION_NO_REPEATS, "Wiederholen Sie keine Wörter oder Zeichen."},
    {SALTBOX_SUGGESTION_NO_SEQUENCES, "Lassen Sie Folgen weg."},
    {SALTBOX_SUGGESTION_NO_RECENT_YEARS, "Lassen Sie Jahreszahlen weg."},
    {SALTBOX_SUGGESTION_NO_OWN_YEARS, "Lassen Sie Jahre weg, die mit Ihnen zu tun haben."},
    {SALTBOX_SUGGESTION_NO_OWN_DATES, "Lassen Sie Daten weg, die mit Ihnen zu tun haben."},
    {SALTBOX_SUGGESTION_CAPITAL_HELPS_LITTLE, "Ein Großbuchstabe am Anfang hilft wenig."},
    {SALTBOX_SUGGESTION_ALL_CAPITALS_HELP_LITTLE, "Nur Großbuchstaben helfen wenig."},
    {SALTBOX_SUGGESTION_REVERSED_HELPS_LITTLE, "Wörter von hinten helfen wenig."},
    {SALTBOX_SUGGESTION_SUBSTITUTION_HELPS_LITTLE, "Zeichen für Buchstaben helfen wenig."},
    {0, "Nehmen Sie lieber ein paar Wörter mehr."},
};

static void say(const struct message *messages, uint32_t code, uint32_t bound) {
    const char *gap;
    while (messages->code != code && messages->code != 0) {
        messages++;
    }
    gap = strstr(messages->text, "{}");
    if (gap == NULL) {
        printf("    %s\n", messages->text);
    } else {
        printf("    %.*s%lu%s\n", (int)(gap - messages->text), messages->text,
               (unsigned long)bound, gap + 2);
    }
}

/* What is known of the user, in JSON. Anybody can be called anything: quoted, not pasted. */
struct subject {
    char json[2048];
    size_t len;
    bool fits;
};

static void put(struct subject *subject, const char *text, size_t len) {
    subject->fits = subject->fits && len <= sizeof subject->json - subject->len;
    if (subject->fits) {
        memcpy(subject->json + subject->len, text, len);
        subject->len += len;
    }
}

static void put_text(struct subject *subject, const char *text) {
    put(subject, text, strlen(text));
}

static void put_quoted(struct subject *subject, const char *text) {
    put_text(subject, "\"");
    for (; *text != '\0'; text++) {
        char escaped[8];
        if (*text == '"' || *text == '\\' || (unsigned char)*text < 0x20) {
            sprintf(escaped, "\\u%04x", (unsigned)(unsigned char)*text);
            put_text(subject, escaped);
        } else {
            put(subject, text, 1);
        }
    }
    put_text(subject, "\"");
}

static bool make_subject(struct subject *subject, const char *login_id, const char *email,
                         const char *name) {
    subject->len = 0;
    subject->fits = true;
    put_text(subject, "{\"login_id\":");
    put_quoted(subject, login_id);
    put_text(subject, ",\"email\":");
    put_quoted(subject, email);
    put_text(subject, ",\"words\":[");
    put_quoted(subject, name);
    put_text(subject, "]}");
    return subject->fits;
}

/* A list of leaked passwords. It stays mapped until the core is freed. */
struct list {
    uint8_t *file;
    size_t len;
};

static bool map_list(struct list *list, const char *path) {
    struct stat file;
    const int fd = open(path, O_RDONLY);
    void *mapped = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &file) == 0) {
        mapped = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_SHARED, fd, 0);
    }
    if (mapped == MAP_FAILED) {
        perror(path);
    } else {
        list->file = mapped;
        list->len = (size_t)file.st_size;
    }
    if (fd >= 0) {
        close(fd);
    }
    return mapped != MAP_FAILED;
}

/* With the settings of CONFIG, and the list where there is one. */
static saltbox *new_core(const struct list *list) {
    const char *json = list->file != NULL ? CONFIG("true") : CONFIG("false");
    saltbox_config *config = NULL;
    saltbox *sb = NULL;
    saltbox_diag diag;
    saltbox_status status =
        saltbox_config_parse((const uint8_t *)json, strlen(json), &config, &diag);
    if (status != SALTBOX_OK) {
        fprintf(stderr, "configuration, %s: %s\n", diag.path, diag.message);
        return NULL;
    }
    if (list->file != NULL) {
        status = saltbox_config_attach_blocklist(config, list->file, list->len, &diag);
        if (status != SALTBOX_OK) {
            fprintf(stderr, "the list: %s\n", diag.message);
            saltbox_config_free(config);
            return NULL;
        }
    }
    status = saltbox_new(config, &sb);
    saltbox_config_free(config);
    if (status != SALTBOX_OK) {
        fprintf(stderr, "saltbox_new: %s\n", saltbox_status_name(status));
    }
    return sb;
}

/* Why a check was not done. Nothing of the password is in it. */
static void explain(const struct subject *subject, saltbox_status status) {
    saltbox_diag diag;
    if (status == SALTBOX_E_SUBJECT &&
        saltbox_subject_check((const uint8_t *)subject->json, subject->len, &diag) == status) {
        fprintf(stderr, "the user, %s: %s\n", diag.path, diag.message);
    } else {
        fprintf(stderr, "saltbox_check: %s\n", saltbox_status_name(status));
    }
}

/* The meter, where there is an estimate: why it is weak, and what helps, only where it is. */
static void show_strength(const saltbox_outcome *outcome) {
    uint32_t score;
    uint32_t weakness;
    uint32_t code;
    size_t i;
    if (saltbox_outcome_strength(outcome, &score, NULL, &weakness) != SALTBOX_OK) {
        return;
    }
    printf("    Stärke: [%.*s%.*s]\n", (int)score, "####", 4 - (int)score, "----");
    if (weakness != 0) {
        say(WEAKNESSES, weakness, 0);
    }
    for (i = 0; saltbox_outcome_suggestion(outcome, i, &code) == SALTBOX_OK; i++) {
        say(SUGGESTIONS, code, 0);
    }
}

/* Says all that is wrong. SALTBOX_OK where the password may be taken, and only then. */
static saltbox_status check(const saltbox *sb, const struct subject *subject,
                            const uint8_t *password, size_t password_len) {
    saltbox_outcome *outcome = NULL;
    uint32_t code;
    uint32_t bound;
    size_t i;
    saltbox_status status =
        saltbox_check(sb, (const uint8_t *)subject->json, subject->len, password, password_len,
                      (uint64_t)time(NULL), &outcome);
    if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
        explain(subject, status);
        return status;
    }
    printf("%s\n", status == SALTBOX_OK ? "angenommen" : "abgelehnt");
    for (i = 0; saltbox_outcome_violation(outcome, i, &code, &bound, NULL) == SALTBOX_OK; i++) {
        say(RULES, code, bound);
    }
    for (i = 0; saltbox_outcome_warning(outcome, i, &code) == SALTBOX_OK; i++) {
        say(WARNINGS, code, 0);
    }
    show_strength(outcome);
    saltbox_outcome_free(outcome);
    return status;
}

/* As in sign_in.c: compilers leave out a memset of what is not read again. */
static void wipe(void *secret, size_t len) {
    volatile unsigned char *at = secret;
    while (len-- > 0) {
        *at++ = 0;
    }
}

int main(int argc, char **argv) {
    char own[][32] = {
        "acme-jane",
        "qwertz 12345 aaaa",
        "correct horse battery staple",
        "bättery staple and horse ",
        "battery staple \xff and horse",
    };
    const bool has_list = argc > 2 && strcmp(argv[1], "-b") == 0;
    const size_t options = has_list ? 3 : 1;
    const size_t given = (size_t)argc > options ? (size_t)argc - options : 0;
    const size_t count = given > 0 ? given : sizeof own / sizeof own[0];
    struct list list = {NULL, 0};
    struct subject jane;
    saltbox *sb = NULL;
    size_t i;
    int result = EXIT_FAILURE;

    if (saltbox_abi() != SALTBOX_ABI) {
        fprintf(stderr, "compiled for another saltbox than %s\n", saltbox_version());
        return EXIT_FAILURE;
    }
    if (!make_subject(&jane, "jane", "jane.doe@example.com", "Jane \"Janie\" Doe")) {
        fprintf(stderr, "too much is known of the user\n");
        return EXIT_FAILURE;
    }
    if (has_list && !map_list(&list, argv[2])) {
        return EXIT_FAILURE;
    }
    sb = new_core(&list);
    if (sb == NULL) {
        goto end;
    }
    for (i = 0; i < count; i++) {
        char *password = given > 0 ? argv[options + i] : own[i];
        const size_t password_len = strlen(password);
        saltbox_status status;
        printf("%lu: ", (unsigned long)(i + 1));
        status = check(sb, &jane, (const uint8_t *)password, password_len);
        wipe(password, password_len);
        if (status != SALTBOX_OK && status != SALTBOX_REJECTED) {
            goto end;
        }
    }
    result = EXIT_SUCCESS;

end:
    saltbox_free(sb);
    if (list.file != NULL) {
        munmap(list.file, list.len);
    }
    return result;
}
