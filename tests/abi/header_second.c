#include "shiren.h"

int second(void);

int second(void)
{
    shiren_call_options options = {sizeof(shiren_call_options), 0, 0};
    return shiren_version() != NULL && options.raw == 0 ? (int)shiren_abi_version() : -1;
}
