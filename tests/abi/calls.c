/* Calls: blocking, to a queue with poll(), by callback; options, cancelling, closing. */
#include "check.h"
#include "sandbox.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

static void blocking_call_passes(void)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, &error), SHIREN_OK);
    CHECK_INT(shiren_response_decision(response), SHIREN_PASSED);
    CHECK_TEXT(shiren_response_text(response, "/verdict/checks/identity", NULL), "passed");
    CHECK_TEXT(shiren_response_text(response, "/verdict/billed", NULL), "yes");
    double score = 0;
    CHECK(shiren_response_double(response, "/verdict/score/value", &score) && score > 98 && score < 99);
    CHECK_INT(shiren_response_type(response, "/verdict/score/value"), SHIREN_TYPE_DOUBLE);
    CHECK_INT(shiren_response_type(response, "/raw"), SHIREN_TYPE_NULL);
    CHECK_INT(shiren_response_size(response, "/verdict/reasons"), 1);
    CHECK_TEXT(shiren_response_text(response, "/verdict/reasons/0/message", NULL), "同一人");
    shiren_response_free(response);
    CHECK_INT(sandbox_charges(), 1);
    shiren_request_free(request);
    shiren_client_free(client);
}

static void queue_is_served_by_poll(void)
{
    enum { CALLS = 20 };
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_queue *queue = shiren_queue_new();
    struct pollfd waiting = {.fd = shiren_queue_fd(queue), .events = POLLIN};
    CHECK(waiting.fd >= 0 && shiren_queue_fd(queue) == waiting.fd);
    CHECK_INT(poll(&waiting, 1, 0), 0);
    uint64_t ids[CALLS];
    for (size_t at = 0; at < CALLS; at++) {
        CHECK_INT(shiren_start(client, request, NULL, queue, &ids[at], &ids[at], NULL), SHIREN_OK);
    }
    for (unsigned left = CALLS; left > 0;) {
        CHECK_INT(poll(&waiting, 1, 60000), 1);
        shiren_completion end = completion();
        int32_t status;
        while ((status = shiren_queue_next(queue, 0, &end)) == SHIREN_OK) {
            CHECK(end.error == NULL && shiren_response_decision(end.response) == SHIREN_PASSED);
            CHECK_INT(end.struct_size, sizeof end);
            CHECK_INT(end.id, *(uint64_t *)end.user_data);
            *(uint64_t *)end.user_data = 0;
            shiren_response_free(end.response);
            left--;
        }
        CHECK_INT(status, SHIREN_TIMEOUT);
    }
    for (size_t at = 0; at < CALLS; at++) CHECK_INT(ids[at], 0);
    CHECK_INT(poll(&waiting, 1, 0), 0);
    CHECK_INT(sandbox_charges(), CALLS);

    shiren_queue_close(queue);
    CHECK_INT(poll(&waiting, 1, 0), 1);
    shiren_completion end = completion();
    CHECK_INT(shiren_queue_next(queue, SHIREN_FOREVER, &end), SHIREN_CLOSED);
    shiren_queue_free(queue);
    shiren_request_free(request);
    shiren_client_free(client);
}

static void queue_times_out(void)
{
    shiren_queue *queue = shiren_queue_new();
    shiren_completion end = completion();
    uint64_t began = now_ms();
    CHECK_INT(shiren_queue_next(queue, 50, &end), SHIREN_TIMEOUT);
    CHECK(now_ms() - began >= 49);
    end.id = 7;
    CHECK_INT(shiren_queue_next(queue, 0, &end), SHIREN_TIMEOUT);
    CHECK_INT(end.id, 7);
    shiren_queue_free(queue);
}

static void completions_outlive_their_client(void)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_queue *queue = shiren_queue_new();
    CHECK_INT(shiren_start(client, request, NULL, queue, NULL, NULL, NULL), SHIREN_OK);
    shiren_client_free(client);
    shiren_completion end = completion();
    CHECK_INT(shiren_queue_next(queue, 0, &end), SHIREN_OK);
    CHECK(end.response == NULL && shiren_error_kind(end.error) == SHIREN_CANCELLED);
    shiren_error_free(end.error);
    shiren_request_free(request);
    shiren_queue_free(queue);
}

static void queue_goes_before_its_calls_end(void)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_queue *queue = shiren_queue_new();
    CHECK(shiren_queue_fd(queue) >= 0);
    for (int call = 0; call < 5; call++) {
        CHECK_INT(shiren_start(client, request, NULL, queue, NULL, NULL, NULL), SHIREN_OK);
    }
    shiren_queue_free(queue);
    shiren_request_free(request);
    sandbox_wait_requests(5);
    shiren_client_free(client);
}

struct told {
    atomic_uint count, errors;
    _Atomic uint64_t id;
};

static void tell(void *user_data, uint64_t id, shiren_response *response, shiren_error *error)
{
    struct told *told = user_data;
    atomic_store(&told->id, id);
    if ((response == NULL) == (error == NULL) || error != NULL) atomic_fetch_add(&told->errors, 1);
    shiren_response_free(response);
    shiren_error_free(error);
    atomic_fetch_add(&told->count, 1);
}

static void callback_gets_the_end(void)
{
    struct told told = {0};
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    uint64_t id = 0;
    CHECK_INT(shiren_start_callback(client, request, NULL, tell, &told, &id, NULL), SHIREN_OK);
    shiren_request_free(request); /* It was borrowed for the call only. */
    for (uint64_t until = now_ms() + 60000; atomic_load(&told.count) == 0 && now_ms() < until;) sleep_ms(1);
    CHECK_INT(atomic_load(&told.count), 1);
    CHECK_INT(atomic_load(&told.errors), 0);
    CHECK_INT(atomic_load(&told.id), id);
    CHECK(!shiren_cancel(client, id));
    shiren_client_free(client);
    CHECK_INT(atomic_load(&told.count), 1);
}

struct nested {
    shiren_client *client;
    atomic_int close, run, done;
};

static void use_the_client(void *user_data, uint64_t id, shiren_response *response, shiren_error *error)
{
    struct nested *nested = user_data;
    (void)id;
    shiren_response_free(response);
    shiren_error_free(error);
    atomic_store(&nested->close, shiren_client_close(nested->client, 10, NULL));
    shiren_client_free(nested->client); /* Does nothing here. */
    shiren_request *request = verify2();
    response = NULL;
    atomic_store(&nested->run, shiren_run(nested->client, request, NULL, &response, NULL));
    shiren_response_free(response);
    shiren_request_free(request);
    atomic_store(&nested->done, 1);
}

static void callback_may_call_but_not_close(void)
{
    struct nested nested = {.client = sandbox_client()};
    shiren_request *request = verify2();
    CHECK_INT(shiren_start_callback(nested.client, request, NULL, use_the_client, &nested, NULL, NULL), SHIREN_OK);
    for (uint64_t until = now_ms() + 60000; atomic_load(&nested.done) == 0 && now_ms() < until;) sleep_ms(1);
    CHECK_INT(atomic_load(&nested.close), SHIREN_CONFIGURATION);
    CHECK_INT(atomic_load(&nested.run), SHIREN_OK);
    shiren_request_free(request);
    shiren_client_free(nested.client);
}

static void options_are_kept(void)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    shiren_call_options options = {sizeof options, 0, 1};
    CHECK_INT(shiren_run(client, request, &options, &response, &error), SHIREN_OK);
    const char *raw = shiren_response_text(response, "/raw", NULL);
    CHECK(raw != NULL && strstr(raw, "error_code") != NULL);
    shiren_response_free(response);

    sandbox_fault("{\"kind\": \"hang\"}");
    shiren_call_options hasty = {sizeof hasty, patience(150), 0};
    uint64_t began = now_ms();
    response = NULL;
    CHECK_INT(shiren_run(client, request, &hasty, &response, &error), SHIREN_TIMEOUT);
    CHECK(now_ms() - began >= 140 && now_ms() - began < 30000);
    CHECK(response == NULL);
    CHECK_INT(shiren_error_kind(error), SHIREN_TIMEOUT);
    CHECK_INT(shiren_error_billed(error), SHIREN_BILLED_UNKNOWN);
    CHECK(!shiren_error_retryable(error));
    shiren_error_free(error);
    shiren_request_free(request);
    shiren_client_free(client);
}

static void cancelled_call_ends(void)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_queue *queue = shiren_queue_new();
    uint64_t id = 0;
    sandbox_fault("{\"kind\": \"hang\"}");
    CHECK_INT(shiren_start(client, request, NULL, queue, NULL, &id, NULL), SHIREN_OK);
    CHECK(!shiren_cancel(client, id + 1000));
    CHECK(shiren_cancel(client, id));
    shiren_completion end = completion();
    CHECK_INT(shiren_queue_next(queue, 60000, &end), SHIREN_OK);
    CHECK(end.id == id && end.response == NULL);
    CHECK_INT(shiren_error_kind(end.error), SHIREN_CANCELLED);
    shiren_error_free(end.error);
    CHECK(!shiren_cancel(client, id));
    shiren_queue_free(queue);
    shiren_request_free(request);
    shiren_client_free(client);
}

static void closed_client_refuses(void)
{
    struct told told = {0};
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_queue *queue = shiren_queue_new();
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    CHECK_INT(shiren_client_close(client, 1000, &error), SHIREN_OK);
    CHECK_INT(shiren_client_close(client, 0, &error), SHIREN_OK);
    CHECK_INT(shiren_run(client, request, NULL, &response, &error), SHIREN_CLOSED);
    CHECK_INT(shiren_error_billed(error), SHIREN_BILLED_NO);
    shiren_error_free(error);
    CHECK_INT(shiren_start(client, request, NULL, queue, NULL, NULL, NULL), SHIREN_CLOSED);
    CHECK_INT(shiren_start_callback(client, request, NULL, tell, &told, NULL, NULL), SHIREN_CLOSED);
    shiren_client_free(client);
    CHECK_INT(atomic_load(&told.count), 0);
    shiren_queue_free(queue);
    shiren_request_free(request);
}

const struct test call_tests[] = {
    {"call: blocking", blocking_call_passes},
    {"call: a queue is served by poll()", queue_is_served_by_poll},
    {"call: a queue times out and writes nothing", queue_times_out},
    {"call: completions outlive their client", completions_outlive_their_client},
    {"call: a queue may go before its calls end", queue_goes_before_its_calls_end},
    {"call: a callback gets the end", callback_gets_the_end},
    {"call: a callback may call, and not close", callback_may_call_but_not_close},
    {"call: options are kept", options_are_kept},
    {"call: a cancelled call ends", cancelled_call_ends},
    {"call: a closed client refuses", closed_client_refuses},
    {NULL, NULL},
};
