# Functions to be patched, in assembly because their bytes and lengths matter. Those of the document's worked examples
# (MECH-7, MECH-8, MECH-9) have the document's bytes.

#include "macros.h"

.text

# MECH-9: the document's first three instructions; the code for sub-operations above 9 is 0x524 bytes further on.
.balign 16
function do_xen_version
  .byte 0x48, 0xc7, 0xc0, 0xda, 0xff, 0xff, 0xff   # mov $-38, %rax
  .byte 0x83, 0xff, 0x09                           # cmp $9, %edi
  .byte 0x0f, 0x87, 0x24, 0x05, 0x00, 0x00         # ja . + 0x52a
0: jmp   xen_version
  .skip 0x524 - (. - 0b), 0xcc
  cmp   $10, %edi
  je    xen_version
  ret
end do_xen_version

# MECH-7: the document's call, to a function at the document's distance. What is left on the stack before the call
# is what the function, which lacks the fix, hands to its caller.
.balign 16
function do_domctl
  sub   $0x88, %rsp
  movq  $0x1ea1, 0x30(%rsp)
  movq  $0x1ea2, 0x38(%rsp)
  movq  $0x1ea4, 0x40(%rsp)
  add   $0x88, %rsp
.globl do_domctl_call
do_domctl_call:
  .byte 0xe8, 0x4b, 0xb1, 0x05, 0x00               # call arch_do_domctl
  ret
end do_domctl

.section .text.arch_do_domctl, "ax", @progbits
function arch_do_domctl
  push  %rbp
  mov   %rsp, %rbp
  sub   $0x60, %rsp
.globl arch_do_domctl_fix
arch_do_domctl_fix:
  .byte 0x48, 0x89, 0xe0                           # mov %rsp, %rax
  .byte 0x48, 0x25, 0x00, 0x80, 0xff, 0xff         # and $~0x7fff, %rax
  mov   -0x48(%rbp), %rax
  or    -0x40(%rbp), %rax
  or    -0x38(%rbp), %rax
  leave
  ret
end arch_do_domctl

.text
# XENVER_extraversion; 16 bytes of room, as gcc aligns it in Xen.
.balign 16
function xen_extra_version
  lea   extra_version(%rip), %rax
  ret
end xen_extra_version

.balign 16
function xen_minor_version
  .byte 0xb8, 17, 0, 0, 0                          # mov $17, %eax
  ret
end xen_minor_version

.balign 16
function xen_major_version
  .byte 0xb8, 4, 0, 0, 0                           # mov $4, %eax
  ret
end xen_major_version

# Two users of one coalesced string (ROD-1).
.balign 16
function xen_compile_date
  lea   build_text(%rip), %rax
  ret
end xen_compile_date

.balign 16
function xen_changeset
  lea   build_text(%rip), %rax
  ret
end xen_changeset

# Lengths about the trampoline's five bytes (TRAMP-4).
.balign 16
function three_bytes
  xor   %eax, %eax
  ret
end three_bytes

.balign 16
function four_bytes
  push  $4
  pop   %rax
  ret
end four_bytes

.balign 16
function five_bytes
  push  $5
  pop   %rax
  nop
  ret
end five_bytes

# 40 bytes, for runs of nops as long as may be asked for.
.balign 16
function forty_bytes
  mov   $40, %eax
  .skip 34, 0x90
  ret
end forty_bytes

# Begins with endbr64 (V2-CET-1).
.balign 16
function endbr_function
  endbr64
  mov   $42, %eax
  ret
end endbr_function

# Reads RDI's byte; -EFAULT where that cannot be read (EXC-1).
.balign 16
function read_byte
1: movzbl (%rdi), %eax
  ret
2: mov   $-14, %rax
  ret
end read_byte
.pushsection .ex_table, "a", @progbits
  .long 1b - ., 2b - .
.popsection

# BUG where RDI is not 0 (EXC-2): the frame's line bits are 0.
.balign 16
function bug_on
  test  %rdi, %rdi
  jne   3f
  xor   %eax, %eax
  ret
3: ud2
end bug_on
.pushsection .bug_frames.2, "a", @progbits
  .long 3b - ., bug_file - . + 4
.popsection

# A BUG for whoever comes here (MECH-10).
.balign 16
function catches_strays
4: ud2
end catches_strays
.pushsection .bug_frames.2, "a", @progbits
  .long 4b - ., bug_file - . + 4
.popsection

# Stays inside for RDI ns of the clock (MECH-11).
.balign 16
function lingering
  push  %rbx
  mov   %rdi, %rbx
  call  now
  lea   (%rbx,%rax), %rdx
  lea   hypervisor_constant(%rip), %rdi
  mov   (%rdi), %esi
  call  wait_while
  mov   $11, %eax
  pop   %rbx
  ret
end lingering

# Its first five bytes are on two pages.
.balign 4096
.skip 4096 - 3, 0xcc
function across_pages
  mov   $7, %eax
  ret
end across_pages

# Room for a trampoline on either side of a page's edge, and across it: nops, which lead to the code after the edge.
.balign 4096
.skip 4096 - 16, 0xcc
function nops_to_page_edge
  .skip 16, 0x90
.globl page_edge
page_edge:
  mov   $7, %eax
  ret
end nops_to_page_edge

# Where a trampoline to the first byte of the first payload has its longest displacements (TRAMP-2): the layout of the
# image puts them there.
.section .text.reach_above, "ax", @progbits
function reach_above
  push  $8
  pop   %rax
  nop
  ret
end reach_above
.skip 8, 0xcc

.section .text.reach_below, "ax", @progbits
function reach_below
  push  $9
  pop   %rax
  nop
  ret
end reach_below
.skip 8, 0xcc

.section .rodata.str, "a", @progbits
.globl extra_version
extra_version: .asciz ".0-reference"
build_text:    .asciz "the reference hypervisor"
bug_file:      .asciz "functions.S"

.data
.balign 8
# For hooks and payloads to change.
.globl hypervisor_counter
.type hypervisor_counter, @object
hypervisor_counter: .quad 0
.size hypervisor_counter, 8

.section .rodata
.balign 8
.globl hypervisor_constant
.type hypervisor_constant, @object
hypervisor_constant: .quad 0x1122334455667788
.size hypervisor_constant, 8
# Every Xen has a table of this name: the classes of characters, of which the first is a control character.
.globl _ctype
.type _ctype, @object
_ctype: .fill 8, 1, 0x08
.size _ctype, 8
