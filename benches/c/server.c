#define _GNU_SOURCE
#include "server.h"
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define LARGEST ((size_t)1 << 20)

/* What both processes see. A reply is sent after this was written, and it is read after the reply came. */
struct seen {
    size_t length;
    char body[LARGEST];
};

struct connection {
    int socket;
    size_t length;
    char data[LARGEST];
};

static struct seen *seen;

/* The first byte behind the head, and how many belong to the request from there; NULL: more must come. */
static char *body_of(struct connection *from, size_t *length)
{
    from->data[from->length] = 0;
    char *end = strstr(from->data, "\r\n\r\n");
    if (end == NULL) return NULL;
    *end = 0;
    const char *field = strcasestr(from->data, "\r\ncontent-length:");
    *end = '\r';
    if (field == NULL) die("a request without a length");
    *length = strtoul(field + strlen("\r\ncontent-length:"), NULL, 10);
    return end + 4;
}

/* Reads what is there, and answers when it is a whole request.
 *
 * @return 0 when the other side has closed it */
static int serve(struct connection *from, const char *reply, size_t reply_length)
{
    size_t free_room = sizeof from->data - 1 - from->length, length;
    ssize_t got = read(from->socket, from->data + from->length, free_room);
    if (got <= 0) return 0;
    from->length += (size_t)got;
    char *body = body_of(from, &length);
    if (body == NULL || from->length < (size_t)(body - from->data) + length) {
        if (from->length == sizeof from->data - 1) die("a request of this size");
        return 1;
    }
    memcpy(seen->body, body, length);
    seen->length = length;
    /* Requests do not overlap on a connection: what came is one of them. */
    from->length = 0;
    return write(from->socket, reply, reply_length) == (ssize_t)reply_length;
}

static void run(int listener, const char *answer)
{
    char reply[1024];
    int reply_length = snprintf(reply, sizeof reply,
                                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s",
                                strlen(answer), answer);
    if (reply_length >= (int)sizeof reply) die("an answer of this length");
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN}, ready[64];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poll, ready, 64, -1);
        for (int at = 0; at < count; at++) {
            struct connection *connection = ready[at].data.ptr;
            if (connection == NULL) {
                connection = room(sizeof *connection);
                connection->length = 0;
                connection->socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
                if (connection->socket < 0) die("a connection");
                setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
                event.data.ptr = connection;
                epoll_ctl(poll, EPOLL_CTL_ADD, connection->socket, &event);
            } else if (!serve(connection, reply, (size_t)reply_length)) {
                close(connection->socket);
                free(connection);
            }
        }
    }
}

int server_start(const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 512) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        die("a port");
    }
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (seen == MAP_FAILED) die("shared memory");
    pid_t parent = getpid(), child = fork();
    if (child < 0) die("a process");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGPIPE, SIG_IGN);
        if (getppid() == parent) run(listener, answer);
        _exit(0);
    }
    close(listener);
    return ntohs(address.sin_port);
}

const char *server_saw(size_t *length)
{
    *length = seen->length;
    return seen->body;
}
