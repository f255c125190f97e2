import type { Archive } from '../../archive.ts';

type Numbers = Uint32Array | Float64Array;

/** A number for each doc; 0 for a doc that was never set. */
export interface Column<Memory extends Numbers> {
  get(doc: number): number;
  set(doc: number, value: number): void;
  /** The numbers by doc, with room for whole groups of 32; valid until the next `set`. */
  values(): Memory;
  serialize(archive: Archive): void;
}

const FIRST_DOCS = 64;
const GROUP = 32;

/** Whole numbers below 2^32, four bytes each. */
export function createUint32Column(): Column<Uint32Array> {
  return createColumn<Uint32Array>({
    allocate: (docs) => new Uint32Array(docs),
    serialize: (archive, values) => archive.uint32s(values),
  });
}

/** Any numbers, such as milliseconds since 1970; eight bytes each. */
export function createDoubleColumn(): Column<Float64Array> {
  return createColumn<Float64Array>({
    allocate: (docs) => new Float64Array(docs),
    serialize: (archive, values) => archive.doubles(values),
  });
}

interface ColumnOptions<Memory> {
  readonly allocate: (docs: number) => Memory;
  readonly serialize: (archive: Archive, values: Memory) => Memory;
}

/** Grows by a sixteenth when it is full. */
function createColumn<Memory extends Numbers>({ allocate, serialize }: ColumnOptions<Memory>): Column<Memory> {
  let values = allocate(FIRST_DOCS);
  return {
    get: (doc) => (doc < values.length ? (values[doc] ?? 0) : 0),
    set(doc, value) {
      if (doc >= values.length) {
        const grown = allocate(Math.ceil(Math.max(doc + 1, values.length * 1.0625) / GROUP) * GROUP);
        grown.set(values);
        values = grown;
      }
      values[doc] = value;
    },
    values: () => values,
    serialize(archive) {
      values = serialize(archive, values);
    },
  };
}
