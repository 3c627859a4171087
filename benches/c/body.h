/* The body of one encrypted compare as one writes it in C: OpenSSL, and curl_easy_escape or a loop of one's own. */
#ifndef BODY_H
#define BODY_H

#include <stdbool.h>
#include <stddef.h>

#define ACCOUNT_KEY "sandbox-juhe-key"
#define ACCOUNT_OPENID "JHsandbox0openid"
#define PERSON_NAME "王小二"
#define PERSON_NUMBER "110101180001010015"

/* Who escapes the Base64. */
enum escaping { BY_LIBCURL, BY_HAND };

/* The form with this photo, to be freed; it ends with a NUL. */
char *body_new(const unsigned char *photo, size_t photo_length, enum escaping escaping, size_t *length);

/* An answer as the vendor encrypts it, to be freed. */
char *answer_new(const char *json);

/* Whether an answer decrypts and says that it is the same person. */
bool answer_passed(const char *answer, size_t length);

#endif
