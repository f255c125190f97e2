import type { Visibility } from '../../../src/search/api.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import { parseQuery } from '../../../src/search/query/parse.ts';
import { corpus } from '../search/corpus.ts';
import { answerJob } from '../support/child.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';

export interface ViewsJob {
  readonly repositories: number;
  readonly views: number;
}

export interface ViewsFigures {
  readonly repositories: number;
  readonly views: number;
  /** Held more, per hundred views, than before the first of them. */
  readonly megabytesAHundred: number;
  /** Of the first query of each. */
  readonly first: Distribution;
  /** Of one that comes after, of the views that are still kept. */
  readonly again: Distribution;
}

const QUERIES = ['web', 'api', '', 'type:helm', 'payments gateway'] as const;
const AGAIN = 20;
/** So many are between the teams that two views after another are of. */
const TEAMS_APART = 7;

/** The first question of callers of whom each sees something else: all but one team's, or the names of a few teams. */
answerJob(async ({ repositories, views }: ViewsJob): Promise<ViewsFigures> => {
  const engine = createSearchEngine();
  const spaces = new Set<string>();
  for (const record of corpus(repositories)) {
    engine.upsert(record);
    // No more than are asked for: each garbage collection would look at hundreds of thousands.
    if (spaces.size < (views + 1) * TEAMS_APART) spaces.add(record.name.slice(0, record.name.lastIndexOf('/')));
  }
  const teams = [...spaces];
  const ask = async (text: string, visibility: Visibility) => {
    const start = { kind: 'offset', offset: 0 } as const;
    const sort = { by: 'relevance', reverse: false } as const;
    const beganMs = performance.now();
    await engine.search({ query: parseQuery(text, 0), sort, start, limit: 25, visibility });
    return performance.now() - beganMs;
  };
  for (let time = 0; time < 2; time += 1) for (const text of QUERIES) await ask(text, viewOf(views, teams));

  const before = heldBytes();
  const [first, again]: [number[], number[]] = [[], []];
  for (let view = 0; view < views; view += 1) {
    const visibility = viewOf(view, teams);
    first.push(await ask(QUERIES[view % QUERIES.length] ?? '', visibility));
    if (view % AGAIN === 0) again.push(await ask('web', visibility));
  }
  const megabytesAHundred = (((heldBytes() - before) / views) * 100) / 1e6;
  return { repositories, views, megabytesAHundred, first: distributionOf(first), again: distributionOf(again) };
});

function viewOf(view: number, teams: readonly string[]): Visibility {
  const team = (at: number) => `${teams[(view * TEAMS_APART + at) % teams.length]}/**`;
  if (view % 2 === 0) return [{ names: undefined, except: [team(0), `x${view}/**`], showPrivate: true }];
  const own = { names: [team(0), team(1), team(2), `x${view}/**`], showPrivate: true };
  return [{ names: ['library/**', 'mirror/**'], showPrivate: false }, own];
}

/** Twice, because what one collection frees beside the heap is only taken off the count by the next. */
function heldBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
