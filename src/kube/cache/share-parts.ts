import { LRUCache } from 'lru-cache';

/** A controller makes all its children from a few templates: these have a few hundred parts. */
const PARTS = 4_000;
/** Longer ones are seldom equal as a whole, and their parts are shared. */
const LONGEST_CHARACTERS = 300;

/**
 * Makes one of all equal parts of objects of JSON, such as the environment of a container, so that a thousand
 * Deployments of one template take little more memory than one. Nothing may be changed in what it returns.
 */
export function createPartSharing(): <T>(object: T) => T {
  const known = new LRUCache<string, string | object>({ max: PARTS });

  function share(_name: string, part: unknown): unknown {
    if (typeof part !== 'string' && (typeof part !== 'object' || part === null)) return part;
    const text = JSON.stringify(part);
    if (text.length > LONGEST_CHARACTERS) return part;
    const before = known.get(text);
    if (before === undefined) known.set(text, part);
    return before ?? part;
  }

  return (object) => JSON.parse(JSON.stringify(object), share);
}
