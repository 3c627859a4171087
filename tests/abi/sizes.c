/* struct_size: callers that were built with an older, shorter or a newer, longer struct. */
#include "check.h"
#include "sandbox.h"

#include <stddef.h>
#include <stdlib.h>

/* What a newer header might say. */
struct newer_options {
    shiren_call_options now;
    uint64_t later;
};
struct newer_counters {
    shiren_counters now;
    uint64_t later;
};
struct newer_completion {
    shiren_completion now;
    void *later;
};

static int32_t run_with(const void *options, shiren_error **error, bool *raw)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_response *response = NULL;
    int32_t status = shiren_run(client, request, options, &response, error);
    *raw = shiren_response_type(response, "/raw") == SHIREN_TYPE_TEXT;
    shiren_response_free(response);
    shiren_request_free(request);
    shiren_client_free(client);
    return status;
}

static void options_of_older_and_newer_callers(void)
{
    shiren_error *error = NULL;
    bool raw = false;
    /* Older: what is behind its end is not read. */
    shiren_call_options older = {offsetof(shiren_call_options, raw), 60000, 77};
    CHECK_INT(run_with(&older, &error, &raw), SHIREN_OK);
    CHECK(!raw);
    shiren_call_options now = {sizeof now, 60000, 1};
    CHECK_INT(run_with(&now, &error, &raw), SHIREN_OK);
    CHECK(raw);
    struct newer_options newer = {{sizeof newer, 60000, 1}, 0};
    CHECK_INT(run_with(&newer, &error, &raw), SHIREN_OK);
    CHECK(raw);
    newer.later = 1;
    CHECK_INT(run_with(&newer, &error, &raw), SHIREN_CONFIGURATION);
    CHECK_TEXT(shiren_error_field(error), "options");
    shiren_error_free(error);
    const size_t wrong[] = {0, 1, 7, 4097, SHIREN_NUL};
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
        shiren_call_options bad = {wrong[at], 0, 0};
        CHECK_INT(run_with(&bad, &error, &raw), SHIREN_INVALID_ARGUMENT);
        CHECK_TEXT(shiren_error_field(error), "options.struct_size");
        shiren_error_free(error);
    }
    shiren_call_options wild = {sizeof wild, 0, 2};
    CHECK_INT(run_with(&wild, &error, &raw), SHIREN_INVALID_ARGUMENT);
    CHECK_TEXT(shiren_error_field(error), "options.raw");
    shiren_error_free(error);
}

static void counters_of_older_and_newer_callers(void)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = shiren_request_new("check.name");
    shiren_request_text(request, "/name", NAME, SHIREN_NUL);
    shiren_response *response = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, NULL), SHIREN_OK);
    shiren_response_free(response);
    shiren_request_free(request);

    shiren_counters older = {offsetof(shiren_counters, errors), 0, 71, 72, 73, 74};
    CHECK_INT(shiren_client_counters(client, &older, NULL), SHIREN_OK);
    CHECK(older.calls == 1 && older.errors == 71 && older.cancelled == 72 && older.unknown == 74);
    CHECK_INT(older.struct_size, offsetof(shiren_counters, errors));
    struct newer_counters newer = {{sizeof newer, 7, 7, 7, 7, 7}, 0};
    CHECK_INT(shiren_client_counters(client, (shiren_counters *)&newer, NULL), SHIREN_OK);
    CHECK(newer.now.calls == 1 && newer.now.errors == 0 && newer.later == 0);
    CHECK_INT(newer.now.struct_size, sizeof newer);
    shiren_counters bad = {0, 0, 0, 0, 0, 0};
    shiren_error *error = NULL;
    CHECK_INT(shiren_client_counters(client, &bad, &error), SHIREN_INVALID_ARGUMENT);
    CHECK_TEXT(shiren_error_field(error), "counters.struct_size");
    shiren_error_free(error);
    shiren_client_free(client);
}

static void completions_of_wrong_callers_are_not_lost(void)
{
    shiren_client *client = sandbox_client();
    shiren_queue *queue = shiren_queue_new();
    shiren_request *request = verify2();
    CHECK_INT(shiren_start(client, request, NULL, queue, request, NULL, NULL), SHIREN_OK);
    const size_t wrong[] = {0, 8, offsetof(shiren_completion, error), 4097};
    for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
        shiren_completion bad = {wrong[at], 0, NULL, NULL, NULL};
        CHECK_INT(shiren_queue_next(queue, 60000, &bad), SHIREN_INVALID_ARGUMENT);
        CHECK(bad.response == NULL && bad.error == NULL);
    }
    CHECK_INT(shiren_queue_next(queue, 60000, NULL), SHIREN_INVALID_ARGUMENT);
    struct newer_completion newer = {{sizeof newer, 0, NULL, NULL, NULL}, NULL};
    CHECK_INT(shiren_queue_next(queue, 60000, (shiren_completion *)&newer), SHIREN_OK);
    CHECK(newer.now.user_data == request && newer.now.error == NULL && newer.later == NULL);
    CHECK_INT(shiren_response_decision(newer.now.response), SHIREN_PASSED);
    shiren_response_free(newer.now.response);
    shiren_request_free(request);
    shiren_queue_free(queue);
    shiren_client_free(client);
}

static size_t told_size;

static void remember_size(void *user_data, const shiren_outcome *outcome)
{
    (void)user_data;
    told_size = outcome->struct_size;
}

static void outcomes_tell_the_librarys_size(void)
{
    shiren_client *client = sandbox_client();
    CHECK_INT(shiren_client_on_outcome(client, remember_size, NULL, NULL), SHIREN_OK);
    shiren_request *request = shiren_request_new("check.name");
    shiren_request_text(request, "/name", NAME, SHIREN_NUL);
    shiren_response *response = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, NULL), SHIREN_OK);
    CHECK(told_size >= sizeof(shiren_outcome));
    shiren_response_free(response);
    shiren_request_free(request);
    shiren_client_free(client);
}

const struct test size_tests[] = {
    {"size: options of older and newer callers", options_of_older_and_newer_callers},
    {"size: counters of older and newer callers", counters_of_older_and_newer_callers},
    {"size: completions of wrong callers are not lost", completions_of_wrong_callers_are_not_lost},
    {"size: outcomes tell the library's size", outcomes_tell_the_librarys_size},
    {NULL, NULL},
};
