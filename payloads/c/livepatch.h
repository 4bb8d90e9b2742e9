/*
 * What a payload in C is made of. REVISION (1 or 2) is given on the compiler's command line.
 *
 * Build-ids and the sizes of old functions belong to one hypervisor and are not known here, nor does C know the size of
 * a new function: the notes hold 20 zero bytes, the sizes are 0, and compiled.ts sets them when the payload is used.
 */
#include <stdint.h>

struct livepatch_func {
    const char *name;
    const void *new_addr;
    const void *old_addr;
    uint32_t new_size;
    uint32_t old_size;
    uint8_t version;
    uint8_t opaque[31];
#if REVISION == 2
    uint8_t applied;
    uint8_t pad[7];
    uint8_t expect[32];
#endif
};

_Static_assert(sizeof(struct livepatch_func) == (REVISION == 2 ? 104 : 64), "entry of .livepatch.funcs");

#define LIVEPATCH_FUNCS __attribute__((section(".livepatch.funcs"), aligned(8), used)) struct livepatch_func

typedef void livepatch_hook(void);
#define LIVEPATCH_HOOKS(event) __attribute__((section(".livepatch.hooks." #event), aligned(8), used)) static livepatch_hook *

/* An ELF note: name "GNU", type 3, and room for a build-id of 20 bytes. */
#define BUILD_ID_NOTE(section)                    \
    asm(".pushsection " section ", \"a\", @note\n" \
        ".balign 4\n"                             \
        ".long 4, 20, 3\n"                        \
        ".asciz \"GNU\"\n"                        \
        ".zero 20\n"                              \
        ".popsection\n")

BUILD_ID_NOTE(".livepatch.depends");
#if REVISION == 2
BUILD_ID_NOTE(".livepatch.xen_depends");
#endif
BUILD_ID_NOTE(".note.gnu.build-id");

/* The hypervisor's. */
int printk(const char *format, ...);
