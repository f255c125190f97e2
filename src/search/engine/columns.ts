/** A number for each slot. */
export interface Column<Memory extends Uint32Array | Float64Array> {
  /** The numbers by slot; good until the next `set`. */
  values(): Memory;
  set(slot: number, value: number): void;
}

/** A quarter larger when it is full. */
export function createColumn<Memory extends Uint32Array | Float64Array>(
  allocate: (length: number) => Memory,
): Column<Memory> {
  let values = allocate(64);
  return {
    values: () => values,
    set(slot, value) {
      if (slot >= values.length) {
        const grown = allocate(Math.max(slot + 1, Math.ceil(values.length * 1.25)));
        grown.set(values);
        values = grown;
      }
      values[slot] = value;
    },
  };
}
