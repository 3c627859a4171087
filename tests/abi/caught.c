/* Faults that the instruments have to catch, so that their silence about the other programs means something:
 * caught freed | caught lost */
#include "shiren.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 2) return 0;
    char *name = malloc(16);
    if (name == NULL) return 0;
    strcpy(name, "check.name");
    if (strcmp(argv[1], "freed") == 0) {
        char *volatile hidden = name; /* The compiler would see it, too. */
        free(name);
        hidden[0] = 'C';
        return 0;
    }
    shiren_request *request = shiren_request_new(name);
    shiren_request_text(request, "/name", "name", SHIREN_NUL);
    free(name);
    /* The library's memory, lost by the program. */
    request = NULL;
    return request != NULL;
}
