import type { StorageFault } from '../../api/fault.ts';
import type { Met, NameRange } from '../layout.ts';
import type { KeyOrder } from './key-order.ts';
import { OutOfOrder } from './order.ts';

/** Two ways to walk over a range: the first is cheap and right only in a store that lists by the bytes of keys. */
export interface TwoWays<Item> {
  readonly order: KeyOrder;
  readonly range: NameRange;
  /** What all keys of the registry begin with. */
  readonly prefix: string;
  /** Rejects with OutOfOrder when the store turns out to be another. */
  readonly ordered: () => AsyncIterable<Met<Item>>;
  readonly whole: () => AsyncIterable<Met<Item>>;
  /** Names what was given, and tells whether it was all of it: keys out of order may belong to what had seemed complete. */
  readonly versionOf: (item: Item) => string;
}

/** Walks the cheap way while the store allows that; where it does not any more, gives all that was not given before, or not wholly. */
export async function* orderedOrWhole<Item>(ways: TwoWays<Item>, signal: AbortSignal): AsyncGenerator<Met<Item>> {
  const { order, range, prefix, ordered, whole, versionOf } = ways;
  const given = new Set<string>();
  const keyOf = (met: Met<Item>) => (met.kind === 'repository' ? versionOf(met.listing) : `fault ${met.fault.key}`);
  try {
    if (await mayStream(order, range, signal)) {
      for await (const met of ordered()) {
        given.add(keyOf(met));
        yield met;
      }
      return;
    }
  } catch (error) {
    if (!(error instanceof OutOfOrder)) throw error;
    if (order.verdict()) yield { kind: 'fault', fault: unordered(prefix) };
    order.disprove();
  }
  for await (const met of whole()) if (!given.has(keyOf(met))) yield met;
}

/** All of a store may be listed in whatever order; a part of it has its place only in one. */
async function mayStream(order: KeyOrder, { from, to }: NameRange, signal: AbortSignal): Promise<boolean> {
  return from === undefined && to === undefined ? order.verdict() !== false : order.isShown(signal);
}

/** Ranges that were walked before relied on it too. */
function unordered(key: string): StorageFault {
  const reason = 'the store lists keys out of order that it had listed in order; walks before may have missed some';
  return { kind: 'Unordered', key, reason };
}
