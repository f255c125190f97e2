/**
 * Writes or reads a structure by the same lines of code. Each method takes a value and returns the one to go on with:
 * while writing the same, while reading the one that was written.
 *
 * @example values = archive.uint32s(values);
 */
export interface Archive {
  number(value: number): number;
  text(value: string): string;
  /** Writing does not copy memory: it must stay as it is until all is on the disk. */
  uint32s(values: Uint32Array): Uint32Array;
  doubles(values: Float64Array): Float64Array;
  bytes(values: Buffer): Buffer;
}

/** What can be written to an archive, and be filled from one. */
export interface Serializable {
  /** What is to be filled must be empty. */
  serialize(archive: Archive): Generator<undefined, void, undefined>;
}
