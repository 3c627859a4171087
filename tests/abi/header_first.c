/* Together with header_second.c: the header defines nothing that two files of one program could both define. */
#include "shiren.h"
#include "shiren.h"

int second(void);

int main(void)
{
    return shiren_abi_version() == SHIREN_ABI_VERSION && second() == SHIREN_ABI_VERSION ? 0 : 1;
}
