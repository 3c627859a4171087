/* Prints what a program takes over from the header when it is compiled: sizes and offsets of structs, types of
 * callbacks by their pointers' size, and values of constants (constants.inc, made from the header). */
#include "shiren.h"

#include <stdio.h>

#define SIZE(type) printf("%s %zu\n", #type, sizeof(type))
#define MEMBER(type, member)                                                                                           \
    printf("%s.%s %zu+%zu\n", #type, #member, offsetof(type, member), sizeof(((type *)NULL)->member))

int main(void)
{
    SIZE(shiren_call_options);
    MEMBER(shiren_call_options, struct_size);
    MEMBER(shiren_call_options, timeout_ms);
    MEMBER(shiren_call_options, raw);
    SIZE(shiren_completion);
    MEMBER(shiren_completion, struct_size);
    MEMBER(shiren_completion, id);
    MEMBER(shiren_completion, user_data);
    MEMBER(shiren_completion, response);
    MEMBER(shiren_completion, error);
    SIZE(shiren_counters);
    MEMBER(shiren_counters, struct_size);
    MEMBER(shiren_counters, calls);
    MEMBER(shiren_counters, errors);
    MEMBER(shiren_counters, cancelled);
    MEMBER(shiren_counters, billed);
    MEMBER(shiren_counters, unknown);
    SIZE(shiren_outcome);
    MEMBER(shiren_outcome, struct_size);
    MEMBER(shiren_outcome, operation);
    MEMBER(shiren_outcome, vendor);
    MEMBER(shiren_outcome, duration_us);
    MEMBER(shiren_outcome, status);
    MEMBER(shiren_outcome, billed);
    MEMBER(shiren_outcome, attempts);
    MEMBER(shiren_outcome, cancelled);
    SIZE(shiren_callback);
    SIZE(shiren_log_callback);
    SIZE(shiren_outcome_callback);
#include "constants.inc"
    return 0;
}
