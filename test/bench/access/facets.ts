import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { SearchEngine, Visibility } from '../../../src/search/api.ts';
import { parseQuery } from '../../../src/search/query/parse.ts';
import { distributionOf } from '../support/distribution.ts';
import type { Goal } from '../support/goals.ts';

const MOST_MS = 5;
const TIMES = 200;
const WARM_UP = 20;
const EVERYTHING: Visibility = [{ names: undefined, showPrivate: true }];

/** Counts of what many people ask, of all and of what one caller may see; a write before each keeps none of them. */
export async function measureFacets(engine: SearchEngine, records: readonly RepositoryRecord[]): Promise<Goal> {
  const hidden = records[0]?.name.split('/')[0] ?? '';
  const part: Visibility = [{ names: undefined, except: [`${hidden}/**`], showPrivate: true }];
  const tookMs: number[] = [];
  for (const text of ['', 'web', 'a', 'type:helm', 'arch:arm64', 'tag:latest', 'label:team', 'pushed:<90d', hidden]) {
    for (const visibility of [EVERYTHING, part]) {
      const ofText: number[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        const written = records[time];
        if (written) engine.upsert(written);
        const nowMs = Date.UTC(2026, 0, 1);
        const beganMs = performance.now();
        await engine.facets({ query: parseQuery(text, nowMs), nowMs, visibility });
        if (time >= WARM_UP) ofText.push(performance.now() - beganMs);
      }
      const { p50Ms, p99Ms } = distributionOf(ofText);
      console.log(`facets of "${text}": p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`);
      tookMs.push(...ofText);
    }
  }
  return { name: 'facets, p99', figure: distributionOf(tookMs).p99Ms, unit: 'ms', wanted: { atMost: MOST_MS } };
}
