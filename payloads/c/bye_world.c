/* Replaces xen_extra_version, on top of hello_world. */
#include "livepatch.h"

const char *xen_extra_version(void);

const char *xen_extra_version(void)
{
    return "Bye World!";
}

LIVEPATCH_FUNCS bye_world_funcs[] = {
    {
        .name = "xen_extra_version",
        .new_addr = xen_extra_version,
        .version = REVISION,
    },
};
