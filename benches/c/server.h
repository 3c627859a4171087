/* A server that reads a request and answers the same each time, as a process of its own: its CPU time is not the
 * bench's. */
#ifndef SERVER_H
#define SERVER_H

#include <stddef.h>

/* Starts one that gives this answer; it ends with this process. Before there are threads.
 *
 * @return its port */
int server_start(const char *answer);

/* The body of the request that was answered last, as it arrived. */
const char *server_saw(size_t *length);

#endif
