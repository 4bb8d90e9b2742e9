/*
 * Functions that the compiler puts into others, in the forms that debug information has. Built by
 *
 *   gcc $FLAGS -gdwarf-4 -o gcc-4.elf inlined.c
 *   gcc $FLAGS -gdwarf-5 -o gcc-5.elf inlined.c
 *   gcc $FLAGS -gdwarf-5 -gdwarf64 -o gcc-5-64.elf inlined.c
 *   clang $FLAGS -gdwarf-5 -o clang-5.elf inlined.c
 *   objcopy --compress-debug-sections=zlib gcc-5.elf gcc-5-zlib.elf
 *
 * with FLAGS="-O2 -ffreestanding -fno-pie -no-pie -static -nostdlib -fno-asynchronous-unwind-tables
 * -ffile-prefix-map=$PWD=. -Wl,--build-id=none,-z,noseparate-code,-z,noexecstack,--entry=once"; made with gcc 12 and clang 14.
 */

extern volatile int counter, other;
volatile int counter, other;

/* Has copies in `once`, in `often`, and by way of `outer` in `through`. */
int inner(int value)
{
    counter += value;
    return counter * 3;
}

/* Has a copy in `through`, and itself one of `inner`. */
int outer(int value)
{
    other = value;
    return inner(value + 1) + 1;
}

/* Has no copies. */
__attribute__((noinline)) int once(int value)
{
    return inner(value) + 5;
}

int often(int value)
{
    for ( int i = 0; i < value; i++ )
    {
        other = inner(i);
        if ( __builtin_expect(other == 17, 0) )
            once(inner(other));
    }
    return value;
}

int through(int value)
{
    return outer(value) - 7;
}

void unlikely(int value);
__attribute__((cold, noinline)) void unlikely(int value) { other = value; }

/* In two parts, `split` and `split.cold`; the second has a copy of `inner`. */
int split(int value)
{
    if ( value == counter )
    {
        unlikely(inner(value));
        unlikely(value);
    }
    return value + 1;
}

/* Calls itself: in a copy of it are copies of it. */
static inline int down(int value)
{
    if ( value <= counter )
        return 1;
    other = value;
    return down(value - 2) * 3 + other;
}

int goes_down(int value)
{
    return down(value) + 2;
}
