/* Compares a photo with the register: compare NAME ID_NUMBER PHOTO
 *
 * Ends with 0 when the person may be let in, 1 when not, 2 when it is not known. */
#include "setup.h"

#include <shiren_ops.h>

static int compare(const shiren_client *client, const char *name, const char *id_number, const char *photo_path)
{
    shiren_juhe_verifyface_verify2 fields = {0};
    size_t length = 0;
    unsigned char *photo = read_file(photo_path, &length);
    if (photo == NULL) {
        fprintf(stderr, "the photo cannot be read\n");
        return 2;
    }
    fields.realname = name;
    fields.idcard = id_number;
    fields.image.data = photo;
    fields.image.length = length;

    shiren_response *response = NULL;
    shiren_error *error = NULL;
    int32_t status = shiren_juhe_verifyface_verify2_run(client, &fields, NULL, &response, &error);
    free(photo);
    if (status != SHIREN_OK) {
        tell_and_free(error);
        return 2;
    }
    printf("%s, billed: %s\n", shiren_response_text(response, "/verdict/decision", NULL),
           shiren_response_text(response, "/verdict/billed", NULL));
    for (size_t at = 0; at < shiren_response_size(response, "/verdict/reasons"); at++) {
        char code[64], message[64], next[64];
        snprintf(code, sizeof code, "/verdict/reasons/%zu/code", at);
        snprintf(message, sizeof message, "/verdict/reasons/%zu/message", at);
        snprintf(next, sizeof next, "/verdict/reasons/%zu/next_step", at);
        const char *advice = shiren_response_text(response, next, NULL);
        printf("%s %s%s%s\n", shiren_response_text(response, code, NULL), shiren_response_text(response, message, NULL),
               advice == NULL ? "" : ": ", advice == NULL ? "" : advice);
    }
    int32_t decision = shiren_response_decision(response);
    shiren_response_free(response);
    return decision == SHIREN_PASSED ? 0 : decision == SHIREN_REJECTED ? 1 : 2;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s NAME ID_NUMBER PHOTO\n", argv[0]);
        return 2;
    }
    shiren_client *client = open_client();
    if (client == NULL) {
        return 2;
    }
    int result = compare(client, argv[1], argv[2], argv[3]);
    shiren_client_free(client);
    return result;
}
