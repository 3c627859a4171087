/* Every getter of an error, over what can go wrong. */
#include "check.h"
#include "sandbox.h"

#include <stdlib.h>

static shiren_error *fails(shiren_client *client, int32_t kind)
{
    shiren_request *request = verify2();
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, &error), kind);
    CHECK_INT(shiren_error_kind(error), kind);
    CHECK(response == NULL && shiren_error_message(error)[0] != 0);
    CHECK(shiren_error_json(error)[0] == '{');
    /* No error says who it was about. */
    CHECK(strstr(shiren_error_json(error), NAME) == NULL && strstr(shiren_error_json(error), NUMBER) == NULL);
    shiren_request_free(request);
    return error;
}

static void vendors_refusal_is_told_whole(void)
{
    shiren_client *client = sandbox_client();
    sandbox_fault("{\"kind\": \"code\", \"code\": 10012}");
    shiren_error *error = fails(client, SHIREN_QUOTA);
    CHECK_TEXT(shiren_error_vendor(error), "juhe");
    CHECK_TEXT(shiren_error_vendor_code(error), "10012");
    CHECK(shiren_error_vendor_text(error)[0] != 0);
    CHECK(shiren_error_hint(error)[0] != 0);
    CHECK(shiren_error_field(error) == NULL);
    CHECK_INT(shiren_error_http_status(error), 200);
    CHECK_INT(shiren_error_billed(error), SHIREN_BILLED_NO);
    CHECK_INT(shiren_error_retry_after_ms(error), 0);
    CHECK(strstr(shiren_error_json(error), "\"kind\":\"quota\"") != NULL);
    shiren_error_free(error);

    sandbox_fault("{\"kind\": \"status\", \"status\": 503, \"times\": 9}");
    error = fails(client, SHIREN_VENDOR);
    CHECK_INT(shiren_error_http_status(error), 503);
    shiren_error_free(error);
    shiren_client_free(client);
}

static void refused_connection_cost_nothing(void)
{
    shiren_client *client = NULL;
    CHECK_INT(shiren_client_new_sandbox("http://127.0.0.1:1", &client, NULL), SHIREN_OK);
    shiren_error *error = fails(client, SHIREN_NETWORK);
    CHECK_INT(shiren_error_billed(error), SHIREN_BILLED_NO);
    CHECK(shiren_error_retryable(error));
    CHECK_INT(shiren_error_http_status(error), 0);
    CHECK(shiren_error_vendor_code(error) == NULL && shiren_error_vendor_text(error) == NULL);
    shiren_error_free(error);
    shiren_client_free(client);
}

static void wrong_field_is_named(void)
{
    shiren_client *client = sandbox_client();
    shiren_request *request = shiren_request_new("juhe.verifyface.verify2");
    shiren_request_text(request, "/realname", NAME, SHIREN_NUL);
    shiren_request_text(request, "/idcard", "110101180001020011", SHIREN_NUL); /* a wrong check digit */
    shiren_request_bytes(request, "/image", photo, photo_length);
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, &error), SHIREN_INVALID_ARGUMENT);
    CHECK_TEXT(shiren_error_field(error), "/idcard");
    CHECK_INT(shiren_error_billed(error), SHIREN_BILLED_NO);
    CHECK(strstr(shiren_error_json(error), "110101180001020011") == NULL);
    shiren_error_free(error);
    shiren_request_free(request);
    shiren_client_free(client);
    CHECK_INT(sandbox_charges(), 0);
}

static void null_error_says_nothing(void)
{
    CHECK_INT(shiren_error_kind(NULL), SHIREN_OK);
    CHECK_INT(shiren_error_billed(NULL), SHIREN_BILLED_NO);
    CHECK_INT(shiren_error_retry_after_ms(NULL), 0);
    CHECK_INT(shiren_error_http_status(NULL), 0);
    CHECK(!shiren_error_retryable(NULL));
    const char *(*const texts[])(const shiren_error *) = {
        shiren_error_message,     shiren_error_field, shiren_error_vendor, shiren_error_vendor_code,
        shiren_error_vendor_text, shiren_error_hint,  shiren_error_json,
    };
    for (size_t at = 0; at < sizeof texts / sizeof *texts; at++) CHECK(texts[at](NULL) == NULL);
    shiren_error_free(NULL);
}

const struct test error_tests[] = {
    {"error: a vendor's refusal is told whole", vendors_refusal_is_told_whole},
    {"error: a refused connection cost nothing", refused_connection_cost_nothing},
    {"error: the wrong field is named", wrong_field_is_named},
    {"error: NULL says nothing", null_error_says_nothing},
    {NULL, NULL},
};
