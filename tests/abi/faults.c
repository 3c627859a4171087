/* Vendors that hang, replies that are cut, large photos, names of all kinds. */
#include "check.h"
#include "sandbox.h"

#include <stdatomic.h>
#include <stdlib.h>

static void hanging_vendor_holds_up_no_close(void)
{
    enum { CALLS = 6 };
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    shiren_queue *queue = shiren_queue_new();
    sandbox_fault("{\"kind\": \"hang\", \"times\": 0}");
    for (int call = 0; call < CALLS; call++) {
        CHECK_INT(shiren_start(client, request, NULL, queue, NULL, NULL, NULL), SHIREN_OK);
    }
    sandbox_wait_requests(CALLS);
    uint64_t began = now_ms();
    CHECK_INT(shiren_client_close(client, 20000, NULL), SHIREN_OK);
    CHECK(now_ms() - began < 10000);
    for (int call = 0; call < CALLS; call++) {
        shiren_completion end = completion();
        CHECK_INT(shiren_queue_next(queue, 0, &end), SHIREN_OK);
        CHECK_INT(shiren_error_kind(end.error), SHIREN_CANCELLED);
        CHECK_INT(shiren_error_billed(end.error), SHIREN_BILLED_UNKNOWN);
        shiren_error_free(end.error);
    }
    shiren_client_free(client);
    shiren_queue_free(queue);
    shiren_request_free(request);
    CHECK_INT(sandbox_charges(), 0);
}

static void cut_reply_is_unknown(void)
{
    static const struct {
        const char *fault;
        int32_t kind, billed;
        unsigned charges;
    } cuts[] = {
        {"{\"kind\": \"cut_reply\"}", SHIREN_NETWORK, SHIREN_BILLED_UNKNOWN, 1},
        {"{\"kind\": \"drop_after_billing\"}", SHIREN_NETWORK, SHIREN_BILLED_UNKNOWN, 1},
        {"{\"kind\": \"drop_before_billing\"}", SHIREN_NETWORK, SHIREN_BILLED_UNKNOWN, 0},
        {"{\"kind\": \"garbage\"}", SHIREN_DECODE, SHIREN_BILLED_UNKNOWN, 1},
    };
    shiren_client *client = sandbox_client();
    shiren_request *request = verify2();
    for (size_t at = 0; at < sizeof cuts / sizeof *cuts; at++) {
        sandbox_reset();
        sandbox_fault(cuts[at].fault);
        shiren_response *response = NULL;
        shiren_error *error = NULL;
        CHECK_INT(shiren_run(client, request, NULL, &response, &error), cuts[at].kind);
        CHECK(response == NULL);
        CHECK_INT(shiren_error_billed(error), cuts[at].billed);
        CHECK(!shiren_error_retryable(error));
        shiren_error_free(error);
        CHECK_INT(sandbox_charges(), cuts[at].charges);
    }
    shiren_request_free(request);
    shiren_client_free(client);
}

static void large_photo_crosses(void)
{
    const size_t size = rounds(100) < 100 ? 1 << 20 : 10 << 20;
    char expected[32];
    snprintf(expected, sizeof expected, "%zu", size);
    unsigned char *large = malloc(size);
    CHECK(large != NULL);
    /* The picture, and behind its end what makes the file large. */
    memcpy(large, photo, photo_length);
    memset(large + photo_length, 0x5A, size - photo_length);
    shiren_request *request = shiren_request_new("photo.inspect");
    CHECK_INT(shiren_request_bytes(request, "/image", large, size), SHIREN_OK);
    free(large); /* It was copied. */
    shiren_response *response = NULL;
    CHECK_INT(shiren_run(NULL, request, NULL, &response, NULL), SHIREN_OK);
    CHECK(strstr(shiren_response_json(response, NULL), expected) != NULL);
    shiren_response_free(response);
    shiren_request_free(request);

    if (rounds(100) < 100) return; /* What follows is slow where everything is. */
    /* As a paid call it arrives whole, and the vendor refuses it for its size. */
    large = calloc(1, size);
    memcpy(large, photo, photo_length);
    shiren_client *client = sandbox_client();
    request = shiren_request_new("juhe.verifyface.verify2");
    shiren_request_text(request, "/realname", NAME, SHIREN_NUL);
    shiren_request_text(request, "/idcard", NUMBER, SHIREN_NUL);
    shiren_request_bytes(request, "/image", large, size);
    free(large);
    shiren_error *error = NULL;
    response = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, &error), SHIREN_INVALID_ARGUMENT);
    CHECK_TEXT(shiren_error_vendor_code(error), "226403");
    CHECK_TEXT(shiren_error_field(error), "image");
    CHECK(response == NULL);
    CHECK_INT(sandbox_charges(), 0);
    shiren_error_free(error);
    shiren_request_free(request);
    shiren_client_free(client);
}

static void names_of_all_kinds_arrive(void)
{
    static const struct {
        const char *given, *normalized;
    } names[] = {
        {"𠮷田", "𠮷田"},
        {"阿卜杜拉·买买提", "阿卜杜拉·买买提"},
        {"O'NEILL", "O'NEILL"},
        {"A+B&C=D%41", NULL},
        {"\"\\\b\t", NULL},
    };
    shiren_client *client = sandbox_client();
    for (size_t at = 0; at < sizeof names / sizeof *names; at++) {
        shiren_request *request = shiren_request_new("check.name");
        CHECK_INT(shiren_request_text(request, "/name", names[at].given, SHIREN_NUL), SHIREN_OK);
        shiren_response *response = NULL;
        CHECK_INT(shiren_run(NULL, request, NULL, &response, NULL), SHIREN_OK);
        if (names[at].normalized != NULL) {
            CHECK_TEXT(shiren_response_text(response, "/normalized", NULL), names[at].normalized);
        }
        shiren_response_free(response);
        shiren_request_free(request);

        /* There and back, byte for byte. */
        request = shiren_request_new("juhe.cipher.encrypt");
        shiren_request_text(request, "/openid", "JHsandbox0openid", SHIREN_NUL);
        shiren_request_text(request, "/text", names[at].given, SHIREN_NUL);
        response = NULL;
        CHECK_INT(shiren_run(client, request, NULL, &response, NULL), SHIREN_OK);
        const char *sealed = shiren_response_text(response, "/text", NULL);
        CHECK(sealed != NULL);
        shiren_request *back = shiren_request_new("juhe.cipher.decrypt");
        shiren_request_text(back, "/openid", "JHsandbox0openid", SHIREN_NUL);
        shiren_request_text(back, "/text", sealed, SHIREN_NUL);
        shiren_response *opened = NULL;
        CHECK_INT(shiren_run(NULL, back, NULL, &opened, NULL), SHIREN_OK);
        CHECK_TEXT(shiren_response_text(opened, "/text", NULL), names[at].given);
        shiren_response_free(opened);
        shiren_request_free(back);
        shiren_response_free(response);
        shiren_request_free(request);
    }
    /* A name that nobody has is taken, and never passes. */
    shiren_request *request = shiren_request_new("juhe.verifyface.verify2");
    shiren_request_text(request, "/realname", "𠮷·O", SHIREN_NUL);
    shiren_request_text(request, "/idcard", NUMBER, SHIREN_NUL);
    shiren_request_bytes(request, "/image", photo, photo_length);
    shiren_response *response = NULL;
    CHECK_INT(shiren_run(client, request, NULL, &response, NULL), SHIREN_OK);
    CHECK(shiren_response_decision(response) != SHIREN_PASSED);
    shiren_response_free(response);
    shiren_request_free(request);
    shiren_client_free(client);
}

const struct test fault_tests[] = {
    {"fault: a vendor that hangs holds up no close", hanging_vendor_holds_up_no_close},
    {"fault: a cut reply may have been billed", cut_reply_is_unknown},
    {"fault: a photo of 10 MB crosses", large_photo_crosses},
    {"fault: names of all kinds arrive", names_of_all_kinds_arrive},
    {NULL, NULL},
};
