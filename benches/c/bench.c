/* One encrypted compare from C over loopback, its answer encrypted too: Shiren against libcurl with the body built by
 * OpenSSL.
 *
 * Prints lines for benches/run.sh: CPU time of this process for each call, all its threads together, and (wall) the
 * time by the clock. The contenders of a case take turns. `bench 0.1` makes a turn of 0.1 seconds. */
#define _POSIX_C_SOURCE 200809L
#include "body.h"
#include "check.h"
#include "contenders.h"
#include "server.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#define TURNS 5
#define MOST 5

typedef struct {
    const char *name;
    void (*run)(size_t first, size_t calls);
} contender;

static const struct {
    const char *name;
    contender contenders[MOST];
} cases[] = {
    {"C: encrypted compare, one at a time",
     {{"Shiren", shiren_one_at_a_time},
      {"libcurl easy, body by OpenSSL", libcurl_one_at_a_time},
      {"libcurl easy, body by OpenSSL, escaped by a loop", libcurl_one_at_a_time_by_hand},
      {"libcurl easy, a ready body", libcurl_one_at_a_time_ready}}},
    {"C: encrypted compare, 64 in flight",
     {{"Shiren", shiren_in_flight},
      {"libcurl multi, body by OpenSSL", libcurl_in_flight},
      {"libcurl multi, body by OpenSSL, escaped by a loop", libcurl_in_flight_by_hand},
      {"libcurl multi, a ready body", libcurl_in_flight_ready}}},
};
#define CASES (sizeof cases / sizeof *cases)

static const char passed[] =
    "{\"reason\":\"查询成功\",\"result\":{\"charge\":true,\"authResult\":\"00XX\",\"rxfs\":984.48,"
    "\"orderid\":\"JH264123120811292845373987\"},\"error_code\":0}";

struct stage stage;

/* In microseconds. */
static double now(clockid_t clock)
{
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) die("the clock");
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* A JPEG's first bytes and a JPEG's entropy; each seed another one. On one repeated photo the branch predictor learns
 * the answer by heart. */
static unsigned char *photo_new(uint32_t seed, size_t length)
{
    unsigned char *photo = room(length);
    uint32_t state = seed * 2654435761u | 1;
    for (size_t at = 0; at < length; at++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        photo[at] = (unsigned char)(state >> 8);
    }
    memcpy(photo, "\xff\xd8\xff\xe0", 4);
    return photo;
}

/* Each photo goes out once by each contender: all must send the same bytes. */
static void same_bytes(const contender *contender)
{
    for (size_t index = 0; index < PHOTOS; index++) {
        size_t length;
        contender->run(index, 1);
        const char *body = server_saw(&length);
        if (length != stage.ready_length[index] || memcmp(body, stage.ready[index], length) != 0) {
            fprintf(stderr, "bench: %s sends another body for photo %zu\n", contender->name, index);
            exit(1);
        }
    }
}

/* One turn; its times for each call, in microseconds. */
static void turn(const contender *contender, size_t *first, size_t calls, double *cpu, double *wall)
{
    double wall_before = now(CLOCK_MONOTONIC), cpu_before = now(CLOCK_PROCESS_CPUTIME_ID);
    contender->run(*first, calls);
    *cpu = (now(CLOCK_PROCESS_CPUTIME_ID) - cpu_before) / (double)calls;
    *wall = (now(CLOCK_MONOTONIC) - wall_before) / (double)calls;
    *first += calls;
}

/* The body alone, beside what Rust's bench of bodies has measured. */
static void bodies(const char *size, size_t length, uint32_t count, double seconds)
{
    static const char *const names[] = {
        [BY_LIBCURL] = "C, OpenSSL and curl_easy_escape",
        [BY_HAND] = "C, OpenSSL, escaped by a loop",
    };
    unsigned char *photos[PHOTOS];
    for (uint32_t at = 0; at < count; at++) photos[at] = photo_new(at + 1, length);
    for (int round = 0; round <= TURNS; round++) {
        for (enum escaping escaping = BY_LIBCURL; escaping <= BY_HAND; escaping++) {
            double before = now(CLOCK_PROCESS_CPUTIME_ID), used = 0;
            size_t calls = 0, written;
            for (; calls < count || used < seconds * 1e6; used = now(CLOCK_PROCESS_CPUTIME_ID) - before) {
                free(body_new(photos[calls++ % count], length, escaping, &written));
            }
            used /= (double)calls;
            /* The first one warms up. */
            if (round > 0) printf("@ body, encrypted, %s\t%s\t%.2f\n", size, names[escaping], used);
        }
    }
    for (uint32_t at = 0; at < count; at++) free(photos[at]);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 0.5, cpu, wall;
    if (!(seconds > 0)) die("a turn of this length");
    stage.answer = answer_new(passed);
    snprintf(stage.url, sizeof stage.url, "http://127.0.0.1:%d", server_start(stage.answer));
    libcurl_begin();
    shiren_begin();
    for (uint32_t at = 0; at < PHOTOS; at++) {
        stage.photos[at] = photo_new(at + 1, PHOTO_LENGTH);
        stage.ready[at] = body_new(stage.photos[at], PHOTO_LENGTH, BY_LIBCURL, &stage.ready_length[at]);
    }
    for (size_t at = 0; at < CASES; at++) {
        const contender *contenders = cases[at].contenders;
        size_t first[MOST] = {0}, calls[MOST];
        for (int who = 0; contenders[who].run != NULL; who++) {
            same_bytes(&contenders[who]);
            /* Also opens the connections. */
            turn(&contenders[who], &first[who], 4 * FLIGHT, &cpu, &wall);
            calls[who] = (size_t)(seconds * 1e6 / wall) + FLIGHT;
        }
        for (int round = 0; round < TURNS; round++) {
            for (int who = 0; contenders[who].run != NULL; who++) {
                turn(&contenders[who], &first[who], calls[who], &cpu, &wall);
                printf("@ %s\t%s\t%.2f\n", cases[at].name, contenders[who].name, cpu);
                printf("@ %s (wall)\t%s\t%.2f\n", cases[at].name, contenders[who].name, wall);
            }
        }
    }
    shiren_end();
    bodies("20 KB", (size_t)20 << 10, 32, seconds);
    bodies("100 KB", (size_t)100 << 10, 16, seconds);
    bodies("7.5 MB", 7500000, 3, seconds);
    libcurl_end();
    return 0;
}
