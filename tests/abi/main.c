/* Runs the tests whose names begin with one of the given texts, or all: abi SANDBOX_URL PHOTO [TEXT…] */
#include "check.h"
#include "sandbox.h"

#include <stdlib.h>

jmp_buf check_failed;
char check_why[512];

unsigned rounds(unsigned full)
{
    const char *percent = getenv("SHIREN_ABI_ROUNDS");
    unsigned some = percent == NULL ? full : full * (unsigned)atoi(percent) / 100;
    return some < 1 ? 1 : some;
}

unsigned patience(unsigned ms)
{
    return rounds(100) < 100 ? ms * 20 : ms;
}

static bool wanted(const char *name, char **prefixes)
{
    if (*prefixes == NULL) return true;
    for (; *prefixes != NULL; prefixes++) {
        if (strncmp(name, *prefixes, strlen(*prefixes)) == 0) return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: %s SANDBOX_URL PHOTO [TEST…]\n", argv[0]);
        return 2;
    }
    sandbox_begin(argv[1], argv[2]);
    const struct test *lists[] = {size_tests,   wrong_tests, local_tests,    error_tests, call_tests, fault_tests,
                                  logger_tests, fork_tests,  observer_tests, race_tests,  thread_tests};
    unsigned failed = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t at = 0; at < sizeof lists / sizeof *lists; at++) {
        for (const struct test *test = lists[at]; test->name != NULL; test++) {
            if (!wanted(test->name, argv + 3)) continue;
            sandbox_reset();
            uint64_t began = now_ms();
            /* A test that waits for ever is told by the runner's time limit; this line says which. */
            fprintf(stderr, "   %s\n", test->name);
            if (setjmp(check_failed) == 0) {
                test->run();
                printf("ok %s (%u ms)\n", test->name, (unsigned)(now_ms() - began));
            } else {
                printf("not ok %s: %s\n", test->name, check_why);
                failed++;
            }
        }
    }
    free(photo);
    return failed > 0;
}
