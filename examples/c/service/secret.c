/*
 * What secrets need: randomness, comparing, wiping.
 */

#include "service.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/random.h>

/*
 * What jansson asks for memory. Where its parser gets none it goes on and writes beyond
 * the end (2.14, akheron/jansson issue 362); so the process ends, as it does where the
 * library gets no memory for a handle.
 */
void *malloc_or_end(size_t size) {
    void *memory = malloc(size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* What may have held a secret, whatever its size. */
void free_wiped(void *memory) {
    if (memory != NULL) {
        explicit_bzero(memory, malloc_usable_size(memory));
        free(memory);
    }
}

/* Fills `out` with random hexadecimal digits and a NUL. */
bool random_hex(char *out, size_t size) {
    uint8_t bytes[TOKEN_SIZE / 2];
    size_t len = size / 2;
    /* Up to 256 bytes come whole, whatever signal arrives. */
    if (len > sizeof bytes || getrandom(bytes, len, 0) != (ssize_t)len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    out[2 * len] = '\0';
    explicit_bzero(bytes, sizeof bytes);
    return true;
}

/* In a time that tells where they differ to nobody; the length of a token or key is no secret. */
bool is_same_secret(const char *a, const char *b) {
    size_t len = strlen(a);
    volatile unsigned char difference = 0;
    if (strlen(b) != len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        difference |= (unsigned char)(a[i] ^ b[i]);
    }
    return difference == 0;
}
