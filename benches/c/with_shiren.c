#include "body.h"
#include "check.h"
#include "contenders.h"

#include <shiren.h>

static shiren_client *client;
static shiren_queue *queue;

static void fail(const char *what, shiren_error *error)
{
    fprintf(stderr, "bench: %s\n", error == NULL ? "not passed" : shiren_error_message(error));
    die(what);
}

void shiren_begin(void)
{
    char config[256];
    shiren_error *error = NULL;
    snprintf(config, sizeof config,
             "{\"accounts\":{\"juhe\":{\"key\":\"%s\",\"openid\":\"%s\",\"base_url\":\"%s\"}},\"test_mode\":true}",
             ACCOUNT_KEY, ACCOUNT_OPENID, stage.url);
    if (shiren_client_new(config, SHIREN_NUL, &client, &error) != SHIREN_OK) fail("shiren_client_new", error);
    queue = shiren_queue_new();
}

void shiren_end(void)
{
    shiren_client_free(client);
    shiren_queue_free(queue);
}

static shiren_request *request_new(size_t index)
{
    shiren_request *request = shiren_request_new("juhe.verifyface.verify2_encry");
    shiren_request_text(request, "/idcard", PERSON_NUMBER, SHIREN_NUL);
    shiren_request_text(request, "/realname", PERSON_NAME, SHIREN_NUL);
    shiren_request_bytes(request, "/image", stage.photos[index % PHOTOS], PHOTO_LENGTH);
    return request;
}

void shiren_one_at_a_time(size_t first, size_t calls)
{
    for (size_t index = first; index < first + calls; index++) {
        shiren_request *request = request_new(index);
        shiren_response *response = NULL;
        shiren_error *error = NULL;
        if (shiren_run(client, request, NULL, &response, &error) != SHIREN_OK) fail("shiren_run", error);
        if (shiren_response_decision(response) != SHIREN_PASSED) fail("shiren_run", NULL);
        shiren_response_free(response);
        shiren_request_free(request);
    }
}

static void start(size_t index)
{
    shiren_error *error = NULL;
    shiren_request *request = request_new(index);
    if (shiren_start(client, request, NULL, queue, NULL, NULL, &error) != SHIREN_OK) fail("shiren_start", error);
    shiren_request_free(request);
}

void shiren_in_flight(size_t first, size_t calls)
{
    size_t started = 0;
    for (; started < FLIGHT && started < calls; started++) start(first + started);
    for (size_t ended = 0; ended < calls; ended++) {
        shiren_completion end = {.struct_size = sizeof end};
        if (shiren_queue_next(queue, SHIREN_FOREVER, &end) != SHIREN_OK) die("shiren_queue_next");
        bool passed = shiren_response_decision(end.response) == SHIREN_PASSED;
        if (end.error != NULL || !passed) fail("shiren_start", end.error);
        shiren_response_free(end.response);
        if (started < calls) start(first + started++);
    }
}
