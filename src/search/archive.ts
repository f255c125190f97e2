/**
 * One way through all that a structure holds, by which it is both written and read: each method returns the value to go
 * on with, which is the value itself while it is written, and what was written while it is read.
 *
 * @example values = archive.uint32s(values);
 */
export interface Archive {
  number(value: number): number;
  text(value: string): string;
  /** While it is written, memory is not copied: it must stay as it is until all is on the disk. */
  uint32s(values: Uint32Array): Uint32Array;
  doubles(values: Float64Array): Float64Array;
  bytes(values: Buffer): Buffer;
}

/** What can be written to an archive, and be filled from one. */
export interface Serializable {
  /** What is to be filled must be empty. */
  serialize(archive: Archive): Generator<undefined, void, undefined>;
}
