// Stands in for the library: setters write down what they are asked, getters answer from a table.

#include "shiren.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>

struct shiren_request {};

struct shiren_response {
    std::map<std::string, std::string> values;
};

// `t` text, `i` integer, `d` double, `b` boolean, `x` bytes, `n` null, `l` list and `o` object with their size.
extern "C" shiren_response *recorder_response()
{
    static shiren_response response{{
        {"/good", "btrue"},
        {"/count", "n"},
        {"/score", "i7"},
        {"/picture", "xab"},
        {"/things", "l2"},
        {"/things/0/name", "tone"},
        {"/things/0/grams", "i5"},
        {"/things/1/name", "ttwo"},
        {"/until", "t2026-02-28T23:59:60.5Z"},
        {"/shade", "tGREY"},
        {"/extra", "o{\"a\":1}"},
        {"/number", "i9007199254740991"},
        {"/expires_at", "t2400-02-29T00:00:00Z"},
        {"/label", "t\"\\\n王"},
    }};
    return &response;
}

static const std::string *find(const shiren_response *response, const char *pointer, const char *kinds)
{
    const auto found = response->values.find(pointer);
    return found != response->values.end() && std::strchr(kinds, found->second[0]) != nullptr ? &found->second : nullptr;
}

static std::string sized(const char *text, size_t length)
{
    return length == SHIREN_NUL ? std::string(text) : std::string(text, length);
}

extern "C" {

shiren_request *shiren_request_new(const char *operation)
{
    std::printf("new %s\n", operation);
    return new shiren_request;
}

void shiren_request_free(shiren_request *request)
{
    std::printf("free\n");
    delete request;
}

int32_t shiren_request_text(shiren_request *, const char *pointer, const char *value, size_t length)
{
    std::printf("text %s %s\n", pointer, sized(value, length).c_str());
    return SHIREN_OK;
}

int32_t shiren_request_int(shiren_request *, const char *pointer, int64_t value)
{
    std::printf("int %s %" PRId64 "\n", pointer, value);
    return SHIREN_OK;
}

int32_t shiren_request_double(shiren_request *, const char *pointer, double value)
{
    std::printf("double %s %g\n", pointer, value);
    return SHIREN_OK;
}

int32_t shiren_request_bool(shiren_request *, const char *pointer, bool value)
{
    std::printf("bool %s %s\n", pointer, value ? "true" : "false");
    return SHIREN_OK;
}

int32_t shiren_request_bytes(shiren_request *, const char *pointer, const uint8_t *, size_t length)
{
    std::printf("bytes %s %zu\n", pointer, length);
    return SHIREN_OK;
}

int32_t shiren_request_json(shiren_request *, const char *pointer, const char *json, size_t length)
{
    std::printf("json %s %s\n", pointer, sized(json, length).c_str());
    return SHIREN_OK;
}

int32_t shiren_run(
    const shiren_client *, const shiren_request *, const shiren_call_options *, shiren_response **, shiren_error **)
{
    std::printf("run\n");
    return SHIREN_TIMEOUT;
}

int32_t shiren_start(
    const shiren_client *,
    const shiren_request *,
    const shiren_call_options *,
    const shiren_queue *,
    void *,
    uint64_t *,
    shiren_error **)
{
    std::printf("start\n");
    return SHIREN_OK;
}

int32_t shiren_response_type(const shiren_response *response, const char *pointer)
{
    const auto found = response->values.find(pointer);
    if (found == response->values.end()) {
        return SHIREN_TYPE_MISSING;
    }
    return found->second == "n" ? SHIREN_TYPE_NULL : SHIREN_TYPE_TEXT;
}

const char *shiren_response_text(const shiren_response *response, const char *pointer, size_t *length)
{
    const std::string *found = find(response, pointer, "t");
    if (found == nullptr) {
        return nullptr;
    }
    *length = found->size() - 1;
    return found->c_str() + 1;
}

const char *shiren_response_value(const shiren_response *response, const char *pointer, size_t *length)
{
    const std::string *found = find(response, pointer, "o");
    if (found == nullptr) {
        return nullptr;
    }
    *length = found->size() - 1;
    return found->c_str() + 1;
}

bool shiren_response_int(const shiren_response *response, const char *pointer, int64_t *value)
{
    const std::string *found = find(response, pointer, "i");
    if (found != nullptr) {
        *value = std::stoll(found->substr(1));
    }
    return found != nullptr;
}

bool shiren_response_double(const shiren_response *response, const char *pointer, double *value)
{
    const std::string *found = find(response, pointer, "id");
    if (found != nullptr) {
        *value = std::stod(found->substr(1));
    }
    return found != nullptr;
}

bool shiren_response_bool(const shiren_response *response, const char *pointer, bool *value)
{
    const std::string *found = find(response, pointer, "b");
    if (found != nullptr) {
        *value = *found == "btrue";
    }
    return found != nullptr;
}

size_t shiren_response_size(const shiren_response *response, const char *pointer)
{
    const std::string *found = find(response, pointer, "l");
    return found == nullptr ? 0 : std::stoul(found->substr(1));
}

const uint8_t *shiren_response_data(const shiren_response *response, const char *pointer, size_t *length)
{
    const std::string *found = find(response, pointer, "x");
    if (found == nullptr) {
        return nullptr;
    }
    *length = found->size() - 1;
    return reinterpret_cast<const uint8_t *>(found->data() + 1);
}

} // extern "C"
