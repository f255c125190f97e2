import type { Answer } from '../../search/api.ts';
import type { SeenIndex } from '../answers/json-answer.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { printTime } from '../answers/print-time.ts';
import type { Stats } from './shapes.ts';

const EVERYTHING = { all: [], none: [] } as const;
const NEWEST_FIRST = { by: 'pushed', reverse: false } as const;
const ONE = { start: { kind: 'offset', offset: 0 }, limit: 1, show: { kind: 'details' } } as const;

/** How much there is that the caller may see. Throws or rejects as `SearchEngine.search` does. */
export function countStats({ engine, visibility, incomplete }: SeenIndex, signal: AbortSignal): Answer<Stats> {
  const newest = engine.search({ query: EVERYTHING, sort: NEWEST_FIRST, ...ONE, visibility }, signal);
  return mapAnswer(newest, ({ hits: [first] }) => {
    const pushedAtMs = first?.details?.pushedAtMs;
    return mapAnswer(engine.count(visibility, signal), ({ repositories, tags }) => ({
      repositories,
      tags,
      ...(pushedAtMs !== undefined && { newest: printTime(pushedAtMs) }),
      incomplete,
    }));
  });
}
