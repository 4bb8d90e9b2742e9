# Ways into the hypervisor and out of it, and the gates to the host. A gate is a hlt at a known address: the machine
# stops there, the host does its part, sets RAX, and goes on after the hlt.

#include "macros.h"
.macro gate name
function \name
  hlt
  ret
end \name
.endm

.text

# A domain executed syscall: number in RAX, arguments in RDI, RSI, RDX, R10, R8. The host has put RSP on the
# hypervisor's stack. The way out looks at soft IRQs; the result is in RAX at the gate.
function syscall_entry
  mov   %r10, %rcx
  cmp   $HYPERCALLS, %rax
  jae   1f
  lea   hypercall_table(%rip), %rbx
  call  *(%rbx,%rax,8)
  jmp   2f
1: call  do_ni_hypercall
2: mov   %rax, %r12
  call  process_softirqs
  mov   %r12, %rax
  jmp   return_to_guest
end syscall_entry

# Another vCPU interrupted this one while it was in its domain.
function interrupt_entry
  call  interrupted
  jmp   return_to_guest
end interrupt_entry

function return_to_guest
  hlt
  ud2                       # never reached; keeps the next address apart from this gate
end return_to_guest

# Calls made by the host return here.
function host_return
  hlt
end host_return

gate livepatch_sysctl       # RDI: the domain's pointer to struct xen_sysctl
gate livepatch_act          # the pending action, with all vCPUs held
gate livepatch_give_up      # the pending action, when the vCPUs did not come together in time
gate livepatch_ended        # after either, when no vCPU is held any more
gate printk                 # RDI: format, then arguments
gate now                    # nanoseconds of the virtual clock
gate send_interrupts        # to every other vCPU
gate wait_while             # RDI: address, ESI: value, RDX: deadline; 1 when the u32 changed, 0 at the deadline

# CPUID serialises the processor; the gate lets the machine know, as the emulation of CPUID alone does not.
function serialise
  push  %rbx
  cpuid
  pop   %rbx
.globl serialised
serialised:
  hlt
  ret
end serialise

# Stores to code, made by the patching vCPU itself: RDI destination, RSI source, RDX bytes.
function patch_bytes
  mov   %rdx, %rcx
  rep   movsb
  ret
end patch_bytes

# 0, or -EFAULT where a byte of the domain's buffer cannot be written: RDI destination, RSI source, RDX bytes.
function copy_to_guest
  mov   %rdx, %rcx
1: rep   movsb
  xor   %eax, %eax
  ret
2: mov   $-14, %eax
  ret
end copy_to_guest

# 0, or -EFAULT where a byte of the domain's buffer cannot be read: RDI destination, RSI source, RDX bytes.
function copy_from_guest
  mov   %rdx, %rcx
3: rep   movsb
  xor   %eax, %eax
  ret
4: mov   $-14, %eax
  ret
end copy_from_guest

.macro fixup at, to
  .pushsection .ex_table, "a", @progbits
  .long \at - ., \to - .
  .popsection
.endm
fixup 1b, 2b
fixup 3b, 4b

# Handlers by the number of the hypercall: the domains' table, and a second one as HVM domains have it (MECH-8).
.macro table_of_hypercalls name
.globl \name
.type \name, @object
\name:
  .rept 17
  .quad do_ni_hypercall
  .endr
  .quad do_xen_version      # 17
  .rept 17
  .quad do_ni_hypercall
  .endr
  .quad do_sysctl           # 35
  .quad do_domctl           # 36
  .rept HYPERCALLS - 37
  .quad do_ni_hypercall
  .endr
.size \name, . - \name
.endm

.section .rodata
.balign 8
table_of_hypercalls hypercall_table
table_of_hypercalls hvm_hypercall_table

.text
# Hypercall 36 as an HVM domain reaches it.
function hvm_domctl
  jmp   *hvm_hypercall_table + 8 * 36(%rip)
end hvm_domctl
