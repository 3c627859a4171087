/* A hosted session: liveness NAME ID_NUMBER
 *
 * A web service does in two requests what this does in one run: it starts, stores the session with its user and sends
 * the browser to the page; when the browser is back, it finishes with the stored session and the address it came to. */
#include "setup.h"

#include <shiren_ops.h>

#include <string.h>

/* The session as JSON, to be freed, and printed the page to open; NULL: it was told why. */
static char *start(const shiren_client *client, const shiren_subject *subject)
{
    shiren_liveness_start fields = {0};
    fields.vendor = SHIREN_WORD_VENDOR_JUHE;
    fields.subject = subject;
    fields.return_url = "https://example.com/back";

    shiren_response *session = NULL;
    shiren_error *error = NULL;
    if (shiren_liveness_start_run(client, &fields, NULL, &session, &error) != SHIREN_OK) {
        tell_and_free(error);
        return NULL;
    }
    printf("%s\n", shiren_response_text(session, "/page_url", NULL));
    fflush(stdout);
    size_t length = 0;
    const char *json = shiren_response_json(session, &length);
    char *stored = malloc(length + 1);
    if (stored != NULL) {
        memcpy(stored, json, length + 1);
    }
    shiren_response_free(session);
    return stored;
}

static int finish(const shiren_client *client, const shiren_subject *subject, const char *stored, const char *landed)
{
    shiren_liveness_finish fields = {0};
    fields.landed_url = landed;
    fields.subject = subject;
    shiren_request *request = shiren_liveness_finish_request(&fields);
    shiren_request_json(request, "/session", stored, SHIREN_NUL);

    shiren_response *response = NULL;
    shiren_error *error = NULL;
    int32_t status = shiren_run(client, request, NULL, &response, &error);
    shiren_request_free(request);
    if (status != SHIREN_OK) {
        tell_and_free(error);
        return 2;
    }
    printf("%s: %s, billed: %s\n", shiren_response_text(response, "/verdict/decision", NULL),
           shiren_response_value(response, "/verdict/checks", NULL),
           shiren_response_text(response, "/verdict/billed", NULL));
    int32_t decision = shiren_response_decision(response);
    shiren_response_free(response);
    return decision == SHIREN_PASSED ? 0 : decision == SHIREN_REJECTED ? 1 : 2;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s NAME ID_NUMBER\n", argv[0]);
        return 2;
    }
    shiren_client *client = open_client();
    if (client == NULL) {
        return 2;
    }
    shiren_subject subject = {argv[1], argv[2], NULL};
    int result = 2;
    char *stored = start(client, &subject);
    if (stored != NULL) {
        char landed[4096];
        puts("open it, finish there, then paste the address you landed on (or just press Enter):");
        fflush(stdout);
        if (fgets(landed, sizeof landed, stdin) == NULL) {
            landed[0] = 0;
        }
        landed[strcspn(landed, "\r\n")] = 0;
        result = finish(client, &subject, stored, landed[0] == 0 ? NULL : landed);
        free(stored);
    }
    shiren_client_free(client);
    return result;
}
