/* The work of each contender: so many calls, from the number of the first one on. Each looks at every answer. */
#ifndef CONTENDERS_H
#define CONTENDERS_H

#include <stddef.h>

#define FLIGHT 64
#define PHOTOS 32
#define PHOTO_LENGTH ((size_t)20 << 10)

/* What they work on. Ready bodies and the answer are for those who build and read nothing. */
struct stage {
    char url[64];
    unsigned char *photos[PHOTOS];
    char *ready[PHOTOS];
    size_t ready_length[PHOTOS];
    const char *answer;
};
extern struct stage stage;

void shiren_begin(void);
void shiren_end(void);
/* shiren_run */
void shiren_one_at_a_time(size_t first, size_t calls);
/* shiren_start, shiren_queue_next */
void shiren_in_flight(size_t first, size_t calls);

void libcurl_begin(void);
void libcurl_end(void);
/* One easy handle, kept. */
void libcurl_one_at_a_time(size_t first, size_t calls);
void libcurl_one_at_a_time_by_hand(size_t first, size_t calls);
void libcurl_one_at_a_time_ready(size_t first, size_t calls);
/* A multi handle, and an easy handle for each call in flight, kept. */
void libcurl_in_flight(size_t first, size_t calls);
void libcurl_in_flight_by_hand(size_t first, size_t calls);
void libcurl_in_flight_ready(size_t first, size_t calls);

#endif
