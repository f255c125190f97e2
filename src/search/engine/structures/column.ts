/** A number for each doc. */
export interface Column<Memory extends Uint32Array | Float64Array> {
  /** The numbers by doc, with room for whole groups of 32; good until the next `set`. */
  values(): Memory;
  set(doc: number, value: number): void;
}

const GROUP = 32;

/** A quarter larger when it is full. */
export function createColumn<Memory extends Uint32Array | Float64Array>(
  allocate: (length: number) => Memory,
): Column<Memory> {
  let values = allocate(64);
  return {
    values: () => values,
    set(doc, value) {
      if (doc >= values.length) {
        const wanted = Math.max(doc + 1, values.length * 1.25);
        const grown = allocate(Math.ceil(wanted / GROUP) * GROUP);
        grown.set(values);
        values = grown;
      }
      values[doc] = value;
    },
  };
}
