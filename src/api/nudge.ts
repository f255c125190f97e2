/** Where search pods take nudges of the indexer: a port of its own, which no Service but theirs leads to. */
export const NUDGE_PORT = 9091;
export const NUDGE_PATH = '/nudge';

/** Names in one nudge, at most. */
export const MAX_NUDGED_NAMES = 200;
/** Limit of the body: as JSON, so many names of the greatest length take less. */
export const MAX_NUDGE_BYTES = 64 * 1024;

/** What an indexer sends after it has written the records of these repositories. */
export interface Nudge {
  readonly names: readonly string[];
}

/** What the name of a repository may be: nothing else is the key of a record. */
const NAME = /^[a-z0-9][a-z0-9._/-]{0,254}$/;

/** Undefined where it is no nudge, or has too many names. */
export function parseNudge(body: unknown): Nudge | undefined {
  if (typeof body !== 'object' || body === null || !('names' in body) || !Array.isArray(body.names)) return undefined;
  const names: readonly unknown[] = body.names;
  if (names.length > MAX_NUDGED_NAMES || !names.every(isName)) return undefined;
  return { names };
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}
