/*
 * A check asks the system for nothing, lookups in lists and the estimate of the
 * strength included: the kernel ends this program at the first call
 * that is not a write or its end. What a check lends from malloc it gives back,
 * so that after a first round malloc asks for nothing either; and a check leaves
 * the counters of work memory as they were.
 */

#define _GNU_SOURCE
#include "mapped.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Every rule, every way to look for words, every list. */
#define STRICT_POLICY                                                                              \
    "{\"policy\":{\"min_length\":15,\"max_length\":64,\"max_bytes\":256,\"min_lower\":1,"          \
    "\"min_upper\":1,\"min_digits\":1,\"min_symbols\":1,\"min_letters\":1,\"min_classes\":4,"      \
    "\"min_distinct\":8,\"min_visible\":8,\"required\":[\"!?\"],\"disallowed\":\"xyz\","           \
    "\"no_whitespace\":true,\"no_edge_whitespace\":true,\"no_control\":true,"                      \
    "\"no_invisible\":true,\"no_unassigned\":true,\"no_only_digits\":true,\"max_repeated\":2,"     \
    "\"max_class_run\":5,\"max_sequence\":3,\"max_keyboard_walk\":3,\"max_occurrences\":3,"        \
    "\"no_palindrome\":true,\"forbidden_numbers\":{\"from\":1900,\"to\":2099},\"min_points\":8,"   \
    "\"min_changes\":5,\"context\":{\"words\":[\"Acme\",\"Widget\"],\"match\":\"contained\","      \
    "\"parts\":true,\"reversed\":true,\"leet\":true,\"edits\":2},\"min_score\":4,"                  \
    "\"blocklist\":{\"inside\":true,\"outside\":true}}}"

static const char subject[] = "{\"login_id\":\"jdoe42\",\"email\":\"jane.doe@example.com\","
                              "\"words\":[\"Jane\",\"Doering\",\"Liverpool\"]}";

static char longest[4097];

static void check_all(const saltbox *sb) {
    static const char *const passwords[] = {
        "", "acme-jane 1984", "caf\xc3\xa9 cafe\xcc\x81 \xc2\xa0", "\xff", "0Ldp4ssw0rd!", longest,
        "passwordpassword", "hunter2 hunter2 hunter2",
    };
    for (size_t i = 0; i < sizeof passwords / sizeof passwords[0]; i++) {
        const uint8_t *password = (const uint8_t *)passwords[i];
        const size_t len = strlen(passwords[i]);
        saltbox_outcome *outcome = NULL;
        CHECK_STATUS(saltbox_check(sb, (const uint8_t *)subject, sizeof subject - 1, password, len,
                                   0, &outcome), SALTBOX_REJECTED);
        saltbox_outcome_free(outcome);
        CHECK_STATUS(saltbox_check_change(sb, (const uint8_t *)subject, sizeof subject - 1,
                                          (const uint8_t *)"0ldPassw0rd!", 12, password, len, 0,
                                          &outcome), SALTBOX_REJECTED);
        saltbox_outcome_free(outcome);
    }
}

static void allow_writing_and_ending(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {sizeof filter / sizeof filter[0], filter};
    REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

/* How a child ends that may only write and end, and does what `work` says. */
static int ended(void (*work)(const saltbox *), const saltbox *sb) {
    int status = 0;
    fflush(NULL);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        work(sb);
        /* Only now, because malloc and stdio ask for memory at first. */
        allow_writing_and_ending();
        for (int round = 0; round < 100; round++) {
            work(sb);
        }
        _exit(failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    return status;
}

static void ask_for_the_parent(const saltbox *sb) {
    (void)sb;
    (void)syscall(SYS_getppid);
}

static void hash(const saltbox *sb) {
    char stored[SALTBOX_HASH_MAX];
    size_t len = 0;
    CHECK_STATUS(saltbox_hash(sb, (const uint8_t *)"password", 8, stored, sizeof stored, &len),
                 SALTBOX_OK);
}

int main(int argc, char **argv) {
    saltbox *sb = listed_core_of(STRICT_POLICY, map_argument(argc, argv));
    saltbox *cheap = core_of(CHEAP);
    saltbox_counters before;
    saltbox_counters after;
    memset(longest, 'a', sizeof longest - 1);
    before.struct_size = after.struct_size = sizeof before;

    CHECK_STATUS(saltbox_stats(sb, &before), SALTBOX_OK);
    check_all(sb);
    CHECK_STATUS(saltbox_stats(sb, &after), SALTBOX_OK);
    CHECK(memcmp(&before, &after, sizeof before) == 0);
    CHECK(after.memory_peak_bytes == 0);

    const int checked = ended(check_all, sb);
    CHECK(WIFEXITED(checked) && WEXITSTATUS(checked) == EXIT_SUCCESS);
    /* The kernel would have told: of a plain call, and of one that takes randomness. */
    const int asked = ended(ask_for_the_parent, sb);
    CHECK(WIFSIGNALED(asked) && WTERMSIG(asked) == SIGSYS);
    const int hashed = ended(hash, cheap);
    CHECK(WIFSIGNALED(hashed) && WTERMSIG(hashed) == SIGSYS);

    saltbox_free(sb);
    saltbox_free(cheap);
    return finish("no_system_call");
}
