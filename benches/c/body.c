#define _POSIX_C_SOURCE 200809L
#include "body.h"
#include "check.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* What can be prepared is made once: the context, and the algorithms looked up. */
static EVP_CIPHER_CTX *context;
static EVP_CIPHER *aes;
static EVP_MD *md5;

static void prepare(void)
{
    if (context != NULL) return;
    context = EVP_CIPHER_CTX_new();
    aes = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
    md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    if (context == NULL || aes == NULL || md5 == NULL) die("OpenSSL has no AES or no MD5");
}

/* The first 16 characters of the OpenId's MD5 in hexadecimal. */
static void derive(unsigned char key[16])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    prepare();
    if (!EVP_Digest(ACCOUNT_OPENID, strlen(ACCOUNT_OPENID), digest, NULL, md5, NULL)) die("MD5");
    for (int at = 0; at < 8; at++) {
        key[2 * at] = (unsigned char)digits[digest[at] >> 4];
        key[2 * at + 1] = (unsigned char)digits[digest[at] & 15];
    }
}

/* Encrypts, and writes as Base64 with a NUL behind it. */
static char *seal(const unsigned char key[16], const unsigned char *plain, size_t length, size_t *written)
{
    unsigned char *sealed = room(length + 16);
    int most = 0, rest = 0;
    if (!EVP_EncryptInit_ex(context, aes, NULL, key, NULL) ||
        !EVP_EncryptUpdate(context, sealed, &most, plain, (int)length) ||
        !EVP_EncryptFinal_ex(context, sealed + most, &rest)) {
        die("AES");
    }
    char *text = room((size_t)(most + rest) * 4 / 3 + 4);
    *written = (size_t)EVP_EncodeBlock((unsigned char *)text, sealed, most + rest);
    free(sealed);
    return text;
}

/* Base64 needs no more than this. */
static char *escape(const char *text, size_t length)
{
    char *escaped = room(3 * length + 1), *end = escaped;
    for (size_t at = 0; at < length; at++) {
        switch (text[at]) {
        case '+': memcpy(end, "%2B", 3), end += 3; break;
        case '/': memcpy(end, "%2F", 3), end += 3; break;
        case '=': memcpy(end, "%3D", 3), end += 3; break;
        default: *end++ = text[at];
        }
    }
    *end = 0;
    return escaped;
}

static char *sealed_and_escaped(const unsigned char key[16], const void *plain, size_t length, enum escaping escaping)
{
    size_t digits;
    char *text = seal(key, plain, length, &digits);
    char *escaped = escaping == BY_HAND ? escape(text, digits) : curl_easy_escape(NULL, text, (int)digits);
    if (escaped == NULL) die("escaping");
    free(text);
    return escaped;
}

char *body_new(const unsigned char *photo, size_t photo_length, enum escaping escaping, size_t *length)
{
    unsigned char key[16];
    derive(key);
    unsigned char *base64 = room((photo_length + 2) / 3 * 4 + 1);
    size_t digits = (size_t)EVP_EncodeBlock(base64, photo, (int)photo_length);
    char *number = sealed_and_escaped(key, PERSON_NUMBER, strlen(PERSON_NUMBER), escaping);
    char *name = sealed_and_escaped(key, PERSON_NAME, strlen(PERSON_NAME), escaping);
    char *image = sealed_and_escaped(key, base64, digits, escaping);
    free(base64);
    /* There is nothing to escape in the account's key. */
    const char *parts[] = {"key=", ACCOUNT_KEY, "&idcard=", number, "&realname=", name, "&image=", image};
    size_t lengths[8], sum = 0;
    for (int at = 0; at < 8; at++) sum += lengths[at] = strlen(parts[at]);
    char *body = room(sum + 1), *end = body;
    for (int at = 0; at < 8; at++) {
        memcpy(end, parts[at], lengths[at]);
        end += lengths[at];
    }
    *end = 0;
    *length = sum;
    void (*release)(void *) = escaping == BY_HAND ? free : curl_free;
    release(number);
    release(name);
    release(image);
    return body;
}

char *answer_new(const char *json)
{
    unsigned char key[16];
    size_t length;
    derive(key);
    return seal(key, (const unsigned char *)json, strlen(json), &length);
}

bool answer_passed(const char *answer, size_t length)
{
    unsigned char key[16];
    derive(key);
    unsigned char *sealed = room(length + 1), *json = room(length + 17);
    int bytes = EVP_DecodeBlock(sealed, (const unsigned char *)answer, (int)length), most = 0, rest = 0;
    /* It counts the padding of Base64 as bytes. */
    for (size_t at = length; bytes > 0 && at > 0 && answer[at - 1] == '='; at--) bytes--;
    bool read = bytes > 0 && EVP_DecryptInit_ex(context, aes, NULL, key, NULL) &&
                EVP_DecryptUpdate(context, json, &most, sealed, bytes) &&
                EVP_DecryptFinal_ex(context, json + most, &rest);
    bool passed = false;
    if (read) {
        json[most + rest] = 0;
        const char *text = (const char *)json;
        passed = strstr(text, "\"error_code\":0") != NULL && strstr(text, "\"authResult\":\"00") != NULL;
    }
    free(sealed);
    free(json);
    return passed;
}
