/*
 * saltbox: decides what a password endpoint has to decide.
 *
 * Made by cbindgen from src/ffi. Do not edit; see README, "Where do I add".
 *
 * Conventions
 *
 * The status answers the caller's question: SALTBOX_OK (0) means done, and yes;
 * SALTBOX_REJECTED (1) means done, and no; from 10 on the call was not done.
 * The shortest check is the safe one: == SALTBOX_OK means yes.
 *
 * Inputs are a pointer and a length, never NUL-terminated; NULL is the same as
 * length 0 and allowed only with it. A parameter that may be NULL besides says
 * so in its name. Out-parameters come last. They are written for SALTBOX_OK and
 * SALTBOX_REJECTED; on a failure handles are set to NULL, statuses of a batch
 * and rehash flags are always set, and the rest is left alone. Buffers must not
 * overlap. Using a handle after it was freed, or one that saltbox did not make,
 * is undefined.
 *
 * There is no initialisation, no thread-local error and no callback. Nothing
 * unwinds: a panic inside becomes SALTBOX_E_INTERNAL, which any function may
 * return. Work memory that the system refuses is SALTBOX_E_MEMORY. Making a
 * handle, adding a key or a secret and deciding about an account ask for a
 * little memory besides, and end the process where there is not even that;
 * hash, verify and verify_batch do not.
 *
 * Everything that is stored of an account is one text, its record. Calls that
 * take it change nothing by themselves: what they decide has the record to store
 * (saltbox_outcome_record). STORE IT BY COMPARE-AND-SWAP WITH THE ONE THAT WAS
 * READ, BEFORE ANYTHING ELSE IS DONE OR SAID, FOR A NO AS WELL: otherwise codes
 * can be used twice, and guessed without end.
 *
 * How many hashes run at once and how much memory they take together is limited
 * for each process: by default one for each CPU, with one that waits beside it
 * where that takes less time for both, and the larger of 256 MiB and two hashes
 * for each of these. Who finds no room waits for a second at most,
 * with four others for each slot, and is then told SALTBOX_E_BUSY: nothing was
 * computed and nobody rejected. The memory is shared by cores that are derived
 * from each other, and is in use or wiped.
 *
 * Any thread may fork; a child may use the handles it inherits, and starts with
 * work memory of its own. A call is not a cancellation point and may run on 128
 * KiB of stack. A thread whose cancellation type is asynchronous must not call:
 * glibc can cancel it in the middle of the call all the same. Nor may a signal
 * handler call; it may fork, and the call it interrupted ends right in both
 * processes (unless the signal is one that a fault raises, such as SIGSEGV). The
 * other signals of its thread are held off while a call takes or gives back its
 * slot, and for 50 ms at a time while it waits for one. For both the kernel has
 * to wipe memory on fork (Linux 4.14); elsewhere no handler may fork in a call.
 *
 * C99 or later, C++98 or later.
 */

#ifndef SALTBOX_H
#define SALTBOX_H

#include <stddef.h>
#include <stdint.h>
#ifndef SALTBOX_MUST_USE
#if defined(__GNUC__) || defined(__clang__)
#define SALTBOX_MUST_USE __attribute__((warn_unused_result))
#else
#define SALTBOX_MUST_USE
#endif
#endif

/** Whether a saltbox_status means yes. The same as status == SALTBOX_OK. */
static inline int saltbox_is_ok(int32_t status) {
    return status == 0;
}

/**
 * Major version of the library this header belongs to.
 */
#define SALTBOX_VERSION_MAJOR 0

/**
 * Minor version of the library this header belongs to.
 */
#define SALTBOX_VERSION_MINOR 1

/**
 * Patch version of the library this header belongs to.
 */
#define SALTBOX_VERSION_PATCH 0

/**
 * Raised when a program compiled with an older header would no longer work.
 */
#define SALTBOX_ABI 1

/**
 * Room for every string that saltbox_hash writes, with the NUL.
 */
#define SALTBOX_HASH_MAX 1024

/**
 * Fewer code points than asked for.
 */
#define SALTBOX_VIOLATION_TOO_SHORT 1

/**
 * More code points than allowed.
 */
#define SALTBOX_VIOLATION_TOO_LONG 2

/**
 * More bytes than allowed; more than 4096 are not looked at.
 */
#define SALTBOX_VIOLATION_TOO_MANY_BYTES 3

/**
 * Not UTF-8.
 */
#define SALTBOX_VIOLATION_NOT_UTF8 4

/**
 * A NUL that the hash function cannot tell from the end of the password.
 */
#define SALTBOX_VIOLATION_NUL 5

/**
 * Too few small letters.
 */
#define SALTBOX_VIOLATION_TOO_FEW_LOWER 10

/**
 * Too few capital letters.
 */
#define SALTBOX_VIOLATION_TOO_FEW_UPPER 11

/**
 * Too few digits or other numbers (Nd, Nl, No).
 */
#define SALTBOX_VIOLATION_TOO_FEW_DIGITS 12

/**
 * Too few characters that are neither letter nor digit.
 */
#define SALTBOX_VIOLATION_TOO_FEW_SYMBOLS 13

/**
 * Too few letters, of any case or none.
 */
#define SALTBOX_VIOLATION_TOO_FEW_LETTERS 14

/**
 * Characters of too few classes: small, capital, digit, symbol, letter without case.
 */
#define SALTBOX_VIOLATION_TOO_FEW_CLASSES 15

/**
 * Too few characters that are not the same.
 */
#define SALTBOX_VIOLATION_TOO_FEW_DISTINCT 16

/**
 * No character of a set of which one has to be there.
 */
#define SALTBOX_VIOLATION_MISSING_REQUIRED 17

/**
 * Too few characters that are seen: neither white space nor control nor invisible.
 */
#define SALTBOX_VIOLATION_TOO_FEW_VISIBLE 18

/**
 * Characters that are not among the allowed ones.
 */
#define SALTBOX_VIOLATION_NOT_ALLOWED 20

/**
 * Characters that are among the disallowed ones.
 */
#define SALTBOX_VIOLATION_DISALLOWED 21

/**
 * White space.
 */
#define SALTBOX_VIOLATION_WHITESPACE 22

/**
 * White space at the beginning or the end.
 */
#define SALTBOX_VIOLATION_EDGE_WHITESPACE 23

/**
 * Control characters.
 */
#define SALTBOX_VIOLATION_CONTROL 24

/**
 * Characters that nobody sees.
 */
#define SALTBOX_VIOLATION_INVISIBLE 25

/**
 * Code points that are no characters yet.
 */
#define SALTBOX_VIOLATION_UNASSIGNED 26

/**
 * Digits and nothing else.
 */
#define SALTBOX_VIOLATION_ONLY_DIGITS 27

/**
 * One character too often in a row.
 */
#define SALTBOX_VIOLATION_REPEATED 30

/**
 * Too many characters of one class in a row.
 */
#define SALTBOX_VIOLATION_CLASS_RUN 31

/**
 * Too many neighbours of the alphabet or of the digits in a row.
 */
#define SALTBOX_VIOLATION_SEQUENCE 32

/**
 * Too many neighbours of a keyboard in a row.
 */
#define SALTBOX_VIOLATION_KEYBOARD_WALK 33

/**
 * The same from behind.
 */
#define SALTBOX_VIOLATION_PALINDROME 34

/**
 * One character too often in all.
 */
#define SALTBOX_VIOLATION_TOO_MANY_OCCURRENCES 35

/**
 * A number between two bounds, such as a year.
 */
#define SALTBOX_VIOLATION_FORBIDDEN_NUMBER 36

/**
 * A word that everybody knows of the user or the service.
 */
#define SALTBOX_VIOLATION_CONTEXT_WORD 40

/**
 * Too little besides words that everybody knows.
 */
#define SALTBOX_VIOLATION_TOO_FEW_POINTS 41

/**
 * The password that it is to replace.
 */
#define SALTBOX_VIOLATION_SAME_AS_OLD 50

/**
 * Too few changes to the password that it is to replace.
 */
#define SALTBOX_VIOLATION_TOO_SIMILAR 51

/**
 * A lower score than asked for, from 0 to 4.
 */
#define SALTBOX_VIOLATION_TOO_WEAK 60

/**
 * In a list of common or breached passwords.
 */
#define SALTBOX_VIOLATION_BLOCKLISTED 61

/**
 * It has characters outside of ASCII, which not every keyboard has (NIST SP 800-63B-4 section
 * 3.1.1.2: the user should be told).
 */
#define SALTBOX_WARNING_NOT_ASCII 1

/**
 * It arrived in another Unicode form than the prepared one.
 */
#define SALTBOX_WARNING_OTHER_FORM 2

/**
 * It has spaces that are taken for U+0020.
 */
#define SALTBOX_WARNING_OTHER_SPACE 3

/**
 * It has code points that are no characters yet, so that another release may prepare them
 * otherwise.
 */
#define SALTBOX_WARNING_UNASSIGNED 4

/**
 * It has characters that nobody sees.
 */
#define SALTBOX_WARNING_INVISIBLE 5

/**
 * It has control characters.
 */
#define SALTBOX_WARNING_CONTROL 6

/**
 * It begins or ends with white space, which is easily lost or added by copying.
 */
#define SALTBOX_WARNING_EDGE_WHITESPACE 7

/**
 * It has emoji, which keyboards send in different ways.
 */
#define SALTBOX_WARNING_EMOJI 8

/**
 * It has full-width or half-width characters: an input method may be on.
 */
#define SALTBOX_WARNING_OTHER_WIDTH 9

/**
 * Nothing of it can be seen.
 */
#define SALTBOX_WARNING_NOTHING_VISIBLE 10

/**
 * Places for schemes in saltbox_counters; more than any release of this ABI has.
 */
#define SALTBOX_SCHEMES_MAX 64

/**
 * How often a thread reads the clock for a step of a calibration: before its
 * first hash and after each.
 */
#define SALTBOX_CALIBRATION_READINGS 4

/**
 * Keys of one row.
 */
#define SALTBOX_WEAKNESS_STRAIGHT_KEYS 1

/**
 * A short walk over neighbouring keys.
 */
#define SALTBOX_WEAKNESS_KEY_PATTERN 2

/**
 * One character again and again.
 */
#define SALTBOX_WEAKNESS_REPEATED_CHARACTER 3

/**
 * A piece again and again.
 */
#define SALTBOX_WEAKNESS_REPEATED_PIECE 4

/**
 * Neighbours of the alphabet or of the digits.
 */
#define SALTBOX_WEAKNESS_SEQUENCE 5

/**
 * A year that has just been.
 */
#define SALTBOX_WEAKNESS_RECENT_YEAR 6

/**
 * A date.
 */
#define SALTBOX_WEAKNESS_DATE 7

/**
 * One of the ten most frequent passwords.
 */
#define SALTBOX_WEAKNESS_TOP_10 8

/**
 * One of the hundred most frequent passwords.
 */
#define SALTBOX_WEAKNESS_TOP_100 9

/**
 * A frequent password.
 */
#define SALTBOX_WEAKNESS_COMMON 10

/**
 * Nearly a frequent password.
 */
#define SALTBOX_WEAKNESS_NEARLY_COMMON 11

/**
 * A single word.
 */
#define SALTBOX_WEAKNESS_WORD 12

/**
 * A name and nothing else.
 */
#define SALTBOX_WEAKNESS_NAME 13

/**
 * A common name among other things.
 */
#define SALTBOX_WEAKNESS_COMMON_NAME 14

/**
 * To use a few words; for an empty password.
 */
#define SALTBOX_SUGGESTION_USE_WORDS 1

/**
 * That digits, symbols and capitals are not needed; for an empty password.
 */
#define SALTBOX_SUGGESTION_NO_NEED_FOR_SYMBOLS 2

/**
 * To add a word or two.
 */
#define SALTBOX_SUGGESTION_ADD_WORDS 3

/**
 * To use a longer walk over the keyboard, with more turns.
 */
#define SALTBOX_SUGGESTION_LONGER_KEY_PATTERN 4

/**
 * Not to repeat words and characters.
 */
#define SALTBOX_SUGGESTION_NO_REPEATS 5

/**
 * Not to use sequences.
 */
#define SALTBOX_SUGGESTION_NO_SEQUENCES 6

/**
 * Not to use recent years.
 */
#define SALTBOX_SUGGESTION_NO_RECENT_YEARS 7

/**
 * Not to use years that have to do with the user.
 */
#define SALTBOX_SUGGESTION_NO_OWN_YEARS 8

/**
 * Not to use dates and years that have to do with the user.
 */
#define SALTBOX_SUGGESTION_NO_OWN_DATES 9

/**
 * That a capital at the beginning helps little.
 */
#define SALTBOX_SUGGESTION_CAPITAL_HELPS_LITTLE 10

/**
 * That nothing but capitals helps little.
 */
#define SALTBOX_SUGGESTION_ALL_CAPITALS_HELP_LITTLE 11

/**
 * That words from behind help little.
 */
#define SALTBOX_SUGGESTION_REVERSED_HELPS_LITTLE 12

/**
 * That signs for letters help little.
 */
#define SALTBOX_SUGGESTION_SUBSTITUTION_HELPS_LITTLE 13

/**
 * Over the network, held back: 100 guesses an hour.
 */
#define SALTBOX_ATTACKER_ONLINE_THROTTLED 0

/**
 * Over the network: 10 guesses a second.
 */
#define SALTBOX_ATTACKER_ONLINE_UNTHROTTLED 1

/**
 * With the stored string of a slow hash: 10,000 guesses a second.
 */
#define SALTBOX_ATTACKER_OFFLINE_SLOW 2

/**
 * With the stored string of a fast hash: 10,000,000,000 guesses a second.
 */
#define SALTBOX_ATTACKER_OFFLINE_FAST 3

/**
 * With the stored string that this configuration makes, on a thousand cores.
 */
#define SALTBOX_ATTACKER_OFFLINE_OWN_HASH 4

/**
 * The code of a link in an e-mail: emailAuthCode.
 */
#define SALTBOX_SECRET_EMAIL_AUTH_CODE 1

/**
 * What a one-time code is found by: requestCode.
 */
#define SALTBOX_SECRET_REQUEST_CODE 2

/**
 * The one-time code that the user typed in: verificationCode.
 */
#define SALTBOX_SECRET_VERIFICATION_CODE 3

/**
 * The code of a link that an administrator made: passwordResetCode.
 */
#define SALTBOX_SECRET_PASSWORD_RESET_CODE 4

/**
 * The answer to a security question, whose id goes with it.
 */
#define SALTBOX_SECRET_ANSWER 5

/**
 * Room for every key that saltbox_reset_lookup writes, which has no NUL.
 */
#define SALTBOX_LOOKUP_MAX 24

/**
 * A link in an e-mail. Its channel is SALTBOX_CHANNEL_EMAIL.
 */
#define SALTBOX_WAY_EMAIL_LINK 1

/**
 * Digits that the user types in, with a request code that the client keeps. By
 * every channel but SALTBOX_CHANNEL_ADMINISTRATOR.
 */
#define SALTBOX_WAY_ONE_TIME_CODE 2

/**
 * A link that an administrator made. Its channel is SALTBOX_CHANNEL_ADMINISTRATOR.
 */
#define SALTBOX_WAY_RESET_LINK 3

/**
 * To the subject's "email".
 */
#define SALTBOX_CHANNEL_EMAIL 1

/**
 * As a text message to the subject's "phone".
 */
#define SALTBOX_CHANNEL_TEXT 2

/**
 * Spoken, to the subject's "phone".
 */
#define SALTBOX_CHANNEL_VOICE 3

/**
 * By letter, to an address that only the host knows.
 */
#define SALTBOX_CHANNEL_POSTAL 4

/**
 * Shown to an administrator, who passes it on.
 */
#define SALTBOX_CHANNEL_ADMINISTRATOR 5

/**
 * Not UTF-8.
 */
#define SALTBOX_ANSWER_NOT_UTF8 1

/**
 * More bytes than are looked at.
 */
#define SALTBOX_ANSWER_TOO_LONG 2

/**
 * Nothing that an answer is compared by: signs, or emoji alone.
 */
#define SALTBOX_ANSWER_EMPTY_AFTER_NORMALIZING 3

/**
 * Fewer characters than asked for.
 */
#define SALTBOX_ANSWER_TOO_SHORT 4

/**
 * No date, where the question asks for one.
 */
#define SALTBOX_ANSWER_NOT_A_DATE 5

/**
 * Words of the question and no other.
 */
#define SALTBOX_ANSWER_IN_QUESTION 10

/**
 * The answer to another question too.
 */
#define SALTBOX_ANSWER_SAME_AS_ANOTHER 11

/**
 * The login, or the e-mail address or what stands before its "@".
 */
#define SALTBOX_ANSWER_IS_LOGIN_ID 12

/**
 * One that very many give.
 */
#define SALTBOX_ANSWER_COMMON 13

/**
 * The password.
 */
#define SALTBOX_ANSWER_IS_PASSWORD 14

/**
 * There is no such question.
 */
#define SALTBOX_ANSWER_UNKNOWN_QUESTION 20

/**
 * Fewer answers than asked for.
 */
#define SALTBOX_ANSWER_TOO_FEW_ANSWERS 21

/**
 * More answers than asked for.
 */
#define SALTBOX_ANSWER_TOO_MANY_ANSWERS 22

/**
 * A code was made and is to be sent.
 */
#define SALTBOX_VERDICT_CODE_ISSUED 1

/**
 * The code was right and the password is set.
 */
#define SALTBOX_VERDICT_PASSWORD_RESET 2

/**
 * The code was right: the address is the user's.
 */
#define SALTBOX_VERDICT_ADDRESS_VERIFIED 3

/**
 * The answers are set up.
 */
#define SALTBOX_VERDICT_QUESTIONS_SET 4

/**
 * These questions are asked.
 */
#define SALTBOX_VERDICT_QUESTIONS_ASKED 5

/**
 * Enough answers are right.
 */
#define SALTBOX_VERDICT_ANSWERS_RIGHT 6

/**
 * A record was made from a stored string.
 */
#define SALTBOX_VERDICT_IMPORTED 7

/**
 * The record of a new account was made.
 */
#define SALTBOX_VERDICT_SIGNED_UP 10

/**
 * The password is right, and nothing stands against it.
 */
#define SALTBOX_VERDICT_SIGNED_IN 11

/**
 * The new password is set, with the old one or within a session.
 */
#define SALTBOX_VERDICT_PASSWORD_CHANGED 12

/**
 * An administrator has set the password.
 */
#define SALTBOX_VERDICT_PASSWORD_SET 13

/**
 * An administrator has set a password that has to be replaced.
 */
#define SALTBOX_VERDICT_TEMPORARY_SET 14

/**
 * The password has to be replaced.
 */
#define SALTBOX_VERDICT_PASSWORD_EXPIRED 15

/**
 * The account is locked.
 */
#define SALTBOX_VERDICT_ACCOUNT_LOCKED 16

/**
 * It is not.
 */
#define SALTBOX_VERDICT_ACCOUNT_UNLOCKED 17

/**
 * The account is disabled.
 */
#define SALTBOX_VERDICT_ACCOUNT_NOW_DISABLED 18

/**
 * It is not.
 */
#define SALTBOX_VERDICT_ACCOUNT_ENABLED 19

/**
 * There is no such account. From here on it is a no.
 */
#define SALTBOX_VERDICT_NO_ACCOUNT 100

/**
 * The account has no address for this channel.
 */
#define SALTBOX_VERDICT_NO_ADDRESS 101

/**
 * Nobody has verified yet that the address is the user's.
 */
#define SALTBOX_VERDICT_ADDRESS_UNVERIFIED 102

/**
 * A code of this kind was sent a moment ago.
 */
#define SALTBOX_VERDICT_TOO_SOON 103

/**
 * No attempt is left.
 */
#define SALTBOX_VERDICT_EXHAUSTED 104

/**
 * The code is wrong.
 */
#define SALTBOX_VERDICT_WRONG_CODE 110

/**
 * The record has no ticket for the code: it was never issued, or is long past.
 */
#define SALTBOX_VERDICT_UNKNOWN_CODE 111

/**
 * The code is right, but its time is over.
 */
#define SALTBOX_VERDICT_EXPIRED_CODE 112

/**
 * The code is right, but it was used before.
 */
#define SALTBOX_VERDICT_SPENT_CODE 113

/**
 * The code is right, but a newer one took its place.
 */
#define SALTBOX_VERDICT_SUPERSEDED_CODE 114

/**
 * The code is right, but it was issued in the future: a clock is wrong.
 */
#define SALTBOX_VERDICT_EARLY_CODE 115

/**
 * The code is right, but for something else.
 */
#define SALTBOX_VERDICT_OTHER_PURPOSE 116

/**
 * The code is right, but came as a code of another way.
 */
#define SALTBOX_VERDICT_OTHER_WAY 117

/**
 * The code is right, but in another realm.
 */
#define SALTBOX_VERDICT_OTHER_REALM 118

/**
 * The code is right, but the address that it went to is the account's no more.
 */
#define SALTBOX_VERDICT_ADDRESS_CHANGED 119

/**
 * The code is right, but the password has been changed since.
 */
#define SALTBOX_VERDICT_CREDENTIAL_CHANGED 120

/**
 * The policy refuses the new password; nothing else was wrong, and the code may be used again.
 */
#define SALTBOX_VERDICT_PASSWORD_REFUSED 130

/**
 * The new password is set already, or was before.
 */
#define SALTBOX_VERDICT_PASSWORD_REUSED 131

/**
 * The request comes without a session of this account.
 */
#define SALTBOX_VERDICT_OTHER_SESSION 140

/**
 * The account has set up no answers, or too few of those that are still asked.
 */
#define SALTBOX_VERDICT_NO_QUESTIONS 141

/**
 * No question was asked before.
 */
#define SALTBOX_VERDICT_NOT_ASKED 142

/**
 * Not enough answers are right.
 */
#define SALTBOX_VERDICT_WRONG_ANSWERS 143

/**
 * The answers break rules.
 */
#define SALTBOX_VERDICT_ANSWERS_REFUSED 144

/**
 * There is such an account already.
 */
#define SALTBOX_VERDICT_EXISTS 150

/**
 * The password is wrong.
 */
#define SALTBOX_VERDICT_WRONG_PASSWORD 151

/**
 * Too many failures; nothing was looked at.
 */
#define SALTBOX_VERDICT_TEMPORARILY_LOCKED 152

/**
 * Locked by an administrator or by very many failures; nothing was looked at.
 */
#define SALTBOX_VERDICT_PERMANENTLY_LOCKED 153

/**
 * The account is disabled.
 */
#define SALTBOX_VERDICT_ACCOUNT_DISABLED 154

/**
 * The user has not accepted the invitation yet.
 */
#define SALTBOX_VERDICT_ACCOUNT_INVITED 155

/**
 * The password is right, but has to be replaced first.
 */
#define SALTBOX_VERDICT_MUST_CHANGE 156

/**
 * The password is right, but was temporary, and its time is over.
 */
#define SALTBOX_VERDICT_TEMPORARY_OVER 157

/**
 * The account has no password.
 */
#define SALTBOX_VERDICT_NO_PASSWORD 158

/**
 * The user signed in too long ago to change the password without the old one.
 */
#define SALTBOX_VERDICT_OLD_AUTHENTICATION 159

/**
 * It is done.
 */
#define SALTBOX_CLIENT_DONE 1

/**
 * If there is such an account, a code is on its way.
 */
#define SALTBOX_CLIENT_SENT 2

/**
 * The code is not valid; whoever lost it may ask for another one.
 */
#define SALTBOX_CLIENT_INVALID_CODE 3

/**
 * The code has expired. Said only to who had the right one, as the two below.
 */
#define SALTBOX_CLIENT_EXPIRED_CODE 4

/**
 * The code was used before.
 */
#define SALTBOX_CLIENT_USED_CODE 5

/**
 * There is a newer code.
 */
#define SALTBOX_CLIENT_OLDER_CODE 6

/**
 * The new password does not keep the policy: the violations.
 */
#define SALTBOX_CLIENT_PASSWORD_REFUSED 7

/**
 * The answers to set up do not keep the rules: the violations.
 */
#define SALTBOX_CLIENT_ANSWERS_REFUSED 8

/**
 * The answers are not right.
 */
#define SALTBOX_CLIENT_WRONG_ANSWERS 9

/**
 * The user has to sign in first.
 */
#define SALTBOX_CLIENT_SIGN_IN_FIRST 10

/**
 * The new password was used before.
 */
#define SALTBOX_CLIENT_PASSWORD_REUSED 11

/**
 * Login or password is wrong.
 */
#define SALTBOX_CLIENT_WRONG_PASSWORD 12

/**
 * The password has to be replaced first.
 */
#define SALTBOX_CLIENT_MUST_CHANGE 13

/**
 * There is such an account already.
 */
#define SALTBOX_CLIENT_EXISTS 14

/**
 * Send the code, by the channel that was named, to the address that is stored.
 */
#define SALTBOX_EFFECT_SEND_CODE 1

/**
 * End every session and refresh token of the user.
 */
#define SALTBOX_EFFECT_REVOKE_SESSIONS 2

/**
 * Tell the user that the password was changed.
 */
#define SALTBOX_EFFECT_NOTIFY_PASSWORD_CHANGED 4

/**
 * Store that the address is verified.
 */
#define SALTBOX_EFFECT_ADDRESS_VERIFIED 8

/**
 * Raise the session that the request came with.
 */
#define SALTBOX_EFFECT_STEP_UP_SESSION 16

/**
 * Give a session of the account: a first factor was right, or a reset may sign in. Others that the account has are
 * the host's. END THE SESSIONS THAT SALTBOX_EFFECT_REVOKE_SESSIONS SAYS BEFORE, or this one ends with them.
 */
#define SALTBOX_EFFECT_NEW_SESSION 32

/**
 * Tell the user that the answers were changed.
 */
#define SALTBOX_EFFECT_NOTIFY_QUESTIONS_CHANGED 64

/**
 * End every session of the user but the one that the request came with.
 */
#define SALTBOX_EFFECT_REVOKE_OTHER_SESSIONS 128

/**
 * Nothing: the record has a stronger hash of the same password.
 */
#define SALTBOX_EFFECT_REHASHED 256

/**
 * Tell the user that somebody tried to sign up with the login.
 */
#define SALTBOX_EFFECT_NOTIFY_SIGN_UP_TRIED 512

/**
 * The configured core. Immutable: any number of threads may use one at the
 * same time. Ended by saltbox_free, after the last call that uses it returned.
 * A child of fork may use it too, and starts with work memory of its own.
 */
typedef struct saltbox saltbox;

/**
 * A search for the dearest parameters that keep to a target on this machine.
 * Made by saltbox_calibration_new, ended by saltbox_calibration_free. It has
 * work memory of its own, so run it before the service starts, or on a machine
 * of the same kind.
 *
 * saltbox reads no clock and starts no thread; the host does, in a loop: as long
 * as saltbox_calibration_next says SALTBOX_OK, it lets as many threads as that
 * says, at once, each read its clock, call saltbox_calibration_hash, read the
 * clock, until there are SALTBOX_CALIBRATION_READINGS of them, waits for all,
 * and tells what they read. On fewer threads at once the machine seems slower,
 * never faster.
 */
typedef struct saltbox_calibration saltbox_calibration;

/**
 * Settings of a core. Made by saltbox_config_parse, ended by
 * saltbox_config_free. Used by one thread at a time; not used by a core after
 * it was made from it.
 */
typedef struct saltbox_config saltbox_config;

/**
 * What a call decided. One owner, who ends it with saltbox_outcome_free; used
 * by one thread at a time. What it lends out lives until then.
 */
typedef struct saltbox_outcome saltbox_outcome;

/**
 * The secrets of one request, copied. One owner, who ends them with
 * saltbox_secrets_free, which wipes them; used by one thread at a time.
 *
 * What was not added is absent, as null is in JSON. What was added with length 0 is
 * there and empty, and refused as that. So a host adds what its client sent,
 * and leaves it to saltbox which of it goes together.
 */
typedef struct saltbox_secrets saltbox_secrets;

/**
 * The answer to the caller's question. SALTBOX_OK: done, and yes.
 * SALTBOX_REJECTED: done, and no. From 10 on: not done, and why. Numbers never
 * change their meaning; a later release may add some.
 */
typedef int32_t saltbox_status;

/**
 * Where and why something was refused. The caller owns it; its layout is
 * frozen. Written whenever the call that takes it does not return SALTBOX_OK.
 * Holds no secret.
 */
typedef struct saltbox_diag {
    /**
     * The failure. SALTBOX_E_ARGUMENT where the call itself was wrong.
     */
    int32_t status;
    /**
     * Always 0.
     */
    uint32_t reserved;
    /**
     * Offset in bytes into the text that was refused; UINT64_MAX where there is no place.
     */
    uint64_t offset;
    /**
     * Path of the JSON value, such as "hash.create.t"; empty where there is none. Cut where it is too long.
     */
    char path[128];
    /**
     * What was wrong and what would be right, in English. Cut where it is too long.
     */
    char message[256];
} saltbox_diag;

/**
 * What happened in this process since the core was made, with all cores that
 * share its work memory. Each number is read by itself: together they need not
 * be of one moment. A child of fork starts at 0. Later releases add fields at
 * the end only.
 */
typedef struct saltbox_counters {
    /**
     * The size of this struct: set by the caller, so that an older program gets what it knows.
     */
    uint32_t struct_size;
    /**
     * Always 0.
     */
    uint32_t reserved;
    /**
     * Slots that jobs have now; each may have a guest besides, see joined.
     */
    uint32_t running;
    /**
     * The most that were taken at once.
     */
    uint32_t running_peak;
    /**
     * How many there are.
     */
    uint32_t max_running;
    /**
     * Calls that wait for a slot now.
     */
    uint32_t queued;
    /**
     * The most that waited at once.
     */
    uint32_t queued_peak;
    /**
     * How many may wait.
     */
    uint32_t queue_len;
    /**
     * Bytes of work memory that are mapped now.
     */
    uint64_t memory_bytes;
    /**
     * Bytes of these that no job uses; they are wiped.
     */
    uint64_t memory_idle_bytes;
    /**
     * The most bytes that were mapped at once.
     */
    uint64_t memory_peak_bytes;
    /**
     * The most bytes that may be.
     */
    uint64_t memory_budget_bytes;
    /**
     * Jobs that were begun.
     */
    uint64_t jobs;
    /**
     * Calls that were told SALTBOX_E_BUSY, before any work.
     */
    uint64_t busy;
    /**
     * Hashes made.
     */
    uint64_t hashes;
    /**
     * Right passwords.
     */
    uint64_t accepted;
    /**
     * Right passwords for which a rehash was asked.
     */
    uint64_t rehash;
    /**
     * Wrong passwords of users that exist.
     */
    uint64_t rejected;
    /**
     * Passwords of users that do not exist.
     */
    uint64_t no_user;
    /**
     * Stored strings that could not be verified.
     */
    uint64_t refused;
    /**
     * Right passwords by scheme; saltbox_scheme_name names each.
     */
    uint64_t accepted_by_scheme[64];
    /**
     * Wrong passwords by scheme.
     */
    uint64_t rejected_by_scheme[64];
    /**
     * The Argon2 kernel in use, NUL-terminated.
     */
    char argon2_kernel[16];
    /**
     * The scrypt kernel in use, NUL-terminated, such as "sse2".
     */
    char scrypt_kernel[16];
    /**
     * Jobs that were computed beside another one in its slot, because all were taken.
     */
    uint64_t joined;
} saltbox_counters;

/**
 * Done, and yes.
 */
#define SALTBOX_OK 0

/**
 * Done, and no.
 */
#define SALTBOX_REJECTED 1

/**
 * A parameter breaks the contract of the function.
 */
#define SALTBOX_E_ARGUMENT 10

/**
 * The buffer is too small; the size needed was written, nothing else was done.
 */
#define SALTBOX_E_BUFFER 11

/**
 * The configuration is not valid; see saltbox_diag.
 */
#define SALTBOX_E_CONFIG 20

/**
 * An empty password cannot be set.
 */
#define SALTBOX_E_PASSWORD_EMPTY 30

/**
 * A password over 4096 bytes cannot be set.
 */
#define SALTBOX_E_PASSWORD_TOO_LONG 31

/**
 * A password that is not UTF-8 cannot be set.
 */
#define SALTBOX_E_PASSWORD_NOT_UTF8 32

/**
 * A password that ends in NUL cannot be set with scrypt or PBKDF2, which cannot tell it from one without.
 */
#define SALTBOX_E_PASSWORD_NUL 33

/**
 * The stored string breaks the grammar of its scheme; saltbox_identify says where.
 */
#define SALTBOX_E_MALFORMED 40

/**
 * No scheme of this release reads the stored string.
 */
#define SALTBOX_E_UNSUPPORTED 41

/**
 * The configuration does not allow this scheme to be verified.
 */
#define SALTBOX_E_NOT_ALLOWED 42

/**
 * A later release wrote the stored string, or the record.
 */
#define SALTBOX_E_LATER_RELEASE 43

/**
 * The stored string asks for more work or memory than the limits allow.
 */
#define SALTBOX_E_LIMIT 44

/**
 * The descriptor of a stored string is not valid; see saltbox_diag.
 */
#define SALTBOX_E_IMPORT 45

/**
 * What is said of a user is not valid JSON, or not what a subject has:
 * saltbox_subject_check says what and where.
 */
#define SALTBOX_E_SUBJECT 21

/**
 * What is asked for is not valid JSON, or not what a request has:
 * saltbox_request_check says what and where.
 */
#define SALTBOX_E_REQUEST 22

/**
 * The stored string was sealed with another key than the one of its id here,
 * or was changed since.
 */
#define SALTBOX_E_SEAL 46

/**
 * The record of an account breaks its grammar; saltbox_record_check says where.
 */
#define SALTBOX_E_RECORD 47

/**
 * The record belongs to another account or realm than the subject. Nothing was
 * decided: the host has read the wrong row.
 */
#define SALTBOX_E_OTHER_SUBJECT 48

/**
 * The system gave no work memory.
 */
#define SALTBOX_E_MEMORY 50

/**
 * The system gave no randomness.
 */
#define SALTBOX_E_RANDOM 51

/**
 * The stored string needs more work memory than there ever is; see hash.memory_mib.
 */
#define SALTBOX_E_BUDGET 52

/**
 * Every slot or all work memory is in use. Nothing was computed, nobody was
 * rejected: try again later, and tell the client so (HTTP 503 with Retry-After).
 */
#define SALTBOX_E_BUSY 53

/**
 * A key is too short, not random, or was added before; or the one that is
 * needed has not been added.
 */
#define SALTBOX_E_KEY 60

/**
 * A request has no code.
 */
#define SALTBOX_E_NO_CODE 70

/**
 * A request has codes of two ways: all but those of one have to be left out.
 */
#define SALTBOX_E_TWO_WAYS 71

/**
 * A request code without a verification code, or one of these alone.
 */
#define SALTBOX_E_HALF_OF_A_PAIR 72

/**
 * A code is there and empty; one that is not meant has to be left out.
 */
#define SALTBOX_E_EMPTY_CODE 73

/**
 * A code has not the shape that codes have; saltbox_secrets_check says where.
 */
#define SALTBOX_E_MALFORMED_CODE 74

/**
 * Answers of the wrong number, to a question that is not there, or two to one.
 */
#define SALTBOX_E_ANSWERS 75

/**
 * A fault inside saltbox. Nothing was decided.
 */
#define SALTBOX_E_INTERNAL 90

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The ABI of the library that is loaded. A binding compares it with
 * SALTBOX_ABI of the header it was made with, and refuses a difference.
 */
SALTBOX_MUST_USE
uint32_t saltbox_abi(void);

/**
 * The version of the library that is loaded, such as "0.1.0". A static string.
 */
SALTBOX_MUST_USE
const char *saltbox_version(void);

/**
 * The name of a status, such as "SALTBOX_E_BUFFER"; "unknown status" for a
 * number this release does not have. A static string, never NULL.
 */
SALTBOX_MUST_USE
const char *saltbox_status_name(saltbox_status status);

/**
 * Reads a configuration: {"hash":{"create":{...},"verify":[...],"limits":{...},
 * "memory_mib":256,"max_running":2,"queue_ms":1000,"queue_len":8,"interleave":true},
 * "keys":{"create_key_id":1,"require_pepper":false},"policy":{...},"codes":{...}},
 * every key optional, unknown keys refused. README shows each.
 *
 * json, json_len: UTF-8. NULL only with length 0, which is not valid JSON.
 * config_out: must not be NULL. NULL is written on failure.
 * diag_or_null: where and why; may be NULL.
 * Returns SALTBOX_OK, SALTBOX_E_CONFIG or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_config_parse(const uint8_t *json,
                                    size_t json_len,
                                    struct saltbox_config **config_out,
                                    struct saltbox_diag *diag_or_null);

/**
 * Adds a copy of a root key. A key verifies as soon as it is added; only the one
 * that keys.create_key_id names seals new strings. Ids ascend: a string sealed
 * with a smaller id than that one's asks for a rehash, one with a larger does not.
 *
 * config: must not be NULL.
 * key, key_len: 32 to 1024 random bytes.
 * Returns SALTBOX_OK; SALTBOX_E_KEY where the key is too short, too long, one
 * byte repeated, or where key_id or the key was added before;
 * SALTBOX_E_ARGUMENT. The configuration is unchanged unless SALTBOX_OK.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_config_add_key(struct saltbox_config *config,
                                      uint32_t key_id,
                                      const uint8_t *key,
                                      size_t key_len);

/**
 * What a configuration still lacks, where saltbox_new says a status and no more.
 *
 * config: must not be NULL.
 * diag_or_null: what is missing; may be NULL.
 * Returns SALTBOX_OK: saltbox_new takes it. SALTBOX_E_KEY where
 *   keys.create_key_id names a key that was not added, SALTBOX_E_CONFIG where
 *   policy.blocklist.outside is true and no list was attached;
 *   SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_config_check(const struct saltbox_config *config,
                                    struct saltbox_diag *diag_or_null);

/**
 * Ends a configuration and wipes its keys. NULL is fine.
 */
void saltbox_config_free(struct saltbox_config *config);

/**
 * Has passwords looked up in a list of breached ones, which
 * "policy":{"blocklist":{"outside":true}} asks for. README says how to make
 * its file. Reads the head and the end of the file only, however large it is.
 *
 * config: must not be NULL. A configuration takes one list, and saltbox_new refuses
 *   one that asks for a list and has none.
 * file, file_len: the whole file, as mmap gives it. It is not copied: IT HAS TO
 *   STAY MAPPED AND UNCHANGED until this configuration and every core that was
 *   made from it are freed. So it must not be memory of a garbage collector, such
 *   as a Go slice, nor a file that is written in place: replace it by a rename.
 * diag_or_null: why not; may be NULL.
 * Returns SALTBOX_OK; SALTBOX_E_CONFIG for what is no such file, one of a later
 *   release, one that is cut off or whose description is damaged, where the
 *   policy asks for no list, and where one is attached already;
 *   SALTBOX_E_ARGUMENT. The configuration is unchanged unless SALTBOX_OK.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_config_attach_blocklist(struct saltbox_config *config,
                                               const uint8_t *file,
                                               size_t file_len,
                                               struct saltbox_diag *diag_or_null);

/**
 * Reads a list whole: compares the checksums of its parts, and sees that every key
 * is in its place. Some seconds for a gigabyte; once after it was copied is enough.
 *
 * file, file_len: as for saltbox_config_attach_blocklist, for the time of the call.
 * diag_or_null: which part is damaged; may be NULL.
 * Returns SALTBOX_OK, SALTBOX_E_CONFIG or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_blocklist_check(const uint8_t *file,
                                       size_t file_len,
                                       struct saltbox_diag *diag_or_null);

/**
 * Makes a core, with work memory of its own: make one for a process, and derive
 * the others from it.
 *
 * config_or_null: the settings, copied; NULL for the secure defaults.
 * saltbox_out: must not be NULL. NULL is written on failure.
 * Returns SALTBOX_OK, SALTBOX_E_KEY where keys.create_key_id names a key that was
 *   not added, SALTBOX_E_CONFIG where policy.blocklist.outside is true and no list
 *   was attached, or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_new(const struct saltbox_config *config_or_null,
                           struct saltbox **saltbox_out);

/**
 * Makes a core with other settings, keys included, and the work memory of sb:
 * both together never use more. Either may be freed first.
 *
 * sb, config: must not be NULL.
 * saltbox_out: must not be NULL. NULL is written on failure.
 * Returns SALTBOX_OK; SALTBOX_E_ARGUMENT; SALTBOX_E_CONFIG where config asks for
 *   another memory_mib, max_running, queue_ms, queue_len or interleave than sb
 *   has (the "memory" of saltbox_effective_config; leaving them out is always right), or
 *   where one hash of its policy, or what its limits allow, does not fit in it;
 *   SALTBOX_E_KEY and, for a list, SALTBOX_E_CONFIG as saltbox_new.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_derive(const struct saltbox *sb,
                              const struct saltbox_config *config,
                              struct saltbox **saltbox_out);

/**
 * Ends a core. NULL is fine.
 */
void saltbox_free(struct saltbox *sb);

/**
 * Makes the string to store for a password, under a fresh random salt.
 *
 * sb: must not be NULL.
 * password, password_len: UTF-8, 1 to 4096 bytes; NUL bytes count like others,
 *   but scrypt and PBKDF2 take none at the end. bcrypt takes 72 bytes and no NUL.
 * hash_out, hash_cap: the buffer; SALTBOX_HASH_MAX is always enough. NULL only
 *   with hash_cap 0, which asks for the size. Written for SALTBOX_OK only.
 * hash_len_out: must not be NULL. For SALTBOX_OK the length without the NUL,
 *   for SALTBOX_E_BUFFER the size needed with it; otherwise left alone.
 * Returns SALTBOX_OK, SALTBOX_E_BUFFER (before any work),
 *   SALTBOX_E_PASSWORD_EMPTY, _TOO_LONG, _NOT_UTF8 or _NUL,
 *   SALTBOX_E_BUSY (before any work: no slot came free in time),
 *   SALTBOX_E_KEY (before any work: the key that seals is missing),
 *   SALTBOX_E_MEMORY, SALTBOX_E_RANDOM or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_hash(const struct saltbox *sb,
                            const uint8_t *password,
                            size_t password_len,
                            char *hash_out,
                            size_t hash_cap,
                            size_t *hash_len_out);

/**
 * Whether a password is the one a stored string was made from.
 *
 * sb: must not be NULL.
 * stored_or_null, stored_len: the stored string, without a NUL; length 0 for a
 *   user that does not exist, which costs as much and is rejected.
 * password, password_len: any bytes. Nothing in them makes the call fail: over
 *   4096 bytes they are rejected, not UTF-8 they are tried as they are.
 * rehash_or_null: 1 where the password is right, can be set, and should be
 *   hashed anew, 0 otherwise; always written. May be NULL.
 * Returns SALTBOX_OK: right. SALTBOX_REJECTED: wrong, or no such user. After
 *   equal work, for the stored string: SALTBOX_E_MALFORMED, _UNSUPPORTED,
 *   _NOT_ALLOWED, _LATER_RELEASE, _LIMIT, _BUDGET, _KEY (the key it is sealed
 *   with is missing) or _SEAL (it is another one). Before any work:
 *   SALTBOX_E_BUSY (no slot came free in time), SALTBOX_E_MEMORY, SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_verify(const struct saltbox *sb,
                              const char *stored_or_null,
                              size_t stored_len,
                              const uint8_t *password,
                              size_t password_len,
                              uint32_t *rehash_or_null);

/**
 * Verifies n passwords. Each item begins where the one before ends, the first
 * at 0, and ends at its own end; an empty stored item is a user that does not
 * exist. All are computed in one slot, which they keep for as long as that
 * takes; where there is none, each item is SALTBOX_E_BUSY. Of eight items in a
 * row those with the same costs are computed at once, which takes less time for
 * each, as far as a slot's share of the work memory has room for it.
 *
 * sb: must not be NULL.
 * n: 1 or more; for 0 or an impossible number nothing is written.
 * stored, passwords: all items, one after the other; NULL only where all are empty.
 * stored_end, password_end: n ends each, not descending. Must not be NULL.
 * status_out: n statuses, each as saltbox_verify returns it. Must not be NULL.
 *   Every one is written, SALTBOX_E_ARGUMENT where the call was wrong.
 * rehash_or_null: n flags, as for saltbox_verify; NULL where not wanted.
 * Returns SALTBOX_OK: every password is right. SALTBOX_REJECTED: at least one
 *   is not, see status_out. SALTBOX_E_ARGUMENT: nothing was verified.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_verify_batch(const struct saltbox *sb,
                                    size_t n,
                                    const char *stored,
                                    const size_t *stored_end,
                                    const uint8_t *passwords,
                                    const size_t *password_end,
                                    saltbox_status *status_out,
                                    uint32_t *rehash_or_null);

/**
 * Everything that is wrong with a password as a new one of this user, by the
 * policy of the configuration, and how strong it is. Computes no hash, and takes no slot and no work
 * memory.
 *
 * sb: must not be NULL.
 * subject, subject_len: what is known of the user, in JSON:
 *   {"login_id":"...","email":"...","words":["..."]}, every member optional, and
 *   up to 128 words; id, realm, email_verified, phone and phone_verified, which may stand
 *   there too, are for saltbox_request_reset and the like, status ("enabled", "disabled",
 *   "invited" or "expired") for the other flows and mfa_enrolled for saltbox_reset. "expired"
 *   is the host's word: take it back when a password was set. NULL with length 0 for nobody
 *   in particular.
 * password, password_len: any bytes; NULL only with length 0. Nothing in them
 *   makes the call fail.
 * now_unix_s: seconds since 1970. The strength of a password with a date or a
 *   year in it depends on its year.
 * outcome_out: must not be NULL. The findings, see saltbox_outcome_json; NULL
 *   is written on failure.
 * Returns SALTBOX_OK: nothing is wrong. SALTBOX_REJECTED: something is.
 *   SALTBOX_E_SUBJECT or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_check(const struct saltbox *sb,
                             const uint8_t *subject,
                             size_t subject_len,
                             const uint8_t *password,
                             size_t password_len,
                             uint64_t now_unix_s,
                             struct saltbox_outcome **outcome_out);

/**
 * As saltbox_check, for a password that replaces another one, which the user has
 * just given: it must not be the same, and has to be as different as the policy
 * asks (min_changes).
 *
 * old_password, old_password_len: any bytes; NULL only with length 0, and an
 *   empty one is none. Compared with the new one, and checked by no hash.
 * The other parameters and the answer are those of saltbox_check.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_check_change(const struct saltbox *sb,
                                    const uint8_t *subject,
                                    size_t subject_len,
                                    const uint8_t *old_password,
                                    size_t old_password_len,
                                    const uint8_t *new_password,
                                    size_t new_password_len,
                                    uint64_t now_unix_s,
                                    struct saltbox_outcome **outcome_out);

/**
 * What is wrong with a subject, where other calls say SALTBOX_E_SUBJECT and no more.
 *
 * subject, subject_len: as for saltbox_check.
 * diag_or_null: where and why; may be NULL.
 * Returns SALTBOX_OK, SALTBOX_E_SUBJECT or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_subject_check(const uint8_t *subject,
                                     size_t subject_len,
                                     struct saltbox_diag *diag_or_null);

/**
 * What a configuration breaks of the standards for passwords, by section.
 *
 * config: must not be NULL.
 * standard, standard_len: "nist-63b-4", "nist-63b-4-mfa", "asvs-5-l1" or
 *   "asvs-5-l2"; NULL with length 0 for all of them.
 * outcome_out: must not be NULL. The findings, see saltbox_outcome_json; NULL
 *   is written on failure.
 * Returns SALTBOX_OK: nothing that the standard insists on is broken; what it
 *   recommends may be. SALTBOX_REJECTED: something is. SALTBOX_E_CONFIG: there
 *   is no such standard. SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_lint(const struct saltbox_config *config,
                            const uint8_t *standard,
                            size_t standard_len,
                            struct saltbox_outcome **outcome_out);

/**
 * Makes another system's settings a policy, and an account where they say something of locks,
 * earlier passwords, age or errors: {"format":"...","settings":...},
 * where format is "passwordrules" or "keycloak", whose settings are a string, or
 * "descope", "auth0", "okta", "cognito" or "firebase", whose settings are an
 * object as the system has it, whole: what is left out is off, whatever the
 * system's default is, but for locks, which are never off here. What cannot be said is
 * listed, never dropped.
 *
 * json, json_len: UTF-8. NULL only with length 0, which is not valid JSON.
 * outcome_out: must not be NULL. {"policy":{...},"account":{...},"not_expressible":[
 *   {"path":...,"reason":...}]}, see saltbox_outcome_json; policy and account, which may be
 *   missing, go under their names in a configuration. NULL is written on failure.
 * diag_or_null: where and why, on failure; may be NULL.
 * Returns SALTBOX_OK: policy and account say it all. SALTBOX_REJECTED: they do not,
 *   see the list. SALTBOX_E_CONFIG or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_policy_import(const uint8_t *json,
                                     size_t json_len,
                                     struct saltbox_outcome **outcome_out,
                                     struct saltbox_diag *diag_or_null);

/**
 * Writes the policy of a configuration, and its account where it has one, as another
 * system's settings. A password made by them is one that the policy takes, but for what is
 * listed.
 *
 * config: must not be NULL.
 * format, format_len: as in saltbox_policy_import.
 * outcome_out: must not be NULL. {"format":"...","settings":...,
 *   "not_expressible":[{"path":...,"reason":...}]}, see saltbox_outcome_json; NULL
 *   is written on failure.
 * diag_or_null: why, on failure; may be NULL.
 * Returns SALTBOX_OK: the settings say it all, and no more. SALTBOX_REJECTED:
 *   they do not, see the list. SALTBOX_E_CONFIG or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_policy_export(const struct saltbox_config *config,
                                     const uint8_t *format,
                                     size_t format_len,
                                     struct saltbox_outcome **outcome_out,
                                     struct saltbox_diag *diag_or_null);

/**
 * What a form says of new passwords before one is typed. It says nothing of the
 * words and lists that are looked for.
 *
 * sb: must not be NULL.
 * outcome_out: must not be NULL. {"rules":[{"code":1,"name":"too_short",
 *   "bound":15,"text":...}],"passwordrules":"minlength: 15; ...","descope":{...}},
 *   see saltbox_outcome_json; by_length has rules for shorter passwords
 *   ([{"up_to":19,"rules":[...]}]); required, allowed and disallowed stand where
 *   characters are named; descope is the whole answer to Descope's GET
 *   /v1/auth/password/policy. NULL is written on failure.
 * Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_policy_public(const struct saltbox *sb,
                                     struct saltbox_outcome **outcome_out);

/**
 * Makes what another system exports in fields into one string to store, which
 * saltbox_verify reads: {"vendor":"okta","hash":{...},"options":{...}}. hash is
 * what the vendor exports, as it is; options settles what the vendor leaves
 * undocumented, and an option that is missing is an error that names it. The
 * vendors are auth0, clerk, descope, firebase, fusionauth, keycloak, okta,
 * spring-security, stytch, supertokens, symfony and workos; the documentation of
 * the Rust function hash::import_descriptor shows what each needs. Costs are
 * checked when the string is verified, not here.
 *
 * json, json_len: UTF-8. NULL only with length 0, which is not valid JSON.
 * hash_out, hash_cap: the buffer; SALTBOX_HASH_MAX is always enough. NULL only
 *   with hash_cap 0, which asks for the size. Written for SALTBOX_OK only.
 * hash_len_out: must not be NULL. For SALTBOX_OK the length without the NUL,
 *   for SALTBOX_E_BUFFER the size needed with it; otherwise left alone.
 * diag_or_null: where and why; may be NULL.
 * Returns SALTBOX_OK, SALTBOX_E_BUFFER, SALTBOX_E_ARGUMENT, SALTBOX_E_IMPORT
 *   (not a descriptor, or something is missing) or SALTBOX_E_UNSUPPORTED (what
 *   it describes is verified by no scheme of this release).
 */
SALTBOX_MUST_USE
saltbox_status saltbox_import(const uint8_t *json,
                              size_t json_len,
                              char *hash_out,
                              size_t hash_cap,
                              size_t *hash_len_out,
                              struct saltbox_diag *diag_or_null);

/**
 * Seals a stored string with the key that keys.create_key_id names, without its
 * password. One that is sealed with another key is opened with that first.
 * **Store the result by compare-and-swap on the string that was given.**
 *
 * sb: must not be NULL.
 * stored, stored_len: the stored string, without a NUL. NULL only with length 0.
 * hash_out, hash_cap: the buffer, of SALTBOX_HASH_MAX bytes or more. Written for SALTBOX_OK only.
 * hash_len_out: must not be NULL. For SALTBOX_OK the length without the NUL,
 *   for SALTBOX_E_BUFFER the size needed; otherwise left alone.
 * Returns SALTBOX_OK: a new string. SALTBOX_REJECTED: it is sealed with that
 *   key already, or with a later one (of a larger id), and nothing is to be
 *   stored. SALTBOX_E_NOT_ALLOWED: not sealed, under keys.require_pepper.
 *   SALTBOX_E_KEY (no key is named, or one is missing), SALTBOX_E_SEAL (another
 *   key than that of its id here), SALTBOX_E_BUFFER, SALTBOX_E_MALFORMED,
 *   _UNSUPPORTED (also: it would not fit) or _LATER_RELEASE, SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_rekey(const struct saltbox *sb,
                             const char *stored,
                             size_t stored_len,
                             char *hash_out,
                             size_t hash_cap,
                             size_t *hash_len_out);

/**
 * Wraps a weak stored string in the policy's hash, without its password: its
 * digest goes through the policy's function, and only the result is stored. The
 * next sign-in is verified and asks for a rehash. Where keys.create_key_id names
 * a key, the result is sealed with it, also where nothing else is to be done.
 * The system that wrote the string can no longer read it, and what a string of
 * several readings means (see saltbox_identify) is settled for ever: the first
 * of them. A seal of a later key stays. **Store the result by compare-and-swap
 * on the string that was given.**
 *
 * Parameters: as saltbox_rekey.
 * Returns SALTBOX_OK: a new string. SALTBOX_REJECTED: it is as strong as the
 *   policy or wrapped already, and nothing is to be stored. What saltbox_rekey
 *   returns; SALTBOX_E_NOT_ALLOWED, _LIMIT or _BUDGET for what would not be
 *   verified; SALTBOX_E_BUSY, SALTBOX_E_MEMORY or SALTBOX_E_RANDOM.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_wrap(const struct saltbox *sb,
                            const char *stored,
                            size_t stored_len,
                            char *hash_out,
                            size_t hash_cap,
                            size_t *hash_len_out);

/**
 * As saltbox_rekey, for n strings. Each item begins where the one before ends,
 * the first at 0, and ends at its own end, in what is given and in what is
 * returned: an item without a new string is empty there.
 *
 * sb: must not be NULL.
 * n: 1 or more.
 * stored, stored_end: n stored strings, one after the other, and their ends, not descending.
 * hashes_out, hashes_cap: the buffer, of n times SALTBOX_HASH_MAX bytes or more.
 * hash_end_out: n ends of the new strings. Must not be NULL.
 * status_out: n statuses, each as saltbox_rekey returns it. Must not be NULL.
 *   Every one is written where the call was right.
 * Returns SALTBOX_OK: every item has a new string. SALTBOX_REJECTED: at least
 *   one has none, see status_out. SALTBOX_E_BUFFER or SALTBOX_E_ARGUMENT:
 *   nothing was done, and nothing written.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_rekey_batch(const struct saltbox *sb,
                                   size_t n,
                                   const char *stored,
                                   const size_t *stored_end,
                                   char *hashes_out,
                                   size_t hashes_cap,
                                   size_t *hash_end_out,
                                   saltbox_status *status_out);

/**
 * As saltbox_wrap, for n strings in one slot, several at once; where there
 * is none each item is SALTBOX_E_BUSY. Of a batch that was interrupted nothing
 * is lost: every string is wrapped by itself, and never twice.
 *
 * Parameters and return values: as saltbox_rekey_batch, with the statuses of saltbox_wrap.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_wrap_batch(const struct saltbox *sb,
                                  size_t n,
                                  const char *stored,
                                  const size_t *stored_end,
                                  char *hashes_out,
                                  size_t hashes_cap,
                                  size_t *hash_end_out,
                                  saltbox_status *status_out);

/**
 * How many hashes of the policy can be computed at once, in this process: as
 * many as there are slots, or fewer where the work memory is for fewer. Size a
 * semaphore or a pool of threads by it, one for all cores that share their work
 * memory, and nobody is SALTBOX_E_BUSY, unless stored strings need more memory
 * than the policy.
 *
 * sb, jobs_out: must not be NULL.
 * Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_capacity(const struct saltbox *sb,
                                uint32_t *jobs_out);

/**
 * Gives work memory that no job uses back to the system.
 *
 * sb: must not be NULL.
 * bytes_or_null: how many bytes; may be NULL.
 * Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_trim(const struct saltbox *sb,
                            uint64_t *bytes_or_null);

/**
 * Reads the counters.
 *
 * sb: must not be NULL.
 * counters: must not be NULL. Its struct_size says how much of it the caller
 *   knows, 8 bytes at least; what is written is at most that, and struct_size
 *   then says how much it was.
 * Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_stats(const struct saltbox *sb,
                             struct saltbox_counters *counters);

/**
 * The name of a scheme by its place in saltbox_counters, such as "argon2id" for
 * 0; NULL from the first number on that this release does not have. A static string.
 */
SALTBOX_MUST_USE
const char *saltbox_scheme_name(uint32_t scheme);

/**
 * Says what a stored string is: scheme, parameters, what is wrong with it and
 * where. Computes no hash.
 *
 * sb: must not be NULL.
 * stored, stored_len: the stored string, without a NUL; NULL only with length 0.
 * diag_or_null: where and why, unless SALTBOX_OK; may be NULL.
 * outcome_out: must not be NULL. The findings, see saltbox_outcome_json; NULL
 *   is written on failure.
 * Returns SALTBOX_OK: saltbox_verify would take it. SALTBOX_REJECTED: it would
 *   not. SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_identify(const struct saltbox *sb,
                                const char *stored,
                                size_t stored_len,
                                struct saltbox_diag *diag_or_null,
                                struct saltbox_outcome **outcome_out);

/**
 * The settings in force, with what the configuration left open, so that nodes
 * can be compared: {"version":...,"hash":{...},"keys":{...},
 * "policy":{...},"known_keys":[{"id":1,"fingerprint":...}],"blocklist":{"hash":"sha1",
 * "date":20260817,"keys":...,"checksum":...},"digest":...,"memory":{...},
 * "kernels":{...}}; "codes":{...} stands there where the configuration has it. hash, keys, policy and codes are a configuration, and digest covers them,
 * the keys that were added and the blocklist that is attached, if one is: two nodes of one release with the same digest
 * decide alike, as far as both have the memory that a string needs. memory and
 * kernels depend on the machine. Fingerprints tell keys apart and tell nothing
 * of them.
 *
 * sb: must not be NULL.
 * outcome_out: must not be NULL. See saltbox_outcome_json; NULL is written on failure.
 * Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_effective_config(const struct saltbox *sb,
                                        struct saltbox_outcome **outcome_out);

/**
 * The outcome as JSON, in UTF-8, not NUL-terminated, without a secret. Lent
 * until the outcome is freed.
 *
 * For saltbox_identify: {"verdict":"verifiable","scheme":"argon2id",
 * "parameters":{"v":19,"m_kib":19456,"t":2,"p":1},"salt_bytes":16,
 * "tag_bytes":32,"cost_percent_of_policy":100,"steps":[],"warnings":[],
 * "readings":[],"rehash":false,"upgrade":"none"}, or with a verdict of
 * "malformed", "unsupported", "not_allowed", "later_release", "over_limit",
 * "over_budget", "no_key" or "sealed_otherwise" and
 * "problem":{"code":40,"name":"SALTBOX_E_MALFORMED","offset":12,"reason":"..."}.
 * cost_percent_of_policy is the work of a guess. steps is what the password goes
 * through first. warnings are of "cheap" (less than a tenth of the policy's
 * work), "no_salt", "short_salt", "short_tag", "ambiguous", "padding_bits",
 * "other_alphabet", "ln_is_n", "sign_extension", "cyclic_key",
 * "over_72_rejected" and "over_72_accepted"; later releases may add others.
 * readings are what an ambiguous text may mean, first what is verified. key_id
 * stands where the string is sealed, wraps (the scheme inside) where it wraps
 * another one. upgrade is what saltbox_wrap would do: "none", "seal" or "wrap";
 * in its place stands upgrade_refused, like problem, where it would refuse.
 *
 * For saltbox_check: {"verdict":"refused","violations":[{"code":1,
 * "name":"too_short","bound":15,"found":9,"text":"has to have at least 15
 * characters"}],"warnings":[{"code":1,"name":"not_ascii","text":"..."}]}, or a
 * verdict of "accepted" and no violation. Every rule that is broken stands once,
 * by its code (SALTBOX_VIOLATION_...), which never changes its meaning; bound
 * stands where there is one. For context_word, words names what kinds were found:
 * "login_id", "email", "user", "service"; for blocklisted, lists names which lists
 * have it: "inside", "outside". Warnings (SALTBOX_WARNING_...) refuse nothing.
 * "strength":{"score":0,"guesses_log10":0.477,"seconds":{"online_throttled":108,
 * ...},"weakness":{"code":8,"name":"top_10","text":"..."},"suggestions":[{"code":3,
 * ...}]} stands where it was estimated, seconds by attacker (SALTBOX_ATTACKER_...).
 * Nothing of the password or the subject stands in it. The functions below tell
 * codes and numbers without JSON.
 *
 * For the flows, such as saltbox_reset: {"verdict":"password_refused",
 * "client":"password_refused","violations":[...],"warnings":[...],"strength":{...},
 * "effects":[]} or {"verdict":"too_soon","client":"sent","effects":[],"retry_after_s":41}
 * or {"verdict":"code_issued","client":"sent","effects":["send_code"],"lifetime_s":3600}.
 * verdict, client and effects are the names of SALTBOX_VERDICT_..., SALTBOX_CLIENT_...
 * and SALTBOX_EFFECT_...; violations, warnings and strength stand where a password was
 * checked, lifetime_s, how long the code lives, where one was made. Neither the
 * record, the code nor the lookup key stands in it: accessors lend these.
 *
 * For saltbox_lint: {"conforming":false,"breaches":[{"standard":"nist-63b-4",
 * "section":"3.1.1.2(1)","level":"SHALL","path":"policy.min_length","text":...}],
 * "contradictions":[{"topic":...,"nist":{"section":...,"text":...},"asvs":{...},
 * "here":...}]}. level is "SHALL", "SHALL NOT" or "SHOULD"; contradictions are
 * between the standards, whatever the configuration.
 *
 * For saltbox_calibration_advice: {"hash":{"create":{"scheme":"argon2id","m_kib":65536,
 * "t":3,"p":1},"memory_mib":1024,"max_running":4}}, for saltbox_config_parse.
 *
 * outcome: NULL gives NULL and length 0.
 * len_out: its length in bytes; must not be NULL, or NULL is returned.
 */
SALTBOX_MUST_USE
const uint8_t *saltbox_outcome_json(const struct saltbox_outcome *outcome,
                                    size_t *len_out);

/**
 * One of the rules that a password breaks, in the order of their codes, so that
 * a loop from 0 ends at the first answer that is not SALTBOX_OK.
 *
 * outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
 * index: from 0.
 * code_out: SALTBOX_VIOLATION_...; must not be NULL.
 * bound_or_null: what the policy asks for at least or allows at most; 0 where
 *   the rule has no bound.
 * found_or_null: what the password has.
 * Returns SALTBOX_OK; SALTBOX_REJECTED where there is none of this index;
 *   SALTBOX_E_ARGUMENT. The numbers are written for SALTBOX_OK only.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_outcome_violation(const struct saltbox_outcome *outcome,
                                         size_t index,
                                         uint32_t *code_out,
                                         uint32_t *bound_or_null,
                                         uint32_t *found_or_null);

/**
 * One of the warnings about a password, in the order of their codes; as
 * saltbox_outcome_violation.
 *
 * outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
 * index: from 0.
 * code_out: SALTBOX_WARNING_...; must not be NULL.
 * Returns SALTBOX_OK; SALTBOX_REJECTED where there is none of this index;
 *   SALTBOX_E_ARGUMENT. The number is written for SALTBOX_OK only.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_outcome_warning(const struct saltbox_outcome *outcome,
                                       size_t index,
                                       uint32_t *code_out);

/**
 * Ends an outcome and wipes it. NULL is fine.
 */
void saltbox_outcome_free(struct saltbox_outcome *outcome);

/**
 * Begins with the least that may be created.
 *
 * config_or_null: its limits hold, and hash.verify; its hash.create and
 *   hash.memory_mib do not. NULL for the defaults.
 * scheme, scheme_len: "argon2id", "scrypt", "pbkdf2-sha256", "pbkdf2-sha512" or
 *   "bcrypt".
 * target_ns: how long one hash may take at the peak, from 1 nanosecond to a minute.
 * at_once: how many hashes are computed at once at the peak, from 1 to 1024.
 * memory_bytes: the work memory of all of them together, a MiB at least.
 * calibration_out: must not be NULL. NULL is written on failure.
 * diag_or_null: what is out of range, and what the least is; may be NULL.
 * Returns SALTBOX_OK; SALTBOX_E_BUDGET where memory_bytes, and SALTBOX_E_LIMIT
 *   where the limits have no room for the least that may be created;
 *   SALTBOX_E_CONFIG where the scheme is not one of these, or is not among those
 *   to verify, or where a limit on memory is over memory_bytes;
 *   SALTBOX_E_ARGUMENT where a number is out of range, too.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_calibration_new(const struct saltbox_config *config_or_null,
                                       const uint8_t *scheme,
                                       size_t scheme_len,
                                       uint64_t target_ns,
                                       uint32_t at_once,
                                       uint64_t memory_bytes,
                                       struct saltbox_calibration **calibration_out,
                                       struct saltbox_diag *diag_or_null);

/**
 * Whether there is something left to measure.
 *
 * calibration: must not be NULL.
 * threads_out: on how many threads at once; 0 for SALTBOX_REJECTED. Must not be NULL.
 * Returns SALTBOX_OK; SALTBOX_REJECTED where enough was measured; SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_calibration_next(const struct saltbox_calibration *calibration,
                                        uint32_t *threads_out);

/**
 * Computes one hash with the parameters that are measured, by the path of
 * saltbox_verify. Any number of threads may call it at once, as long as none
 * tells.
 *
 * calibration: must not be NULL.
 * Returns SALTBOX_OK; SALTBOX_E_BUSY where many more threads call than were
 *   asked for; SALTBOX_E_MEMORY; SALTBOX_E_ARGUMENT where enough was measured, too.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_calibration_hash(const struct saltbox_calibration *calibration);

/**
 * Tells what the threads of a step read. No other call uses the calibration at
 * the same time.
 *
 * calibration: must not be NULL.
 * readings_ns, readings_len: nanoseconds of a clock that never goes back and is
 *   the same for all threads, from wherever it counts:
 *   SALTBOX_CALIBRATION_READINGS of each thread, one thread after the other.
 *   readings_len counts all of them.
 * Returns SALTBOX_OK; SALTBOX_E_ARGUMENT where there are not as many as the step
 *   asks for, or where the clock stood still or ran backwards, too: the step is
 *   still to be measured then.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_calibration_tell(struct saltbox_calibration *calibration,
                                        const uint64_t *readings_ns,
                                        size_t readings_len);

/**
 * What was found: the dearest parameters that keep to the target.
 *
 * calibration: must not be NULL. It is not changed, and not used up.
 * alone_ns_or_null: how long one hash takes by itself.
 * under_load_ns_or_null: how long one takes while at_once are computed;
 *   at_once times 1e9 through this is how many end in a second.
 * memory_bytes_or_null: work memory in use by all of them.
 * outcome_out: must not be NULL. The parameters as a configuration, with the
 *   memory and the slots they were measured in, see saltbox_outcome_json; NULL
 *   is written on failure.
 * Returns SALTBOX_OK. SALTBOX_REJECTED: even the least that may be created takes
 *   longer than the target; what is written is of that. SALTBOX_E_ARGUMENT, also
 *   where something is left to measure.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_calibration_advice(const struct saltbox_calibration *calibration,
                                          uint64_t *alone_ns_or_null,
                                          uint64_t *under_load_ns_or_null,
                                          uint64_t *memory_bytes_or_null,
                                          struct saltbox_outcome **outcome_out);

/**
 * Ends a calibration and gives its work memory back. NULL is fine.
 */
void saltbox_calibration_free(struct saltbox_calibration *calibration);

/**
 * How strong a password is, as zxcvbn 4.4.2 counts. It is an estimate; only
 * "policy":{"min_score":...} refuses a password for it.
 *
 * outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
 * score_out: from 0, guessed within a thousand tries, to 4, for more than 10^10;
 *   must not be NULL.
 * guesses_log10_or_null: the decimal logarithm of the number of guesses.
 * weakness_or_null: SALTBOX_WEAKNESS_..., why it is easily guessed; 0 where the
 *   score is 3 or 4 or the reason has no name.
 * Returns SALTBOX_OK; SALTBOX_REJECTED where it was not estimated: for bytes that
 *   are not UTF-8, for more than 4096, and where the policy says "strength":false;
 *   SALTBOX_E_ARGUMENT. The numbers are written for SALTBOX_OK only.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_outcome_strength(const struct saltbox_outcome *outcome,
                                        uint32_t *score_out,
                                        double *guesses_log10_or_null,
                                        uint32_t *weakness_or_null);

/**
 * One of the suggestions that would make a password better, in the order of
 * their codes; there are none where its score is 3 or 4.
 *
 * outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
 * index: from 0.
 * code_out: SALTBOX_SUGGESTION_...; must not be NULL.
 * Returns SALTBOX_OK; SALTBOX_REJECTED where there is none of this index;
 *   SALTBOX_E_ARGUMENT. The number is written for SALTBOX_OK only.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_outcome_suggestion(const struct saltbox_outcome *outcome,
                                          size_t index,
                                          uint32_t *code_out);

/**
 * How long an attacker guesses at a password.
 *
 * outcome: of saltbox_check, saltbox_check_change or saltbox_reset; must not be NULL.
 * attacker: SALTBOX_ATTACKER_...
 * seconds_out: must not be NULL. Finite, however long it is.
 * Returns SALTBOX_OK; SALTBOX_REJECTED as saltbox_outcome_strength;
 *   SALTBOX_E_ARGUMENT, for another attacker too. The number is written for
 *   SALTBOX_OK only.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_outcome_crack_seconds(const struct saltbox_outcome *outcome,
                                             uint32_t attacker,
                                             double *seconds_out);

/**
 * No secrets yet.
 *
 * secrets_out: must not be NULL. NULL is written on failure.
 * Returns SALTBOX_OK or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_secrets_new(struct saltbox_secrets **secrets_out);

/**
 * Adds a copy of a secret. The caller wipes what it has.
 *
 * secrets: must not be NULL.
 * kind: SALTBOX_SECRET_...
 * id, id_len: the id of the question that an answer is to, 64 bytes at most; of a
 *   code it has to be empty. NULL only with length 0.
 * value, value_len: any bytes, and empty where the client sent an empty text.
 *   NULL only with length 0. More than 256 bytes of a code, and 1024 of an answer, are
 *   not kept: it is malformed.
 * Returns SALTBOX_OK. SALTBOX_E_ANSWERS for a second answer to a question, for a
 *   seventeenth answer and for an id of more than 64 bytes or that is not UTF-8.
 *   SALTBOX_E_ARGUMENT, also for another kind and for a code that is there
 *   already. Nothing is changed then.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_secrets_add(struct saltbox_secrets *secrets,
                                   uint32_t kind,
                                   const uint8_t *id,
                                   size_t id_len,
                                   const uint8_t *value,
                                   size_t value_len);

/**
 * What is wrong with the codes of a request, where other calls say a status and no more.
 *
 * secrets: must not be NULL.
 * diag_or_null: why, and the offset in the code at fault; may be NULL. Nothing
 *   of a code stands in it.
 * Returns SALTBOX_OK: saltbox_reset_lookup, saltbox_reset and
 *   saltbox_verify_address take them. SALTBOX_E_NO_CODE, _TWO_WAYS, _HALF_OF_A_PAIR,
 *   _EMPTY_CODE, _MALFORMED_CODE; SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_secrets_check(const struct saltbox_secrets *secrets,
                                     struct saltbox_diag *diag_or_null);

/**
 * Ends secrets and wipes them. NULL is fine.
 */
void saltbox_secrets_free(struct saltbox_secrets *secrets);

/**
 * Makes the record of a new account.
 *
 * STORE THE RECORD ONLY WHERE THERE STILL IS NONE, BEFORE ANYTHING ELSE IS DONE OR SAID.
 *
 * A record that is given says that the login is taken: that costs as much, and
 * with "account":{"mask":true}, the default, a client is told the same and gets no session
 * either way: send a code (saltbox_request_verification), and let the user sign in.
 *
 * sb, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset. The
 *   subject has to have the id of the account that is to be.
 * record, record_len: of the account that has this login already; NULL with
 *   length 0 where there is none.
 * password, password_len: as for saltbox_hash.
 * Returns SALTBOX_OK: the account may be stored. SALTBOX_REJECTED: it exists, or the
 *   policy refuses the password (saltbox_outcome_violation). For record, subject and
 *   request as saltbox_request_reset, but never SALTBOX_E_OTHER_SUBJECT: a login is
 *   taken by whomever; SALTBOX_E_BUSY, _MEMORY, _RANDOM, _KEY, SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_sign_up(const struct saltbox *sb,
                               const uint8_t *record,
                               size_t record_len,
                               const uint8_t *subject,
                               size_t subject_len,
                               const uint8_t *request,
                               size_t request_len,
                               const uint8_t *password,
                               size_t password_len,
                               uint64_t now_unix_s,
                               struct saltbox_outcome **outcome_out);

/**
 * Whether a password signs an account in.
 *
 * STORE THE RECORD BY COMPARE-AND-SWAP BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO
 * FOR SALTBOX_REJECTED: failures are charged in it. WHERE THERE IS NO RECORD, COMPARE: what is
 * stored has to be still what was read. A plain success writes nothing.
 *
 * An account that is not there (no record), is locked, is disabled or has no
 * password costs the same and sounds the same as a wrong password. A right one
 * within a lock stays refused.
 *
 * sb, record, subject, now_unix_s, outcome_out: as for saltbox_request_reset; of
 *   the subject "status" counts, too ("enabled", "disabled", "invited", "expired").
 * request, request_len: {"step_up":false,"session_subject":"...","revoke_other_sessions":false}.
 *   step_up raises the session that the request comes with, and only one of this account.
 * password, password_len: any bytes.
 * Returns SALTBOX_OK: give the session that saltbox_outcome_effects names. It is a first
 *   factor: others that the account has are the host's.
 *   SALTBOX_REJECTED: not, saltbox_outcome_verdict says why;
 *   SALTBOX_CLIENT_MUST_CHANGE is said to who has the right password. Failures as
 *   saltbox_request_reset and saltbox_verify.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_sign_in(const struct saltbox *sb,
                               const uint8_t *record,
                               size_t record_len,
                               const uint8_t *subject,
                               size_t subject_len,
                               const uint8_t *request,
                               size_t request_len,
                               const uint8_t *password,
                               size_t password_len,
                               uint64_t now_unix_s,
                               struct saltbox_outcome **outcome_out);

/**
 * Sets a new password within a session of the account, without the old one.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR SALTBOX_REJECTED.
 *
 * sb, record, subject, now_unix_s, outcome_out: as for saltbox_request_reset.
 * request, request_len: {"session_subject":"...","auth_age_s":30,
 *   "revoke_other_sessions":true}: whose session it is, and how long ago its user signed in with
 *   the password (answers do not count), both checked by the host. Another's session and a
 *   sign-in longer ago than "account":{"auth_age_s":300} are refused.
 * new_password, new_password_len: as for saltbox_hash.
 * Returns SALTBOX_OK or SALTBOX_REJECTED; failures as saltbox_request_reset and saltbox_hash.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_update(const struct saltbox *sb,
                              const uint8_t *record,
                              size_t record_len,
                              const uint8_t *subject,
                              size_t subject_len,
                              const uint8_t *request,
                              size_t request_len,
                              const uint8_t *new_password,
                              size_t new_password_len,
                              uint64_t now_unix_s,
                              struct saltbox_outcome **outcome_out);

/**
 * Replaces a password by a new one, with the old one as the proof. A temporary
 * and an expired one may be replaced.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR SALTBOX_REJECTED.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_sign_in.
 * old_password, old_password_len: any bytes; a wrong one is charged as at a sign-in.
 * new_password, new_password_len: as for saltbox_hash.
 * Returns SALTBOX_OK or SALTBOX_REJECTED; failures as saltbox_sign_in and saltbox_hash.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_replace(const struct saltbox *sb,
                               const uint8_t *record,
                               size_t record_len,
                               const uint8_t *subject,
                               size_t subject_len,
                               const uint8_t *request,
                               size_t request_len,
                               const uint8_t *old_password,
                               size_t old_password_len,
                               const uint8_t *new_password,
                               size_t new_password_len,
                               uint64_t now_unix_s,
                               struct saltbox_outcome **outcome_out);

/**
 * What an account is found by whose code has come, before any store is asked:
 * exactly one way, or what is wrong with the codes.
 *
 * sb: must not be NULL.
 * codes: must not be NULL.
 * lookup_out, cap: the buffer; SALTBOX_LOOKUP_MAX is always enough. NULL only
 *   with cap 0, which asks for the size. Written for SALTBOX_OK only, without a NUL.
 * len_out: must not be NULL. For SALTBOX_OK the length, for SALTBOX_E_BUFFER the
 *   size needed; otherwise left alone.
 * Returns SALTBOX_OK; SALTBOX_E_BUFFER (before the codes are looked at);
 *   SALTBOX_E_NO_CODE, _TWO_WAYS, _HALF_OF_A_PAIR, _EMPTY_CODE or
 *   _MALFORMED_CODE, of which saltbox_secrets_check says more; SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_reset_lookup(const struct saltbox *sb,
                                    const struct saltbox_secrets *codes,
                                    uint8_t *lookup_out,
                                    size_t cap,
                                    size_t *len_out);

/**
 * A code for setting a new password, to be sent.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, as
 * saltbox_outcome_record says; it also says what to do where that fails. Then
 * store what saltbox_outcome_lookup lends as the key of a row that names the account,
 * and do what saltbox_outcome_effects says.
 *
 * SALTBOX_CHANNEL_ADMINISTRATOR IS FOR CALLERS OF WHOM THE HOST KNOWS THAT THEY ARE
 * ADMINISTRATORS: such a link looks at no address and waits for no pause, ends
 * every other code, and begins the attempts anew.
 *
 * A client is told the same whether there is such an account or not
 * (saltbox_outcome_client), and it costs the same. Where no code may be sent,
 * saltbox_outcome_code lends none. By e-mail, text or voice one is sent only where the
 * subject says that the address is verified.
 *
 * sb: must not be NULL. Its configuration has a key that creates.
 * record, record_len: what saltbox_outcome_record lent for this account at last.
 *   NULL with length 0 where there is no such account.
 * subject, subject_len: what is known of the user, as for saltbox_check:
 *   {"id":"...","realm":"...","email":"...","email_verified":true,
 *   "phone":"...","phone_verified":true}. For a record it has to have the id,
 *   which never changes. NULL with length 0 where there is no such account.
 * request, request_len: what is asked for besides, in JSON:
 *   {"suppress_mail":false}. NULL with length 0 for nothing.
 * way: SALTBOX_WAY_...
 * channel: SALTBOX_CHANNEL_..., one that goes with the way.
 * now_unix_s: seconds since 1970.
 * outcome_out: must not be NULL. What was decided; NULL is written on failure.
 * Returns SALTBOX_OK: there is a code to send. SALTBOX_REJECTED: there is none,
 *   saltbox_outcome_verdict says why; the outcome is written all the same, and
 *   the client is told the same. SALTBOX_E_RECORD, SALTBOX_E_LATER_RELEASE or
 *   SALTBOX_E_OTHER_SUBJECT for the record, SALTBOX_E_SUBJECT, also where there is
 *   a record and no id, SALTBOX_E_REQUEST,
 *   SALTBOX_E_KEY where there is no key that creates, SALTBOX_E_RANDOM; of
 *   one-time codes, which are hashed, SALTBOX_E_BUSY and SALTBOX_E_MEMORY;
 *   SALTBOX_E_ARGUMENT, also where way and channel do not go together.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_request_reset(const struct saltbox *sb,
                                     const uint8_t *record,
                                     size_t record_len,
                                     const uint8_t *subject,
                                     size_t subject_len,
                                     const uint8_t *request,
                                     size_t request_len,
                                     uint32_t way,
                                     uint32_t channel,
                                     uint64_t now_unix_s,
                                     struct saltbox_outcome **outcome_out);

/**
 * Sets a new password where the code is right.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR
 * SALTBOX_REJECTED, as saltbox_outcome_record says: a wrong code costs an
 * attempt, and a right one is spent. Who answers before the swap has succeeded lets a
 * code be used twice, and guessed without end.
 *
 * The account is the one that saltbox_reset_lookup finds. A password that the
 * policy refuses is told only to who has the right code, and leaves the code as it
 * was: saltbox_outcome_violation says what is wrong. All sessions end. The outcome permits
 * no session: who reset a password signs in with it, with every factor that the
 * account has. With "account":{"reset_signs_in":true} it has SALTBOX_EFFECT_NEW_SESSION
 * besides, to be given after the others have ended, where the subject says
 * "mfa_enrolled":false and is enabled, no lock is left, and the code went to the user: never
 * for a link of an administrator, who has seen it.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 *   "mfa_enrolled" of the subject says whether the user has another factor; absent it
 *   counts as true.
 *   With "suppress_mail" in the request the user is not told that the password was changed.
 * codes: must not be NULL. Codes of exactly one way.
 * new_password, new_password_len: as for saltbox_check.
 * Returns SALTBOX_OK: the record has the new password. SALTBOX_REJECTED: it has
 *   not; saltbox_outcome_client says what may be told. What saltbox_reset_lookup
 *   and saltbox_request_reset return for codes, record, subject and request; what
 *   saltbox_hash returns for the password; SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_reset(const struct saltbox *sb,
                             const uint8_t *record,
                             size_t record_len,
                             const uint8_t *subject,
                             size_t subject_len,
                             const uint8_t *request,
                             size_t request_len,
                             const struct saltbox_secrets *codes,
                             const uint8_t *new_password,
                             size_t new_password_len,
                             uint64_t now_unix_s,
                             struct saltbox_outcome **outcome_out);

/**
 * A code that shows that an address is the user's, when it comes back from
 * there. As saltbox_request_reset, but the address need not be verified, and
 * SALTBOX_WAY_RESET_LINK is SALTBOX_E_ARGUMENT.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
 *
 * The parameters and the answer are those of saltbox_request_reset.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_request_verification(const struct saltbox *sb,
                                            const uint8_t *record,
                                            size_t record_len,
                                            const uint8_t *subject,
                                            size_t subject_len,
                                            const uint8_t *request,
                                            size_t request_len,
                                            uint32_t way,
                                            uint32_t channel,
                                            uint64_t now_unix_s,
                                            struct saltbox_outcome **outcome_out);

/**
 * Says that an address is the user's where the code that went there is right.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR
 * SALTBOX_REJECTED. Then store that the address is verified, where
 * saltbox_outcome_effects says so. The code was bound to the address that the
 * subject had then, and is worth nothing where it has another.
 *
 * The parameters and the answer are those of saltbox_reset, without a password:
 * SALTBOX_OK: the address is the user's.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_verify_address(const struct saltbox *sb,
                                      const uint8_t *record,
                                      size_t record_len,
                                      const uint8_t *subject,
                                      size_t subject_len,
                                      const uint8_t *request,
                                      size_t request_len,
                                      const struct saltbox_secrets *codes,
                                      uint64_t now_unix_s,
                                      struct saltbox_outcome **outcome_out);

/**
 * A record for an account of which a stored string is known. A record that is
 * there keeps what else it has, and its codes end.
 *
 * STORE THE RECORD BY COMPARE-AND-SWAP, as saltbox_outcome_record says; where
 * there was none, only where there still is none.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 *   The subject has to have an id.
 * stored, stored_len: what saltbox_hash or saltbox_import wrote, or another
 *   string that saltbox_verify takes. NULL with length 0 for an account without a
 *   password, which can get one by a reset.
 * Returns SALTBOX_OK. SALTBOX_E_MALFORMED, _UNSUPPORTED, _NOT_ALLOWED,
 *   _LATER_RELEASE, _LIMIT, _BUDGET, _KEY or _SEAL for the stored string; for
 *   record, subject and request as saltbox_request_reset; SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_admin_import(const struct saltbox *sb,
                                    const uint8_t *record,
                                    size_t record_len,
                                    const uint8_t *subject,
                                    size_t subject_len,
                                    const uint8_t *request,
                                    size_t request_len,
                                    const uint8_t *stored,
                                    size_t stored_len,
                                    uint64_t now_unix_s,
                                    struct saltbox_outcome **outcome_out);

/**
 * What is wrong with a record, where other calls say SALTBOX_E_RECORD or
 * SALTBOX_E_LATER_RELEASE and no more.
 *
 * record, record_len: as for saltbox_request_reset; nothing is right, as no account.
 * diag_or_null: where and why; may be NULL.
 * Returns SALTBOX_OK, SALTBOX_E_RECORD, SALTBOX_E_LATER_RELEASE or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_record_check(const uint8_t *record,
                                    size_t record_len,
                                    struct saltbox_diag *diag_or_null);

/**
 * What is wrong with a request, where other calls say SALTBOX_E_REQUEST and no more.
 *
 * request, request_len: as for saltbox_request_reset.
 * diag_or_null: where and why; may be NULL.
 * Returns SALTBOX_OK, SALTBOX_E_REQUEST or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_request_check(const uint8_t *request,
                                     size_t request_len,
                                     struct saltbox_diag *diag_or_null);

/**
 * Sets a password that has to be replaced at its first use, within
 * "account":{"temporary_s":86400} seconds.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID. The host has checked that the
 * caller may. The password keeps the policy, and is
 * not compared with former ones. All sessions end.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 * password, password_len: as for saltbox_hash.
 * Returns SALTBOX_OK. SALTBOX_REJECTED where there is no account (no record), or
 *   the policy refuses the password. Failures as saltbox_request_reset and saltbox_hash.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_admin_set_temporary(const struct saltbox *sb,
                                           const uint8_t *record,
                                           size_t record_len,
                                           const uint8_t *subject,
                                           size_t subject_len,
                                           const uint8_t *request,
                                           size_t request_len,
                                           const uint8_t *password,
                                           size_t password_len,
                                           uint64_t now_unix_s,
                                           struct saltbox_outcome **outcome_out);

/**
 * Sets a password that is good at once.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID. The host has checked that the
 * caller may. The password keeps the policy, and is
 * not compared with former ones. All sessions end.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 * password, password_len: as for saltbox_hash.
 * Returns SALTBOX_OK. SALTBOX_REJECTED where there is no account (no record), or
 *   the policy refuses the password. Failures as saltbox_request_reset and saltbox_hash.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_admin_set_active(const struct saltbox *sb,
                                        const uint8_t *record,
                                        size_t record_len,
                                        const uint8_t *subject,
                                        size_t subject_len,
                                        const uint8_t *request,
                                        size_t request_len,
                                        const uint8_t *password,
                                        size_t password_len,
                                        uint64_t now_unix_s,
                                        struct saltbox_outcome **outcome_out);

/**
 * Says that the password has to be replaced before the next sign-in.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 * Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
 *   there is no account (no record). Failures as saltbox_request_reset.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_admin_expire(const struct saltbox *sb,
                                    const uint8_t *record,
                                    size_t record_len,
                                    const uint8_t *subject,
                                    size_t subject_len,
                                    const uint8_t *request,
                                    size_t request_len,
                                    uint64_t now_unix_s,
                                    struct saltbox_outcome **outcome_out);

/**
 * Locks an account: nothing is looked at until it is unlocked. All sessions end.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 * Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
 *   there is no account (no record). Failures as saltbox_request_reset.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_admin_lock(const struct saltbox *sb,
                                  const uint8_t *record,
                                  size_t record_len,
                                  const uint8_t *subject,
                                  size_t subject_len,
                                  const uint8_t *request,
                                  size_t request_len,
                                  uint64_t now_unix_s,
                                  struct saltbox_outcome **outcome_out);

/**
 * Unlocks an account, whoever locked it, and forgets what failed at sign-ins,
 * codes and answers.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 * Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
 *   there is no account (no record). Failures as saltbox_request_reset.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_admin_unlock(const struct saltbox *sb,
                                    const uint8_t *record,
                                    size_t record_len,
                                    const uint8_t *subject,
                                    size_t subject_len,
                                    const uint8_t *request,
                                    size_t request_len,
                                    uint64_t now_unix_s,
                                    struct saltbox_outcome **outcome_out);

/**
 * Disables an account: nobody signs in, resets or is sent a code. All sessions end.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 * Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
 *   there is no account (no record). Failures as saltbox_request_reset.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_admin_disable(const struct saltbox *sb,
                                     const uint8_t *record,
                                     size_t record_len,
                                     const uint8_t *subject,
                                     size_t subject_len,
                                     const uint8_t *request,
                                     size_t request_len,
                                     uint64_t now_unix_s,
                                     struct saltbox_outcome **outcome_out);

/**
 * Enables an account again.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
 *
 * sb, record, subject, request, now_unix_s, outcome_out: as for saltbox_request_reset.
 * Returns SALTBOX_OK, also where nothing was to be changed. SALTBOX_REJECTED where
 *   there is no account (no record). Failures as saltbox_request_reset.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_admin_enable(const struct saltbox *sb,
                                    const uint8_t *record,
                                    size_t record_len,
                                    const uint8_t *subject,
                                    size_t subject_len,
                                    const uint8_t *request,
                                    size_t request_len,
                                    uint64_t now_unix_s,
                                    struct saltbox_outcome **outcome_out);

/**
 * Sets up answers to security questions of the configuration's pool; they
 * replace all that there were.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR SALTBOX_REJECTED.
 *
 * sb, record, subject, now_unix_s, outcome_out: as for saltbox_request_reset. The
 *   configuration has "questions".
 * request, request_len: {"session_subject":"...","auth_age_s":30}, the id for which
 *   the session was made that the request comes with, and how many seconds ago its user signed in
 *   with the password. Without these nothing is set up.
 * answers: SALTBOX_SECRET_ANSWER each; must not be NULL.
 * Returns SALTBOX_OK: they are set up. SALTBOX_REJECTED: they are not; what is
 *   wrong with them says saltbox_outcome_answer_violation. SALTBOX_E_CONFIG where
 *   no questions are configured; for record, subject and request as
 *   saltbox_request_reset; SALTBOX_E_BUSY, SALTBOX_E_MEMORY, SALTBOX_E_RANDOM, SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_set_questions(const struct saltbox *sb,
                                     const uint8_t *record,
                                     size_t record_len,
                                     const uint8_t *subject,
                                     size_t subject_len,
                                     const uint8_t *request,
                                     size_t request_len,
                                     const struct saltbox_secrets *answers,
                                     uint64_t now_unix_s,
                                     struct saltbox_outcome **outcome_out);

/**
 * The questions to ask a user, by saltbox_outcome_question_id and _text: the
 * same ones until they are answered.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID.
 *
 * The parameters are those of saltbox_set_questions, without answers.
 * Returns SALTBOX_OK: there are some. SALTBOX_REJECTED: there are none, or the
 *   session is not the account's. Failures as saltbox_set_questions.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_get_questions(const struct saltbox *sb,
                                     const uint8_t *record,
                                     size_t record_len,
                                     const uint8_t *subject,
                                     size_t subject_len,
                                     const uint8_t *request,
                                     size_t request_len,
                                     uint64_t now_unix_s,
                                     struct saltbox_outcome **outcome_out);

/**
 * Whether enough answers to the questions that were asked are right. All are
 * computed, and nothing tells which of them was wrong.
 *
 * STORE THE RECORD BEFORE ANYTHING ELSE IS DONE OR SAID, ALSO FOR
 * SALTBOX_REJECTED: the attempt is charged in it.
 *
 * sb, record, subject, answers, now_unix_s, outcome_out: as for
 *   saltbox_set_questions. Exactly those answers that were asked for.
 * request, request_len: {"session_subject":"...","step_up":true}. With step_up
 *   the session is to be raised (SALTBOX_EFFECT_STEP_UP_SESSION). Answers give no
 *   session, and do not count as a sign-in for "auth_age_s".
 * Returns SALTBOX_OK: enough are right. SALTBOX_REJECTED: they are not, or no
 *   attempt is left, or nothing was asked. Failures as saltbox_set_questions.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_verify_questions(const struct saltbox *sb,
                                        const uint8_t *record,
                                        size_t record_len,
                                        const uint8_t *subject,
                                        size_t subject_len,
                                        const uint8_t *request,
                                        size_t request_len,
                                        const struct saltbox_secrets *answers,
                                        uint64_t now_unix_s,
                                        struct saltbox_outcome **outcome_out);

/**
 * The id of a question to ask. Lent until the outcome is freed; ASCII, not NUL-terminated.
 *
 * outcome: of saltbox_get_questions.
 * index: from 0.
 * len_out: its length in bytes; must not be NULL, or NULL is returned.
 * Returns NULL, with length 0, where there is none of this index.
 */
SALTBOX_MUST_USE
const uint8_t *saltbox_outcome_question_id(const struct saltbox_outcome *outcome,
                                           size_t index,
                                           size_t *len_out);

/**
 * The text of a question to ask, as the configuration has it. Lent until the
 * outcome is freed; UTF-8, not NUL-terminated.
 *
 * The parameters and the answer are those of saltbox_outcome_question_id.
 */
SALTBOX_MUST_USE
const uint8_t *saltbox_outcome_question_text(const struct saltbox_outcome *outcome,
                                             size_t index,
                                             size_t *len_out);

/**
 * What is wrong with an answer that was to be set up, for hosts with words of their own.
 *
 * outcome: of saltbox_set_questions; must not be NULL.
 * index: from 0.
 * code_out: SALTBOX_ANSWER_...; must not be NULL.
 * question_out, question_len_out: the id of the question, lent until the outcome
 *   is freed; of length 0 where it is about how many answers there are. Must not be NULL.
 * Returns SALTBOX_OK; SALTBOX_REJECTED where there is none of this index;
 *   SALTBOX_E_ARGUMENT. All are written for SALTBOX_OK only.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_outcome_answer_violation(const struct saltbox_outcome *outcome,
                                                size_t index,
                                                uint32_t *code_out,
                                                const uint8_t **question_out,
                                                size_t *question_len_out);

/**
 * Whether two logins or e-mail addresses are one: without case, width and form,
 * and never by what only looks alike. Send to the address that is stored, not to
 * the one that was typed in.
 *
 * a, a_len, b, b_len: UTF-8; what is not is the same as nothing. NULL only with length 0.
 * Returns SALTBOX_OK: they are one. SALTBOX_REJECTED: they are two. SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_same_identifier(const uint8_t *a,
                                       size_t a_len,
                                       const uint8_t *b,
                                       size_t b_len);

/**
 * What saltbox_same_identifier compares: a key that a database finds logins by,
 * beside the login as it is shown.
 *
 * identifier, identifier_len: UTF-8. NULL only with length 0.
 * folded_out, cap: the buffer. NULL only with cap 0, which asks for the size.
 *   Written for SALTBOX_OK only, without a NUL.
 * len_out: must not be NULL. For SALTBOX_OK the length, for SALTBOX_E_BUFFER the
 *   size needed, at most twelve times identifier_len; otherwise left alone.
 * Returns SALTBOX_OK. SALTBOX_REJECTED: it is not UTF-8, so nobody's.
 *   SALTBOX_E_BUFFER or SALTBOX_E_ARGUMENT.
 */
SALTBOX_MUST_USE
saltbox_status saltbox_fold_identifier(const uint8_t *identifier,
                                       size_t identifier_len,
                                       uint8_t *folded_out,
                                       size_t cap,
                                       size_t *len_out);

/**
 * The record to store. Lent until the outcome is freed.
 *
 * STORE IT BY COMPARE-AND-SWAP WITH THE RECORD THAT THE CALL WAS GIVEN, BEFORE ANYTHING ELSE IS DONE OR
 * SAID: replace the record that was read only where it is still the one
 * that is stored. A code that two requests bring at once is accepted in
 * both outcomes; by the one swap that succeeds it is accepted once. Where the
 * swap fails, free the outcome, read the record again and make the call again.
 *
 * It is JSON in UTF-8, not NUL-terminated, of some hundred bytes to some KiB. It
 * holds no password and no code, but what they are compared with.
 *
 * outcome: NULL gives NULL and length 0.
 * len_out: its length in bytes; must not be NULL, or NULL is returned.
 * Returns NULL, with length 0, where there is nothing to store.
 */
SALTBOX_MUST_USE
const uint8_t *saltbox_outcome_record(const struct saltbox_outcome *outcome,
                                      size_t *len_out);

/**
 * The code to send, which is a secret and nowhere else. Lent until the outcome
 * is freed, which wipes it.
 *
 * Of a link it is what goes into the link, "lookup.verifier" in characters that no
 * URL has to escape; of a one-time code the digits. ASCII, not NUL-terminated.
 *
 * outcome, len_out: as for saltbox_outcome_record.
 * Returns NULL, with length 0, where there is none.
 */
SALTBOX_MUST_USE
const uint8_t *saltbox_outcome_code(const struct saltbox_outcome *outcome,
                                    size_t *len_out);

/**
 * What the account is found by when the code comes back, as
 * saltbox_reset_lookup says it then: the key of a row of the host's that names
 * the account and never changes. It is no secret. Lent until the outcome is freed.
 *
 * Of a one-time code it is the request code, which the client is given, also
 * where there is no such account.
 *
 * outcome, len_out: as for saltbox_outcome_record.
 * Returns NULL, with length 0, where there is none.
 */
SALTBOX_MUST_USE
const uint8_t *saltbox_outcome_lookup(const struct saltbox_outcome *outcome,
                                      size_t *len_out);

/**
 * What was decided: SALTBOX_VERDICT_..., less than 100 for a yes. For logs and
 * counters; what may be said to a client is saltbox_outcome_client. A later
 * release may add numbers.
 *
 * outcome: NULL, or of a call that decides nothing of an account, such as
 *   saltbox_check, gives 0.
 */
SALTBOX_MUST_USE
uint32_t saltbox_outcome_verdict(const struct saltbox_outcome *outcome);

/**
 * What may be said to a client of whom nothing is known, SALTBOX_CLIENT_..., so
 * that it learns neither whether there is such an account nor in what state it is.
 *
 * outcome: as for saltbox_outcome_verdict.
 */
SALTBOX_MUST_USE
uint32_t saltbox_outcome_client(const struct saltbox_outcome *outcome);

/**
 * What the host has to do after it has stored the record: the sum of
 * SALTBOX_EFFECT_... A later release may add bits.
 *
 * outcome: as for saltbox_outcome_verdict.
 */
SALTBOX_MUST_USE
uint32_t saltbox_outcome_effects(const struct saltbox_outcome *outcome);

/**
 * How a code is to be sent, or was, SALTBOX_CHANNEL_...: the address that
 * SALTBOX_EFFECT_ADDRESS_VERIFIED is about. 0 where it is about no code.
 *
 * outcome: as for saltbox_outcome_verdict.
 */
SALTBOX_MUST_USE
uint32_t saltbox_outcome_channel(const struct saltbox_outcome *outcome);

/**
 * Seconds that a code lives, to be said in the mail; 0 where there is none.
 *
 * outcome: as for saltbox_outcome_verdict.
 */
SALTBOX_MUST_USE
uint64_t saltbox_outcome_lifetime_s(const struct saltbox_outcome *outcome);

/**
 * Seconds before trying again can help; 0 where no time does. It tells that
 * there is such an account, so it is not for unknown clients.
 *
 * outcome: as for saltbox_outcome_verdict.
 */
SALTBOX_MUST_USE
uint64_t saltbox_outcome_retry_after_s(const struct saltbox_outcome *outcome);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* SALTBOX_H */
