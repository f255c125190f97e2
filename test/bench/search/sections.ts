import type { Distribution } from '../support/distribution.ts';
import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import type { ContenderName } from './contenders.ts';
import { TAGS_EACH } from './corpus.ts';
import type { UnitCost } from './costs-process.ts';
import type { HttpFigures, RouteFigures } from './http.ts';
import type { ClassFigures, LatencyFigures } from './jobs.ts';
import type { LoadFigures } from './load-process.ts';
import { NOTHING_FOUND } from './queries.ts';
import type { Reads, ReplicaFigures } from './replica.ts';
import { slownessOf } from './slowness.ts';

export interface SizeFigures {
  readonly repositories: number;
  readonly contenders: Readonly<Partial<Record<ContenderName, LatencyFigures>>>;
}

const GOALS_MS: Readonly<Record<number, number>> = { 100000: 1, 1000000: 5 };
const BYTES_A_REPOSITORY = 300;
const BYTES_A_TAG = 48;
const WANTED_OF_SQLITE = 25;

/** Each class of queries, with the contenders beside each other. */
export function latencySection({ repositories, contenders: { ours, sqlite, scan } }: SizeFigures): string {
  const rows = [...(ours?.plain ?? []), ...(ours?.filters ?? [])].map((figures) => {
    const beside = (others: LatencyFigures | undefined) =>
      cell(others?.plain.find(({ name }) => name === figures.name));
    return [figures.name, cell(figures), figures.cpuMs.toFixed(3), beside(sqlite), beside(scan)];
  });
  const load =
    ours &&
    `Loaded in ${ours.loadSeconds.toFixed(1)} s; ${megabytes(ours.loadedBytes)} held; ${megabytes(ours.imageBytes ?? 0)} more with the size of every tag and when it was built; longest stall of the event loop ${ours.longestStallMs.toFixed(1)} ms.`;
  return [
    `## ${repositories.toLocaleString('en')} repositories, ${TAGS_EACH} tags each`,
    `Milliseconds a query, p50 / p99 / max, of up to 100 queries over and over, the median of five rounds: exact total and the first 25 rows. ${load ?? ''}`,
    markdownTable(['queries', 'registry-index', 'CPU ms', 'SQLite FTS5 trigram', 'plain scan, unranked'], rows),
  ].join('\n\n');
}

function cell(figures: ClassFigures | undefined): string {
  return figures ? distribution(figures) : '';
}

function distribution({ p50Ms, p99Ms, maxMs }: Distribution): string {
  return [p50Ms, p99Ms, maxMs].map((ms) => (ms < 10 ? ms.toFixed(3) : ms.toFixed(0))).join(' / ');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

export function latencyGoals({ repositories, contenders: { ours, sqlite } }: SizeFigures): Goal[] {
  if (!ours) return [];
  const size = `at ${repositories.toLocaleString('en')}`;
  const atMost = GOALS_MS[repositories];
  const classes = [...ours.plain, ...ours.filters];
  const slowness = slownessOf(sqlite, repositories);
  const p99: Goal[] =
    atMost === undefined
      ? []
      : classes.map(({ name, p99Ms }) => ({
          name: `p99 of ${name} ${size}`,
          figure: p99Ms,
          unit: 'ms',
          wanted: { atMost },
          slowness,
        }));
  const allowed = BYTES_A_REPOSITORY + BYTES_A_TAG * TAGS_EACH;
  const memory: Goal = {
    name: `bytes a repository with its tags ${size}`,
    figure: ours.loadedBytes / repositories,
    wanted: { atMost: allowed },
  };
  const stall: Goal = {
    name: `longest stall ${size}`,
    figure: ours.longestStallMs,
    unit: 'ms',
    wanted: { atMost: 5 },
    slowness,
  };
  const times: Goal[] = sqlite
    ? [
        {
          name: `queries a second as a multiple of SQLite's ${size}`,
          figure: mixMs(sqlite) / mixMs(ours),
          wanted: { atLeast: WANTED_OF_SQLITE },
        },
      ]
    : [];
  return [...p99, ...(repositories >= 100_000 ? [memory, stall] : []), ...times];
}

/**
 * CPU of one query of each plain class that both answer alike. Where nothing is found SQLite has nothing more to do,
 * and the engine reads the words in other spellings and says what was not understood.
 */
function mixMs({ plain }: LatencyFigures): number {
  const alike = plain.filter(({ name }) => name !== NOTHING_FOUND);
  return alike.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** What src/search/engine/cost-model.ts counts. */
export function costsSection(repositories: number, costs: readonly UnitCost[]): string {
  const rows = costs.map(({ what, nanoseconds }) => [what, nanoseconds.toFixed(nanoseconds < 10 ? 1 : 0)]);
  const title = `## What the engine's parts cost, ${repositories.toLocaleString('en')} repositories`;
  return [title, markdownTable(['', 'CPU ns'], rows)].join('\n\n');
}

/** Engine and cache of answers without HTTP. */
export function loadSection(repositories: number, figures: readonly LoadFigures[]): string {
  const rows = figures.map(({ requestsPerSecond, changes, cores, writeMicroseconds, refused }) => [
    requestsPerSecond.toLocaleString('en'),
    changes,
    cores.toFixed(3),
    writeMicroseconds.toFixed(0),
    refused.toLocaleString('en'),
  ]);
  return [
    `## In one process, ${repositories.toLocaleString('en')} repositories, 100 pushes a second`,
    'Repeated queries through the cache of answers, without HTTP. The feed brings what was pushed once a second, nudges ten times; from then on no answer of before is given.',
    markdownTable(['requests/s', 'changes by', 'cores', 'µs a write', 'refused in 10 s'], rows),
  ].join('\n\n');
}

export const LOAD_GOALS = { repositories: 100_000, requestsPerSecond: 1_000, cores: 0.1, writeMicroseconds: 60 };

/** Of LOAD_GOALS.repositories; `slowness` is that of the machine at the time. */
export function loadGoals(figures: readonly LoadFigures[], slowness: number): Goal[] {
  const load = figures.find(
    ({ requestsPerSecond, changes }) => requestsPerSecond === LOAD_GOALS.requestsPerSecond && changes === 'feed',
  );
  if (!load) return [];
  const at = 'at 1,000 requests/s and 100,000 repositories';
  return [
    {
      name: `a write ${at}`,
      figure: load.writeMicroseconds,
      unit: 'µs',
      wanted: { atMost: LOAD_GOALS.writeMicroseconds },
      slowness,
    },
    { name: `cores ${at}`, figure: load.cores, wanted: { atMost: LOAD_GOALS.cores }, slowness },
  ];
}

export function httpSection(repositories: number, { hello, fixed, repeated, fresh, paced }: HttpFigures): string {
  const rows = [hello, fixed, repeated, fresh].map(({ name, perSecond, cpuMicroseconds }) => [
    name,
    Math.round(perSecond).toLocaleString('en'),
    (perSecond / hello.perSecond).toFixed(2),
    cpuMicroseconds.toFixed(0),
  ]);
  return [
    `## Over HTTP, ${repositories.toLocaleString('en')} repositories, 100 updates a second`,
    markdownTable(['route', 'requests/s', "of hello-world's", 'CPU µs a request'], rows),
    `Repeated queries at half of that rate: p50 ${paced.p50Ms.toFixed(1)} ms, p99 ${paced.p99Ms.toFixed(1)} ms, counted from when each request was due.`,
  ].join('\n\n');
}

export function httpGoals(repositories: number, { hello, repeated, fresh }: HttpFigures): Goal[] {
  const share = ({ perSecond }: RouteFigures) => perSecond / hello.perSecond;
  const at = `of hello-world at ${repositories.toLocaleString('en')}`;
  return [
    { name: `repeated queries ${at}`, figure: share(repeated), wanted: { atLeast: 0.55 } },
    { name: `new queries ${at}`, figure: share(fresh), wanted: { atLeast: 0.1 } },
  ];
}

export function freshnessSection(fresh: Distribution): string {
  const times = `p50 ${fresh.p50Ms.toFixed(0)} ms, p99 ${fresh.p99Ms.toFixed(0)} ms over ${fresh.count} writes`;
  return `## From a write to the first answer that has it\n\nOn DynamoDB Local, with default settings: ${times}.`;
}

export function replicaSection({
  repositories,
  fromTable,
  fromSnapshot,
  idleHour,
  comparison,
}: ReplicaFigures): string {
  const rows: [string, number | undefined, Reads][] = [
    ['start, from the table', fromTable.seconds, fromTable.reads],
    ['start, from the snapshot on disk', fromSnapshot.seconds, fromSnapshot.reads],
    ['an hour in which nothing happens', undefined, idleHour],
    ['the hourly comparison of feed and memory', undefined, comparison],
  ];
  const cells = rows.map(([what, seconds, { requests, units }]) => [
    what,
    seconds?.toFixed(1) ?? '',
    requests.toLocaleString('en'),
    units.toLocaleString('en'),
  ]);
  const title = `## A replica of ${repositories.toLocaleString('en')} repositories on DynamoDB Local`;
  return `${title}\n\n${markdownTable(['', 's', 'requests', 'read units'], cells)}`;
}
