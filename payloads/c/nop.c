/* Brings no code: the beginning of xen_minor_version becomes nops (FUNC-5). How many is new_size, set with the others. */
#include "livepatch.h"

LIVEPATCH_FUNCS nop_funcs[] = {
    {
        .name = "xen_minor_version",
        .new_addr = 0,
        .version = REVISION,
    },
};
