import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { SearchEngine, SearchQuery } from '../../../../src/search/api.ts';
import { printQuery } from '../../../../src/search/query/print.ts';
import { warmUp } from '../../../../src/search/replica/warm-up.ts';
import { createPromptEngine } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const NEVER = new AbortController().signal;

interface Line {
  readonly msg: string;
  readonly searches?: number;
}

interface WarmedUp {
  /** What was asked for, as people would write it. */
  readonly texts: readonly string[];
  readonly lines: readonly Line[];
}

interface WarmUpOptions {
  readonly onSearch?: () => unknown;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

/** Warms up an engine of these names, of which each search does `onSearch` first. */
async function warmedUp(
  names: readonly string[],
  { onSearch = () => undefined, signal = NEVER, now = () => 1_000 }: WarmUpOptions = {},
): Promise<WarmedUp> {
  const engine = createPromptEngine();
  for (const name of names) engine.upsert(searchRecord(name));
  const texts: string[] = [];
  const lines: Line[] = [];
  const asked: SearchEngine = {
    ...engine,
    search(query: SearchQuery, stop) {
      onSearch();
      texts.push(printQuery(query.query));
      return engine.search(query, stop);
    },
  };
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  await warmUp(asked, { log, now }, signal);
  return { texts, lines };
}

describe('the warm-up', () => {
  test('with letters, words and parts of words of one name of each first letter, and with every filter', async () => {
    const { texts, lines } = await warmedUp(['payments/web-api', 'payments/zoo', 'team/gateway']);
    const ofPayments = ['p', 'payments/web-api', 'web-api', 'payments', 'pa', 'web payments', 'ts/we', 'paments'];
    const ofTeam = ['t', 'team/gateway', 'atewa', 'gatewayqx', 'type:helm chart', 'service -api'];
    expect(texts).toEqual(expect.arrayContaining([...ofPayments, ...ofTeam]));
    expect(texts).not.toContain('payments/zoo');
    expect(lines).toMatchObject([{ searches: texts.length, msg: 'Warm-up finished' }]);
  });

  test('with single characters alone where there is nothing to find', async () => {
    const { texts } = await warmedUp([]);
    expect(texts.join('')).toBe('abcdefghijklmnopqrstuvwxyz0123456789');
  });

  test('until told to stop', async () => {
    const stop = new AbortController();
    const { texts, lines } = await warmedUp(['a', 'b'], { onSearch: () => stop.abort(), signal: stop.signal });
    expect(texts).toHaveLength(1);
    expect(lines.map(({ msg }) => msg)).toEqual(['Warm-up finished']);
  });

  test('for two seconds', async () => {
    let nowMs = 1_000;
    const onSearch = () => {
      nowMs += 300;
    };
    const { texts } = await warmedUp(['a', 'b'], { onSearch, now: () => nowMs });
    expect(texts).toHaveLength(7);
  });

  test('until one fails, which is told and does no harm', async () => {
    const onSearch = () => {
      throw new Error('broken');
    };
    const { lines } = await warmedUp(['a', 'b'], { onSearch });
    expect(lines).toMatchObject([{ msg: 'Failed to warm up; the first searches will be slower' }, { searches: 0 }]);
  });
});
