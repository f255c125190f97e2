import type { StorageFault } from '../../api/fault.ts';
import type { NameRange, WalkItem } from '../layout.ts';
import { OutOfOrder } from './byte-order.ts';
import type { KeyOrder } from './key-order.ts';

/** Two ways to walk a range; the first is cheap, but correct only in a store that lists in byte order. */
export interface TwoWays<Item> {
  readonly order: KeyOrder;
  readonly range: NameRange;
  /** The prefix of all keys of the registry. */
  readonly prefix: string;
  /** Rejects with OutOfOrder when the store turns out not to. */
  readonly ordered: () => AsyncIterable<WalkItem<Item>>;
  readonly whole: () => AsyncIterable<WalkItem<Item>>;
  /** Name and size of an item: a later key out of order may belong to a repository that seemed complete. */
  readonly versionOf: (item: Item) => string;
}

/** Walks the cheap way while possible; after OutOfOrder it yields everything that was not yielded completely before. */
export async function* orderedOrWhole<Item>(ways: TwoWays<Item>, signal: AbortSignal): AsyncGenerator<WalkItem<Item>> {
  const { order, range, prefix, ordered, whole, versionOf } = ways;
  const given = new Set<string>();
  const keyOf = (item: WalkItem<Item>) =>
    item.kind === 'repository' ? versionOf(item.listing) : `fault ${item.fault.key}`;
  try {
    if (await mayStream(order, range, signal)) {
      for await (const item of ordered()) {
        given.add(keyOf(item));
        yield item;
      }
      return;
    }
  } catch (error) {
    if (!(error instanceof OutOfOrder)) throw error;
    if (order.verdict()) yield { kind: 'fault', fault: unordered(prefix) };
    order.disprove();
  }
  for await (const item of whole()) if (!given.has(keyOf(item))) yield item;
}

/** A listing of everything works in any order; a range exists only in byte order. */
async function mayStream(order: KeyOrder, { from, to }: NameRange, signal: AbortSignal): Promise<boolean> {
  return from === undefined && to === undefined ? order.verdict() !== false : order.isShown(signal);
}

/** Earlier walks of ranges relied on the order too. */
function unordered(key: string): StorageFault {
  const reason = 'the store lists keys out of order that it had listed in order; walks before may have missed some';
  return { kind: 'Unordered', key, reason };
}
