/*
 * The agent: makes hypercalls for the suite in the control domain of a real Xen. What it is asked and answers is in
 * protocol.h. Without a library, so that it is small and the same wherever it is built.
 *
 *   agent          requests on standard input, answers on standard output: behind ssh, socat or a service of one's own
 *   agent DEVICE   both on a device
 *   as process 1   loads /modules/0.ko, 1.ko, ..., and serves the first port of a virtio console
 */
#include "protocol.h"
#include "linux.h"

enum { HYPERCALL_xen_version = 17, HYPERCALL_sysctl = 35, XENVER_build_id = 10, SYSCTL_livepatch_op = 27 };
/* _IOC(_IOC_NONE, 'P', 0, sizeof(struct privcmd_hypercall)) */
#define PRIVCMD_HYPERCALL 0x305000u
#define PAGE 4096ul
#define MOST_RESERVATIONS 4096
#define LAST_INTERFACE_VERSION 64

struct privcmd_hypercall { uint64_t number, arguments[5]; };
struct reservation { uint8_t *base, *start; uint64_t size, mapped, flags; };

static struct reservation reservations[MOST_RESERVATIONS];
static uint8_t room[MOST_DATA];
static int privcmd, hypercall_memory, input, output;

static void pause_briefly(void)
{
    long time[2] = { 0, 20000000 };

    call(SYS_nanosleep, time, 0, 0);
}

static long hypercall(uint64_t number, const uint64_t *arguments)
{
    struct privcmd_hypercall wanted = { number, { 0 } };

    if (privcmd < 0)
        return -ENODEV;
    memcpy(wanted.arguments, arguments, sizeof(wanted.arguments));
    return call(SYS_ioctl, privcmd, PRIVCMD_HYPERCALL, &wanted);
}

/* Memory that stays where it is: of the driver that is made for it, else locked by being touched. */
static long map(void *at, uint64_t size)
{
    long driver = hypercall_memory < 0 ? hypercall_memory
        : call6(SYS_mmap, (long)at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, hypercall_memory, 0);

    return driver >= 0 ? driver
        : call6(SYS_mmap, (long)at, size, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_POPULATE, -1, 0);
}

static int is_separate(const struct reservation *own)
{
    return (own->flags & (RESERVE_EDGE | RESERVE_READ_ONLY)) != 0;
}

static long reserve(uint64_t size, uint64_t flags)
{
    struct reservation *own = reservations;
    long base;

    while (own < reservations + MOST_RESERVATIONS && own->base)
        own++;
    if (own == reservations + MOST_RESERVATIONS)
        return -ENOMEM;
    own->size = size;
    own->flags = flags;
    own->mapped = (size + PAGE - 1) & ~(PAGE - 1);
    if (!own->mapped)
        own->mapped = PAGE;
    base = call6(SYS_mmap, 0, own->mapped + PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base < 0 || map((void *)base, own->mapped) < 0)
        return -ENOMEM;
    own->base = (void *)base;
    own->start = own->base + (is_separate(own) ? own->mapped - size : 0);
    memset(own->base, 0, own->mapped);
    if (flags & RESERVE_READ_ONLY)
        call(SYS_mprotect, own->base, own->mapped, PROT_READ);
    return (long)own->start;
}

static long release(struct reservation *own)
{
    call(SYS_munmap, own->base, own->mapped + PAGE, 0);
    own->base = 0;
    return 0;
}

/* The reservation that has all of it. */
static struct reservation *owner(uint64_t address, uint64_t size)
{
    struct reservation *own;

    for (own = reservations; own < reservations + MOST_RESERVATIONS; own++) {
        uint64_t start = (uint64_t)own->start;

        if (own->base && address >= start && size <= own->size && address - start <= own->size - size)
            return own;
    }
    return 0;
}

static long write_memory(uint64_t address, uint64_t size, uint32_t given)
{
    struct reservation *own = owner(address, size);

    if (!own || given > size)
        return -EFAULT;
    if (own->flags & RESERVE_READ_ONLY)
        call(SYS_mprotect, own->base, own->mapped, PROT_READ | PROT_WRITE);
    memcpy((void *)address, room, given);
    memset((uint8_t *)address + given, 0, size - given);
    if (own->flags & RESERVE_READ_ONLY)
        call(SYS_mprotect, own->base, own->mapped, PROT_READ);
    return 0;
}

static uint32_t interface_version(uint32_t *sysctl)
{
    const uint64_t arguments[5] = { (uint64_t)sysctl };
    uint32_t version;

    sysctl[0] = SYSCTL_livepatch_op;
    sysctl[2] = ~0u; /* No such operation. */
    for (version = 1; version <= LAST_INTERFACE_VERSION; version++) {
        sysctl[1] = version;
        if (hypercall(HYPERCALL_sysctl, arguments) != -EACCES)
            return privcmd < 0 ? 0 : version;
    }
    return 0;
}

static uint32_t build_id(uint8_t *to, uint32_t *memory)
{
    const uint64_t arguments[5] = { XENVER_build_id, (uint64_t)memory };
    long length;

    memory[0] = 64;
    length = hypercall(HYPERCALL_xen_version, arguments);
    if (length <= 0 || length > 64)
        return 0;
    memcpy(to, memory + 1, length);
    return length;
}

static uint32_t count_cpus(void)
{
    uint64_t mask[16] = { 0 };
    uint32_t count = 0, bit;

    call(SYS_sched_getaffinity, 0, sizeof(mask), mask);
    for (bit = 0; bit < 1024; bit++)
        count += mask[bit / 64] >> (bit % 64) & 1;
    return count;
}

static long hello(struct hello *own)
{
    struct reservation *each;
    long memory;

    for (each = reservations; each < reservations + MOST_RESERVATIONS; each++)
        if (each->base)
            release(each);
    memset(own, 0, sizeof(*own));
    own->cpus = count_cpus();
    memory = reserve(PAGE, 0);
    if (memory < 0)
        return memory;
    own->interface_version = interface_version((void *)memory);
    own->build_id_length = build_id(own->build_id, (void *)memory);
    release(owner(memory, PAGE));
    return PROTOCOL_VERSION;
}

/* The result; *length bytes of the answer's data are left in the room. */
static long serve(const struct request *request, uint32_t *length)
{
    const uint64_t given[6] = { request->argument0, request->argument1, request->argument2,
                                request->argument3, request->argument4, request->argument5 };
    struct reservation *own;

    switch (request->kind) {
    case REQUEST_HELLO:
        *length = sizeof(struct hello);
        return hello((struct hello *)room);
    case REQUEST_PING:
        return 0;
    case REQUEST_RESERVE:
        return given[0] > 1ul << 30 ? -EINVAL : reserve(given[0], given[1]);
    case REQUEST_RELEASE:
        own = owner(given[0], 0);
        return own ? release(own) : -EFAULT;
    case REQUEST_WRITE:
        return write_memory(given[0], given[1], request->length);
    case REQUEST_READ:
        if (given[1] > MOST_DATA || !owner(given[0], given[1]))
            return -EFAULT;
        *length = given[1];
        memcpy(room, (const void *)given[0], given[1]);
        return 0;
    case REQUEST_HYPERCALL:
        return hypercall(given[0], given + 1);
    default:
        return -EINVAL;
    }
}

static void receive(void *to, uint64_t size)
{
    while (size) {
        long got = call(SYS_read, input, to, size);

        if (got <= 0 && input == 0)
            call(SYS_exit, 0, 0, 0);
        if (got <= 0)
            pause_briefly();
        else
            to = (uint8_t *)to + got, size -= got;
    }
}

static void send(const void *from, uint64_t size)
{
    while (size) {
        long sent = call(SYS_write, output, from, size);

        if (sent <= 0 && output == 1)
            call(SYS_exit, 0, 0, 0);
        if (sent > 0)
            from = (const uint8_t *)from + sent, size -= sent;
    }
}

static void become_init(void)
{
    char name[] = "/modules/0.ko";
    long file;

    call6(SYS_mount, (long)"dev", (long)"/dev", (long)"devtmpfs", 0, 0, 0);
    for (; (file = call(SYS_open, name, 0, 0)) >= 0; name[9]++)
        call(SYS_finit_module, file, "", 0);
}

static int open_device(const char *name)
{
    long file;

    while ((file = call(SYS_open, name, O_RDWR, 0)) < 0)
        pause_briefly();
    return file;
}

__attribute__((used)) static void start(const long *stack)
{
    const char *device = stack[0] > 1 ? (const char *)stack[2] : 0;

    if (call(SYS_getpid, 0, 0, 0) == 1) {
        become_init();
        device = "/dev/vport0p1";
    }
    privcmd = call(SYS_open, "/dev/xen/privcmd", O_RDWR, 0);
    hypercall_memory = call(SYS_open, "/dev/xen/hypercall", O_RDWR, 0);
    output = 1;
    if (device)
        input = output = open_device(device);
    for (;;) {
        struct request request;
        struct answer answer = { MAGIC_ANSWER, 0, 0, 0, 0 };

        receive(&request.magic, 4);
        while (request.magic != MAGIC_REQUEST) {
            request.magic >>= 8;
            receive((uint8_t *)&request.magic + 3, 1);
        }
        receive(&request.kind, sizeof(request) - 4);
        if (request.length > MOST_DATA)
            continue;
        receive(room, request.length);
        answer.sequence = request.sequence;
        answer.result = serve(&request, &answer.length);
        send(&answer, sizeof(answer));
        send(room, answer.length);
    }
}

asm(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall start\n");
