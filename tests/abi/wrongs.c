/* NULL, bad UTF-8 and wrong ids, function by function. The runner sees to it that no function is missing here. */
#include "check.h"
#include "sandbox.h"

#include <math.h>
#include <stdlib.h>

static const char *const BAD_UTF8[] = {"\xff", "\xc0\x80", "\xed\xa0\x80", "abc\xe4\xbc", "\xf4\x90\x80\x80"};
enum { BAD = sizeof BAD_UTF8 / sizeof *BAD_UTF8 };

static shiren_error *error;

/* The call fails with this kind, and its error names this field (or none: NULL). */
#define REFUSED(call, kind, at_fault)                                                                                  \
    do {                                                                                                               \
        error = NULL;                                                                                                  \
        CHECK_INT(call, kind);                                                                                         \
        CHECK_THAT(error != NULL, "%s wrote no error", #call);                                                         \
        CHECK_INT(shiren_error_kind(error), kind);                                                                     \
        if ((at_fault) != NULL) CHECK_TEXT(shiren_error_field(error), at_fault);                                       \
        shiren_error_free(error);                                                                                      \
    } while (0)

static void never(void *user_data, uint64_t id, shiren_response *response, shiren_error *failed)
{
    (void)user_data, (void)id, (void)response, (void)failed;
    abort();
}

static void clients(void)
{
    shiren_client *client = NULL;
    REFUSED(shiren_client_new("{}", SHIREN_NUL, NULL, &error), SHIREN_INVALID_ARGUMENT, "out");
    REFUSED(shiren_client_new("{", SHIREN_NUL, &client, &error), SHIREN_CONFIGURATION, NULL);
    REFUSED(shiren_client_new(NULL, SHIREN_NUL, &client, &error), SHIREN_CONFIGURATION, NULL);
    REFUSED(shiren_client_new(NULL, 5, &client, &error), SHIREN_INVALID_ARGUMENT, "config");
    REFUSED(shiren_client_new("{}", SHIREN_NUL - 1, &client, &error), SHIREN_INVALID_ARGUMENT, "config");
    REFUSED(shiren_client_new("{\"acounts\": 1}", SHIREN_NUL, &client, &error), SHIREN_CONFIGURATION, NULL);
    REFUSED(shiren_client_new("{\"timeout_ms\": \"1\"}", SHIREN_NUL, &client, &error), SHIREN_CONFIGURATION,
            "/timeout_ms");
    for (size_t at = 0; at < BAD; at++) {
        REFUSED(shiren_client_new(BAD_UTF8[at], SHIREN_NUL, &client, &error), SHIREN_INVALID_ARGUMENT, "config");
        REFUSED(shiren_client_new_sandbox(BAD_UTF8[at], &client, &error), SHIREN_INVALID_ARGUMENT, "url");
    }
    REFUSED(shiren_client_new_sandbox(NULL, &client, &error), SHIREN_INVALID_ARGUMENT, "url");
    REFUSED(shiren_client_new_sandbox(sandbox_url, NULL, &error), SHIREN_INVALID_ARGUMENT, "out");
    REFUSED(shiren_client_new_sandbox("no address", &client, &error), SHIREN_CONFIGURATION, NULL);
    REFUSED(shiren_client_new_sandbox("https://v.juhe.cn", &client, &error), SHIREN_CONFIGURATION, NULL);
    CHECK_INT(shiren_client_new_sandbox("", &client, NULL), SHIREN_CONFIGURATION);
    CHECK(client == NULL);

    shiren_counters counters = {sizeof counters, 0, 0, 0, 0, 0};
    shiren_response *state = NULL;
    REFUSED(shiren_client_close(NULL, 0, &error), SHIREN_INVALID_ARGUMENT, "client");
    REFUSED(shiren_client_on_outcome(NULL, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "client");
    REFUSED(shiren_client_counters(NULL, &counters, &error), SHIREN_INVALID_ARGUMENT, "client");
    REFUSED(shiren_client_state(NULL, &state, &error), SHIREN_INVALID_ARGUMENT, "client");
    client = sandbox_client();
    REFUSED(shiren_client_on_outcome(client, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "callback");
    REFUSED(shiren_client_counters(client, NULL, &error), SHIREN_INVALID_ARGUMENT, "out");
    REFUSED(shiren_client_state(client, NULL, &error), SHIREN_INVALID_ARGUMENT, "out");
    CHECK(state == NULL);
    shiren_client_free(client);
    shiren_client_free(NULL);
    CHECK(shiren_operations_json(NULL) != NULL);
    CHECK(shiren_version() != NULL && shiren_abi_version() != 0);
    REFUSED(shiren_set_logger(7, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "level");
}

static void setters(void)
{
    CHECK_INT(shiren_request_text(NULL, "/a", "b", SHIREN_NUL), SHIREN_INVALID_ARGUMENT);
    CHECK_INT(shiren_request_int(NULL, "/a", 1), SHIREN_INVALID_ARGUMENT);
    CHECK_INT(shiren_request_double(NULL, "/a", 1), SHIREN_INVALID_ARGUMENT);
    CHECK_INT(shiren_request_bool(NULL, "/a", true), SHIREN_INVALID_ARGUMENT);
    CHECK_INT(shiren_request_bytes(NULL, "/a", photo, 1), SHIREN_INVALID_ARGUMENT);
    CHECK_INT(shiren_request_json(NULL, "/a", "1", SHIREN_NUL), SHIREN_INVALID_ARGUMENT);
    shiren_request_free(NULL);

    /* Each is a setter that fails, and the field that running names for it. */
    for (int setter = 0; setter < 14 + BAD * 2; setter++) {
        shiren_request *request = shiren_request_new("check.name");
        const char *field = "/name";
        int32_t status = SHIREN_OK;
        switch (setter) {
        case 0: status = shiren_request_text(request, NULL, "b", SHIREN_NUL), field = "pointer"; break;
        case 1: status = shiren_request_int(request, NULL, 1), field = "pointer"; break;
        case 2: status = shiren_request_double(request, NULL, 1), field = "pointer"; break;
        case 3: status = shiren_request_bool(request, NULL, false), field = "pointer"; break;
        case 4: status = shiren_request_bytes(request, NULL, photo, 1), field = "pointer"; break;
        case 5: status = shiren_request_json(request, NULL, "1", SHIREN_NUL), field = "pointer"; break;
        case 6: status = shiren_request_text(request, "name", "b", SHIREN_NUL), field = "name"; break;
        case 7: status = shiren_request_text(request, "/name", NULL, 3); break;
        case 8: status = shiren_request_text(request, "/name", "b", SHIREN_NUL - 1); break;
        case 9: status = shiren_request_double(request, "/name", NAN); break;
        case 10: status = shiren_request_double(request, "/name", -HUGE_VAL); break;
        case 11: status = shiren_request_bytes(request, "/name", NULL, 1); break;
        case 12: status = shiren_request_bytes(request, "/name", photo, SHIREN_NUL); break;
        case 13: status = shiren_request_json(request, "/name", "{", SHIREN_NUL); break;
        default:
            if (setter < 14 + BAD) {
                status = shiren_request_text(request, "/name", BAD_UTF8[setter - 14], SHIREN_NUL);
            } else {
                status = shiren_request_text(request, BAD_UTF8[setter - 14 - BAD], "b", SHIREN_NUL);
                field = "pointer";
            }
        }
        CHECK_THAT(status == SHIREN_INVALID_ARGUMENT, "setter %d gave %d", setter, (int)status);
        /* What is set well afterwards does not hide it. */
        CHECK_INT(shiren_request_text(request, "/name", NAME, SHIREN_NUL), SHIREN_OK);
        shiren_response *response = NULL;
        REFUSED(shiren_run(NULL, request, NULL, &response, &error), SHIREN_INVALID_ARGUMENT, field);
        CHECK(response == NULL);
        shiren_request_free(request);
    }
}

static void calls(void)
{
    shiren_client *client = sandbox_client();
    shiren_queue *queue = shiren_queue_new();
    shiren_request *request = verify2();
    shiren_response *response = NULL;
    REFUSED(shiren_run(client, NULL, NULL, &response, &error), SHIREN_INVALID_ARGUMENT, "request");
    REFUSED(shiren_run(client, request, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "out");
    REFUSED(shiren_start(NULL, request, NULL, queue, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "client");
    REFUSED(shiren_start(client, NULL, NULL, queue, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "request");
    REFUSED(shiren_start(client, request, NULL, NULL, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "queue");
    REFUSED(shiren_start_callback(NULL, request, NULL, never, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "client");
    REFUSED(shiren_start_callback(client, NULL, NULL, never, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT, "request");
    REFUSED(shiren_start_callback(client, request, NULL, NULL, NULL, NULL, &error), SHIREN_INVALID_ARGUMENT,
            "callback");
    CHECK(!shiren_cancel(NULL, 1) && !shiren_cancel(client, 0) && !shiren_cancel(client, UINT64_MAX));

    static const char *const ids[] = {"", "no.such", "juhe.verifyface.verify2 ", "JUHE.VERIFYFACE.VERIFY2", "𠮷"};
    for (size_t at = 0; at < sizeof ids / sizeof *ids; at++) {
        shiren_request *unknown = shiren_request_new(ids[at]);
        uint64_t id = 77;
        REFUSED(shiren_run(client, unknown, NULL, &response, &error), SHIREN_UNKNOWN_OPERATION, NULL);
        REFUSED(shiren_run(NULL, unknown, NULL, &response, &error), SHIREN_UNKNOWN_OPERATION, NULL);
        REFUSED(shiren_start(client, unknown, NULL, queue, NULL, &id, &error), SHIREN_UNKNOWN_OPERATION, NULL);
        REFUSED(shiren_start_callback(client, unknown, NULL, never, NULL, &id, &error), SHIREN_UNKNOWN_OPERATION,
                NULL);
        CHECK_INT(id, 77);
        shiren_request_free(unknown);
    }
    for (size_t at = 0; at <= BAD; at++) {
        shiren_request *unreadable = shiren_request_new(at < BAD ? BAD_UTF8[at] : NULL);
        CHECK(unreadable != NULL);
        REFUSED(shiren_run(client, unreadable, NULL, &response, &error), SHIREN_INVALID_ARGUMENT, "operation");
        shiren_request_free(unreadable);
    }
    /* Without a place for the error it is refused all the same. */
    CHECK_INT(shiren_run(client, NULL, NULL, &response, NULL), SHIREN_INVALID_ARGUMENT);
    CHECK(response == NULL);

    shiren_completion end = completion();
    CHECK_INT(shiren_queue_next(queue, 0, &end), SHIREN_TIMEOUT);
    CHECK_INT(shiren_queue_next(NULL, 0, &end), SHIREN_INVALID_ARGUMENT);
    CHECK_INT(shiren_queue_next(queue, 0, NULL), SHIREN_INVALID_ARGUMENT);
    CHECK_INT(shiren_queue_fd(NULL), -1);
    shiren_queue_close(NULL);
    shiren_queue_free(NULL);
    shiren_queue_free(queue);
    shiren_request_free(request);
    shiren_client_free(client);
    CHECK_INT(sandbox_charges(), 0);
}

static void getters(void)
{
    shiren_request *request = shiren_request_new("check.name");
    shiren_request_text(request, "/name", NAME, SHIREN_NUL);
    shiren_response *real = NULL;
    CHECK_INT(shiren_run(NULL, request, NULL, &real, NULL), SHIREN_OK);
    shiren_request_free(request);
    CHECK(shiren_response_json(real, NULL) != NULL && shiren_response_json(NULL, NULL) == NULL);
    CHECK_INT(shiren_response_decision(NULL), SHIREN_NO_DECISION);
    CHECK(shiren_response_data(NULL, NULL, NULL) == NULL);

    const char *pointers[BAD + 6] = {NULL, "name", "/name/x", "/none", "/findings/0", "/findings/-"};
    memcpy(pointers + 6, BAD_UTF8, sizeof BAD_UTF8);
    const shiren_response *responses[] = {NULL, real};
    for (size_t which = 0; which < 2; which++) {
        for (size_t at = 0; at < BAD + 6; at++) {
            const shiren_response *response = responses[which];
            const char *pointer = pointers[at];
            int64_t whole = 77;
            double number = 77;
            bool truth = true;
            size_t length = 77;
            CHECK_INT(shiren_response_type(response, pointer), SHIREN_TYPE_MISSING);
            CHECK(shiren_response_text(response, pointer, &length) == NULL);
            CHECK(shiren_response_value(response, pointer, &length) == NULL);
            CHECK(pointer == NULL || shiren_response_data(response, pointer, &length) == NULL);
            CHECK(!shiren_response_int(response, pointer, &whole) && whole == 77);
            CHECK(!shiren_response_double(response, pointer, &number) && number == 77);
            CHECK(!shiren_response_bool(response, pointer, &truth) && truth);
            CHECK(!shiren_response_int(response, pointer, NULL));
            CHECK(!shiren_response_double(response, pointer, NULL));
            CHECK(!shiren_response_bool(response, pointer, NULL));
            CHECK_INT(shiren_response_size(response, pointer), 0);
            CHECK_INT(length, 77);
        }
    }
    /* The whole is what the empty pointer points to. */
    CHECK_INT(shiren_response_type(real, ""), SHIREN_TYPE_OBJECT);
    shiren_response_free(real);
    shiren_response_free(NULL);
    shiren_error_free(NULL);
}

const struct test wrong_tests[] = {
    {"wrong: clients", clients},
    {"wrong: setters", setters},
    {"wrong: calls and queues", calls},
    {"wrong: getters", getters},
    {NULL, NULL},
};
