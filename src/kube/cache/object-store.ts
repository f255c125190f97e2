import { type KubeObject, keyOf, keyText, type ObjectKey } from '../resource.ts';

/** `object` is undefined if it is gone. */
export interface ObjectChange {
  readonly key: ObjectKey;
  readonly object: KubeObject | undefined;
}

/** The objects of a reflector, by key. */
export interface ObjectStore {
  get(key: ObjectKey): KubeObject | undefined;
  list(): KubeObject[];
  put(object: KubeObject): ObjectChange;
  remove(object: KubeObject): ObjectChange;
  /** Replaces all objects by a list, and returns what differs. */
  replace(objects: readonly KubeObject[]): ObjectChange[];
}

export function createObjectStore(): ObjectStore {
  let known = new Map<string, KubeObject>();
  return {
    get: (key) => known.get(keyText(key)),
    list: () => [...known.values()],
    put(object) {
      const key = keyOf(object);
      known.set(keyText(key), object);
      return { key, object };
    },
    remove(object) {
      const key = keyOf(object);
      known.delete(keyText(key));
      return { key, object: undefined };
    },
    replace(objects) {
      const before = known;
      known = new Map(objects.map((object) => [keyText(keyOf(object)), object]));
      return [...goneFrom(before, known), ...changedIn(before, known)];
    },
  };
}

type Known = ReadonlyMap<string, KubeObject>;

function goneFrom(before: Known, now: Known): ObjectChange[] {
  const gone = [...before].filter(([text]) => !now.has(text));
  return gone.map(([, object]) => ({ key: keyOf(object), object: undefined }));
}

function changedIn(before: Known, now: Known): ObjectChange[] {
  const changed = [...now].filter(([text, object]) => !isSame(before.get(text), object));
  return changed.map(([, object]) => ({ key: keyOf(object), object }));
}

function isSame(before: KubeObject | undefined, now: KubeObject): boolean {
  return before?.metadata.resourceVersion === now.metadata.resourceVersion;
}
