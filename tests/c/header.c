/*
 * The header by itself: compiles alone, twice, in every dialect of C and C++
 * that the test names, and says the same layout to each of them.
 *
 * Written in what C89 and C++98 have in common, so without check.h.
 */

#include <saltbox.h>
#include <saltbox.h>

/* A C89 spelling of static_assert: an array of -1 elements does not compile. */
#define ASSERT_AT_COMPILE_TIME(name, condition) typedef char name[(condition) ? 1 : -1]

#ifdef __GNUC__
#define UNUSED_TYPE __attribute__((unused))
#else
#define UNUSED_TYPE
#endif

ASSERT_AT_COMPILE_TIME(diag_has_400_bytes, sizeof(saltbox_diag) == 400) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(diag_status_at_0, offsetof(saltbox_diag, status) == 0) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(diag_reserved_at_4, offsetof(saltbox_diag, reserved) == 4) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(diag_offset_at_8, offsetof(saltbox_diag, offset) == 8) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(diag_path_at_16, offsetof(saltbox_diag, path) == 16) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(diag_message_at_144, offsetof(saltbox_diag, message) == 144) UNUSED_TYPE;
/* saltbox_counters grows at its end only, so all that is here stays. */
#define COUNTERS_AT(field, at) \
    ASSERT_AT_COMPILE_TIME(counters_##field##_at_##at, offsetof(saltbox_counters, field) == (at)) UNUSED_TYPE
ASSERT_AT_COMPILE_TIME(counters_have_1192_bytes, sizeof(saltbox_counters) == 1192) UNUSED_TYPE;
COUNTERS_AT(struct_size, 0);
COUNTERS_AT(reserved, 4);
COUNTERS_AT(running, 8);
COUNTERS_AT(running_peak, 12);
COUNTERS_AT(max_running, 16);
COUNTERS_AT(queued, 20);
COUNTERS_AT(queued_peak, 24);
COUNTERS_AT(queue_len, 28);
COUNTERS_AT(memory_bytes, 32);
COUNTERS_AT(memory_idle_bytes, 40);
COUNTERS_AT(memory_peak_bytes, 48);
COUNTERS_AT(memory_budget_bytes, 56);
COUNTERS_AT(jobs, 64);
COUNTERS_AT(busy, 72);
COUNTERS_AT(hashes, 80);
COUNTERS_AT(accepted, 88);
COUNTERS_AT(rehash, 96);
COUNTERS_AT(rejected, 104);
COUNTERS_AT(no_user, 112);
COUNTERS_AT(refused, 120);
COUNTERS_AT(accepted_by_scheme, 128);
COUNTERS_AT(rejected_by_scheme, 640);
COUNTERS_AT(argon2_kernel, 1152);
COUNTERS_AT(scrypt_kernel, 1168);
COUNTERS_AT(joined, 1184);
ASSERT_AT_COMPILE_TIME(there_are_64_places_for_schemes, SALTBOX_SCHEMES_MAX == 64) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(budget_is_52, SALTBOX_E_BUDGET == 52) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(busy_is_53, SALTBOX_E_BUSY == 53) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(status_has_32_bits, sizeof(saltbox_status) == 4) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(status_is_signed, (saltbox_status)-1 < 0) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(hash_max_is_1024, SALTBOX_HASH_MAX == 1024) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(ok_is_0, SALTBOX_OK == 0) UNUSED_TYPE;
ASSERT_AT_COMPILE_TIME(rejected_is_1, SALTBOX_REJECTED == 1) UNUSED_TYPE;

int main(void) {
    /* Only yes is yes: every other number is not. */
    int answers = saltbox_is_ok(SALTBOX_OK) && !saltbox_is_ok(SALTBOX_REJECTED)
        && !saltbox_is_ok(SALTBOX_E_INTERNAL) && !saltbox_is_ok(-1) && !saltbox_is_ok(2);
    /* Links: the names are C names for a C++ compiler too. */
    return answers && saltbox_abi() == SALTBOX_ABI ? 0 : 1;
}
