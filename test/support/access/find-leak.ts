import { pino } from 'pino';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { createSearchEngine } from '../../../src/search/engine/create-engine.ts';
import type { ServedIndex } from '../../../src/search/served-index.ts';
import { type Access, OPEN_ACCESS } from '../../../src/server/access/access.ts';
import { createForwardedAccess } from '../../../src/server/access/forwarded-access.ts';
import { createForwardedReader } from '../../../src/server/access/forwarded-headers.ts';
import { createViews } from '../../../src/server/access/views.ts';
import { buildSearchServer } from '../../../src/server/app.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { createChance } from '../search/random-search.ts';
import { ALL } from '../search/search-queries.ts';
import { createFakeAccess, fakeAuthenticator } from './access-bench.ts';
import {
  type AskingCaller,
  isPage,
  type LeakWorld,
  PASSWORD,
  PROXY_SECRET,
  randomWorld,
  USERS,
  type WorldRequest,
} from './leak-world.ts';
import { mayKnow } from './random-access.ts';

export interface LeakSearch {
  /** Answers that were compared: of a caller, to a request, over a world. */
  readonly cases: number;
  readonly worlds: number;
  /** Pairs of a caller and a repository that is hidden from them. */
  readonly hidden: number;
  /** Answers that name a repository. */
  readonly found: number;
  /** Answers to callers who have to log in. */
  readonly refused: number;
  /** The first answer that was another than it had to be, and by which seed it is found again. */
  readonly leak: object | undefined;
}

export interface LeakSearchOptions {
  readonly cases: number;
  /** Of the first world; each has the next. */
  readonly seed: number;
  readonly onWorld?: (found: Omit<LeakSearch, 'leak'>) => void;
}

const NOW_MS = 10 * 86_400_000;

/**
 * Looks for an answer that tells of what its caller may not see. What each may see is found by a naive look at the
 * rules; an index that holds nothing else, seen by everybody, has to answer the same, byte for byte and header for
 * header.
 */
export async function findLeak({ cases: wanted, seed, onWorld }: LeakSearchOptions): Promise<LeakSearch> {
  const servers = createServers();
  const found = { cases: 0, worlds: 0, hidden: 0, found: 0, refused: 0 };
  while (found.cases < wanted) {
    const world = randomWorld(createChance(seed + found.worlds));
    const asker = createAsker(servers, world);
    for (const caller of world.callers) {
      const seen = asker.seenBy(caller);
      found.hidden += world.records.length - seen.records.length;
      for (const request of world.requests) {
        for (let next: WorldRequest | undefined = request, pages = 0; next && pages < 2; pages += 1) {
          const [answer, expected] = [await asker.answer(next, caller), await asker.expected(next, caller, seen)];
          found.cases += 1;
          found.refused += Number(seen.isRefused);
          found.found += Number(!isPage(next.url) && answer.status === 200 && answer.body.includes('/'));
          if (answer.all !== expected.all) {
            const leak = {
              seed: seed + found.worlds,
              request: next,
              caller,
              answer: answer.all,
              expected: expected.all,
            };
            return { ...found, leak };
          }
          next = nextPage(next, answer);
        }
      }
    }
    found.worlds += 1;
    onWorld?.(found);
  }
  return { ...found, leak: undefined };
}

interface Answered {
  readonly status: number;
  readonly body: string;
  /** All that the client gets. */
  readonly all: string;
}

/** What is served is set before each request. */
type AskingServer = (served: ServedIndex, request: WorldRequest) => Promise<Answered>;

function createServer(access: Access): AskingServer {
  let current: ServedIndex | undefined;
  const { app } = buildSearchServer({
    replica: { current: () => current },
    access,
    metricsRegistry: createMetricsRegistry(),
    log: pino({ level: 'silent' }),
    now: () => NOW_MS,
    registryUrl: 'https://registry.example.com',
  });
  return async (served, request) => {
    current = served;
    const { statusCode: status, body, headers } = await app.inject(request);
    return { status, body, all: JSON.stringify([status, { ...headers, date: '' }, body]) };
  };
}

interface Servers {
  readonly live: Pick<LeakWorld, 'access' | 'isPublic'>;
  /** By how callers are known. */
  readonly whole: Readonly<Record<LeakWorld['logins'], AskingServer>>;
  /** The same to clients, except that everybody sees everything. */
  readonly open: Readonly<Record<LeakWorld['logins'], AskingServer>>;
}

function createServers() {
  const live: { access: LeakWorld['access']; isPublic: boolean } = { access: {}, isPublic: false };
  const rules = () => live.access;
  const authenticator = {
    ...fakeAuthenticator(Object.fromEntries(USERS.map((name) => [name, PASSWORD]))),
    isPublic: () => live.isPublic,
  };
  const checked = createFakeAccess({ authenticator, rules, now: () => NOW_MS }).access;
  const names = { user: 'x-forwarded-user', groups: 'x-forwarded-groups', secret: 'x-registry-index-proxy-secret' };
  const read = createForwardedReader({ names, file: { text: () => PROXY_SECRET } });
  const forwarded = createForwardedAccess({ read, views: createViews(rules), operatorKey: () => undefined });
  return {
    live,
    whole: { checked: createServer(checked), forwarded: createServer(forwarded) },
    open: { checked: createServer(openLike(checked)), forwarded: createServer(openLike(forwarded)) },
  } satisfies Servers;
}

function openLike({ isPrivate, takesLogin, cursors }: Access): Access {
  const everything = { key: 'everything', visibility: ALL };
  return { ...OPEN_ACCESS, isPrivate, takesLogin, cursors, viewOf: () => everything, reportViewOf: () => everything };
}

interface Seen {
  readonly records: readonly LeakWorld['records'][number][];
  /** Whether the caller has to log in first. */
  readonly isRefused: boolean;
  readonly index: ServedIndex;
  /** Answers that were expected of it already. */
  readonly answers: Map<string, Promise<Answered>>;
}

/** Asks about one world. Callers who see the same are expected to get the same. */
function createAsker({ live, whole, open }: ReturnType<typeof createServers>, world: LeakWorld) {
  const { records, access, isPublic, incomplete, logins } = world;
  Object.assign(live, { access, isPublic });
  const indexOf = (some: readonly RepositoryRecord[]): ServedIndex => {
    const engine = createSearchEngine();
    for (const record of some) engine.upsert(record);
    return { engine, epoch: 1, incomplete };
  };
  const all = indexOf(records);
  const kept = new Map<string, Seen>();

  return {
    seenBy({ caller }: AskingCaller): Seen {
      const visible = records.filter((record) => mayKnow(access, caller, { record, isPublic }));
      const isRefused = caller.kind === 'anonymous' && !givesNobody(access, isPublic);
      const key = JSON.stringify([isRefused, visible.map(({ name }) => name)]);
      const known = kept.get(key) ?? { records: visible, isRefused, index: indexOf(visible), answers: new Map() };
      kept.set(key, known);
      return known;
    },
    answer: (request: WorldRequest, caller: AskingCaller) => whole[logins](all, asCaller(request, caller)),
    expected(request: WorldRequest, caller: AskingCaller, { index, isRefused, answers }: Seen) {
      // Whoever is refused would be if there were nothing at all.
      const server = isRefused ? whole[logins] : open[logins];
      // A page names who has logged in.
      const headers = isRefused || isPage(request.url) ? caller.headers : {};
      const key = JSON.stringify([headers, request]);
      const answer = answers.get(key) ?? server(index, asCaller(request, caller));
      answers.set(key, answer);
      return answer;
    },
  };
}

function asCaller({ url, headers }: WorldRequest, caller: AskingCaller): WorldRequest {
  return { url, headers: { ...headers, ...caller.headers } };
}

/** Whether there is anything for callers who are not logged in, as far as rules say. */
function givesNobody({ rules }: LeakWorld['access'], isPublic: boolean): boolean {
  return rules === undefined ? isPublic : rules.some(({ anonymous }) => anonymous === true);
}

/** The request for the next page, where an answer leads to one. */
function nextPage({ url, headers }: WorldRequest, { status, body }: Answered): WorldRequest | undefined {
  if (status !== 200) return undefined;
  if (isPage(url)) {
    const [, next] = /<a rel="next" href="([^"#]*)/.exec(body) ?? [];
    return next === undefined ? undefined : { url: next.replaceAll('&amp;', '&'), headers };
  }
  const { next }: { next?: unknown } = JSON.parse(body);
  if (typeof next !== 'string') return undefined;
  return { url: `${url.replace(/&page=\d+/, '')}&cursor=${encodeURIComponent(next)}`, headers };
}
