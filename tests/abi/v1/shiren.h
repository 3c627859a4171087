/*
 * Shiren (实人): real-name, face and liveness verification by Juhe, Jumdata and Baidu.
 *
 * This header is the whole door. shiren_ops.h stands before it with a typed struct for each operation, shiren.hpp is
 * the same for C++17. Start here:
 *
 *     shiren_client *client = NULL;
 *     shiren_error *error = NULL;
 *     if (shiren_client_new(config, SHIREN_NUL, &client, &error) != SHIREN_OK) { ... }
 *
 *     shiren_request *request = shiren_request_new("juhe.verifyface.verify2");
 *     shiren_request_text(request, "/realname", name, SHIREN_NUL);
 *     shiren_request_text(request, "/idcard", number, SHIREN_NUL);
 *     shiren_request_bytes(request, "/image", photo, photo_length);
 *
 *     shiren_response *response = NULL;
 *     if (shiren_run(client, request, NULL, &response, &error) == SHIREN_OK) {
 *         if (shiren_response_decision(response) == SHIREN_PASSED) { ... }
 *     } else {
 *         fprintf(stderr, "%s (billed: %d)\n", shiren_error_message(error), (int)shiren_error_billed(error));
 *     }
 *     shiren_response_free(response); shiren_error_free(error);
 *     shiren_request_free(request);   shiren_client_free(client);
 *
 * Conventions, which hold for every function:
 *   - A function that can fail returns int32_t: SHIREN_OK or the kind of the error. `error` may be NULL; if it is not,
 *     it receives an error to be freed. Results are written on success only.
 *   - What goes in is borrowed for the call. What comes out is yours, with one free for each type; free(NULL) is fine.
 *     Texts and bytes that a getter returns live as long as what they were read from.
 *   - Texts are UTF-8. A length may be SHIREN_NUL where the text ends with a NUL. NULL with length 0 is empty.
 *   - Fields are named by JSON pointers (RFC 6901): "/subject/name", "/reasons/0/code".
 *   - Through a pointer to const, any number of threads may use a handle at once.
 *   - A struct that begins with struct_size only ever grows at its end: set it to sizeof of the struct.
 *   - No number is ever reused. Treat numbers that you do not know as failures.
 *   - After fork, a client or queue of the parent gives SHIREN_CLOSED in the child; make new ones there.
 *
 * The fields of each operation: shiren_ops.h. More on conventions and building: docs/abi.md.
 */


#ifndef SHIREN_H
#define SHIREN_H

/* Written by cbindgen from ffi/src: `make generate`. Do not edit. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As the length of a text: it ends at its NUL. */
#define SHIREN_NUL ((size_t)-1)

/* As a time in milliseconds: without a limit. */
#define SHIREN_FOREVER 0xFFFFFFFFu


// The version of the ABI that this header describes. It changes only when a program that was built against an
// older header would break; so does the library's SONAME.
#define SHIREN_ABI_VERSION 1

// There is nothing at this pointer.
#define SHIREN_TYPE_MISSING 0

// null
#define SHIREN_TYPE_NULL 1

// true or false
#define SHIREN_TYPE_BOOL 2

// A whole number that an int64_t holds.
#define SHIREN_TYPE_INT 3

// Any other number.
#define SHIREN_TYPE_DOUBLE 4

// A text.
#define SHIREN_TYPE_TEXT 5

// A list.
#define SHIREN_TYPE_LIST 6

// An object.
#define SHIREN_TYPE_OBJECT 7

// The reply has no verdict.
#define SHIREN_NO_DECISION 0

// Let the person in.
#define SHIREN_PASSED 1

// Do not.
#define SHIREN_REJECTED 2

// It could not be decided; treat it as not passed. Words that this library does not know are this one.
#define SHIREN_INCONCLUSIVE 3

// The person has not finished yet.
#define SHIREN_PENDING 4

// The session ended before the person finished.
#define SHIREN_EXPIRED 5

// Success. Every other status is one of the kinds below.
#define SHIREN_OK 0

// A value is missing, malformed or not allowed; shiren_error_field names it. Nothing was sent, or the vendor refused it.
#define SHIREN_INVALID_ARGUMENT 1

// The client or the account is set up wrongly.
#define SHIREN_CONFIGURATION 2

// No operation has this id.
#define SHIREN_UNKNOWN_OPERATION 3

// The vendor refused the key, the token, the signature or the caller's address.
#define SHIREN_AUTHENTICATION 4

// The account's number of calls is used up.
#define SHIREN_QUOTA 5

// Too many calls in a short time; waiting helps.
#define SHIREN_RATE_LIMITED 6

// The vendor answered with an error of its own.
#define SHIREN_VENDOR 7

// No connection, or it broke.
#define SHIREN_NETWORK 8

// The TLS handshake failed: the server could not prove who it is.
#define SHIREN_TLS 9

// No answer within the time allowed.
#define SHIREN_TIMEOUT 10

// The caller gave the call up.
#define SHIREN_CANCELLED 11

// The client or the queue was closed, or was made before the process forked.
#define SHIREN_CLOSED 12

// The answer could not be read, or contradicts itself.
#define SHIREN_DECODE 13

// A signature, an order or a token does not match: do not trust this message.
#define SHIREN_SIGNATURE 14

// A fault of this library; please report it.
#define SHIREN_INTERNAL 15

// Certainly not paid for.
#define SHIREN_BILLED_NO 0

// Nobody knows: the request may have arrived. Do not repeat it blindly.
#define SHIREN_BILLED_UNKNOWN 1

// Paid for.
#define SHIREN_BILLED_YES 2

// Nothing.
#define SHIREN_LOG_OFF 0

// What should not happen.
#define SHIREN_LOG_ERROR 1

// What deserves a look.
#define SHIREN_LOG_WARN 2

// What is going on.
#define SHIREN_LOG_INFO 3

// What each call does.
#define SHIREN_LOG_DEBUG 4

// Everything.
#define SHIREN_LOG_TRACE 5

// A client. Through a pointer to const, any number of threads may use it at once.
typedef struct shiren_client shiren_client;

// What went wrong. Its texts live as long as it does, end with a NUL, and hold no name, ID number, mobile, photo, key
// or token.
typedef struct shiren_error shiren_error;

// A completion queue. It may serve several clients; any number of threads may wait at it.
typedef struct shiren_queue shiren_queue;

// A request in the making. It may be run more than once, and by several threads as long as nobody sets a field.
typedef struct shiren_request shiren_request;

// A reply. Everything that its getters return lives as long as it does. Any number of threads may read it at once.
typedef struct shiren_response shiren_response;

// How a call ended. It holds nothing about a person, and lives as long as the callback runs.
typedef struct {
    // The size of the struct in the library that was loaded: fields behind it are not there.
    size_t struct_size;
    // The operation's id.
    const char *operation;
    // Whose service it called: "juhe", …; NULL if it did not come that far.
    const char *vendor;
    // From the call to its end in microseconds, waiting and repetitions included.
    uint64_t duration_us;
    // SHIREN_OK or the kind of its error.
    int32_t status;
    // SHIREN_BILLED_NO, SHIREN_BILLED_UNKNOWN, SHIREN_BILLED_YES.
    int32_t billed;
    // How many requests went out, or tried to.
    uint32_t attempts;
    // 1: the caller gave it up: cancelled it or closed the client. Else 0.
    uint32_t cancelled;
} shiren_outcome;

// Gets the end of each call.
typedef void (*shiren_outcome_callback)(void *user_data, const shiren_outcome *outcome);

// What a client has counted.
typedef struct {
    // sizeof(shiren_counters)
    size_t struct_size;
    // All calls that ended.
    uint64_t calls;
    // Those that ended in an error, cancelled ones included.
    uint64_t errors;
    // Those that the caller gave up.
    uint64_t cancelled;
    // Those that were paid for.
    uint64_t billed;
    // Those of which nobody knows whether they were paid for.
    uint64_t unknown;
} shiren_counters;

// What may be said about one call. Set struct_size, and zero for the rest: `{sizeof(shiren_call_options)}`.
typedef struct {
    // sizeof(shiren_call_options)
    size_t struct_size;
    // Time for the whole call in milliseconds, waiting and repetitions included; 0: the configuration's.
    uint32_t timeout_ms;
    // 1: keep the vendor's text as it came, in "/raw" of the reply. It may hold a person's data. Else 0.
    uint32_t raw;
} shiren_call_options;

// Gets the end of a call, exactly once, on a thread of the library: a response or an error, the other is NULL. What it
// gets is its own, to be freed. It may call every function of this header but shiren_client_close and
// shiren_client_free with its client.
typedef void (*shiren_callback)(void *user_data, uint64_t id, shiren_response *response, shiren_error *error);

// The end of a started call.
typedef struct {
    // sizeof(shiren_completion)
    size_t struct_size;
    // The number that shiren_start gave.
    uint64_t id;
    // What was given to shiren_start.
    void *user_data;
    // The reply, yours to free; NULL when it failed.
    shiren_response *response;
    // What went wrong, yours to free; NULL when there is a reply.
    shiren_error *error;
} shiren_completion;

// Gets a line for the log: UTF-8 without a line break at its end, living as long as the callback runs, without
// personal data and secrets. It may come from several threads at once, and must not call this library.
typedef void (*shiren_log_callback)(void *user_data, int32_t level, const char *target, const char *message);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The ABI version of the library that was loaded. Equal to SHIREN_ABI_VERSION, or the two do not belong together.
uint32_t shiren_abi_version(void);

// The version of the library, as "0.1.0". Static.
const char *shiren_version(void);

// All operations as a JSON list of {"id", "doc", "place"}; `place` is "remote" (it calls a vendor), "local" or
// "heavy" (it computes for a while); the last two need no client. Static, ends with a NUL. The fields of each are in
// shiren_ops.h and in docs/reference.
//
// @param length  receives the length in bytes; may be NULL
const char *shiren_operations_json(size_t *length);

// Makes a client. Nothing is connected yet.
//
// @param config  a JSON object: {"accounts": {"juhe": {"key": …}}, …}; its fields are in docs/guide.md
// @param length  of it in bytes, or SHIREN_NUL
int32_t shiren_client_new(const char *config, size_t length, shiren_client **client, shiren_error **error);

// Makes a client of the sandbox at this address, with the sandbox's own accounts: for tests. It refuses real vendors.
int32_t shiren_client_new_sandbox(const char *url,
                                  shiren_client **client,
                                  shiren_error **error);

// Closes a client: refuses new calls, cancels those that run, and waits until each has been delivered and every
// callback has returned. Fails with SHIREN_TIMEOUT when that takes longer; it may then be called again. Inside a
// callback of this client it is refused. Completions of queues can still be collected afterwards.
//
// @param timeout_ms  how long to wait at most; SHIREN_FOREVER
int32_t shiren_client_close(const shiren_client *client,
                            uint32_t timeout_ms,
                            shiren_error **error);

// Closes a client without a limit of time, and frees it. NULL is fine. Inside a callback of this client it does
// nothing but log: nobody may wait there, and what is in use is not freed. In a child process that inherited the
// client it does nothing: threads that exist only in the parent may have been at work in it.
void shiren_client_free(shiren_client *client);

// Tells `callback` about the end of each call, abandoned ones included, on the thread where it ended. It must be
// quick, and may be called from several threads at once, until the client is freed.
int32_t shiren_client_on_outcome(const shiren_client *client,
                                 shiren_outcome_callback callback,
                                 void *user_data,
                                 shiren_error **error);

// Reads what the client has counted since it was made: all operations together.
//
// @param counters  with struct_size set
int32_t shiren_client_counters(const shiren_client *client, shiren_counters *counters, shiren_error **error);

// Gives the client's counters, operation by operation ("/counters"), and what goes on at each account's limits
// ("/limits"), as a response to be read with its getters.
int32_t shiren_client_state(const shiren_client *client,
                            shiren_response **state,
                            shiren_error **error);

// A new request for an operation, as "juhe.verifyface.verify2". An id that does not exist is told by shiren_run.
// Never NULL.
shiren_request *shiren_request_new(const char *operation);

// Frees a request, and wipes what was in it. NULL is fine.
void shiren_request_free(shiren_request *request);

// Sets a field to a text (UTF-8).
//
// @param pointer  which field, as a JSON pointer: "/realname", "/subject/name"; of a list "/colors/0" or, behind the
//                 last, "/colors/-". What is on the way is made.
// @param length   of the text in bytes, or SHIREN_NUL
// @return SHIREN_OK, or the kind of what was wrong. It need not be looked at: shiren_run says it again.
int32_t shiren_request_text(shiren_request *request,
                            const char *pointer,
                            const char *value,
                            size_t length);

// Sets a field to a whole number.
int32_t shiren_request_int(shiren_request *request, const char *pointer, int64_t value);

// Sets a field to a number. Infinities and NaN are refused.
int32_t shiren_request_double(shiren_request *request, const char *pointer, double value);

// Sets a field to true or false.
int32_t shiren_request_bool(shiren_request *request, const char *pointer, bool value);

// Sets a field to bytes, as a photo: the file as it is, not Base64. They are copied.
int32_t shiren_request_bytes(shiren_request *request,
                             const char *pointer,
                             const uint8_t *data,
                             size_t length);

// Sets a field to any JSON value; with the pointer "" the whole request.
int32_t shiren_request_json(shiren_request *request, const char *pointer, const char *json, size_t length);

// Runs a request and waits for its reply.
//
// @param client    NULL is fine for operations that call no vendor
// @param options   NULL: the defaults
// @param response  receives the reply on success; free it with shiren_response_free
// @param error     receives what went wrong, to be freed with shiren_error_free; may be NULL
// @return SHIREN_OK or the kind of the error
int32_t shiren_run(const shiren_client *client,
                   const shiren_request *request,
                   const shiren_call_options *options,
                   shiren_response **response,
                   shiren_error **error);

// Starts a request whose end comes to a queue, exactly once. When this fails, nothing comes.
//
// @param user_data  comes back with the completion
// @param id         receives the call's number, for shiren_cancel; may be NULL
int32_t shiren_start(const shiren_client *client,
                     const shiren_request *request,
                     const shiren_call_options *options,
                     const shiren_queue *queue,
                     void *user_data,
                     uint64_t *id,
                     shiren_error **error);

// Starts a request whose end comes to a callback, exactly once. When this fails, it does not come.
//
// @param user_data  comes back with the callback
// @param id         receives the call's number, for shiren_cancel; may be NULL. The callback may come before it.
int32_t shiren_start_callback(const shiren_client *client,
                              const shiren_request *request,
                              const shiren_call_options *options,
                              shiren_callback callback,
                              void *user_data,
                              uint64_t *id,
                              shiren_error **error);

// Cancels a started call. Its end comes all the same: as an error of kind SHIREN_CANCELLED, or as the reply if that
// was faster. The error says whether the call may have been paid for.
//
// @return whether it was still running
bool shiren_cancel(const shiren_client *client,
                   uint64_t id);

// A new, empty queue. Never NULL.
shiren_queue *shiren_queue_new(void);

// Frees a queue; nobody may be waiting at it. What calls in flight come to is forgotten; they are not cancelled, and
// their outcomes are told. NULL is fine. In a child process that inherited the queue it does nothing.
void shiren_queue_free(shiren_queue *queue);

// Waits for the next completion.
//
// @param timeout_ms  at most so long; 0: not at all; SHIREN_FOREVER
// @param completion  with struct_size set
// @return SHIREN_OK: it was written. SHIREN_TIMEOUT: nothing came. SHIREN_CLOSED: the queue was closed and is empty, or
//         was made before the process forked.
int32_t shiren_queue_next(const shiren_queue *queue,
                          uint32_t timeout_ms,
                          shiren_completion *completion);

// A descriptor that can be read as long as a completion waits or the queue is closed: for epoll, poll, kqueue, libuv.
// Do not read from it and do not close it; call shiren_queue_next with 0 until it says SHIREN_TIMEOUT. Not on Windows.
//
// @return the descriptor, or -1
int32_t shiren_queue_fd(const shiren_queue *queue);

// Closes a queue: wakes everybody who waits at it. What has come and what still comes can be collected; when it is
// empty, shiren_queue_next says SHIREN_CLOSED at once.
void shiren_queue_close(const shiren_queue *queue);

// Frees a reply, and wipes what was in it. NULL is fine.
void shiren_response_free(shiren_response *response);

// The whole reply as JSON; bytes in it are {"part": name}. It may hold a person's data.
//
// @param length  receives its length in bytes; may be NULL
// @return the text, with a NUL behind it; NULL of NULL
const char *shiren_response_json(const shiren_response *response, size_t *length);

// The decision of the reply's verdict: SHIREN_PASSED … SHIREN_EXPIRED, or SHIREN_NO_DECISION. Only SHIREN_PASSED
// lets a person in; what was not checked at all stands in "/verdict/checks".
int32_t shiren_response_decision(const shiren_response *response);

// The type of the value at a JSON pointer: SHIREN_TYPE_MISSING, …
int32_t shiren_response_type(const shiren_response *response, const char *pointer);

// The text at a JSON pointer, as "/verdict/reasons/0/message".
//
// @param length  receives its length in bytes; may be NULL
// @return UTF-8 with a NUL behind it; NULL when there is no text here
const char *shiren_response_text(const shiren_response *response, const char *pointer, size_t *length);

// The JSON text of whatever is at a JSON pointer: for fields that have no type of their own.
//
// @return the text, with a NUL behind it; NULL when there is nothing here
const char *shiren_response_value(const shiren_response *response, const char *pointer, size_t *length);

// The whole number at a JSON pointer.
//
// @return whether there is one; if not, *value stays as it was
bool shiren_response_int(const shiren_response *response, const char *pointer, int64_t *value);

// The number at a JSON pointer; a whole one too.
//
// @return whether there is one; if not, *value stays as it was
bool shiren_response_double(const shiren_response *response, const char *pointer, double *value);

// The true or false at a JSON pointer.
//
// @return whether there is one; if not, *value stays as it was
bool shiren_response_bool(const shiren_response *response, const char *pointer, bool *value);

// How many items the list, or members the object, at a JSON pointer has; 0 for anything else.
size_t shiren_response_size(const shiren_response *response, const char *pointer);

// The bytes at a JSON pointer, as "/image" of photo.fit.
//
// @param pointer  where; NULL: the reply's only bytes
// @param length   receives their number; may be NULL
// @return the bytes; NULL when there are none here (and not NULL when there are, but zero of them)
const uint8_t *shiren_response_data(const shiren_response *response, const char *pointer, size_t *length);

// Frees an error. NULL is fine.
void shiren_error_free(shiren_error *error);

// The kind: SHIREN_INVALID_ARGUMENT and so on; SHIREN_OK of NULL.
int32_t shiren_error_kind(const shiren_error *error);

// One sentence for a person; NULL of NULL.
const char *shiren_error_message(const shiren_error *error);

// The field at fault, as a JSON pointer into the request or as the vendor's parameter name; or NULL.
const char *shiren_error_field(const shiren_error *error);

// Whose answer it was: "juhe", "jumdata", "baidu"; or NULL.
const char *shiren_error_vendor(const shiren_error *error);

// The vendor's own code, as text; or NULL.
const char *shiren_error_vendor_code(const shiren_error *error);

// The vendor's own text; or NULL.
const char *shiren_error_vendor_text(const shiren_error *error);

// What to do about it; or NULL.
const char *shiren_error_hint(const shiren_error *error);

// Whether the call was paid for: SHIREN_BILLED_NO, SHIREN_BILLED_UNKNOWN or SHIREN_BILLED_YES.
int32_t shiren_error_billed(const shiren_error *error);

// Whether the same call may be repeated by the caller: true only when it was certainly not paid for.
bool shiren_error_retryable(const shiren_error *error);

// How long to wait before that, in milliseconds, where the vendor said so; else 0.
uint32_t shiren_error_retry_after_ms(const shiren_error *error);

// The HTTP status, where there was an answer; else 0.
uint32_t shiren_error_http_status(const shiren_error *error);

// The whole error as a JSON object, the vendor's request numbers (`references`) included; NULL of NULL.
const char *shiren_error_json(const shiren_error *error);

// Sets where the library's log goes, for the whole process; in place of what was set before. When this returns, the
// callback before has returned for the last time. Without it there is no log; a child process begins without it.
//
// @param level     SHIREN_LOG_ERROR … SHIREN_LOG_TRACE: this and what is graver; SHIREN_LOG_OFF
// @param callback  NULL: no more log
int32_t shiren_set_logger(int32_t level,
                          shiren_log_callback callback,
                          void *user_data,
                          shiren_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* SHIREN_H */
