import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { RepositoryRecord } from '../../../../src/dynamodb/records/record.ts';
import type { Visibility } from '../../../../src/search/api.ts';
import { createSearchEngine } from '../../../../src/search/engine/create-engine.ts';
import { namePatternOf } from '../../../../src/search/name-pattern.ts';
import type { ServedIndex } from '../../../../src/search/view.ts';
import { type CallerView, OPEN_ACCESS } from '../../../../src/server/access/access.ts';
import { buildSearchServer } from '../../../../src/server/app.ts';
import { createMetrics } from '../../../../src/telemetry/metrics.ts';
import { randomGrants, randomRepository, randomUrl } from '../../../support/search/random-requests.ts';
import { type Chance, createChance } from '../../../support/search/random-search.ts';
import { ALL } from '../../../support/search/search-queries.ts';

/** REGISTRY_INDEX_ACCESS_CASES=1000000 tries a million, in some twenty minutes of a core. */
const CASES = Number(process.env.REGISTRY_INDEX_ACCESS_CASES ?? 3_000);
const VIEWS_OF_AN_INDEX = 4;
const REQUESTS_OF_A_VIEW = 40;
const DAY_MS = 86_400_000;

/** A server whose index, and whose caller, can be changed. */
function createServer() {
  const now = { served: indexOf([]), view: viewOf(ALL) };
  const { app } = buildSearchServer({
    view: { current: () => now.served },
    access: { ...OPEN_ACCESS, viewOf: () => now.view, reportViewOf: () => now.view },
    registry: createMetrics(),
    log: pino({ level: 'silent' }),
    now: () => 10 * DAY_MS,
    registryUrl: 'https://registry.example.com',
  });
  const get = async (url: string) => {
    const headers = isPage(url) ? { accept: 'text/html' } : { 'user-agent': 'docker/28.0' };
    const {
      statusCode,
      body,
      headers: answered,
    } = await app.inject({ url, headers: isPage(url) || url.length % 3 === 0 ? headers : {} });
    return { statusCode, body, link: answered.link, etag: answered.etag };
  };
  return { now, get };
}

/** What answers with HTML to browsers. */
function isPage(url: string): boolean {
  return /^\/(?:\?|[rd]\/)/.test(url);
}

function indexOf(records: readonly RepositoryRecord[]): ServedIndex {
  const engine = createSearchEngine();
  for (const record of records) engine.upsert(record);
  return { engine, epoch: 1, incomplete: false };
}

function viewOf(visibility: Visibility): CallerView {
  return { key: encodeURIComponent(JSON.stringify(visibility)), visibility };
}

function maySee(visibility: Visibility, { name, isPrivate }: RepositoryRecord): boolean {
  const fits = (patterns: readonly string[]) => patterns.some((pattern) => namePatternOf(pattern).matches(name));
  return visibility.some(({ names, except = [], showPrivate }) => {
    return (showPrivate || !isPrivate) && (names === undefined || fits(names)) && !fits(except);
  });
}

function randomRecords(chance: Chance): RepositoryRecord[] {
  const records = chance.some(2, 40, () => randomRepository(chance));
  return [...new Map(records.map((record) => [record.name, record])).values()];
}

/** The next page of an answer, where it leads to one. */
function nextUrl(url: string, body: string): string | undefined {
  if (isPage(url)) return /<a rel="next" href="([^"#]*)/.exec(body)?.[1]?.replaceAll('&amp;', '&');
  const next: unknown = JSON.parse(body).next;
  return typeof next === 'string' ? `${url.replace(/&page=\d+/, '')}&cursor=${encodeURIComponent(next)}` : undefined;
}

test(`what may not be seen leaves no trace: an index without it answers the same, byte for byte, ${CASES} times`, async () => {
  const [whole, part] = [createServer(), createServer()];
  let cases = 0;
  let hidden = 0;
  let found = 0;
  const compare = async (url: string, of: object) => {
    const [answer, wanted] = [await whole.get(url), await part.get(url)];
    cases += 1;
    found += Number(!isPage(url) && answer.body.includes('/'));
    if (JSON.stringify(answer) !== JSON.stringify(wanted))
      expect({ url, of, answer }).toEqual({ url, of, answer: wanted });
    return answer;
  };
  for (let seed = 1; cases < CASES; seed += 1) {
    const chance = createChance(seed);
    const records = randomRecords(chance);
    whole.now.served = indexOf(records);
    for (let view = 0; view < VIEWS_OF_AN_INDEX; view += 1) {
      const visibility = randomGrants(chance);
      const visible = records.filter((record) => maySee(visibility, record));
      hidden += records.length - visible.length;
      whole.now.view = viewOf(visibility);
      part.now.served = indexOf(visible);
      for (let request = 0; request < REQUESTS_OF_A_VIEW; request += 1) {
        const url = randomUrl(chance, records);
        const { statusCode, body } = await compare(url, { seed, visibility });
        const next = statusCode === 200 && nextUrl(url, body);
        if (next) await compare(next, { seed, visibility });
      }
    }
  }
  expect(hidden).toBeGreaterThan(CASES / 50);
  expect(found).toBeGreaterThan(CASES / 10);
}, 3_600_000);
