/* Many photos at once, on one thread, with poll(): queue NAME ID_NUMBER PHOTO…
 *
 * Prints one line for each photo as its answer comes. In a program with an event loop of its own, the descriptor of
 * the queue is one more that the loop looks at. */
#define _POSIX_C_SOURCE 200809L
#include "setup.h"

#include <shiren_ops.h>

#include <errno.h>
#include <poll.h>

/* Starts the comparison of one photo; its path comes back with the answer. */
static int start(const shiren_client *client, const shiren_queue *queue, const char *name, const char *id_number,
                 char *path)
{
    shiren_juhe_verifyface_verify2 fields = {0};
    shiren_error *error = NULL;
    unsigned char *photo = read_file(path, &fields.image.length);
    if (photo == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        return 0;
    }
    fields.realname = name;
    fields.idcard = id_number;
    fields.image.data = photo;
    int32_t status = shiren_juhe_verifyface_verify2_start(client, &fields, NULL, queue, path, NULL, &error);
    free(photo); /* It was borrowed for the call only. */
    if (status != SHIREN_OK) {
        tell_and_free(error);
        return 0;
    }
    return 1;
}

/* Takes what has come; gives how many. */
static int collect(const shiren_queue *queue)
{
    int came = 0;
    shiren_completion end = {.struct_size = sizeof end};
    while (shiren_queue_next(queue, 0, &end) == SHIREN_OK) {
        came++;
        if (end.error != NULL) {
            printf("%s: failed\n", (const char *)end.user_data);
            tell_and_free(end.error);
        } else {
            printf("%s: %s\n", (const char *)end.user_data,
                   shiren_response_text(end.response, "/verdict/decision", NULL));
            shiren_response_free(end.response);
        }
    }
    return came;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: %s NAME ID_NUMBER PHOTO…\n", argv[0]);
        return 2;
    }
    shiren_client *client = open_client();
    if (client == NULL) {
        return 2;
    }
    shiren_queue *queue = shiren_queue_new();
    int open = 0;
    for (int at = 3; at < argc; at++) {
        open += start(client, queue, argv[1], argv[2], argv[at]);
    }
    int result = open == argc - 3 ? 0 : 2;
    struct pollfd waiting = {.fd = shiren_queue_fd(queue), .events = POLLIN};
    while (open > 0) {
        if (poll(&waiting, 1, -1) < 0 && errno != EINTR) {
            perror("poll");
            result = 2;
            break;
        }
        open -= collect(queue);
    }
    /* Closing first: what is still in flight ends, and its ends can be collected. */
    shiren_client_free(client);
    collect(queue);
    shiren_queue_free(queue);
    return result;
}
