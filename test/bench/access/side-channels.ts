import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { Visibility } from '../../../src/search/api.ts';
import { type Access, OPEN_ACCESS } from '../../../src/server/access/access.ts';
import { createServerBench } from '../../support/search/search-server.ts';
import { distributionOf } from '../support/distribution.ts';

/** How many hidden and as many missing things are asked for. */
const ASKED = 3_000;
/** Each is asked for so often: its first answer counts, and its quickest, which was least disturbed. */
const TIMES = 3;

/** Teams whose names begin so are hidden: about a third. */
const HIDDEN: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const VISIBILITY: Visibility = [{ names: undefined, except: HIDDEN.map((letter) => `${letter}**`), showPrivate: true }];
const ACCESS: Access = { ...OPEN_ACCESS, viewOf: () => ({ key: 'view', visibility: VISIBILITY }) };

interface Question {
  readonly what: string;
  readonly url: (record: RepositoryRecord) => string;
  /** Whether the whole team is missing where the repository is. */
  readonly ofTeam?: true;
  readonly asPage?: true;
}

const search = (query: string) => `/v1/search?q=${encodeURIComponent(query)}`;

const QUESTIONS: readonly Question[] = [
  { what: 'search, an exact name', url: ({ name }) => search(name) },
  { what: 'search, a digest', url: (record) => search(`digest:${digestOf(record)}`) },
  { what: 'search, a namespace', url: (record) => search(`ns:${spaceOf(record)}`), ofTeam: true },
  { what: 'search, a name of a team that is missing too', url: ({ name }) => search(name), ofTeam: true },
  { what: 'suggest', url: ({ name }) => `/v1/suggest?q=${encodeURIComponent(name)}` },
  { what: 'catalogue after a name', url: ({ name }) => `/v2/_catalog?n=5&last=${encodeURIComponent(name)}` },
  { what: 'API, a repository', url: ({ name }) => `/api/v1/repositories/${name}` },
  { what: 'API, a digest', url: (record) => `/api/v1/digests/${digestOf(record)}` },
  { what: 'API, facets of a name', url: ({ name }) => `/api/v1/facets?q=${encodeURIComponent(name)}` },
  { what: 'page of a repository', url: ({ name }) => `/r/${name}`, asPage: true },
  { what: 'page of a digest', url: (record) => `/d/${digestOf(record)}`, asPage: true },
  { what: 'helm, a namespace', url: (record) => `/helm/${spaceOf(record)}/index.yaml`, ofTeam: true },
];

export interface ChannelFigures {
  readonly what: string;
  readonly asked: number;
  readonly first: Compared;
  readonly quickest: Compared;
}

/** Medians, in microseconds; the difference is that of each thing where it is hidden from where it is missing. */
export interface Compared {
  readonly hiddenUs: number;
  readonly missingUs: number;
  readonly differenceUs: number;
}

type Ask = (url: string, headers: Readonly<Record<string, string>>) => Promise<number>;

/**
 * How much longer an answer about what is hidden takes than the same answer where that is missing: the caller must not
 * learn from it what there is. Two servers have half each of what is asked for, so that each hides what the other
 * misses.
 */
export async function measureSideChannels(records: readonly RepositoryRecord[]): Promise<ChannelFigures[]> {
  const ofOne = await askAll(
    QUESTIONS.filter(({ ofTeam }) => !ofTeam),
    splitByName(records),
  );
  const ofTeams = await askAll(
    QUESTIONS.filter(({ ofTeam }) => ofTeam),
    splitByTeam(records),
  );
  return [...ofOne, ...ofTeams];
}

interface Split {
  /** What is in one of two indexes alone, and hidden there. */
  readonly halves: readonly [readonly RepositoryRecord[], readonly RepositoryRecord[]];
  /** What is in both. */
  readonly others: readonly RepositoryRecord[];
}

async function askAll(questions: readonly Question[], { halves, others }: Split): Promise<ChannelFigures[]> {
  const [first, second] = [createServer([...others, ...halves[0]]), createServer([...others, ...halves[1]])];
  const figures: ChannelFigures[] = [];
  for (const { what, url, asPage = false } of questions) {
    const headers = asPage ? { accept: 'text/html' } : {};
    const asked = [
      ...distinct(halves[0].map(url)).map((one) => ({ url: one, hiding: first.ask, missing: second.ask })),
      ...distinct(halves[1].map(url)).map((one) => ({ url: one, hiding: second.ask, missing: first.ask })),
    ];
    figures.push({ what, asked: asked.length, ...(await compare(asked, headers)) });
  }
  await Promise.all([first.close(), second.close()]);
  return figures;
}

/** Some of each of many teams. */
function splitByName(records: readonly RepositoryRecord[]): Split {
  const hidden = records.filter(isHidden);
  const chosen = hidden.filter((_, at) => at % Math.ceil(hidden.length / ASKED) === 0);
  const names = new Set(chosen.map(({ name }) => name));
  const half = (of: number) => chosen.filter((_, at) => at % 2 === of);
  return { halves: [half(0), half(1)], others: records.filter(({ name }) => !names.has(name)) };
}

/** Whole teams, the smallest first. */
function splitByTeam(records: readonly RepositoryRecord[]): Split {
  const teams = Map.groupBy(records.filter(isHidden), teamOf);
  const halves: [RepositoryRecord[], RepositoryRecord[]] = [[], []];
  for (const team of [...teams.values()].toSorted((a, b) => a.length - b.length)) {
    const smaller = halves[0].length <= halves[1].length ? halves[0] : halves[1];
    if (smaller.length < ASKED / 2) smaller.push(...team.slice(0, ASKED / 2 - smaller.length));
  }
  const chosen = new Set(halves.flat().map(teamOf));
  return { halves, others: records.filter((record) => !chosen.has(teamOf(record))) };
}

function teamOf({ name }: RepositoryRecord): string {
  return name.slice(0, name.indexOf('/'));
}

function createServer(records: readonly RepositoryRecord[]): {
  readonly ask: Ask;
  readonly close: () => Promise<void>;
} {
  const bench = createServerBench(records.map(withVersions), {
    access: ACCESS,
    registryUrl: 'https://registry.example',
  });
  const ask: Ask = async (url, headers) => {
    const beganMs = performance.now();
    await bench.app.inject({ url, headers });
    return performance.now() - beganMs;
  };
  return { ask, close: async () => bench.app.close() };
}

/** Those that are charts have versions, which the corpus leaves out. */
function withVersions(record: RepositoryRecord): RepositoryRecord {
  const name = record.name.slice(record.name.lastIndexOf('/') + 1);
  if (!record.types.includes('helm')) return record;
  return { ...record, tags: record.tags.map((tag) => ({ ...tag, chart: { name, version: tag.name } })) };
}

function isHidden({ name }: RepositoryRecord): boolean {
  return HIDDEN.includes(name.charAt(0));
}

function digestOf({ tags }: RepositoryRecord): string {
  return tags[0]?.digest ?? '';
}

function spaceOf({ name }: RepositoryRecord): string {
  return name.slice(0, name.lastIndexOf('/'));
}

/** What is asked again is known to the server. */
function distinct(urls: readonly string[]): string[] {
  return [...new Set(urls)];
}

interface Asked {
  readonly url: string;
  readonly hiding: Ask;
  readonly missing: Ask;
}

async function compare(asked: readonly Asked[], headers: Readonly<Record<string, string>>) {
  const times = asked.map(() => ({ hidden: [] as number[], missing: [] as number[] }));
  for (let time = 0; time < TIMES; time += 1) {
    for (const [at, { hidden, missing }] of times.entries()) {
      const one = asked[at];
      if (!one) continue;
      // No answer is taken from the cache of answers.
      const url = `${one.url}${one.url.includes('?') ? '&' : '?'}time=${time}`;
      const isMissingFirst = (at + time) % 2 === 0;
      if (isMissingFirst) missing.push(await one.missing(url, headers));
      hidden.push(await one.hiding(url, headers));
      if (!isMissingFirst) missing.push(await one.missing(url, headers));
    }
  }
  const medians = (choose: (times: readonly number[]) => number): Compared => ({
    hiddenUs: medianUs(times.map(({ hidden }) => choose(hidden))),
    missingUs: medianUs(times.map(({ missing }) => choose(missing))),
    differenceUs: medianUs(times.map(({ hidden, missing }) => choose(hidden) - choose(missing))),
  });
  return { first: medians(([first = 0]) => first), quickest: medians((all) => Math.min(...all)) };
}

function medianUs(timesMs: readonly number[]): number {
  return distributionOf(timesMs).p50Ms * 1_000;
}
