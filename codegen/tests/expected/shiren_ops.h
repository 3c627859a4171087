---- Words ------------------------------------------------------------------------------------------------------ */

/** Whether money was spent. The order is that of certainty of loss: `no` < `unknown` < `yes`. */
/** Certainly not. */
#define SHIREN_WORD_BILLED_NO "no"
/** It cannot be known from here; look at the vendor's bill. */
#define SHIREN_WORD_BILLED_UNKNOWN "unknown"
/** Certainly. */
#define SHIREN_WORD_BILLED_YES "yes"

/** What went wrong. */
/**
 * A value is missing, malformed or not allowed; `field` names it. Nothing was sent, or the vendor refused
 * it.
 */
#define SHIREN_WORD_ERROR_KIND_INVALID_ARGUMENT "invalid_argument"
/**
 * The client or the account is set up wrongly: a missing account, a bad address, a service that is not
 * switched on.
 */
#define SHIREN_WORD_ERROR_KIND_CONFIGURATION "configuration"
/** No operation has this id. */
#define SHIREN_WORD_ERROR_KIND_UNKNOWN_OPERATION "unknown_operation"
/** The vendor refused the key, the token, the signature or the caller's address. */
#define SHIREN_WORD_ERROR_KIND_AUTHENTICATION "authentication"
/** The account's number of calls is used up. */
#define SHIREN_WORD_ERROR_KIND_QUOTA "quota"
/** Too many calls in a short time; waiting helps. */
#define SHIREN_WORD_ERROR_KIND_RATE_LIMITED "rate_limited"
/** The vendor answered with an error of its own. */
#define SHIREN_WORD_ERROR_KIND_VENDOR "vendor"
/** No connection, or it broke. */
#define SHIREN_WORD_ERROR_KIND_NETWORK "network"
/** The TLS handshake failed: the server could not prove who it is. */
#define SHIREN_WORD_ERROR_KIND_TLS "tls"
/** No answer within the time allowed. */
#define SHIREN_WORD_ERROR_KIND_TIMEOUT "timeout"
/** The caller gave the call up. */
#define SHIREN_WORD_ERROR_KIND_CANCELLED "cancelled"
/** The client was closed. */
#define SHIREN_WORD_ERROR_KIND_CLOSED "closed"
/** The answer could not be read, or contradicts itself. */
#define SHIREN_WORD_ERROR_KIND_DECODE "decode"
/** A signature, an order or a token does not match: do not trust this message. */
#define SHIREN_WORD_ERROR_KIND_SIGNATURE "signature"
/** A fault of this library; please report it. */
#define SHIREN_WORD_ERROR_KIND_INTERNAL "internal"

/** Which `Figure` it is. */
/** Round. */
#define SHIREN_WORD_FIGURE_KIND_ROUND "round"
/** Square. */
#define SHIREN_WORD_FIGURE_KIND_SQUARE "square"

/** How dark. */
/** Like snow. */
#define SHIREN_WORD_SHADE_LIGHT "LIGHT"
/** Like coal. */
#define SHIREN_WORD_SHADE_DARK "DARK"

/** Whose service it is. */
/** 聚合数据, juhe.cn */
#define SHIREN_WORD_VENDOR_JUHE "juhe"
/** 聚美智数, jumdata.com, sold through cloud marketplaces */
#define SHIREN_WORD_VENDOR_JUMDATA "jumdata"
/** 百度智能云, H5 人脸实名认证方案 */
#define SHIREN_WORD_VENDOR_BAIDU "baidu"

/* ---- Parts of requests ------------------------------------------------------------------------------------------ */

/** A thing. */
typedef struct shiren_thing {
    /** Its name. Required. */
    const char *name;
    /** Its weight. */
    shiren_opt_int grams;
} shiren_thing;

static inline void shiren_thing_put(
    shiren_request *request,
    const char *at,
    const shiren_thing *from)
{
    shiren_ops_text(request, at, "name", from->name);
    if (from->grams.set) {
        shiren_ops_int(request, at, "grams", from->grams.value);
    }
}

/** A list of them. */
typedef struct shiren_thing_list {
    const shiren_thing *items;
    size_t count;
} shiren_thing_list;

/** A figure. */
typedef struct shiren_figure {
    /**
     * Which one it is; the other fields say for which they are. One of SHIREN_WORD_FIGURE_KIND_….
     * Required.
     */
    const char *kind;
    /** `round`: Half of its width. */
    shiren_opt_int radius;
    /** All: Its colour. One of SHIREN_WORD_SHADE_…. */
    const char *shade;
    /** `square`: Its width. */
    shiren_opt_int width;
} shiren_figure;

static inline void shiren_figure_put(
    shiren_request *request,
    const char *at,
    const shiren_figure *from)
{
    shiren_ops_text(request, at, "kind", from->kind);
    if (from->radius.set) {
        shiren_ops_int(request, at, "radius", from->radius.value);
    }
    shiren_ops_text(request, at, "shade", from->shade);
    if (from->width.set) {
        shiren_ops_int(request, at, "width", from->width.value);
    }
}

/** What comes back whole. */
typedef struct shiren_ticket {
    /** Its number. Required. */
    int64_t number;
    /** Its end. RFC 3339, as `2026-01-31T08:00:00Z`. Required. */
    const char *expires_at;
    /** For whom. */
    const char *label;
    /** Its colour. One of SHIREN_WORD_SHADE_…. Required. */
    const char *shade;
} shiren_ticket;

static inline void shiren_ticket_put(
    shiren_request *request,
    const char *at,
    const shiren_ticket *from)
{
    shiren_ops_int(request, at, "number", from->number);
    shiren_ops_text(request, at, "expires_at", from->expires_at);
    shiren_ops_text(request, at, "label", from->label);
    shiren_ops_text(request, at, "shade", from->shade);
}

/* ---- demo.every.thing ----------------------------------------------------------------------------------------------- */

/**
 * Takes everything.
 *
 * The second paragraph, which links to `Thing` and ends a comment: * / here.
 */
typedef struct shiren_demo_every_thing {
    /** A person's. Personal data. Required. */
    const char *name;
    /** An account's. A secret. */
    const char *key;
    /** A word that languages keep for themselves. Required. */
    const char *class_;
    /** Left out it is `POST`. */
    const char *method;
    /** The least score. */
    shiren_opt_double threshold;
    /** How many. */
    shiren_opt_int count;
    /** In degrees. Required. */
    int64_t degrees;
    /** False by default. */
    bool loud;
    /** True by default. */
    shiren_opt_bool careful;
    /** Neither by default. */
    shiren_opt_bool maybe;
    /** The file. Required. */
    shiren_bytes photo;
    /** When. RFC 3339, as `2026-01-31T08:00:00Z`. */
    const char *at;
    /** Which. One of SHIREN_WORD_SHADE_…. Required. */
    const char *shade;
    /** Which too. Each one of SHIREN_WORD_SHADE_…. */
    shiren_texts shades;
    /** Empty is not the same as left out. */
    shiren_texts tags;
    /** One. Required. */
    shiren_thing thing;
    /** None or one. */
    const shiren_thing *other;
    /** Several. */
    shiren_thing_list things;
    /** Round or square. */
    const shiren_figure *figure;
    /** What `demo.open` gave. Required. */
    shiren_ticket ticket;
} shiren_demo_every_thing;

static inline void shiren_demo_every_thing_put(
    shiren_request *request,
    const char *at,
    const shiren_demo_every_thing *from)
{
    shiren_ops_text(request, at, "name", from->name);
    shiren_ops_text(request, at, "key", from->key);
    shiren_ops_text(request, at, "class", from->class_);
    shiren_ops_text(request, at, "method", from->method);
    if (from->threshold.set) {
        shiren_ops_double(request, at, "threshold", from->threshold.value);
    }
    if (from->count.set) {
        shiren_ops_int(request, at, "count", from->count.value);
    }
    shiren_ops_int(request, at, "degrees", from->degrees);
    if (from->loud) {
        shiren_ops_bool(request, at, "loud", true);
    }
    if (from->careful.set) {
        shiren_ops_bool(request, at, "careful", from->careful.value);
    }
    if (from->maybe.set) {
        shiren_ops_bool(request, at, "maybe", from->maybe.value);
    }
    shiren_ops_bytes(request, at, "photo", from->photo);
    shiren_ops_text(request, at, "at", from->at);
    shiren_ops_text(request, at, "shade", from->shade);
    shiren_ops_texts(request, at, "shades", from->shades);
    shiren_ops_texts(request, at, "tags", from->tags);
    {
        char pointer[SHIREN_OPS_POINTER];
        shiren_thing_put(
            request, shiren_ops_at(pointer, at, "thing"), &from->thing);
    }
    if (from->other != NULL) {
        char pointer[SHIREN_OPS_POINTER];
        shiren_ops_json(request, at, "other", "{}");
        shiren_thing_put(
            request, shiren_ops_at(pointer, at, "other"), from->other);
    }
    if (from->things.items != NULL) {
        char pointer[SHIREN_OPS_POINTER];
        char item[SHIREN_OPS_POINTER];
        size_t index;
        (void)shiren_request_json(request, shiren_ops_at(pointer, at, "things"), "[]", 2);
        for (index = 0; index < from->things.count; ++index) {
            (void)shiren_request_json(request, shiren_ops_item(item, pointer, index), "{}", 2);
            shiren_thing_put(request, item, &from->things.items[index]);
        }
    }
    if (from->figure != NULL) {
        char pointer[SHIREN_OPS_POINTER];
        shiren_ops_json(request, at, "figure", "{}");
        shiren_figure_put(
            request, shiren_ops_at(pointer, at, "figure"), from->figure);
    }
    {
        char pointer[SHIREN_OPS_POINTER];
        shiren_ticket_put(
            request, shiren_ops_at(pointer, at, "ticket"), &from->ticket);
    }
}

/** Takes everything. */
static inline shiren_request *shiren_demo_every_thing_request(
    const shiren_demo_every_thing *fields)
{
    shiren_request *request = shiren_request_new("demo.every.thing");
    if (request != NULL && fields != NULL) {
        shiren_demo_every_thing_put(request, "", fields);
    }
    return request;
}

/**
 * Runs it and waits.
 *
 * The reply: /good (bool), /count (int?), /score (double), /picture (bytes?), /things (list of Thing),
 * /until (time?), /shade (SHIREN_WORD_SHADE_…?), /extra (object).
 */
static inline int32_t shiren_demo_every_thing_run(
    const shiren_client *client,
    const shiren_demo_every_thing *fields,
    const shiren_call_options *options,
    shiren_response **response,
    shiren_error **error)
{
    shiren_request *request = shiren_demo_every_thing_request(fields);
    const int32_t code = shiren_run(client, request, options, response, error);
    shiren_request_free(request);
    return code;
}

/** Starts it; the reply comes through the queue. */
static inline int32_t shiren_demo_every_thing_start(
    const shiren_client *client,
    const shiren_demo_every_thing *fields,
    const shiren_call_options *options,
    const shiren_queue *queue,
    void *user_data,
    uint64_t *id,
    shiren_error **error)
{
    shiren_request *request = shiren_demo_every_thing_request(fields);
    const int32_t code = shiren_start(client, request, options, queue, user_data, id, error);
    shiren_request_free(request);
    return code;
}

/* ---- demo.open ------------------------------------------------------------------------------------------------------ */

/** Opens. */
static inline shiren_request *shiren_demo_open_request(void)
{
    shiren_request *request = shiren_request_new("demo.open");
    return request;
}

/**
 * Runs it and waits.
 *
 * The reply, a Ticket: /number (int), /expires_at (time), /label (text?), /shade (SHIREN_WORD_SHADE_…).
 */
static inline int32_t shiren_demo_open_run(
    const shiren_client *client,
    const shiren_call_options *options,
    shiren_response **response,
    shiren_error **error)
{
    shiren_request *request = shiren_demo_open_request();
    const int32_t code = shiren_run(client, request, options, response, error);
    shiren_request_free(request);
    return code;
}

/** Starts it; the reply comes through the queue. */
static inline int32_t shiren_demo_open_start(
    const shiren_client *client,
    const shiren_call_options *options,
    const shiren_queue *queue,
    void *user_data,
    uint64_t *id,
    shiren_error **error)
{
    shiren_request *request = shiren_demo_open_request();
    const int32_t code = shiren_start(client, request, options, queue, user_data, id, error);
    shiren_request_free(request);
    return code;
}

/* ---- Parts of replies ------------------------------------------------------------------------------------------- */

/**
 * Thing: /name (text), /grams (int?).
 *
 * A thing.
 */

/**
 * Ticket: /number (int), /expires_at (time), /label (text?), /shade (SHIREN_WORD_SHADE_…).
 *
 * What comes back whole.
 */

/**
 * References: /order (text?), /task (text?), /log (text?).
 *
 * The vendor's numbers for a request or a session.
 */

/**
 * Error, what shiren_error_json holds: /kind (SHIREN_WORD_ERROR_KIND_…), /message (text), /field (text?),
 * /vendor (SHIREN_WORD_VENDOR_…?), /vendor_code (text?), /vendor_text (text?), /http_status (int?),
 * /references (References), /billed (SHIREN_WORD_BILLED_…), /retryable (bool), /retry_after_ms (int?),
 * /hint (text?).
 *
 * Everything an error says. It never holds a name, an ID number, a mobile, a photo, a key or a token.
 */

#ifdef __cplusplus
}
#endif

#endif /* SHIREN_OPS_H */
