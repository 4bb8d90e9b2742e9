/*
 * Notes the first time that each block of code begins, for coverage.ts: a callback into Node.js for each block would
 * take most of the time. It needs no C library. After a change: checks/coverage.ts --write.
 */
#include <stdint.h>

#define ROOM 16384

/* coverage.ts has the same layout. */
struct coverage {
    uint64_t start;
    uint64_t size;
    uint32_t count;
    uint32_t unused;
    uint32_t fresh[ROOM];
    uint8_t seen[];
};

static void on_block(void *engine, uint64_t address, uint32_t length, struct coverage *coverage)
{
    uint64_t offset = address - coverage->start;

    (void)engine;
    (void)length;
    /* What finds no room is noted the next time. */
    if (offset >= coverage->size || coverage->seen[offset] || coverage->count == ROOM)
        return;
    coverage->seen[offset] = 1;
    coverage->fresh[coverage->count++] = (uint32_t)offset;
}

__attribute__((visibility("default"))) void *coverage_callback(void)
{
    return (void *)on_block;
}
