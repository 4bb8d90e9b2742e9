/** The image that payloads are for. They name its symbols and patch its functions. */
import type { Image, ImageSymbol } from './machine/image';
import type { Permissions } from './machine/permissions';
import type { StaticImage } from './target';

export interface Subject {
  /** For people. */
  readonly name: string;
  readonly buildId: Uint8Array;
  readonly find: (symbol: string) => ImageSymbol | undefined;
  /** As it is in its file. */
  readonly image: Image & Partial<Pick<StaticImage, 'inlined'>>;
  /** `symbol+0x12`, or the bare address. */
  readonly describe: (address: bigint) => string;
  /** Where its text begins. */
  readonly start: bigint;
  /** Where its image ends; payloads are placed after it. */
  readonly end: bigint;
  /** How many words of CPU features it knows; undefined if it is not known. ALT-4. */
  readonly featureWords: number | undefined;
}

/** Another hypervisor's image, to be brought into memory. */
export interface ForeignImage extends Subject {
  readonly parts: readonly {
    readonly name: string;
    readonly start: bigint;
    readonly bytes: Uint8Array;
    readonly permissions: Permissions;
  }[];
}
