/* Local operations without a client, byte parts, and every getter of a response. */
#include "check.h"
#include "sandbox.h"

#include <stdlib.h>

static shiren_response *run_local(shiren_request *request)
{
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    int32_t status = shiren_run(NULL, request, NULL, &response, &error);
    shiren_request_free(request);
    CHECK_THAT(status == SHIREN_OK, "%s", shiren_error_message(error));
    CHECK(response != NULL && error == NULL);
    return response;
}

static void library_tells_what_it_is(void)
{
    CHECK_INT(shiren_abi_version(), SHIREN_ABI_VERSION);
    CHECK_TEXT(shiren_version(), SHIREN_TESTS_VERSION);
    size_t length = 0;
    const char *list = shiren_operations_json(&length);
    CHECK_INT(length, strlen(list));
    CHECK(list == shiren_operations_json(NULL));
    CHECK(list[0] == '[' && list[length - 1] == ']');
    CHECK(strstr(list, "{\"id\":\"juhe.verifyface.verify2\",\"doc\":\"") != NULL);
    CHECK(strstr(list, "\"place\":\"remote\"") != NULL);
    CHECK(strstr(list, "\"place\":\"local\"") != NULL);
    CHECK(strstr(list, "\"place\":\"heavy\"") != NULL);
}

static void null_client_serves_local_operations(void)
{
    shiren_request *request = shiren_request_new("check.id_number");
    CHECK_INT(shiren_request_text(request, "/id_number", NUMBER, SHIREN_NUL), SHIREN_OK);
    shiren_response *response = run_local(request);
    bool accepted = false;
    CHECK(shiren_response_bool(response, "/accepted", &accepted) && accepted);
    CHECK_TEXT(shiren_response_text(response, "/birth_date", NULL), "1800-01-02");
    CHECK_TEXT(shiren_response_text(response, "/region/province", NULL), "北京市");
    CHECK_INT(shiren_response_decision(response), SHIREN_NO_DECISION);
    CHECK_INT(shiren_response_type(response, "/accepted"), SHIREN_TYPE_BOOL);
    CHECK_INT(shiren_response_type(response, "/region"), SHIREN_TYPE_OBJECT);
    CHECK_INT(shiren_response_type(response, "/findings"), SHIREN_TYPE_LIST);
    CHECK_INT(shiren_response_type(response, "/upgraded"), SHIREN_TYPE_NULL);
    CHECK_INT(shiren_response_type(response, "/kind"), SHIREN_TYPE_TEXT);
    CHECK_INT(shiren_response_type(response, "/nothing"), SHIREN_TYPE_MISSING);
    CHECK_INT(shiren_response_size(response, "/findings"), 0);
    CHECK_INT(shiren_response_size(response, "/region"), 3);
    size_t length = 7;
    const char *json = shiren_response_json(response, &length);
    CHECK_INT(length, strlen(json));
    CHECK(strstr(json, "\"accepted\":true") != NULL);
    CHECK_TEXT(shiren_response_value(response, "/accepted", &length), "true");
    CHECK_INT(length, 4);
    const char *text = shiren_response_text(response, "/kind", &length);
    CHECK_TEXT(text, "resident");
    CHECK_INT(length, 8);
    CHECK(shiren_response_text(response, "/kind", NULL) == text);
    CHECK(shiren_response_text(response, "/accepted", NULL) == NULL);
    CHECK(shiren_response_data(response, "/kind", NULL) == NULL);
    CHECK(shiren_response_data(response, NULL, NULL) == NULL);
    shiren_response_free(response);
}

static void null_client_refuses_remote_operations(void)
{
    shiren_request *request = verify2();
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    CHECK_INT(shiren_run(NULL, request, NULL, &response, &error), SHIREN_CONFIGURATION);
    CHECK(response == NULL && shiren_error_message(error)[0] != 0);
    shiren_error_free(error);
    shiren_request_free(request);
}

static void bytes_go_in_and_come_out(void)
{
    shiren_request *request = shiren_request_new("photo.fit");
    CHECK_INT(shiren_request_bytes(request, "/image", photo, photo_length), SHIREN_OK);
    shiren_response *response = run_local(request);
    size_t length = 0, again = 0;
    const uint8_t *data = shiren_response_data(response, "/image", &length);
    CHECK(data != NULL && length > 100 && length <= 20000);
    CHECK(data[0] == 0xFF && data[1] == 0xD8 && data[length - 2] == 0xFF && data[length - 1] == 0xD9);
    CHECK(shiren_response_data(response, NULL, &again) == data && again == length);
    int64_t width = 0, bytes = 0, untouched = -7;
    double number = 0;
    CHECK(shiren_response_int(response, "/width", &width) && width > 0 && width <= 800);
    CHECK(shiren_response_int(response, "/bytes", &bytes) && (size_t)bytes == length);
    CHECK(shiren_response_double(response, "/width", &number) && number == (double)width);
    CHECK(shiren_response_int(response, "/width", NULL));
    CHECK(!shiren_response_int(response, "/image", &untouched) && untouched == -7);
    CHECK_INT(shiren_response_type(response, "/image"), SHIREN_TYPE_OBJECT);
    CHECK_INT(shiren_response_type(response, "/width"), SHIREN_TYPE_INT);
    shiren_response_free(response);
}

static void same_request_runs_again_with_another_photo(void)
{
    shiren_request *request = shiren_request_new("photo.inspect");
    for (int round = 0; round < 3; round++) {
        CHECK_INT(shiren_request_bytes(request, "/image", photo, photo_length), SHIREN_OK);
        shiren_response *response = NULL;
        CHECK_INT(shiren_run(NULL, request, NULL, &response, NULL), SHIREN_OK);
        shiren_response_free(response);
    }
    shiren_request_free(request);
}

static void requests_are_built_from_any_json(void)
{
    static const char whole[] = "{\"id_number\": \"" NUMBER "\"} and what is behind";
    shiren_request *request = shiren_request_new("check.id_number");
    CHECK_INT(shiren_request_json(request, "", whole, sizeof whole - sizeof " and what is behind"), SHIREN_OK);
    shiren_response *response = run_local(request);
    CHECK_TEXT(shiren_response_text(response, "/normalized", NULL), NUMBER);
    shiren_response_free(response);

    request = shiren_request_new("check.id_number");
    CHECK_INT(shiren_request_text(request, "/id_number", NUMBER "999", strlen(NUMBER)), SHIREN_OK);
    response = run_local(request);
    CHECK_TEXT(shiren_response_text(response, "/normalized", NULL), NUMBER);
    shiren_response_free(response);
}

static void nested_fields_and_lists_arrive(void)
{
    /* What is nested is seen by the field that the refusal names. */
    shiren_client *client = sandbox_client();
    shiren_request *request = shiren_request_new("liveness.start");
    shiren_request_text(request, "/vendor", "jumdata", SHIREN_NUL);
    shiren_request_text(request, "/return_url", "https://example.com/back", SHIREN_NUL);
    shiren_request_text(request, "/jumdata/colors/-", "RED", SHIREN_NUL);
    shiren_request_int(request, "/jumdata/colors/-", 7);
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, &error), SHIREN_INVALID_ARGUMENT);
    CHECK_TEXT(shiren_error_field(error), "/jumdata/colors/1");
    shiren_error_free(error);
    shiren_request_free(request);
    shiren_client_free(client);
}

const struct test local_tests[] = {
    {"local: the library tells what it is", library_tells_what_it_is},
    {"local: a NULL client serves local operations", null_client_serves_local_operations},
    {"local: a NULL client refuses remote operations", null_client_refuses_remote_operations},
    {"local: bytes go in and come out", bytes_go_in_and_come_out},
    {"local: the same request runs again with another photo", same_request_runs_again_with_another_photo},
    {"local: requests are built from any JSON", requests_are_built_from_any_json},
    {"local: nested fields and lists arrive", nested_fields_and_lists_arrive},
    {NULL, NULL},
};
