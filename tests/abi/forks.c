/* Fork: a child of a process that uses the library is told so at once, and never hangs. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include "sandbox.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* AddressSanitizer's own allocator takes locks that a fork copies as they are: seen with gcc 12, a child's new thread then
 * waits in malloc for ever, whatever this library does. What forks is therefore not built with it; valgrind looks on. */
#ifndef __SANITIZE_ADDRESS__

/* What a child inherits. */
struct heirloom {
    shiren_client *client, *busy;
    shiren_queue *queue;
    const shiren_request *request;
};

/* In the child: the line of what went wrong. */
#define EXPECT(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) return __LINE__;                                                                             \
    } while (0)

static void ignore(void *user_data, uint64_t id, shiren_response *response, shiren_error *error)
{
    (void)user_data, (void)id;
    shiren_response_free(response);
    shiren_error_free(error);
}

static void ignore_outcome(void *user_data, const shiren_outcome *outcome)
{
    (void)user_data, (void)outcome;
}

static void ignore_line(void *user_data, int32_t level, const char *target, const char *message)
{
    (void)level, (void)target, (void)message;
    if (user_data != NULL) atomic_fetch_add((atomic_uint *)user_data, 1);
}

static int inherited_is_closed(const struct heirloom *had)
{
    uint64_t id = 0;
    shiren_response *response = NULL;
    shiren_error *error = NULL;
    shiren_completion end = completion();
    shiren_counters counters = {sizeof counters, 0, 0, 0, 0, 0};
    EXPECT(shiren_run(had->client, had->request, NULL, &response, &error) == SHIREN_CLOSED);
    EXPECT(strstr(shiren_error_hint(error), "new client") != NULL && shiren_error_billed(error) == SHIREN_BILLED_NO);
    shiren_error_free(error);
    EXPECT(shiren_start(had->client, had->request, NULL, had->queue, NULL, &id, NULL) == SHIREN_CLOSED);
    EXPECT(shiren_start_callback(had->client, had->request, NULL, ignore, NULL, &id, NULL) == SHIREN_CLOSED);
    EXPECT(shiren_queue_next(had->queue, SHIREN_FOREVER, &end) == SHIREN_CLOSED);
    EXPECT(shiren_queue_fd(had->queue) == -1);
    EXPECT(!shiren_cancel(had->client, 1));
    EXPECT(shiren_client_close(had->client, SHIREN_FOREVER, NULL) == SHIREN_CLOSED);
    EXPECT(shiren_client_counters(had->client, &counters, NULL) == SHIREN_CLOSED);
    EXPECT(shiren_client_state(had->client, &response, NULL) == SHIREN_CLOSED);
    EXPECT(shiren_client_on_outcome(had->client, ignore_outcome, NULL, NULL) == SHIREN_CLOSED);
    EXPECT(response == NULL);
    shiren_queue_close(had->queue);
    return 0;
}

static int new_ones_work(const struct heirloom *had)
{
    shiren_client *client = NULL;
    shiren_response *response = NULL;
    shiren_completion end = completion();
    atomic_uint lines = 0;
    EXPECT(shiren_set_logger(SHIREN_LOG_TRACE, ignore_line, &lines, NULL) == SHIREN_OK);
    EXPECT(shiren_client_new_sandbox(sandbox_url, &client, NULL) == SHIREN_OK);
    EXPECT(shiren_run(client, had->request, NULL, &response, NULL) == SHIREN_OK);
    EXPECT(shiren_response_decision(response) != SHIREN_NO_DECISION);
    shiren_response_free(response);
    shiren_queue *queue = shiren_queue_new();
    /* Neither of the two may be inherited. */
    EXPECT(shiren_start(client, had->request, NULL, had->queue, NULL, NULL, NULL) == SHIREN_CLOSED);
    EXPECT(shiren_start(had->client, had->request, NULL, queue, NULL, NULL, NULL) == SHIREN_CLOSED);
    EXPECT(shiren_start(client, had->request, NULL, queue, NULL, NULL, NULL) == SHIREN_OK);
    EXPECT(shiren_queue_next(queue, 40000, &end) == SHIREN_OK);
    if (end.error != NULL) fprintf(stderr, "%s\n", shiren_error_json(end.error));
    EXPECT(end.response != NULL);
    shiren_response_free(end.response);
    shiren_client_free(client);
    shiren_queue_free(queue);
    EXPECT(shiren_set_logger(SHIREN_LOG_OFF, NULL, NULL, NULL) == SHIREN_OK);
    return 0;
}

static int freeing_does_no_harm(const struct heirloom *had)
{
    shiren_client_free(had->client);
    shiren_queue_free(had->queue);
    shiren_client_free(had->busy);
    return 0;
}

static int all_of_it(const struct heirloom *had)
{
    int line = inherited_is_closed(had);
    if (line == 0) line = new_ones_work(had);
    return line != 0 ? line : freeing_does_no_harm(had);
}

/* The line of what went wrong in a child, 0 of nothing, -1 if it hung or died. */
static int in_child(int (*work)(const struct heirloom *), const struct heirloom *had)
{
    int pipes[2], line = -1;
    if (pipe(pipes) != 0) return -1;
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        line = work(had);
        if (write(pipes[1], &line, sizeof line) < 0) line = -1;
        /* Not exit: what only the parent's threads know would count as lost here. */
        kill(getpid(), SIGKILL);
    }
    close(pipes[1]);
    struct pollfd waiting = {.fd = pipes[0], .events = POLLIN};
    if (child < 0 || poll(&waiting, 1, 50000) != 1 || read(pipes[0], &line, sizeof line) != (ssize_t)sizeof line) {
        line = -1;
        if (child > 0) kill(child, SIGKILL);
    }
    close(pipes[0]);
    if (child > 0) waitpid(child, NULL, 0);
    return line;
}

static void parent_goes_on(const struct heirloom *had)
{
    shiren_response *response = NULL;
    shiren_completion end = completion();
    CHECK_INT(shiren_run(had->client, had->request, NULL, &response, NULL), SHIREN_OK);
    CHECK(shiren_response_decision(response) != SHIREN_NO_DECISION);
    shiren_response_free(response);
    CHECK_INT(shiren_start(had->client, had->request, NULL, had->queue, NULL, NULL, NULL), SHIREN_OK);
    CHECK_INT(shiren_queue_next(had->queue, 60000, &end), SHIREN_OK);
    CHECK(shiren_response_decision(end.response) != SHIREN_NO_DECISION);
    shiren_response_free(end.response);
}

static void child_is_told_and_parent_goes_on(void)
{
    shiren_request *request = verify2();
    struct heirloom had = {sandbox_client(), sandbox_client(), shiren_queue_new(), request};
    CHECK(shiren_queue_fd(had.queue) >= 0);
    parent_goes_on(&had); /* Now there are connections, an event loop and threads to inherit. */
    CHECK_INT(in_child(all_of_it, &had), 0);
    parent_goes_on(&had);

    sandbox_fault("{\"kind\": \"delay\", \"milliseconds\": 300}");
    CHECK_INT(shiren_start(had.busy, request, NULL, had.queue, &had, NULL, NULL), SHIREN_OK);
    CHECK_INT(in_child(all_of_it, &had), 0);
    shiren_completion end = completion();
    CHECK_INT(shiren_queue_next(had.queue, 60000, &end), SHIREN_OK);
    CHECK(end.user_data == &had && shiren_response_decision(end.response) == SHIREN_PASSED);
    shiren_response_free(end.response);
    shiren_client_free(had.client);
    shiren_client_free(had.busy);
    shiren_queue_free(had.queue);
    shiren_request_free(request);
}

static atomic_uint stop, wrong;

static void *load_runs(void *given)
{
    const struct heirloom *had = given;
    while (!atomic_load(&stop)) {
        shiren_response *response = NULL;
        if (shiren_run(had->client, had->request, NULL, &response, NULL) != SHIREN_OK) atomic_fetch_add(&wrong, 1);
        shiren_response_free(response);
    }
    return NULL;
}

static void *load_queue(void *given)
{
    const struct heirloom *had = given;
    while (!atomic_load(&stop)) {
        shiren_completion end = completion();
        if (shiren_start(had->busy, had->request, NULL, had->queue, NULL, NULL, NULL) != SHIREN_OK ||
            shiren_queue_next(had->queue, 60000, &end) != SHIREN_OK || end.response == NULL) {
            atomic_fetch_add(&wrong, 1);
        }
        shiren_response_free(end.response);
        shiren_error_free(end.error);
    }
    return NULL;
}

static void *load_local(void *given)
{
    const struct heirloom *had = given;
    atomic_uint lines = 0;
    while (!atomic_load(&stop)) {
        shiren_counters counters = {sizeof counters, 0, 0, 0, 0, 0};
        shiren_response *state = NULL;
        if (shiren_client_counters(had->client, &counters, NULL) != SHIREN_OK ||
            shiren_client_state(had->client, &state, NULL) != SHIREN_OK ||
            shiren_set_logger(SHIREN_LOG_TRACE, ignore_line, &lines, NULL) != SHIREN_OK) {
            atomic_fetch_add(&wrong, 1);
        }
        shiren_response_free(state);
        sleep_ms(1);
    }
    shiren_set_logger(SHIREN_LOG_OFF, NULL, NULL, NULL);
    return NULL;
}

static void forks_under_load_never_hang(void)
{
    shiren_request *request = small_verify2();
    struct heirloom had = {sandbox_client(), sandbox_client(), shiren_queue_new(), request};
    void *(*const loads[])(void *) = {load_runs, load_queue, load_local};
    enum { LOADS = sizeof loads / sizeof *loads };
    pthread_t threads[LOADS];
    CHECK(shiren_queue_fd(had.queue) >= 0);
    /* What is made once for the whole process has been made. */
    parent_goes_on(&had);
    CHECK_INT(shiren_set_logger(SHIREN_LOG_TRACE, ignore_line, NULL, NULL), SHIREN_OK);
    parent_goes_on(&had);
    atomic_store(&stop, 0);
    atomic_store(&wrong, 0);
    for (int at = 0; at < LOADS; at++) CHECK_INT(pthread_create(&threads[at], NULL, loads[at], &had), 0);
    int line = 0;
    unsigned round = 0;
    for (unsigned all = rounds(100); line == 0 && round < all; round++) line = in_child(all_of_it, &had);
    atomic_store(&stop, 1);
    for (int at = 0; at < LOADS; at++) pthread_join(threads[at], NULL);
    CHECK_THAT(line == 0, "child %u: line %d (-1: it hung or died)", round, line);
    CHECK_INT(atomic_load(&wrong), 0);
    parent_goes_on(&had);
    shiren_client_free(had.client);
    shiren_client_free(had.busy);
    shiren_queue_free(had.queue);
    shiren_request_free(request);
}

const struct test fork_tests[] = {
    {"fork: the child is told, the parent goes on", child_is_told_and_parent_goes_on},
    {"fork: 100 forks under load, no child hangs", forks_under_load_never_hang},
    {NULL, NULL},
};

#else

const struct test fork_tests[] = {{NULL, NULL}};

#endif
