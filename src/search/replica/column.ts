/** Numbers by doc, in one array that grows; 0 for a doc that was never set. */
export interface Column {
  get(doc: number): number;
  set(doc: number, value: number): void;
}

type Numbers = Uint32Array | Float64Array;

const FIRST_SLOTS = 1_024;
const GROWTH = 1.5;

/** A column of whole numbers to 2³² - 1, four bytes each. */
export function createCounts(): Column {
  return createColumn((docs) => new Uint32Array(docs));
}

/** A column of any numbers, such as milliseconds since 1970; eight bytes each. */
export function createNumbers(): Column {
  return createColumn((docs) => new Float64Array(docs));
}

function createColumn(allocate: (docs: number) => Numbers): Column {
  let values = allocate(FIRST_SLOTS);
  return {
    get: (doc) => values[doc] ?? 0,
    set(doc, value) {
      if (doc >= values.length) {
        const before = values;
        values = allocate(Math.ceil(Math.max(doc + 1, before.length * GROWTH)));
        values.set(before);
      }
      values[doc] = value;
    },
  };
}
