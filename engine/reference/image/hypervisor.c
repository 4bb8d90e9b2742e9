/*
 * The miniature hypervisor: what of the reference is machine code. The rules of live patching are the host's, behind the
 * gates; here are the hypercalls' bodies and the rendezvous, which vCPUs really execute.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

#define MAX_CPUS 8
#define STACK_SIZE 0x8000ul
#define CR0_WP (1ul << 16)
#define NEVER (~0ul)

enum { EFAULT = 14, EINVAL = 22, ENOSYS = 38, ENOBUFS = 105 };
enum { XENVER_version = 0, XENVER_extraversion = 1, XENVER_build_id = 10 };

/* entry.S */
long livepatch_sysctl(void *sysctl);
void livepatch_act(void);
void livepatch_give_up(void);
void livepatch_ended(void);
u64 now(void);
void send_interrupts(void);
u64 wait_while(const volatile u32 *address, u32 value, u64 deadline);
void serialise(void);
int copy_to_guest(void *to, const void *from, u64 size);
int copy_from_guest(void *to, const void *from, u64 size);
/* functions.S */
const char *xen_extra_version(void);
u32 xen_minor_version(void);
u32 xen_major_version(void);
/* image.lds */
extern const u8 build_id[], build_id_end[];

/* The host sets these. */
u32 nr_cpus = 1;
u32 softirq_pending[MAX_CPUS];
u32 livepatch_work_to_do;
u64 livepatch_time;

/* What every vCPU has at the top of its stack, where Xen has it. */
struct cpu_info {
    u32 processor_id;
    u8 rest[0x3c];
};

static u32 smp_processor_id(void)
{
    u64 stack;

    asm("mov %%rsp, %0" : "=r"(stack));
    return ((const struct cpu_info *)((stack & ~(STACK_SIZE - 1)) + STACK_SIZE) - 1)->processor_id;
}

long do_ni_hypercall(void)
{
    return -ENOSYS;
}

long do_sysctl(void *sysctl)
{
    return livepatch_sysctl(sysctl);
}

static int is_guest_buffer(const void *buffer, u64 size)
{
    return (u64)buffer < (1ul << 47) && (u64)buffer + size < (1ul << 47);
}

static long to_guest(void *to, const void *from, u64 size)
{
    return is_guest_buffer(to, size) ? copy_to_guest(to, from, size) : -EFAULT;
}

static long extraversion(void *to)
{
    char text[16] = {0};
    const char *from = xen_extra_version();
    u32 i;

    for (i = 0; i < sizeof(text) - 1 && from[i] != 0; i++)
        text[i] = from[i];
    return to_guest(to, text, sizeof(text));
}

static long build_id_of_hypervisor(u8 *to)
{
    const u32 size = build_id_end - build_id;
    u32 room;

    if (to == 0)
        return size;
    if (!is_guest_buffer(to, sizeof(room)) || copy_from_guest(&room, to, sizeof(room)))
        return -EFAULT;
    if (room == 0)
        return -EINVAL;
    if (room < size)
        return -ENOBUFS;
    return to_guest(to + sizeof(room), build_id, size) ?: size;
}

long xen_version(u32 cmd, void *argument)
{
    switch (cmd) {
    case XENVER_version:
        return xen_major_version() << 16 | xen_minor_version();
    case XENVER_extraversion:
        return extraversion(argument);
    case XENVER_build_id:
        return build_id_of_hypervisor(argument);
    default:
        return -ENOSYS;
    }
}

/* The rendezvous (WHEN-1 to WHEN-4): all vCPUs together, then interrupts off on all, then one of them patches. */
enum phase { IDLE, GATHER, INTERRUPTS_OFF, DONE };
volatile u32 livepatch_phase;
volatile u32 livepatch_gathered;
volatile u32 livepatch_interrupts_off;
volatile u32 livepatch_inside;

/* NMIs are counted. While patching they are lost, or kept until it is done where the host sets that (TODO-3). */
u64 nmis_handled;
u32 nmi_deferral;
static u32 nmis_kept[MAX_CPUS];

static void handle_nmi(void)
{
    nmis_handled++;
}

static void nmi_while_patching(void)
{
    if (nmi_deferral)
        nmis_kept[smp_processor_id()]++;
}

void (*nmi_callback)(void) = handle_nmi;

void nmi_entry(void)
{
    nmi_callback();
}

static void handle_kept_nmis(void)
{
    u32 *const kept = &nmis_kept[smp_processor_id()];

    for (; *kept != 0; --*kept)
        nmi_callback();
}

/* Zeros, for payloads to change. */
u64 hypervisor_scratch;

static void interrupts_off(void)
{
    asm volatile("cli" ::: "memory");
}

static void interrupts_on(void)
{
    asm volatile("sti" ::: "memory");
}

static void write_protection(int on)
{
    u64 cr0;

    asm volatile("mov %%cr0, %0" : "=r"(cr0));
    asm volatile("mov %0, %%cr0" : : "r"(on ? cr0 | CR0_WP : cr0 & ~CR0_WP) : "memory");
}

/* 1 when the counter reached the count, 0 at the deadline. */
static int all_there(const volatile u32 *counter, u32 count, u64 deadline)
{
    u32 seen;

    while ((seen = *counter) != count)
        if (!wait_while(counter, seen, deadline))
            return *counter == count;
    return 1;
}

static void act_with_all_held(void)
{
    interrupts_off();
    write_protection(0);
    livepatch_act();
    write_protection(1);
    serialise();
    interrupts_on();
}

static void lead(void)
{
    const u32 others = nr_cpus - 1;
    const u64 deadline = now() + livepatch_time;
    void (*const nmi_before)(void) = nmi_callback;

    livepatch_phase = GATHER;
    nmi_callback = nmi_while_patching;
    send_interrupts();
    if (!all_there(&livepatch_gathered, others, deadline)) {
        livepatch_give_up();
    } else {
        livepatch_phase = INTERRUPTS_OFF;
        if (all_there(&livepatch_interrupts_off, others, deadline))
            act_with_all_held();
        else
            livepatch_give_up();
    }
    nmi_callback = nmi_before;
    handle_kept_nmis();
    livepatch_work_to_do = 0;
    livepatch_time = 0;
    livepatch_phase = DONE;
    all_there(&livepatch_inside, 0, NEVER);
    livepatch_gathered = 0;
    livepatch_interrupts_off = 0;
    livepatch_phase = IDLE;
    livepatch_ended();
}

static void follow(void)
{
    __atomic_add_fetch(&livepatch_inside, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&livepatch_gathered, 1, __ATOMIC_SEQ_CST);
    while (livepatch_phase == GATHER)
        wait_while(&livepatch_phase, GATHER, NEVER);
    if (livepatch_phase == INTERRUPTS_OFF) {
        interrupts_off();
        __atomic_add_fetch(&livepatch_interrupts_off, 1, __ATOMIC_SEQ_CST);
        while (livepatch_phase == INTERRUPTS_OFF)
            wait_while(&livepatch_phase, INTERRUPTS_OFF, NEVER);
        serialise();
        interrupts_on();
    }
    handle_kept_nmis();
    __atomic_sub_fetch(&livepatch_inside, 1, __ATOMIC_SEQ_CST);
}

static void check_for_livepatch_work(void)
{
    if (livepatch_phase == GATHER)
        follow();
    else if (livepatch_phase == IDLE && livepatch_work_to_do)
        lead();
}

void process_softirqs(void)
{
    const u32 cpu = smp_processor_id();

    if (!softirq_pending[cpu])
        return;
    softirq_pending[cpu] = 0;
    check_for_livepatch_work();
}

/* Another vCPU wants this one to look at its soft IRQs. */
void interrupted(void)
{
    softirq_pending[smp_processor_id()] = 1;
    process_softirqs();
}
