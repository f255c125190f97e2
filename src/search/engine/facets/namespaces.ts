import type { CachedResult, QueryCache } from '../cache/query-cache.ts';
import { STEP } from '../cost-model.ts';
import { SLASH } from '../index/fields.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import { type Bitset, docsOf, hasDoc, visitSpan } from '../structures/bitset.ts';
import { decode, encode, indexOf, type Slice, sliceOf } from '../structures/bytes.ts';
import { createUint32Column } from '../structures/column.ts';
import { createDictionary } from '../structures/dictionary.ts';
import type { Steps } from '../structures/scheduler.ts';
import { uint32At } from '../structures/typed.ts';

/** Counts of docs by the namespace that their names begin with. */
export interface Namespaces {
  /**
   * Those of a set, which is asked for after each turn of others, directly below a namespace, or those at the top; docs
   * without a namespace do not count.
   */
  countBelow(parent: string | undefined, docs: () => Bitset): Steps<Map<string, number>>;
}

/**
 * To read a hundred thousand names takes longer than all else that is counted, so the namespaces at the top are cached.
 */
export function createNamespaces(index: InvertedIndex, cache: QueryCache): Namespaces {
  const tops = cache.kind<TopNamespaces>('namespaces');
  return {
    countBelow: (parent, docs) =>
      parent === undefined
        ? countTops(
            tops.of('', () => readTops(index)),
            docs,
          )
        : countRead(index, parent, docs),
  };
}

interface TopNamespaces extends CachedResult {
  /** The number of a doc's namespace from 1 on; 0 where it has none. */
  numbers(): Uint32Array;
  nameOf(number: number): string;
  end(): number;
}

function* readTops(index: InvertedIndex): Steps<TopNamespaces> {
  const { repositories } = index;
  const names = createDictionary();
  const numbers = createUint32Column();
  const update = ({ doc }: { readonly doc: number }) => {
    const name = repositories.nameOf(doc);
    const end = indexOf(name, SLASHES);
    numbers.set(doc, end < 0 ? 0 : names.intern({ ...name, end }) + 1);
  };
  for (let doc = 0; doc < repositories.end(); doc += 1) {
    if (doc % STEP.texts === 0) yield;
    update({ doc });
  }
  return {
    bitsPerDoc: 32,
    update,
    numbers: numbers.values,
    nameOf: (number) => names.textAt(number - 1),
    end: () => names.end() + 1,
  };
}

const SLASHES = sliceOf(Uint8Array.of(SLASH));

function* countTops(reading: Steps<TopNamespaces>, docs: () => Bitset): Steps<Map<string, number>> {
  const tops = yield* reading;
  const counts = new Uint32Array(tops.end());
  for (let span = 0; span < docs().blocks.length; span += 1) {
    const numbers = tops.numbers();
    visitSpan(docs(), span, (doc) => {
      const number = doc < numbers.length ? uint32At(numbers, doc) : 0;
      // A namespace may have come since, and is counted in the next answer.
      if (number < counts.length) counts[number] = uint32At(counts, number) + 1;
    });
    yield;
  }
  counts[0] = 0;
  const found = new Map<string, number>();
  for (let number = 1; number < counts.length; number += 1) {
    const count = uint32At(counts, number);
    if (count > 0) found.set(tops.nameOf(number), count);
  }
  return found;
}

/** Reads the names of docs that are below a namespace. */
function* countRead({ repositories }: InvertedIndex, parent: string, docs: () => Bitset): Steps<Map<string, number>> {
  const counts = new Map<string, number>();
  const from = encode(parent).length + 1;
  for (const [at, doc] of docsOf(docs()).entries()) {
    if (at % STEP.texts === 0) yield;
    if (!hasDoc(docs(), doc)) continue;
    const namespace = namespaceOf(repositories.nameOf(doc), from);
    if (namespace !== undefined) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return counts;
}

/** Up to the next slash after so many bytes. */
function namespaceOf(name: Slice, from: number): string | undefined {
  const end = indexOf(name, SLASHES, name.start + from);
  return end < 0 ? undefined : decode({ ...name, end });
}
