import { keyText, type ObjectKey, parseKey } from '../resource.ts';

/** `low` is for keys of which nothing has changed, and which are only looked at again. */
export type Priority = 'normal' | 'low';

/**
 * Keys that wait for a worker, fair by namespace: the next key is of the namespace with the fewest under way, and among
 * those of the one that was served the longest ago. Within a namespace the oldest key comes first. No key is under way
 * twice.
 */
export interface FairQueue {
  /** False if the key waits already. It then has the higher of both priorities. */
  add(key: ObjectKey, priority: Priority): boolean;
  /** Takes the next key that fits, of the first of these priorities that has one; it is under way until `finish`. */
  next(priorities: readonly Priority[], fits: (text: string) => boolean): ObjectKey | undefined;
  finish(key: ObjectKey): void;
  /** How many keys wait. */
  waiting(): number;
}

interface Namespace {
  readonly waiting: Readonly<Record<Priority, Set<string>>>;
  readonly underWay: Set<string>;
}

/** At most `maxPerNamespace` keys of one namespace are under way at once, so that workers are left for others. */
export function createFairQueue(maxPerNamespace: number): FairQueue {
  /** In the order in which they were last served. */
  const namespaces = new Map<string, Namespace>();
  let waiting = 0;

  function open(name: string): Namespace {
    const empty = () => ({
      waiting: { normal: new Set<string>(), low: new Set<string>() },
      underWay: new Set<string>(),
    });
    const known = namespaces.get(name) ?? empty();
    namespaces.set(name, known);
    return known;
  }

  function begin(text: string): ObjectKey {
    const key = parseKey(text);
    const namespace = open(key.namespace);
    namespace.waiting.normal.delete(text);
    namespace.waiting.low.delete(text);
    namespace.underWay.add(text);
    namespaces.delete(key.namespace);
    namespaces.set(key.namespace, namespace);
    waiting -= 1;
    return key;
  }

  function find(priority: Priority, fits: (text: string) => boolean): string | undefined {
    let fewest = maxPerNamespace;
    let next: string | undefined;
    for (const { waiting, underWay } of namespaces.values()) {
      if (underWay.size >= fewest) continue;
      const text = waiting[priority].values().find((candidate) => !underWay.has(candidate) && fits(candidate));
      if (text === undefined) continue;
      next = text;
      fewest = underWay.size;
    }
    return next;
  }

  return {
    add(key, priority) {
      const { normal, low } = open(key.namespace).waiting;
      const text = keyText(key);
      const isNew = !normal.has(text) && !low.has(text);
      if (priority === 'normal') {
        low.delete(text);
        normal.add(text);
      } else if (isNew) low.add(text);
      if (isNew) waiting += 1;
      return isNew;
    },
    next(priorities, fits) {
      for (const priority of priorities) {
        const next = find(priority, fits);
        if (next !== undefined) return begin(next);
      }
      return undefined;
    },
    finish(key) {
      const namespace = open(key.namespace);
      namespace.underWay.delete(keyText(key));
      const { underWay, waiting } = namespace;
      if (underWay.size + waiting.normal.size + waiting.low.size === 0) namespaces.delete(key.namespace);
    },
    waiting: () => waiting,
  };
}
