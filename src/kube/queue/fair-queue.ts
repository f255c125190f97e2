import { keyText, type ObjectKey, parseKey } from '../resource.ts';

/**
 * Keys that wait for a worker, fair by namespace: the next key is of the namespace with the fewest under way, and among
 * those of the one that was served the longest ago. Within a namespace the oldest key comes first. No key is under way
 * twice.
 */
export interface FairQueue {
  /** False if the key waits already. */
  add(key: ObjectKey): boolean;
  /** Takes the next key that fits; it is under way until `finish`. */
  next(fits: (text: string) => boolean): ObjectKey | undefined;
  finish(key: ObjectKey): void;
  /** How many keys wait. */
  waiting(): number;
}

interface Namespace {
  readonly waiting: Set<string>;
  readonly underWay: Set<string>;
}

/** At most `maxPerNamespace` keys of one namespace are under way at once, so that workers are left for others. */
export function createFairQueue(maxPerNamespace: number): FairQueue {
  /** In the order in which they were last served. */
  const namespaces = new Map<string, Namespace>();
  let waiting = 0;

  function open(name: string): Namespace {
    const known = namespaces.get(name) ?? { waiting: new Set(), underWay: new Set() };
    namespaces.set(name, known);
    return known;
  }

  function begin(text: string): ObjectKey {
    const key = parseKey(text);
    const namespace = open(key.namespace);
    namespace.waiting.delete(text);
    namespace.underWay.add(text);
    namespaces.delete(key.namespace);
    namespaces.set(key.namespace, namespace);
    waiting -= 1;
    return key;
  }

  return {
    add(key) {
      const namespace = open(key.namespace);
      const before = namespace.waiting.size;
      waiting += namespace.waiting.add(keyText(key)).size - before;
      return namespace.waiting.size > before;
    },
    next(fits) {
      let fewest = maxPerNamespace;
      let next: string | undefined;
      for (const { waiting, underWay } of namespaces.values()) {
        if (underWay.size >= fewest) continue;
        const text = waiting.values().find((candidate) => !underWay.has(candidate) && fits(candidate));
        if (text === undefined) continue;
        next = text;
        fewest = underWay.size;
      }
      return next === undefined ? undefined : begin(next);
    },
    finish(key) {
      const namespace = open(key.namespace);
      namespace.underWay.delete(keyText(key));
      if (namespace.underWay.size === 0 && namespace.waiting.size === 0) namespaces.delete(key.namespace);
    },
    waiting: () => waiting,
  };
}
