/* What fails ends the program: a bench has nobody to tell. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

static inline void die(const char *what)
{
    fprintf(stderr, "bench: %s does not work\n", what);
    exit(1);
}

static inline void *room(size_t bytes)
{
    void *memory = malloc(bytes);
    if (memory == NULL) die("the memory");
    return memory;
}

#endif
