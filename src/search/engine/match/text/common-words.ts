import { CHART, IMAGE } from '../../../query/query.ts';

/** Words that people add to say what kind of thing they search for, and the type that they mean. */
export const KIND_WORDS: ReadonlyMap<string, string> = new Map([
  ['image', IMAGE],
  ['images', IMAGE],
  ['container', IMAGE],
  ['containers', IMAGE],
  ['chart', CHART],
  ['charts', CHART],
  ['helm', CHART],
]);

/**
 * Words that hold sentences together, as in `docker in docker`: they must be found, and do not count in the ranking.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set([
  ...['in', 'of', 'for', 'the', 'and', 'with', 'to', 'on', 'is', 'my', 'our'],
]);
