/* A function of the image, with its size in the symbol table: the suite asks for it. */
.macro function name
  .globl \name
  .type \name, @function
\name:
.endm
.macro end name
  .size \name, . - \name
.endm
