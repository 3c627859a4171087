/* What the library's threads have to tell: outcomes and lines of the log. They leave it here and go on; a thread of Java
 * collects it, so that no thread of the library ever enters the virtual machine. */
#ifndef SHIREN_JNI_EVENTS_H
#define SHIREN_JNI_EVENTS_H

#include "shiren.h"

enum { EVENT_NONE = 0, EVENT_OUTCOME = 1, EVENT_LINE = 2, EVENT_LOST = 3, EVENT_MARK = 4 };

typedef struct event {
    struct event *next;
    int kind;
    /* Of an outcome: whose it is. Of lost lines: how many. Of a mark: which. */
    uint64_t owner;
    uint64_t duration_us;
    int32_t status;
    int32_t billed;
    uint32_t attempts;
    uint32_t cancelled;
    int32_t level;
    /* Operation and vendor, or target and message; the vendor may be NULL. They lie behind the event. */
    const char *first;
    const char *second;
} event;

/* Leaves an outcome; `owner` is a number. */
void events_outcome(void *owner, const shiren_outcome *outcome);

/* Leaves a line of the log, or counts it where too many wait. */
void events_line(void *nobody, int32_t level, const char *target, const char *message);

/* The next event, to be freed; NULL when none came in this time or somebody woke the one who waits. */
event *events_next(uint32_t timeout_ms);

/* Leaves a mark: it is taken when everything before it was. */
void events_mark(uint64_t mark);

/* Wakes the one who waits. */
void events_wake(void);

#endif
