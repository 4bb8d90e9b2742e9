/* Replaces xen_extra_version. Its hooks count in its .data, so once reverted it may not be applied again (BSS-2). */
#include "livepatch.h"

const char *xen_extra_version(void);

const char *xen_extra_version(void)
{
    return "Hello World";
}

/* Applied so often more than reverted. Not zero at first: zeros would go to .bss. */
static volatile int hello_world_balance = 100;

static void hello_world_load(void)
{
    hello_world_balance++;
    printk("hello_world: load hook\n");
}

static void hello_world_unload(void)
{
    hello_world_balance--;
    printk("hello_world: unload hook\n");
}

LIVEPATCH_HOOKS(load) hello_world_load_hooks[] = { hello_world_load };
LIVEPATCH_HOOKS(unload) hello_world_unload_hooks[] = { hello_world_unload };

LIVEPATCH_FUNCS hello_world_funcs[] = {
    {
        .name = "xen_extra_version",
        .new_addr = xen_extra_version,
        .version = REVISION,
    },
};
