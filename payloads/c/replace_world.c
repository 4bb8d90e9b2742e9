/* Replaces xen_extra_version by a function of another name; the old one is found by its name alone (FUNC-3). */
#include "livepatch.h"

static const char *replace_world_extra_version(void)
{
    return "Hello Again World!";
}

LIVEPATCH_FUNCS replace_world_funcs[] = {
    {
        .name = "xen_extra_version",
        .new_addr = replace_world_extra_version,
        .old_addr = 0,
        .version = REVISION,
    },
};
