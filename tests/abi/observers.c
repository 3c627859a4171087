/* Outcomes, counters and state: they add up, and agree with what the sandbox has booked. */
#include "check.h"
#include "sandbox.h"

#include <stdatomic.h>
#include <stdlib.h>

struct seen {
    atomic_uint calls, errors, cancelled, billed, unknown, odd;
};

static void observe(void *user_data, const shiren_outcome *outcome)
{
    struct seen *seen = user_data;
    atomic_fetch_add(&seen->calls, 1);
    if (outcome->status != SHIREN_OK) atomic_fetch_add(&seen->errors, 1);
    if (outcome->cancelled == 1) atomic_fetch_add(&seen->cancelled, 1);
    if (outcome->billed == SHIREN_BILLED_YES) atomic_fetch_add(&seen->billed, 1);
    if (outcome->billed == SHIREN_BILLED_UNKNOWN) atomic_fetch_add(&seen->unknown, 1);
    if (strcmp(outcome->operation, "juhe.verifyface.verify2") != 0 || outcome->cancelled > 1) {
        atomic_fetch_add(&seen->odd, 1);
    }
    if (outcome->attempts > 0 && (outcome->vendor == NULL || strcmp(outcome->vendor, "juhe") != 0)) {
        atomic_fetch_add(&seen->odd, 1);
    }
}

static void every_call_has_one_outcome(void)
{
    enum { RUN = 5, STARTED = 12 };
    struct seen seen = {0};
    shiren_client *client = sandbox_client();
    CHECK_INT(shiren_client_on_outcome(client, observe, &seen, NULL), SHIREN_OK);
    shiren_request *request = verify2();
    shiren_queue *queue = shiren_queue_new();
    for (int call = 0; call < RUN; call++) {
        shiren_response *response = NULL;
        CHECK_INT(shiren_run(client, request, NULL, &response, NULL), SHIREN_OK);
        shiren_response_free(response);
    }
    /* One that is refused before anything is sent. */
    shiren_request *wrong = shiren_request_new("juhe.verifyface.verify2");
    shiren_response *none = NULL;
    CHECK_INT(shiren_run(client, wrong, NULL, &none, NULL), SHIREN_INVALID_ARGUMENT);
    shiren_request_free(wrong);
    /* Some that are cancelled at once, some later, some not at all. */
    for (unsigned call = 0; call < STARTED; call++) {
        uint64_t id = 0;
        CHECK_INT(shiren_start(client, request, NULL, queue, NULL, &id, NULL), SHIREN_OK);
        if (call % 3 == 1) sleep_ms(call);
        if (call % 3 != 0) shiren_cancel(client, id);
    }
    unsigned cancelled = 0, answered = 0;
    for (unsigned call = 0; call < STARTED; call++) {
        shiren_completion end = completion();
        CHECK_INT(shiren_queue_next(queue, 60000, &end), SHIREN_OK);
        cancelled += shiren_error_kind(end.error) == SHIREN_CANCELLED;
        answered += end.response != NULL;
        shiren_response_free(end.response);
        shiren_error_free(end.error);
    }
    CHECK_INT(cancelled + answered, STARTED);
    CHECK(answered >= STARTED / 3);
    shiren_counters counters = {sizeof counters, 0, 0, 0, 0, 0};
    CHECK_INT(shiren_client_counters(client, &counters, NULL), SHIREN_OK);
    CHECK_INT(counters.calls, RUN + 1 + STARTED);
    CHECK_INT(counters.errors, 1 + cancelled);
    CHECK_INT(counters.cancelled, cancelled);
    CHECK_INT(counters.billed, RUN + answered);
    CHECK_INT(atomic_load(&seen.calls), counters.calls);
    CHECK_INT(atomic_load(&seen.errors), counters.errors);
    CHECK_INT(atomic_load(&seen.cancelled), counters.cancelled);
    CHECK_INT(atomic_load(&seen.billed), counters.billed);
    CHECK_INT(atomic_load(&seen.unknown), counters.unknown);
    CHECK_INT(atomic_load(&seen.odd), 0);
    /* What is certain was booked; what is not may have been. */
    unsigned charges = sandbox_charges();
    CHECK(charges >= counters.billed && charges <= counters.billed + counters.unknown);

    shiren_response *state = NULL;
    CHECK_INT(shiren_client_state(client, &state, NULL), SHIREN_OK);
    int64_t calls = 0, billed = 0;
    CHECK(shiren_response_int(state, "/counters/total/calls", &calls) && (uint64_t)calls == counters.calls);
    CHECK(shiren_response_int(state, "/counters/by_operation/juhe.verifyface.verify2/billed", &billed));
    CHECK_INT(billed, counters.billed);
    CHECK_INT(shiren_response_type(state, "/limits"), SHIREN_TYPE_OBJECT);
    shiren_response_free(state);
    shiren_queue_free(queue);
    shiren_request_free(request);
    shiren_client_free(client);
    CHECK_INT(atomic_load(&seen.calls), counters.calls);
}

static void closing_tells_outcomes_too(void)
{
    struct seen seen = {0};
    shiren_client *client = sandbox_client();
    CHECK_INT(shiren_client_on_outcome(client, observe, &seen, NULL), SHIREN_OK);
    shiren_request *request = verify2();
    shiren_queue *queue = shiren_queue_new();
    sandbox_fault("{\"kind\": \"hang_after_billing\", \"times\": 0}");
    for (int call = 0; call < 4; call++) {
        CHECK_INT(shiren_start(client, request, NULL, queue, NULL, NULL, NULL), SHIREN_OK);
    }
    sandbox_wait_requests(4);
    shiren_client_free(client);
    CHECK_INT(atomic_load(&seen.calls), 4);
    CHECK_INT(atomic_load(&seen.cancelled), 4);
    CHECK_INT(atomic_load(&seen.unknown), 4);
    CHECK_INT(sandbox_charges(), 4);
    shiren_queue_free(queue);
    shiren_request_free(request);
}

const struct test observer_tests[] = {
    {"outcome: every call has one", every_call_has_one_outcome},
    {"outcome: closing tells them too", closing_tells_outcomes_too},
    {NULL, NULL},
};
