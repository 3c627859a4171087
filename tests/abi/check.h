/* A small test harness: a test is a function, a failed check ends it. */
#ifndef SHIREN_TESTS_CHECK_H
#define SHIREN_TESTS_CHECK_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct test {
    const char *name;
    void (*run)(void);
};

/* Each file's tests, ended by a NULL. */
extern const struct test call_tests[], error_tests[], local_tests[], observer_tests[], size_tests[], wrong_tests[];
extern const struct test fork_tests[], thread_tests[], race_tests[], fault_tests[], logger_tests[];

extern jmp_buf check_failed;
extern char check_why[512];

/* For checks on the thread of the test only; other threads count and let it look. */
#define CHECK(condition) CHECK_THAT((condition), "%s", #condition)
#define CHECK_THAT(condition, ...)                                                                                     \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            int written = snprintf(check_why, sizeof check_why, "%s:%d: ", __FILE__, __LINE__);                        \
            snprintf(check_why + written, sizeof check_why - (size_t)written, __VA_ARGS__);                            \
            longjmp(check_failed, 1);                                                                                  \
        }                                                                                                              \
    } while (0)
#define CHECK_INT(actual, expected)                                                                                    \
    do {                                                                                                               \
        long long is = (long long)(actual), must = (long long)(expected);                                              \
        CHECK_THAT(is == must, "%s is %lld, not %lld", #actual, is, must);                                             \
    } while (0)
#define CHECK_TEXT(actual, expected)                                                                                   \
    do {                                                                                                               \
        const char *is = (actual), *must = (expected);                                                                 \
        CHECK_THAT(is != NULL && strcmp(is, must) == 0, "%s is %s, not %s", #actual, is ? is : "NULL", must);          \
    } while (0)

/* How many rounds of `full`: fewer under an instrument that is slow (SHIREN_ABI_ROUNDS=percent). */
unsigned rounds(unsigned full);
/* Milliseconds that something has to take: more under such an instrument. */
unsigned patience(unsigned ms);

#endif
