/* com.shiren.internal.Native over shiren.h. Every function is called by Java; nothing here calls Java back, and no thread of
 * the library enters the virtual machine. Texts cross as UTF-8 in byte[], because JNI's own texts are not UTF-8. */

#include "events.h"
#include "shiren.h"

#include <jni.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_com_shiren_internal_Native_##name

/* Clients, queues and replies that Java holds: what a test of leaks looks at. */
static atomic_long held;

static void *handle(jlong number) { return (void *)(uintptr_t)number; }

static jlong number(void *pointer) { return (jlong)(uintptr_t)pointer; }

/* Frees a copy of what may be a person's data or a key; not optimised away, because it is volatile. */
static void wipe(char *text, size_t length) {
    if (text == NULL) return;
    volatile char *byte = text;
    while (length-- > 0) *byte++ = 0;
    free(text);
}

static void out_of_memory(JNIEnv *env) {
    jclass error = (*env)->FindClass(env, "java/lang/OutOfMemoryError");
    if (error != NULL) (*env)->ThrowNew(env, error, "no memory for a call of shiren");
}

/* A copy with a NUL behind it; NULL with an exception pending where there is no memory. */
static char *copied(JNIEnv *env, jbyteArray array, size_t *length) {
    jsize size = (*env)->GetArrayLength(env, array);
    char *text = malloc((size_t)size + 1);
    if (text == NULL) {
        out_of_memory(env);
        return NULL;
    }
    (*env)->GetByteArrayRegion(env, array, 0, size, (jbyte *)text);
    text[size] = 0;
    if ((*env)->ExceptionCheck(env)) {
        wipe(text, (size_t)size);
        return NULL;
    }
    *length = (size_t)size;
    return text;
}

/* NULL with an exception pending where there is no memory, or where an array cannot be so long. */
static jbyteArray bytes(JNIEnv *env, const void *data, size_t length) {
    if (length > 0x7FFFFFF0u) {
        out_of_memory(env);
        return NULL;
    }
    jbyteArray array = (*env)->NewByteArray(env, (jsize)length);
    if (array == NULL) return NULL;
    (*env)->SetByteArrayRegion(env, array, 0, (jsize)length, data);
    return (*env)->ExceptionCheck(env) ? NULL : array;
}

static void put(JNIEnv *env, jobjectArray into, jsize at, const void *data, size_t length) {
    jbyteArray array = bytes(env, data, length);
    if (array == NULL) return;
    (*env)->SetObjectArrayElement(env, into, at, array);
    if (!(*env)->ExceptionCheck(env)) (*env)->DeleteLocalRef(env, array);
}

static void put_text(JNIEnv *env, jobjectArray into, jsize at, const char *text) {
    if (text != NULL) put(env, into, at, text, strlen(text));
}

static void put_numbers(JNIEnv *env, jlongArray into, const jlong *numbers, jsize count) {
    if (!(*env)->ExceptionCheck(env)) (*env)->SetLongArrayRegion(env, into, 0, count, numbers);
}

/* Gives an error's JSON to Java, and frees it. */
static jint failed(JNIEnv *env, jint status, shiren_error *error, jobjectArray text) {
    put_text(env, text, 0, shiren_error_json(error));
    shiren_error_free(error);
    return status;
}

/* Gives a reply's JSON to Java. The reply itself is kept, and its handle returned, only where it has bytes to read. */
static jlong delivered(JNIEnv *env, shiren_response *response, jobjectArray text) {
    size_t length = 0;
    const char *json = shiren_response_json(response, &length);
    put(env, text, 0, json, length);
    if (!(*env)->ExceptionCheck(env) && strstr(json, "\"part\"") != NULL) {
        atomic_fetch_add(&held, 1);
        return number(response);
    }
    shiren_response_free(response);
    return 0;
}

/* The request; NULL with an exception pending. `parts` has a pointer with its NUL, and behind it the bytes, and so on. */
static shiren_request *request(JNIEnv *env, jbyteArray operation, jbyteArray json, jobjectArray parts) {
    size_t id_length = 0, length = 0;
    char *id = copied(env, operation, &id_length);
    if (id == NULL) return NULL;
    char *fields = copied(env, json, &length);
    if (fields == NULL) {
        free(id);
        return NULL;
    }
    shiren_request *made = shiren_request_new(id);
    shiren_request_json(made, "", fields, length);
    wipe(fields, length);
    free(id);
    jsize count = parts == NULL ? 0 : (*env)->GetArrayLength(env, parts);
    for (jsize at = 0; at + 1 < count; at += 2) {
        jbyteArray name = (*env)->GetObjectArrayElement(env, parts, at);
        jbyteArray data = (*env)->ExceptionCheck(env) ? NULL : (*env)->GetObjectArrayElement(env, parts, at + 1);
        char *pointer = (*env)->ExceptionCheck(env) ? NULL : copied(env, name, &id_length);
        jsize size = pointer == NULL ? 0 : (*env)->GetArrayLength(env, data);
        /* The library copies them at once and waits for nothing. */
        void *content = pointer == NULL ? NULL : (*env)->GetPrimitiveArrayCritical(env, data, NULL);
        if (content == NULL) {
            if (!(*env)->ExceptionCheck(env)) out_of_memory(env);
            free(pointer);
            shiren_request_free(made);
            return NULL;
        }
        shiren_request_bytes(made, pointer, content, (size_t)size);
        (*env)->ReleasePrimitiveArrayCritical(env, data, content, JNI_ABORT);
        free(pointer);
        (*env)->DeleteLocalRef(env, name);
        (*env)->DeleteLocalRef(env, data);
    }
    return made;
}

NATIVE(jint, abiVersion)(JNIEnv *env, jclass self) {
    (void)env, (void)self;
    return SHIREN_ABI_VERSION == shiren_abi_version() ? SHIREN_ABI_VERSION : -1;
}

NATIVE(jbyteArray, version)(JNIEnv *env, jclass self) {
    (void)self;
    return bytes(env, shiren_version(), strlen(shiren_version()));
}

NATIVE(jbyteArray, operations)(JNIEnv *env, jclass self) {
    (void)self;
    size_t length = 0;
    const char *json = shiren_operations_json(&length);
    return bytes(env, json, length);
}

NATIVE(jlong, live)(JNIEnv *env, jclass self) {
    (void)env, (void)self;
    return atomic_load(&held);
}

NATIVE(jlong, clientNew)(JNIEnv *env, jclass self, jbyteArray config, jobjectArray text) {
    (void)self;
    size_t length = 0;
    char *json = copied(env, config, &length);
    if (json == NULL) return 0;
    shiren_client *client = NULL;
    shiren_error *error = NULL;
    int32_t status = shiren_client_new(json, length, &client, &error);
    wipe(json, length);
    if (status != SHIREN_OK) {
        failed(env, status, error, text);
        return 0;
    }
    atomic_fetch_add(&held, 1);
    return number(client);
}

NATIVE(jint, clientClose)(JNIEnv *env, jclass self, jlong client, jint timeout_ms, jobjectArray text) {
    (void)self;
    shiren_error *error = NULL;
    int32_t status = shiren_client_close(handle(client), (uint32_t)timeout_ms, &error);
    return status == SHIREN_OK ? status : failed(env, status, error, text);
}

NATIVE(void, clientFree)(JNIEnv *env, jclass self, jlong client) {
    (void)env, (void)self;
    shiren_client_free(handle(client));
    atomic_fetch_sub(&held, 1);
}

NATIVE(jint, clientState)(JNIEnv *env, jclass self, jlong client, jobjectArray text) {
    (void)self;
    shiren_response *state = NULL;
    shiren_error *error = NULL;
    int32_t status = shiren_client_state(handle(client), &state, &error);
    if (status != SHIREN_OK) return failed(env, status, error, text);
    size_t length = 0;
    const char *json = shiren_response_json(state, &length);
    put(env, text, 0, json, length);
    shiren_response_free(state);
    return status;
}

NATIVE(jint, clientObserve)(JNIEnv *env, jclass self, jlong client, jlong owner, jobjectArray text) {
    (void)self;
    shiren_error *error = NULL;
    int32_t status = shiren_client_on_outcome(handle(client), events_outcome, handle(owner), &error);
    return status == SHIREN_OK ? status : failed(env, status, error, text);
}

NATIVE(jlong, queueNew)(JNIEnv *env, jclass self) {
    (void)env, (void)self;
    atomic_fetch_add(&held, 1);
    return number(shiren_queue_new());
}

NATIVE(void, queueClose)(JNIEnv *env, jclass self, jlong queue) {
    (void)env, (void)self;
    shiren_queue_close(handle(queue));
}

NATIVE(void, queueFree)(JNIEnv *env, jclass self, jlong queue) {
    (void)env, (void)self;
    shiren_queue_free(handle(queue));
    atomic_fetch_sub(&held, 1);
}

/* numbers: the call's tag, its status, the handle of a reply with bytes or 0. text: the JSON of the reply or the error. */
NATIVE(jint, queueNext)(JNIEnv *env, jclass self, jlong queue, jint timeout_ms, jlongArray numbers, jobjectArray text) {
    (void)self;
    shiren_completion end = {sizeof(end), 0, NULL, NULL, NULL};
    int32_t status = shiren_queue_next(handle(queue), (uint32_t)timeout_ms, &end);
    if (status != SHIREN_OK) return status;
    jlong found[3] = {number(end.user_data), end.error == NULL ? SHIREN_OK : shiren_error_kind(end.error), 0};
    /* Before anything that may lack memory: whose call it was must be known. */
    put_numbers(env, numbers, found, 3);
    if (end.error != NULL) {
        failed(env, SHIREN_OK, end.error, text);
    } else if ((found[2] = delivered(env, end.response, text)) != 0) {
        put_numbers(env, numbers, found, 3);
    }
    return SHIREN_OK;
}

/* An operation that calls nobody; the client may be 0. numbers: the handle of a reply with bytes or 0. */
NATIVE(jint, run)(JNIEnv *env, jclass self, jlong client, jbyteArray operation, jbyteArray json, jobjectArray parts,
                  jlongArray numbers, jobjectArray text) {
    (void)self;
    shiren_request *asked = request(env, operation, json, parts);
    if (asked == NULL) return SHIREN_INTERNAL;
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    int32_t status = shiren_run(handle(client), asked, NULL, &response, &error);
    shiren_request_free(asked);
    if (status != SHIREN_OK) return failed(env, status, error, text);
    jlong kept = delivered(env, response, text);
    put_numbers(env, numbers, &kept, 1);
    return status;
}

/* numbers: the call's number, for cancel. */
NATIVE(jint, start)(JNIEnv *env, jclass self, jlong client, jlong queue, jbyteArray operation, jbyteArray json,
                    jobjectArray parts, jint timeout_ms, jboolean raw, jlong tag, jlongArray numbers, jobjectArray text) {
    (void)self;
    shiren_request *asked = request(env, operation, json, parts);
    if (asked == NULL) return SHIREN_INTERNAL;
    shiren_call_options options = {sizeof(options), (uint32_t)timeout_ms, raw ? 1u : 0u};
    uint64_t id = 0;
    shiren_error *error = NULL;
    int32_t status = shiren_start(handle(client), asked, &options, handle(queue), handle(tag), &id, &error);
    shiren_request_free(asked);
    if (status != SHIREN_OK) return failed(env, status, error, text);
    jlong started = (jlong)id;
    put_numbers(env, numbers, &started, 1);
    return status;
}

NATIVE(jboolean, cancel)(JNIEnv *env, jclass self, jlong client, jlong id) {
    (void)env, (void)self;
    return shiren_cancel(handle(client), (uint64_t)id) ? JNI_TRUE : JNI_FALSE;
}

/* The bytes at a JSON pointer; null where none are. */
NATIVE(jbyteArray, responseData)(JNIEnv *env, jclass self, jlong response, jbyteArray pointer) {
    (void)self;
    size_t length = 0;
    char *place = copied(env, pointer, &length);
    if (place == NULL) return NULL;
    const uint8_t *data = shiren_response_data(handle(response), place, &length);
    free(place);
    return data == NULL ? NULL : bytes(env, data, length);
}

NATIVE(void, responseFree)(JNIEnv *env, jclass self, jlong response) {
    (void)env, (void)self;
    shiren_response_free(handle(response));
    atomic_fetch_sub(&held, 1);
}

NATIVE(jint, logLevel)(JNIEnv *env, jclass self, jint level, jobjectArray text) {
    (void)self;
    shiren_error *error = NULL;
    int32_t status = shiren_set_logger(level, level == SHIREN_LOG_OFF ? NULL : events_line, NULL, &error);
    return status == SHIREN_OK ? status : failed(env, status, error, text);
}

/* numbers: owner, duration in µs, status, billed, attempts, cancelled, level. texts: operation and vendor, or target and line. */
NATIVE(jint, eventNext)(JNIEnv *env, jclass self, jint timeout_ms, jlongArray numbers, jobjectArray texts) {
    (void)self;
    event *taken = events_next((uint32_t)timeout_ms);
    if (taken == NULL) return EVENT_NONE;
    jlong found[7] = {(jlong)taken->owner, (jlong)taken->duration_us, taken->status, taken->billed,
                      taken->attempts,     taken->cancelled,          taken->level};
    jint kind = taken->kind;
    put_text(env, texts, 0, taken->first);
    if (!(*env)->ExceptionCheck(env)) put_text(env, texts, 1, taken->second);
    put_numbers(env, numbers, found, 7);
    free(taken);
    return kind;
}

/* Comes back as an event of its own when everything before it has been taken. */
NATIVE(void, eventsMark)(JNIEnv *env, jclass self, jlong mark) {
    (void)env, (void)self;
    events_mark((uint64_t)mark);
}

NATIVE(void, eventsWake)(JNIEnv *env, jclass self) {
    (void)env, (void)self;
    events_wake();
}
