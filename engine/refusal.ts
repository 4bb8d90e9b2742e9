/** A refusal as data, from the rule that is broken to the report. */

/** A clause in the catalogue: "FUNC-8", "V2-LIST-6". */
export type ClauseId = `${string}-${number}` | `V2-${string}-${number}`;

/** A refusal as the reference cites it. Xen cites none: its console has to do. */
export interface CitedRefusal {
  readonly rule: string;
  readonly clause: ClauseId;
  /** Negative, as returned. */
  readonly errno: number;
  /** What is wrong, in one sentence, with the value that was found. */
  readonly says: string;
  /** The payload that it is about, by its name; absent: it is about the call. */
  readonly payload?: string;
  /** What in the payload or the call it is about: a section, an entry. Empty: the whole payload. */
  readonly where: string;
  /** The field of it; absent: it is about the whole. */
  readonly field?: string;
  /** Bytes from the start of the payload's file to that; absent: it is about nothing in the file. */
  readonly offset?: number;
  /** Details for readers who have both payload and hypervisor: the build-ids that they name. */
  readonly explainedBy?: 'build-ids';
}
