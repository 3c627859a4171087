/* The sandbox that the tests run against: its admin API, a client of it, a person who passes. */
#ifndef SHIREN_TESTS_SANDBOX_H
#define SHIREN_TESTS_SANDBOX_H

#include "shiren.h"

/* An impossible person whom every vendor knows. */
#define NAME "张伟"
#define NUMBER "110101180001020010"

extern const char *sandbox_url;
extern unsigned char *photo;
extern size_t photo_length;

/* Reads the photo and remembers the address. */
void sandbox_begin(const char *url, const char *photo_path);
/* The answer's body, to be freed. */
char *sandbox_ask(const char *method, const char *path, const char *body);
/* Forgets charges, journal and faults. */
void sandbox_reset(void);
/* Arms a fault: a JSON object. */
void sandbox_fault(const char *json);
/* Takes all faults away, and lets go what hangs. */
void sandbox_heal(void);
/* How many charges were booked since the reset. */
unsigned sandbox_charges(void);
/* Waits until so many requests have come in since the reset. */
void sandbox_wait_requests(unsigned count);

shiren_client *sandbox_client(void);
/* One of juhe.verifyface.verify2 for the person who passes. */
shiren_request *verify2(void);
/* The same with a photo of few bytes, for many calls: paid, and not passed. */
shiren_request *small_verify2(void);
/* An empty completion. */
shiren_completion completion(void);

void sleep_ms(unsigned ms);
uint64_t now_ms(void);
/* A small generator of its own for each thread. */
uint32_t chance(uint32_t *state);

#endif
