import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { SearchEngine, Visibility } from '../../../src/search/api.ts';
import { parseQuery } from '../../../src/search/query/parse.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';

const TIMES = 200;
const WARM_UP = 20;
const EVERYTHING: Visibility = [{ names: undefined, showPrivate: true }];

export interface FacetFigures {
  readonly all: Distribution;
  /** Of each query twice: of all repositories, and of what one caller may see. */
  readonly ofTexts: readonly (readonly [string, Distribution])[];
}

/** Counts of what many people ask, of all and of what one caller may see; a write before each keeps none of them. */
export async function measureFacets(engine: SearchEngine, records: readonly RepositoryRecord[]): Promise<FacetFigures> {
  const hidden = records[0]?.name.split('/')[0] ?? '';
  const part: Visibility = [{ names: undefined, except: [`${hidden}/**`], showPrivate: true }];
  const tookMs: number[] = [];
  const ofTexts: [string, Distribution][] = [];
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
      ofTexts.push([text, distributionOf(ofText)]);
      tookMs.push(...ofText);
    }
  }
  return { all: distributionOf(tookMs), ofTexts };
}
