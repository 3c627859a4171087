/* A callback comes exactly once, whatever cancel and close do at the same moment; after close none comes. */
#include "check.h"
#include "sandbox.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* One client's life: some calls, then its end. */
struct life {
    shiren_client *client;
    const shiren_request *request;
    unsigned calls;
    _Atomic uint64_t last_id;
    atomic_uint started, refused, ended, twice, late, wrong;
    atomic_uint closed, over;
    atomic_uchar told[64];
};

struct call {
    struct life *life;
    unsigned number;
};

static void end_of_call(void *user_data, uint64_t id, shiren_response *response, shiren_error *error)
{
    struct call *call = user_data;
    struct life *life = call->life;
    (void)id;
    if (atomic_load(&life->closed)) atomic_fetch_add(&life->late, 1);
    if (atomic_fetch_add(&life->told[call->number], 1) != 0) atomic_fetch_add(&life->twice, 1);
    if ((response == NULL) == (error == NULL)) atomic_fetch_add(&life->wrong, 1);
    int32_t kind = shiren_error_kind(error);
    if (kind != SHIREN_OK && kind != SHIREN_CANCELLED && kind != SHIREN_CLOSED) atomic_fetch_add(&life->wrong, 1);
    shiren_response_free(response);
    shiren_error_free(error);
    atomic_fetch_add(&life->ended, 1);
}

static void *cancel_at_random(void *given)
{
    struct life *life = given;
    uint32_t state = 0x9E3779B9u ^ (uint32_t)(uintptr_t)life;
    while (!atomic_load(&life->over)) {
        uint64_t last = atomic_load(&life->last_id);
        if (last > 0) shiren_cancel(life->client, last + 1 - chance(&state) % (last < 4 ? last : 4));
        if (chance(&state) % 8 == 0) sleep_ms(1);
    }
    return NULL;
}

static void *close_at_random(void *given)
{
    struct life *life = given;
    uint32_t state = 0x85EBCA6Bu ^ atomic_load(&life->started) ^ (uint32_t)now_ms();
    for (uint32_t spin = chance(&state) % 4; spin > 0; spin--) sleep_ms(1);
    while (shiren_client_close(life->client, chance(&state) % 3, NULL) == SHIREN_TIMEOUT) {
    }
    atomic_store(&life->closed, 1);
    return NULL;
}

static void live(struct life *life, uint32_t *state)
{
    struct call calls[64];
    pthread_t cancelling, closing;
    bool closes_meanwhile = chance(state) % 3 == 0;
    int made = pthread_create(&cancelling, NULL, cancel_at_random, life);
    if (closes_meanwhile) made |= pthread_create(&closing, NULL, close_at_random, life);
    if (made != 0) abort();
    for (unsigned call = 0; call < life->calls; call++) {
        calls[call].life = life;
        calls[call].number = call;
        uint64_t id = 0;
        int32_t status =
            shiren_start_callback(life->client, life->request, NULL, end_of_call, &calls[call], &id, NULL);
        if (status == SHIREN_OK) {
            atomic_fetch_add(&life->started, 1);
            atomic_store(&life->last_id, id);
        } else if (status == SHIREN_CLOSED) {
            atomic_fetch_add(&life->refused, 1);
        } else {
            atomic_fetch_add(&life->wrong, 1);
        }
        if (chance(state) % 16 == 0) sleep_ms(chance(state) % 3);
    }
    if (closes_meanwhile) pthread_join(closing, NULL);
    if (!closes_meanwhile && chance(state) % 2 == 0) {
        if (shiren_client_close(life->client, SHIREN_FOREVER, NULL) != SHIREN_OK) atomic_fetch_add(&life->wrong, 1);
        atomic_store(&life->closed, 1);
    }
    atomic_store(&life->over, 1);
    pthread_join(cancelling, NULL);
    shiren_client_free(life->client);
    atomic_store(&life->closed, 1);
}

static void callbacks_come_exactly_once(void)
{
    enum { EACH = 25 };
    unsigned wanted = rounds(10000), started = 0, ended = 0, refused = 0;
    uint32_t state = 0x12345678u;
    shiren_request *request = small_verify2();
    while (started < wanted) {
        struct life life = {.client = sandbox_client(), .request = request, .calls = EACH};
        live(&life, &state);
        /* Everything has been told when the client is gone. */
        CHECK_INT(atomic_load(&life.ended), atomic_load(&life.started));
        CHECK_INT(atomic_load(&life.twice), 0);
        CHECK_INT(atomic_load(&life.late), 0);
        CHECK_INT(atomic_load(&life.wrong), 0);
        CHECK_INT(atomic_load(&life.started) + atomic_load(&life.refused), EACH);
        started += atomic_load(&life.started);
        ended += atomic_load(&life.ended);
        refused += atomic_load(&life.refused);
    }
    CHECK_INT(ended, started);
    if (wanted >= 10000) CHECK_THAT(refused > 0, "no call ever met a close");
    fprintf(stderr, "   %u calls started and ended, %u refused by a close\n", started, refused);
    shiren_request_free(request);
}

const struct test race_tests[] = {
    {"race: a callback comes exactly once under cancel and close", callbacks_come_exactly_once},
    {NULL, NULL},
};
