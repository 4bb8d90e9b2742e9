/*
 * Makes a tool's hypercalls reach an emulated hypervisor: loaded before the tool's libraries, it answers for the
 * privileged device of the kernel, and passes everything else on. What it says is in ../agent/protocol.h. It knows no
 * structure: the other side asks for the caller's memory.
 *
 * It needs no library and no version of one, so it can be loaded into any process. It keeps nothing between two calls:
 * what is opened is a connection, known by the address of its peer, and each hypercall has a connection of its own. So
 * threads and forked processes may share what was opened.
 */
#include "../agent/protocol.h"
#include "../agent/linux.h"
#include <stdarg.h>

enum { SYS_close = 3, SYS_sendto = 44, SYS_recvfrom, SYS_socket = 41, SYS_connect, SYS_getpeername = 52,
       SYS_openat = 257, SYS_pipe2 = 293 };
enum { AF_UNIX = 1, SOCK_STREAM = 1, MSG_NOSIGNAL = 0x4000, AT_FDCWD = -100 };
enum { O_CREAT = 0100, O_CLOEXEC = 02000000, O_TMPFILE = 020000000 };
enum { ENOENT = 2, EINTR = 4, EIO = 5, ENFILE = 23, EMFILE, ENAMETOOLONG = 36, ECONNREFUSED = 111 };
/* The number and five arguments. */
#define PRIVCMD_HYPERCALL_SIZE 48
/* _IOC(_IOC_NONE, 'P', 0, sizeof(struct privcmd_hypercall)) */
#define PRIVCMD_HYPERCALL 0x305000ul
#define EXPORTED __attribute__((visibility("default")))
#define PASS -1000

struct address { uint16_t family; char path[108]; };

int *__errno_location(void);
char *getenv(const char *name);
/* Older libraries have it in a file of its own, which is not always loaded. */
void *dlsym(void *handle, const char *name) __attribute__((weak));

static long fail(long error)
{
    *__errno_location() = -error;
    return -1;
}

static size_t length_of(const char *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}

static int equal(const char *one, const char *other)
{
    while (*one && *one == *other)
        one++, other++;
    return *one == *other;
}

static void complain(const char *before, const char *what, size_t length, const char *after)
{
    static const char name[] = "livepatch-conformance: ";

    call(SYS_write, 2, name, sizeof(name) - 1);
    call(SYS_write, 2, before, length_of(before));
    call(SYS_write, 2, what, length);
    call(SYS_write, 2, after, length_of(after));
}

static long dial(const struct address *to, long flags)
{
    long own = call(SYS_socket, AF_UNIX, SOCK_STREAM | (flags & O_CLOEXEC), 0), error;

    if (own < 0)
        return own;
    while ((error = call(SYS_connect, own, to, sizeof(*to))) == -EINTR)
        ;
    if (error < 0) {
        call(SYS_close, own, 0, 0);
        return error;
    }
    return own;
}

static long send(long to, const void *from, size_t size)
{
    while (size) {
        long sent = call6(SYS_sendto, to, (long)from, size, MSG_NOSIGNAL, 0, 0);

        if (sent == -EINTR)
            continue;
        if (sent <= 0)
            return -EIO;
        from = (const uint8_t *)from + sent;
        size -= sent;
    }
    return 0;
}

static long receive(long from, void *to, size_t size)
{
    while (size) {
        long got = call6(SYS_recvfrom, from, (long)to, size, 0, 0, 0);

        if (got == -EINTR)
            continue;
        if (got <= 0)
            return -EIO;
        to = (uint8_t *)to + got;
        size -= got;
    }
    return 0;
}

/* Through a pipe, so that the kernel looks at the addresses: what is not mapped is an error, not a fault. */
static long copy(const int *pipe, uint64_t to, uint64_t from, size_t size)
{
    long written, got;

    if (!size)
        return 0;
    while ((written = call(SYS_write, pipe[1], from, size)) == -EINTR)
        ;
    if (written <= 0)
        return -EFAULT;
    while ((got = call(SYS_read, pipe[0], to, written)) == -EINTR)
        ;
    return (size_t)got == size ? 0 : -EFAULT;
}

/* READ and WRITE of the caller's memory. */
static long serve(long server, const int *pipe, const struct request *asked)
{
    struct answer answer = { MAGIC_ANSWER, asked->sequence, 0, 0, 0 };
    uint8_t room[MOST_CALLER_DATA];
    uint64_t address = asked->argument0, size = asked->argument1;

    if (asked->length > sizeof(room) || size > sizeof(room) || receive(server, room, asked->length))
        return -EIO;
    if (asked->kind == REQUEST_READ) {
        answer.result = copy(pipe, (uint64_t)room, address, size);
        answer.length = answer.result ? 0 : size;
    } else if (asked->kind == REQUEST_WRITE && size == asked->length)
        answer.result = copy(pipe, address, (uint64_t)room, size);
    else
        answer.result = -EINVAL;
    return send(server, &answer, sizeof(answer)) ?: send(server, room, answer.length);
}

/* What the hypervisor returned; with data, that is a sentence for people. */
static long finish(long server, const struct answer *answer)
{
    char sentence[MOST_CALLER_DATA];

    if (answer->length > sizeof(sentence) || receive(server, sentence, answer->length))
        return -EIO;
    if (answer->length)
        complain("", sentence, answer->length, "\n");
    return answer->result;
}

/* 1 if the connection broke before there was a result. */
static int exchange(long server, const int *pipe, const struct request *wanted, long *result)
{
    union {
        uint32_t magic;
        struct request request;
        struct answer answer;
    } got;

    if (send(server, wanted, sizeof(*wanted)))
        return 1;
    for (;;) {
        if (receive(server, &got.magic, sizeof(got.magic)))
            return 1;
        if (got.magic == MAGIC_ANSWER) {
            if (receive(server, &got.magic + 1, sizeof(got.answer) - sizeof(got.magic)))
                return 1;
            *result = finish(server, &got.answer);
            return 0;
        }
        if (got.magic != MAGIC_REQUEST || receive(server, &got.magic + 1, sizeof(got.request) - sizeof(got.magic)) ||
            serve(server, pipe, &got.request))
            return 1;
    }
}

static long ask(const struct address *hypervisor, const int *pipe, uint64_t wanted)
{
    struct request request = { MAGIC_REQUEST, REQUEST_HYPERCALL, 1, 0, 0, 0, 0, 0, 0, 0 };
    long server, result = copy(pipe, (uint64_t)&request.argument0, wanted, PRIVCMD_HYPERCALL_SIZE);
    int broken = 1;

    if (result < 0)
        return result;
    server = dial(hypervisor, O_CLOEXEC);
    if (server == -EMFILE || server == -ENFILE)
        return server;
    if (server >= 0) {
        broken = exchange(server, pipe, &request, &result);
        call(SYS_close, server, 0, 0);
    }
    if (!broken)
        return result;
    complain("the emulated hypervisor behind ", hypervisor->path, length_of(hypervisor->path), " has ended.\n");
    return -EIO;
}

static long hypercall(const struct address *hypervisor, uint64_t wanted)
{
    int pipe[2];
    long result = call(SYS_pipe2, pipe, O_CLOEXEC, 0);

    if (result < 0)
        return result;
    result = ask(hypervisor, pipe, wanted);
    call(SYS_close, pipe[0], 0, 0);
    call(SYS_close, pipe[1], 0, 0);
    return result;
}

static long open_hypervisor(const char *socket, int flags)
{
    struct address hypervisor = { AF_UNIX, { 0 } };
    size_t length = length_of(socket);
    long opened;

    if (length >= sizeof(hypervisor.path))
        return -ENAMETOOLONG;
    memcpy(hypervisor.path, socket, length);
    opened = dial(&hypervisor, flags);
    if (opened != -ENOENT && opened != -ECONNREFUSED)
        return opened;
    complain("no emulated hypervisor answers at ", socket, length, ": start one with \"serve\".\n");
    /* Not "there is no such device": libraries would try another one. */
    return -ECONNREFUSED;
}

/* PASS if it is not about the privileged device. */
static long open_device(const char *path, int flags)
{
    const char *socket = path ? getenv("LIVEPATCH_SOCKET") : 0;

    if (!socket)
        return PASS;
    if (equal(path, "/dev/xen/privcmd") || equal(path, "/proc/xen/privcmd"))
        return open_hypervisor(socket, flags);
    /* With memory of this device, calls would need no copies; without it, libraries lock memory of their own. */
    return equal(path, "/dev/xen/hypercall") ? -ENOENT : PASS;
}

static long returned(long result)
{
    return result < 0 && result > -4096 ? fail(result) : result;
}

/* The argument after the flags, where there is one. */
#define MODE(flags) ({ \
        int mode = 0; \
        va_list list; \
        va_start(list, flags); \
        if ((flags) & O_CREAT || ((flags) & O_TMPFILE) == O_TMPFILE) \
            mode = va_arg(list, int); \
        va_end(list); \
        mode; \
    })
#define NEXT(name) (dlsym ? dlsym((void *)-1l, #name) : 0)

#define OPEN(name) \
    EXPORTED int name(const char *path, int flags, ...) \
    { \
        int (*next)(const char *, int, ...) = NEXT(name), mode = MODE(flags); \
        long opened = open_device(path, flags); \
        if (opened == PASS && next) \
            return next(path, flags, mode); \
        return returned(opened != PASS ? opened : call6(SYS_openat, AT_FDCWD, (long)path, flags, mode, 0, 0)); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    EXPORTED int name(int folder, const char *path, int flags, ...) \
    { \
        int (*next)(int, const char *, int, ...) = NEXT(name), mode = MODE(flags); \
        long opened = open_device(path, flags); \
        if (opened == PASS && next) \
            return next(folder, path, flags, mode); \
        return returned(opened != PASS ? opened : call6(SYS_openat, folder, (long)path, flags, mode, 0, 0)); \
    }
OPENAT(openat)
OPENAT(openat64)

/* What a compiler makes of open without a mode. */
#define OPEN_2(name) \
    EXPORTED int name(const char *path, int flags) \
    { \
        int (*next)(const char *, int) = NEXT(name); \
        long opened = open_device(path, flags); \
        if (opened == PASS && next) \
            return next(path, flags); \
        return returned(opened != PASS ? opened : call6(SYS_openat, AT_FDCWD, (long)path, flags, 0, 0, 0)); \
    }
OPEN_2(__open_2)
OPEN_2(__open64_2)

/* Sockets have no request of this number. All other requests of a connection are for its driver, which refuses them. */
EXPORTED int ioctl(int file, unsigned long request, ...)
{
    int (*next)(int, unsigned long, ...) = NEXT(ioctl);
    struct address peer = { 0, { 0 } };
    uint32_t size = sizeof(peer) - 1;
    va_list list;
    void *argument;

    va_start(list, request);
    argument = va_arg(list, void *);
    va_end(list);
    if (request == PRIVCMD_HYPERCALL && !call(SYS_getpeername, file, &peer, &size) && peer.family == AF_UNIX &&
        peer.path[0] == '/')
        return returned(hypercall(&peer, (uint64_t)argument));
    return next ? next(file, request, argument) : returned(call(SYS_ioctl, file, request, argument));
}
