/** Numbers by slot, in one array that grows; 0 for a slot that was never set. */
export interface Column {
  get(slot: number): number;
  set(slot: number, value: number): void;
}

type Numbers = Uint32Array | Float64Array;

const FIRST_SLOTS = 1_024;
const GROWTH = 1.5;

/** A column of whole numbers to 2³² - 1, four bytes each. */
export function createCounts(): Column {
  return createColumn((slots) => new Uint32Array(slots));
}

/** A column of any numbers, such as milliseconds since 1970; eight bytes each. */
export function createNumbers(): Column {
  return createColumn((slots) => new Float64Array(slots));
}

function createColumn(allocate: (slots: number) => Numbers): Column {
  let values = allocate(FIRST_SLOTS);
  return {
    get: (slot) => values[slot] ?? 0,
    set(slot, value) {
      if (slot >= values.length) {
        const before = values;
        values = allocate(Math.ceil(Math.max(slot + 1, before.length * GROWTH)));
        values.set(before);
      }
      values[slot] = value;
    },
  };
}
