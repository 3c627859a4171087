/* FROZEN: never edit this file or v1/shiren.h. It stands for a program that was built against the first version of the
 * ABI, with that version's header, and must run on every library of the same ABI: client_v1 SANDBOX_URL PHOTO */
#include "v1/shiren.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "client_v1.c:%d: %s\n", __LINE__, #condition);                                             \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static unsigned outcomes, lines;
static volatile int called;

static void on_outcome(void *user_data, const shiren_outcome *outcome)
{
    MUST(user_data == &outcomes && outcome->struct_size >= sizeof(shiren_outcome));
    MUST(strcmp(outcome->operation, "juhe.verifyface.verify2") == 0 || strcmp(outcome->operation, "check.name") == 0);
    outcomes++;
}

static void on_line(void *user_data, int32_t level, const char *target, const char *message)
{
    MUST(user_data == &lines && level >= SHIREN_LOG_ERROR && level <= SHIREN_LOG_TRACE);
    MUST(target != NULL && message != NULL);
    lines++;
}

static void on_end(void *user_data, uint64_t id, shiren_response *response, shiren_error *error)
{
    MUST(user_data == &called && id != 0 && response != NULL && error == NULL);
    MUST(shiren_response_decision(response) == SHIREN_PASSED);
    shiren_response_free(response);
    called = 1;
}

int main(int argc, char **argv)
{
    static unsigned char photo[1 << 20];
    MUST(argc == 3);
    FILE *file = fopen(argv[2], "rb");
    MUST(file != NULL);
    size_t length = fread(photo, 1, sizeof photo, file);
    fclose(file);

    MUST(shiren_abi_version() == 1 && SHIREN_ABI_VERSION == 1);
    MUST(shiren_version()[0] != 0);
    size_t size = 0;
    MUST(shiren_operations_json(&size)[0] == '[' && size > 2);
    MUST(shiren_set_logger(SHIREN_LOG_WARN, on_line, &lines, NULL) == SHIREN_OK);

    shiren_client *client = NULL;
    shiren_error *error = NULL;
    MUST(shiren_client_new("{\"accounts\": {}}", SHIREN_NUL, &client, &error) == SHIREN_OK);
    shiren_client_free(client);
    MUST(shiren_client_new("{\"nothing\": 1}", SHIREN_NUL, &client, &error) == SHIREN_CONFIGURATION);
    MUST(shiren_error_kind(error) == SHIREN_CONFIGURATION && shiren_error_message(error)[0] != 0);
    (void)shiren_error_field(error), (void)shiren_error_vendor(error), (void)shiren_error_vendor_code(error);
    (void)shiren_error_vendor_text(error), (void)shiren_error_hint(error);
    MUST(shiren_error_billed(error) == SHIREN_BILLED_NO && !shiren_error_retryable(error));
    MUST(shiren_error_retry_after_ms(error) == 0 && shiren_error_http_status(error) == 0);
    MUST(shiren_error_json(error)[0] == '{');
    shiren_error_free(error);
    error = NULL;

    MUST(shiren_client_new_sandbox(argv[1], &client, &error) == SHIREN_OK);
    MUST(shiren_client_on_outcome(client, on_outcome, &outcomes, &error) == SHIREN_OK);

    /* Local, with each setter and getter. */
    shiren_request *request = shiren_request_new("check.name");
    MUST(shiren_request_text(request, "/name", "张伟", SHIREN_NUL) == SHIREN_OK);
    shiren_response *response = NULL;
    MUST(shiren_run(NULL, request, NULL, &response, &error) == SHIREN_OK);
    bool accepted = false;
    MUST(shiren_response_bool(response, "/accepted", &accepted) && accepted);
    MUST(strcmp(shiren_response_text(response, "/normalized", &size), "张伟") == 0 && size == 6);
    MUST(shiren_response_type(response, "/normalized") == SHIREN_TYPE_TEXT);
    MUST(shiren_response_size(response, "/findings") == 0);
    MUST(shiren_response_json(response, NULL)[0] == '{');
    MUST(strcmp(shiren_response_value(response, "/accepted", NULL), "true") == 0);
    MUST(shiren_response_decision(response) == SHIREN_NO_DECISION);
    shiren_response_free(response);
    MUST(shiren_request_int(request, "/name", 1) == SHIREN_OK);
    MUST(shiren_request_double(request, "/name", 0.5) == SHIREN_OK);
    MUST(shiren_request_bool(request, "/name", true) == SHIREN_OK);
    MUST(shiren_request_json(request, "", "{\"name\": \"O'Neill\"}", SHIREN_NUL) == SHIREN_OK);
    response = NULL;
    MUST(shiren_run(client, request, NULL, &response, &error) == SHIREN_OK);
    shiren_response_free(response);
    shiren_request_free(request);

    request = shiren_request_new("photo.fit");
    MUST(shiren_request_bytes(request, "/image", photo, length) == SHIREN_OK);
    response = NULL;
    MUST(shiren_run(NULL, request, NULL, &response, &error) == SHIREN_OK);
    MUST(shiren_response_data(response, "/image", &size) != NULL && size > 0 && size <= 20000);
    int64_t width = 0;
    double same = 0;
    MUST(shiren_response_int(response, "/width", &width) && width > 0);
    MUST(shiren_response_double(response, "/width", &same) && same == (double)width);
    shiren_response_free(response);
    shiren_request_free(request);

    /* Paid: blocking, by queue, by callback. */
    request = shiren_request_new("juhe.verifyface.verify2");
    shiren_request_text(request, "/realname", "张伟", SHIREN_NUL);
    shiren_request_text(request, "/idcard", "110101180001020010", SHIREN_NUL);
    shiren_request_bytes(request, "/image", photo, length);
    shiren_call_options options = {sizeof(shiren_call_options), 20000, 1};
    response = NULL;
    MUST(shiren_run(client, request, &options, &response, &error) == SHIREN_OK);
    MUST(shiren_response_decision(response) == SHIREN_PASSED);
    MUST(shiren_response_type(response, "/raw") == SHIREN_TYPE_TEXT);
    shiren_response_free(response);

    shiren_queue *queue = shiren_queue_new();
    struct pollfd waiting = {shiren_queue_fd(queue), POLLIN, 0};
    uint64_t id = 0;
    MUST(shiren_start(client, request, NULL, queue, queue, &id, &error) == SHIREN_OK);
    MUST(poll(&waiting, 1, 20000) == 1);
    shiren_completion end = {sizeof(shiren_completion), 0, NULL, NULL, NULL};
    MUST(shiren_queue_next(queue, 0, &end) == SHIREN_OK);
    MUST(end.id == id && end.user_data == queue && end.error == NULL);
    MUST(shiren_response_decision(end.response) == SHIREN_PASSED);
    shiren_response_free(end.response);
    MUST(shiren_queue_next(queue, 0, &end) == SHIREN_TIMEOUT);
    MUST(!shiren_cancel(client, id));

    MUST(shiren_start_callback(client, request, NULL, on_end, (void *)&called, &id, &error) == SHIREN_OK);
    for (int tries = 0; tries < 4000 && !called; tries++) poll(NULL, 0, 5);
    MUST(called);

    shiren_counters counters = {sizeof(shiren_counters), 0, 0, 0, 0, 0};
    MUST(shiren_client_counters(client, &counters, &error) == SHIREN_OK);
    MUST(counters.calls == 4 && counters.billed == 3 && counters.errors == 0 && outcomes == 4);
    response = NULL;
    MUST(shiren_client_state(client, &response, &error) == SHIREN_OK);
    MUST(shiren_response_type(response, "/limits") == SHIREN_TYPE_OBJECT);
    shiren_response_free(response);

    MUST(shiren_client_close(client, SHIREN_FOREVER, &error) == SHIREN_OK);
    MUST(shiren_run(client, request, NULL, &response, &error) == SHIREN_CLOSED);
    shiren_error_free(error);
    shiren_queue_close(queue);
    MUST(shiren_queue_next(queue, SHIREN_FOREVER, &end) == SHIREN_CLOSED);
    shiren_queue_free(queue);
    shiren_request_free(request);
    shiren_client_free(client);
    MUST(shiren_set_logger(SHIREN_LOG_OFF, NULL, NULL, NULL) == SHIREN_OK);
    MUST(error != NULL);
    puts("client_v1 works");
    return 0;
}
