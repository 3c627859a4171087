#define _POSIX_C_SOURCE 200809L
#include "sandbox.h"
#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

const char *sandbox_url;
unsigned char *photo;
size_t photo_length;

static void die(const char *what)
{
    fprintf(stderr, "%s does not work\n", what);
    exit(2);
}

void sandbox_begin(const char *url, const char *photo_path)
{
    FILE *file = fopen(photo_path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) die(photo_path);
    photo_length = (size_t)ftell(file);
    photo = malloc(photo_length);
    rewind(file);
    if (photo == NULL || fread(photo, 1, photo_length, file) != photo_length) die(photo_path);
    fclose(file);
    sandbox_url = url;
}

char *sandbox_ask(const char *method, const char *path, const char *body)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const char *port = strrchr(sandbox_url, ':');
    if (port == NULL) die("the sandbox's address");
    address.sin_port = htons((uint16_t)atoi(port + 1));
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) die("connecting to the sandbox");
    char head[512];
    snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\ncontent-length: %zu\r\n\r\n",
             method, path, strlen(body));
    if (write(connection, head, strlen(head)) < 0 || write(connection, body, strlen(body)) < 0) die("writing");
    size_t length = 0, room = 1 << 16;
    char *answer = malloc(room);
    for (ssize_t got; (got = read(connection, answer + length, room - length - 1)) > 0;) {
        length += (size_t)got;
        if (room - length < 2) answer = realloc(answer, room *= 2);
    }
    close(connection);
    answer[length] = 0;
    char *text = strstr(answer, "\r\n\r\n");
    if (strncmp(answer, "HTTP/1.1 2", 10) != 0 || text == NULL) {
        fprintf(stderr, "%s %s: %s\n", method, path, answer);
        die("the sandbox's admin API");
    }
    memmove(answer, text + 4, strlen(text + 4) + 1);
    return answer;
}

void sandbox_reset(void)
{
    free(sandbox_ask("POST", "/_sandbox/reset", ""));
}

void sandbox_fault(const char *json)
{
    free(sandbox_ask("POST", "/_sandbox/faults", json));
}

void sandbox_heal(void)
{
    free(sandbox_ask("DELETE", "/_sandbox/faults", ""));
}

static unsigned count(const char *path, const char *what)
{
    char *list = sandbox_ask("GET", path, "");
    unsigned found = 0;
    for (const char *at = list; (at = strstr(at, what)) != NULL; at += strlen(what)) found++;
    free(list);
    return found;
}

unsigned sandbox_charges(void)
{
    return count("/_sandbox/ledger", "\"seq\":");
}

void sandbox_wait_requests(unsigned wanted)
{
    for (uint64_t until = now_ms() + 60000; now_ms() < until; sleep_ms(2)) {
        if (count("/_sandbox/journal", "\"seq\":") >= wanted) return;
    }
    CHECK_THAT(false, "%u requests did not come", wanted);
}

shiren_client *sandbox_client(void)
{
    shiren_client *client = NULL;
    CHECK_INT(shiren_client_new_sandbox(sandbox_url, &client, NULL), SHIREN_OK);
    return client;
}

static shiren_request *verify2_with(size_t length)
{
    shiren_request *request = shiren_request_new("juhe.verifyface.verify2");
    shiren_request_text(request, "/realname", NAME, SHIREN_NUL);
    shiren_request_text(request, "/idcard", NUMBER, SHIREN_NUL);
    shiren_request_bytes(request, "/image", photo, length);
    return request;
}

shiren_request *verify2(void)
{
    return verify2_with(photo_length);
}

shiren_request *small_verify2(void)
{
    return verify2_with(300);
}

shiren_completion completion(void)
{
    shiren_completion empty = {sizeof(shiren_completion), 0, NULL, NULL, NULL};
    return empty;
}

void sleep_ms(unsigned ms)
{
    struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

uint64_t now_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

uint32_t chance(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    return *state ^= *state << 5;
}
