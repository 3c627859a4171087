/* Many threads on one client. */
#include "check.h"
#include "sandbox.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS = 8 };

struct work {
    shiren_client *client;
    shiren_queue *queue;
    const shiren_request *shared;
    unsigned calls;
    atomic_uint answered, failed;
};

static void *call_many(void *given)
{
    struct work *work = given;
    for (unsigned call = 0; call < work->calls; call++) {
        shiren_response *response = NULL;
        shiren_error *error = NULL;
        int32_t status = shiren_run(work->client, work->shared, NULL, &response, &error);
        const char *billed = shiren_response_text(response, "/verdict/billed", NULL);
        bool answered = status == SHIREN_OK && billed != NULL && strcmp(billed, "yes") == 0;
        atomic_fetch_add(answered ? &work->answered : &work->failed, 1);
        shiren_response_free(response);
        shiren_error_free(error);
    }
    return NULL;
}

static void all_are_answered(void)
{
    struct work work = {.client = sandbox_client(), .calls = rounds(1000)};
    shiren_request *request = small_verify2();
    work.shared = request;
    pthread_t threads[THREADS];
    for (int at = 0; at < THREADS; at++) CHECK_INT(pthread_create(&threads[at], NULL, call_many, &work), 0);
    for (int at = 0; at < THREADS; at++) pthread_join(threads[at], NULL);
    CHECK_INT(atomic_load(&work.failed), 0);
    CHECK_INT(atomic_load(&work.answered), THREADS * work.calls);
    shiren_counters counters = {sizeof counters, 0, 0, 0, 0, 0};
    CHECK_INT(shiren_client_counters(work.client, &counters, NULL), SHIREN_OK);
    CHECK_INT(counters.calls, THREADS * work.calls);
    CHECK_INT(counters.billed, THREADS * work.calls);
    CHECK_INT(sandbox_charges(), THREADS * work.calls);
    shiren_request_free(request);
    shiren_client_free(work.client);
}

static void *collect(void *given)
{
    struct work *work = given;
    shiren_completion end = completion();
    while (shiren_queue_next(work->queue, SHIREN_FOREVER, &end) == SHIREN_OK) {
        atomic_fetch_add(end.response != NULL ? &work->answered : &work->failed, 1);
        shiren_response_free(end.response);
        shiren_error_free(end.error);
    }
    return NULL;
}

static void *start_many(void *given)
{
    struct work *work = given;
    for (unsigned call = 0; call < work->calls; call++) {
        if (shiren_start(work->client, work->shared, NULL, work->queue, NULL, NULL, NULL) != SHIREN_OK) {
            atomic_fetch_add(&work->failed, 1);
        }
    }
    return NULL;
}

static void queue_serves_many_threads(void)
{
    enum { EACH = 4 };
    struct work work = {.client = sandbox_client(), .queue = shiren_queue_new(), .calls = rounds(100)};
    shiren_request *request = small_verify2();
    work.shared = request;
    pthread_t starting[EACH], collecting[EACH];
    for (int at = 0; at < EACH; at++) pthread_create(&collecting[at], NULL, collect, &work);
    for (int at = 0; at < EACH; at++) pthread_create(&starting[at], NULL, start_many, &work);
    for (int at = 0; at < EACH; at++) pthread_join(starting[at], NULL);
    for (uint64_t until = now_ms() + 60000; now_ms() < until; sleep_ms(5)) {
        if (atomic_load(&work.answered) + atomic_load(&work.failed) == EACH * work.calls) break;
    }
    shiren_queue_close(work.queue);
    for (int at = 0; at < EACH; at++) pthread_join(collecting[at], NULL);
    CHECK_INT(atomic_load(&work.failed), 0);
    CHECK_INT(atomic_load(&work.answered), EACH * work.calls);
    CHECK_INT(sandbox_charges(), EACH * work.calls);
    shiren_queue_free(work.queue);
    shiren_request_free(request);
    shiren_client_free(work.client);
}

static void *read_response(void *response)
{
    for (unsigned round = rounds(200); round > 0; round--) {
        if (shiren_response_decision(response) != SHIREN_PASSED) return response;
        const char *text = shiren_response_text(response, "/verdict/reasons/0/message", NULL);
        if (text == NULL || strcmp(text, "同一人") != 0) return response;
        if (shiren_response_value(response, "/verdict", NULL) == NULL) return response;
    }
    return NULL;
}

static void response_is_read_by_many_threads(void)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_response *response = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, NULL), SHIREN_OK);
    pthread_t threads[THREADS];
    void *wrong = NULL;
    for (int at = 0; at < THREADS; at++) pthread_create(&threads[at], NULL, read_response, response);
    for (int at = 0; at < THREADS; at++) {
        void *result = NULL;
        pthread_join(threads[at], &result);
        if (result != NULL) wrong = result;
    }
    CHECK(wrong == NULL);
    shiren_response_free(response);
    shiren_request_free(request);
    shiren_client_free(client);
}

const struct test thread_tests[] = {
    {"threads: a response is read by many", response_is_read_by_many_threads},
    {"threads: a queue serves many", queue_serves_many_threads},
    {"threads: 8 × 1,000 calls on one client are all answered", all_are_answered},
    {NULL, NULL},
};
