/* Made from protocol.ts, which says what it means, by checks/agent.ts --write. */
#include <stdint.h>

#define PROTOCOL_VERSION 1
#define MAGIC_REQUEST 827412556u
#define MAGIC_ANSWER 826363980u
#define MOST_DATA 65536u
#define MOST_CALLER_DATA 4096u
enum { REQUEST_HELLO = 1, REQUEST_PING = 2, REQUEST_RESERVE = 3, REQUEST_RELEASE = 4, REQUEST_WRITE = 5, REQUEST_READ = 6, REQUEST_HYPERCALL = 7 };
enum { RESERVE_EDGE = 1, RESERVE_READ_ONLY = 2 };
struct request {
    uint32_t magic;
    uint32_t kind;
    uint32_t sequence;
    uint32_t length;
    uint64_t argument0;
    uint64_t argument1;
    uint64_t argument2;
    uint64_t argument3;
    uint64_t argument4;
    uint64_t argument5;
};
struct answer {
    uint32_t magic;
    uint32_t sequence;
    uint32_t length;
    uint32_t pad;
    uint64_t result;
};
struct hello {
    uint32_t interface_version;
    uint32_t cpus;
    uint32_t build_id_length;
    uint32_t pad;
    uint8_t build_id[64];
};
