/* A list with a lock: the library's threads append, one thread of Java takes. */

#ifndef _WIN32
#define _POSIX_C_SOURCE 200809L
#endif

#include "events.h"

#include <stdlib.h>
#include <string.h>

#ifdef _WIN32
#include <windows.h>
static SRWLOCK guard = SRWLOCK_INIT;
static CONDITION_VARIABLE arrived = CONDITION_VARIABLE_INIT;
static void lock(void) { AcquireSRWLockExclusive(&guard); }
static void unlock(void) { ReleaseSRWLockExclusive(&guard); }
static void notify(void) { WakeAllConditionVariable(&arrived); }
static void pause_for(uint32_t timeout_ms) { SleepConditionVariableSRW(&arrived, &guard, timeout_ms, 0); }
#else
#include <pthread.h>
#include <time.h>
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static void lock(void) { pthread_mutex_lock(&guard); }
static void unlock(void) { pthread_mutex_unlock(&guard); }
static void notify(void) { pthread_cond_broadcast(&arrived); }
static void pause_for(uint32_t timeout_ms) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec += 1;
        until.tv_nsec -= 1000000000L;
    }
    pthread_cond_timedwait(&arrived, &guard, &until);
}
#endif

/* More lines than this wait for nobody. Outcomes are never dropped. */
enum { MOST_LINES = 2000 };

static event *first_event;
static event **end_of_events = &first_event;
static size_t lines;
static uint64_t lost;
static int woken;

/* A copy of both texts behind the event; NULL without memory. */
static event *make(int kind, const char *first, const char *second) {
    size_t one = strlen(first) + 1, other = second == NULL ? 0 : strlen(second) + 1;
    event *made = calloc(1, sizeof(event) + one + other);
    if (made == NULL) return NULL;
    char *texts = (char *)(made + 1);
    made->kind = kind;
    made->first = memcpy(texts, first, one);
    if (second != NULL) made->second = memcpy(texts + one, second, other);
    return made;
}

static void append(event *made) {
    *end_of_events = made;
    end_of_events = &made->next;
    notify();
}

void events_outcome(void *owner, const shiren_outcome *outcome) {
    event *made = make(EVENT_OUTCOME, outcome->operation, outcome->vendor);
    if (made == NULL) return;
    made->owner = (uint64_t)(uintptr_t)owner;
    made->duration_us = outcome->duration_us;
    made->status = outcome->status;
    made->billed = outcome->billed;
    made->attempts = outcome->attempts;
    made->cancelled = outcome->cancelled;
    lock();
    append(made);
    unlock();
}

void events_line(void *nobody, int32_t level, const char *target, const char *message) {
    (void)nobody;
    event *made = make(EVENT_LINE, target, message);
    lock();
    if (made == NULL || lines >= MOST_LINES) {
        lost += 1;
        unlock();
        free(made);
        return;
    }
    made->level = level;
    lines += 1;
    append(made);
    unlock();
}

void events_mark(uint64_t mark) {
    event *made = make(EVENT_MARK, "", NULL);
    if (made == NULL) return;
    made->owner = mark;
    lock();
    append(made);
    unlock();
}

event *events_next(uint32_t timeout_ms) {
    lock();
    if (first_event == NULL && !woken && lost == 0) pause_for(timeout_ms);
    event *taken = first_event;
    if (taken == NULL) woken = 0;
    if (taken != NULL) {
        first_event = taken->next;
        if (first_event == NULL) end_of_events = &first_event;
        if (taken->kind == EVENT_LINE) lines -= 1;
    } else if (lost > 0 && (taken = make(EVENT_LOST, "", NULL)) != NULL) {
        taken->owner = lost;
        lost = 0;
    }
    unlock();
    return taken;
}

void events_wake(void) {
    lock();
    woken = 1;
    notify();
    unlock();
}
