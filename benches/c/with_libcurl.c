#include "body.h"
#include "check.h"
#include "contenders.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <string.h>

/* One call: its handle, and what belongs to the call under way. */
struct call {
    CURL *handle;
    char *body;
    bool ready;
    size_t length;
    char answer[1024];
};

/* How a body comes to be. */
enum way { OPENSSL = BY_LIBCURL, OPENSSL_BY_HAND = BY_HAND, READY };

static struct call one, many[FLIGHT];
static CURLM *multi;

static size_t receive(char *data, size_t size, size_t count, void *user_data)
{
    struct call *call = user_data;
    /* `size` is always 1. */
    if (size * count > sizeof call->answer - call->length) return 0;
    memcpy(call->answer + call->length, data, size * count);
    call->length += size * count;
    return size * count;
}

/* The type of the body is libcurl's default. */
static void prepare(struct call *call)
{
    char url[128];
    call->handle = curl_easy_init();
    if (call->handle == NULL) die("curl_easy_init");
    snprintf(url, sizeof url, "%s/verifyface/verify2Encry", stage.url);
    curl_easy_setopt(call->handle, CURLOPT_URL, url);
    curl_easy_setopt(call->handle, CURLOPT_PROXY, "");
    curl_easy_setopt(call->handle, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(call->handle, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(call->handle, CURLOPT_PRIVATE, call);
}

void libcurl_begin(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) die("curl_global_init");
    multi = curl_multi_init();
    if (multi == NULL) die("curl_multi_init");
    /* As many connections are kept as calls are in flight. */
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)FLIGHT);
    prepare(&one);
    for (size_t at = 0; at < FLIGHT; at++) prepare(&many[at]);
}

void libcurl_end(void)
{
    for (size_t at = 0; at < FLIGHT; at++) curl_easy_cleanup(many[at].handle);
    curl_multi_cleanup(multi);
    curl_easy_cleanup(one.handle);
    curl_global_cleanup();
}

static void begin(struct call *call, size_t index, enum way way)
{
    size_t at = index % PHOTOS, length = stage.ready_length[at];
    call->ready = way == READY;
    call->length = 0;
    call->body = way == READY ? stage.ready[at]
                              : body_new(stage.photos[at], PHOTO_LENGTH, (enum escaping)way, &length);
    curl_easy_setopt(call->handle, CURLOPT_POSTFIELDS, call->body);
    curl_easy_setopt(call->handle, CURLOPT_POSTFIELDSIZE, (long)length);
}

static void finish(struct call *call, CURLcode result)
{
    long status = 0;
    curl_easy_getinfo(call->handle, CURLINFO_RESPONSE_CODE, &status);
    if (result != CURLE_OK || status != 200) die(curl_easy_strerror(result));
    if (call->ready) {
        bool same = call->length == strlen(stage.answer) && memcmp(call->answer, stage.answer, call->length) == 0;
        if (!same) die("an answer");
        return;
    }
    if (!answer_passed(call->answer, call->length)) die("an answer");
    free(call->body);
}

static void each(size_t first, size_t calls, enum way way)
{
    for (size_t index = first; index < first + calls; index++) {
        begin(&one, index, way);
        finish(&one, curl_easy_perform(one.handle));
    }
}

static void add(struct call *call, size_t index, enum way way)
{
    begin(call, index, way);
    if (curl_multi_add_handle(multi, call->handle) != CURLM_OK) die("curl_multi_add_handle");
}

static void together(size_t first, size_t calls, enum way way)
{
    size_t started = 0, ended = 0;
    for (; started < FLIGHT && started < calls; started++) add(&many[started], first + started, way);
    while (ended < calls) {
        int running, left;
        if (curl_multi_perform(multi, &running) != CURLM_OK) die("curl_multi_perform");
        for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL; ended++) {
            struct call *call;
            CURLcode result = message->data.result;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
            curl_multi_remove_handle(multi, call->handle);
            finish(call, result);
            if (started < calls) add(call, first + started++, way);
        }
        if (ended < calls && curl_multi_poll(multi, NULL, 0, 1000, NULL) != CURLM_OK) die("curl_multi_poll");
    }
}

void libcurl_one_at_a_time(size_t first, size_t calls)
{
    each(first, calls, OPENSSL);
}

void libcurl_one_at_a_time_by_hand(size_t first, size_t calls)
{
    each(first, calls, OPENSSL_BY_HAND);
}

void libcurl_one_at_a_time_ready(size_t first, size_t calls)
{
    each(first, calls, READY);
}

void libcurl_in_flight(size_t first, size_t calls)
{
    together(first, calls, OPENSSL);
}

void libcurl_in_flight_by_hand(size_t first, size_t calls)
{
    together(first, calls, OPENSSL_BY_HAND);
}

void libcurl_in_flight_ready(size_t first, size_t calls)
{
    together(first, calls, READY);
}
