/* The logger: levels, replaced while calls are in flight, and nothing personal in any line. */
#include "check.h"
#include "sandbox.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* What no line may hold. */
static const char *const CANARIES[] = {NAME, NUMBER, "sandbox-juhe-key", "JHsandbox0openid", "sandbox-jumdata-appcode",
                                       "sandbox-baidu-ak", "sandbox-baidu-sk", "/9j/", "李娜"};

struct lines {
    atomic_uint count, worst, leaks, odd;
    /* 1 while it may be called. */
    atomic_uint open;
};

static void listen(void *user_data, int32_t level, const char *target, const char *message)
{
    struct lines *lines = user_data;
    atomic_fetch_add(&lines->count, 1);
    if (!atomic_load(&lines->open)) atomic_fetch_add(&lines->odd, 1);
    if (level < SHIREN_LOG_ERROR || level > SHIREN_LOG_TRACE) atomic_fetch_add(&lines->odd, 1);
    if (target == NULL || target[0] == 0 || strchr(message, '\n') != NULL) atomic_fetch_add(&lines->odd, 1);
    if ((unsigned)level > atomic_load(&lines->worst)) atomic_store(&lines->worst, (unsigned)level);
    for (size_t at = 0; at < sizeof CANARIES / sizeof *CANARIES; at++) {
        if (strstr(message, CANARIES[at]) != NULL) atomic_fetch_add(&lines->leaks, 1);
    }
}

static void call_in_all_ways(void)
{
    static const char *const faults[] = {
        "{\"kind\": \"delay\", \"milliseconds\": 1}",
        "{\"kind\": \"echo_personal\"}",
        "{\"kind\": \"cut_reply\"}",
        "{\"kind\": \"garbage\"}",
        "{\"kind\": \"status\", \"status\": 502}",
        "{\"kind\": \"drop_after_billing\"}",
        "{\"kind\": \"code\", \"code\": 10001}",
    };
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    for (size_t at = 0; at < sizeof faults / sizeof *faults; at++) {
        sandbox_fault(faults[at]);
        shiren_response *response = NULL;
        shiren_error *error = NULL;
        shiren_run(client, request, NULL, &response, &error);
        shiren_response_free(response);
        shiren_error_free(error);
    }
    shiren_request_free(request);
    shiren_client_free(client);
}

static void levels_are_kept(void)
{
    struct lines lines = {.open = 1};
    unsigned before = 0;
    /* All levels; where everything is slow only the first and the last. */
    int32_t step = rounds(100) < 100 ? SHIREN_LOG_TRACE : 1;
    for (int32_t level = SHIREN_LOG_OFF; level <= SHIREN_LOG_TRACE; level += step) {
        CHECK_INT(shiren_set_logger(level, listen, &lines, NULL), SHIREN_OK);
        atomic_store(&lines.worst, 0);
        call_in_all_ways();
        CHECK(atomic_load(&lines.worst) <= (unsigned)level);
        if (level == SHIREN_LOG_OFF) CHECK_INT(atomic_load(&lines.count), 0);
        CHECK(atomic_load(&lines.count) >= before);
        before = atomic_load(&lines.count);
    }
    CHECK_THAT(before > 0, "not one line came");
    CHECK_INT(shiren_set_logger(SHIREN_LOG_TRACE, NULL, NULL, NULL), SHIREN_OK);
    call_in_all_ways();
    CHECK_INT(atomic_load(&lines.count), before);
    CHECK_INT(atomic_load(&lines.leaks), 0);
    CHECK_INT(atomic_load(&lines.odd), 0);
    shiren_error *error = NULL;
    for (int32_t wrong = -1; wrong <= 6; wrong += 7) {
        CHECK_INT(shiren_set_logger(wrong, listen, &lines, &error), SHIREN_INVALID_ARGUMENT);
        CHECK_TEXT(shiren_error_field(error), "level");
        shiren_error_free(error);
    }
}

static atomic_uint stop;

static void *keep_calling(void *client)
{
    shiren_request *request = small_verify2();
    while (!atomic_load(&stop)) {
        shiren_response *response = NULL;
        shiren_run(client, request, NULL, &response, NULL);
        shiren_response_free(response);
    }
    shiren_request_free(request);
    return NULL;
}

static void logger_is_replaced_while_calls_are_in_flight(void)
{
    enum { LOGGERS = 2, THREADS = 3 };
    static struct lines lines[LOGGERS];
    shiren_client *client = sandbox_client();
    pthread_t threads[THREADS];
    atomic_store(&stop, 0);
    for (int at = 0; at < THREADS; at++) pthread_create(&threads[at], NULL, keep_calling, client);
    int32_t worst = SHIREN_OK;
    uint64_t until = now_ms() + 60000;
    unsigned left = rounds(200);
    for (unsigned round = 0; left > 0 && now_ms() < until; round++) {
        struct lines *next = &lines[round % LOGGERS], *last = &lines[(round + 1) % LOGGERS];
        atomic_store(&next->open, 1);
        int32_t status = shiren_set_logger(SHIREN_LOG_TRACE, listen, next, NULL);
        if (status != SHIREN_OK) worst = status;
        /* From here on the one before is never called again. */
        atomic_store(&last->open, 0);
        unsigned before = atomic_load(&next->count);
        while (atomic_load(&next->count) == before && now_ms() < until) sleep_ms(1);
        left--;
    }
    shiren_set_logger(SHIREN_LOG_OFF, NULL, NULL, NULL);
    for (int at = 0; at < LOGGERS; at++) atomic_store(&lines[at].open, 0);
    atomic_store(&stop, 1);
    for (int at = 0; at < THREADS; at++) pthread_join(threads[at], NULL);
    shiren_client_free(client);
    CHECK_INT(worst, SHIREN_OK);
    CHECK_INT(left, 0);
    for (int at = 0; at < LOGGERS; at++) {
        CHECK(atomic_load(&lines[at].count) > 0);
        CHECK_INT(atomic_load(&lines[at].odd), 0);
        CHECK_INT(atomic_load(&lines[at].leaks), 0);
    }
}

const struct test logger_tests[] = {
    {"logger: levels are kept, nothing personal is told", levels_are_kept},
    {"logger: it is replaced while calls are in flight", logger_is_replaced_while_calls_are_in_flight},
    {NULL, NULL},
};
