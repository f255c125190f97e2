/** A number for each slot. */
export interface Column<Memory extends Uint32Array | Float64Array> {
  /** The numbers by slot, with room for whole groups of 32; good until the next `set`. */
  values(): Memory;
  set(slot: number, value: number): void;
}

const GROUP = 32;

/** A quarter larger when it is full. */
export function createColumn<Memory extends Uint32Array | Float64Array>(
  allocate: (length: number) => Memory,
): Column<Memory> {
  let values = allocate(64);
  return {
    values: () => values,
    set(slot, value) {
      if (slot >= values.length) {
        const wanted = Math.max(slot + 1, values.length * 1.25);
        const grown = allocate(Math.ceil(wanted / GROUP) * GROUP);
        grown.set(values);
        values = grown;
      }
      values[slot] = value;
    },
  };
}
