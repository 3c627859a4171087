/* What the examples have in common: a file read whole, a client from shiren.json or of the sandbox, an error told. */
#ifndef SETUP_H
#define SETUP_H

#include <shiren.h>

#include <stdio.h>
#include <stdlib.h>

/* A whole file, to be freed; NULL if it cannot be read. */
static inline unsigned char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    unsigned char *data = NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        long size = ftell(file);
        rewind(file);
        data = size < 0 ? NULL : malloc((size_t)size + 1);
        if (data != NULL && fread(data, 1, (size_t)size, file) != (size_t)size) {
            free(data);
            data = NULL;
        }
        *length = data == NULL ? 0 : (size_t)size;
    }
    fclose(file);
    return data;
}

/* Tells what went wrong, and frees it. No error of the library holds a name, a number or a key. */
static inline void tell_and_free(shiren_error *error)
{
    int32_t billed = shiren_error_billed(error);
    fprintf(stderr, "%s (billed: %s)\n", shiren_error_message(error),
            billed == SHIREN_BILLED_NO ? "no" : billed == SHIREN_BILLED_YES ? "yes" : "perhaps");
    if (shiren_error_field(error) != NULL) {
        fprintf(stderr, "field: %s\n", shiren_error_field(error));
    }
    if (shiren_error_hint(error) != NULL) {
        fprintf(stderr, "hint: %s\n", shiren_error_hint(error));
    }
    shiren_error_free(error);
}

/* A client: of the sandbox at $SHIREN_SANDBOX (`shiren sandbox`), else of the accounts in shiren.json. NULL: it was
 * told why. */
static inline shiren_client *open_client(void)
{
    shiren_client *client = NULL;
    shiren_error *error = NULL;
    const char *sandbox = getenv("SHIREN_SANDBOX");
    if (sandbox != NULL) {
        if (shiren_client_new_sandbox(sandbox, &client, &error) != SHIREN_OK) {
            tell_and_free(error);
        }
        return client;
    }
    size_t length = 0;
    char *config = (char *)read_file("shiren.json", &length);
    if (config == NULL) {
        fprintf(stderr, "there is no shiren.json here, and SHIREN_SANDBOX is not set\n");
        return NULL;
    }
    if (shiren_client_new(config, length, &client, &error) != SHIREN_OK) {
        tell_and_free(error);
    }
    free(config);
    return client;
}

#endif
