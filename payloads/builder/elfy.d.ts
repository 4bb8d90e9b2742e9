/** The part of elfy that the tests use as a second reader. It takes alignment, entry size and OS ABI from wrong places. */
declare module 'elfy' {
  interface Section {
    readonly name: string;
    readonly type: string;
    readonly flags: Readonly<Record<string, boolean>>;
    readonly off: number;
    readonly size: number;
    readonly link: number;
    readonly info: number;
    readonly data: Buffer;
  }
  export function parse(file: Buffer): {
    readonly class: string;
    readonly endian: string;
    readonly type: string;
    readonly machine: string;
    readonly shnum: number;
    readonly shstrndx: number;
    readonly body: { readonly sections: readonly Section[] };
  };
}
