import type { Distribution } from '../support/distribution.ts';
import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import type { AttackCount } from './attacks.ts';
import type { Sight } from './watch.ts';

export interface AttackFigures {
  readonly name: string;
  readonly before: Sight;
  readonly during: Sight;
  /** From five seconds after the end. */
  readonly after: Sight;
  readonly count: AttackCount;
}

interface Setting {
  readonly seconds: number;
  readonly repositories: number;
}

const MAX_MEGABYTES_MORE = 64;

export function attackSection(all: readonly AttackFigures[], { seconds, repositories }: Setting): string {
  const rows = all.flatMap(({ name, before, during, after, count }) => [
    [
      `**${name}**: ${count.opened.toLocaleString('en')} opened, ${count.ended.toLocaleString('en')} of them ended`,
      '',
      '',
      '',
      '',
      '',
    ],
    ['before', ...cells(before)],
    ['during', ...cells(during)],
    ['after 5 s', ...cells(after)],
  ]);
  return [
    `## ${repositories.toLocaleString('en')} repositories, a heap as in a pod of 1 GiB, ${seconds} s an attack`,
    'Ordinary searches are asked one after another on a connection of their own, `/healthz` on a new one each time; both: p50 / p99 / max in milliseconds.',
    markdownTable(['', 'RSS MB', 'connections', '/healthz', 'searches', 'failed'], rows),
  ].join('\n\n');
}

function cells({ rssMb, connections, health, search, failed }: Sight): string[] {
  return [rssMb.toFixed(0), String(connections), milliseconds(health), milliseconds(search), String(failed)];
}

function milliseconds({ p50Ms, p99Ms, maxMs }: Distribution): string {
  return [p50Ms, p99Ms, maxMs].map((ms) => ms.toFixed(ms < 10 ? 1 : 0)).join(' / ');
}

export function attackGoals({ name, before, during, after }: AttackFigures): Goal[] {
  const goal = (what: string, figure: number, atMost: number, unit?: string): Goal => ({
    name: `${what}, ${name}`,
    figure,
    wanted: { atMost },
    ...(unit === undefined ? {} : { unit }),
  });
  return [
    goal('memory more than before', during.rssMb - before.rssMb, MAX_MEGABYTES_MORE, 'MB'),
    goal('slowest /healthz', during.health.maxMs, 1_000, 'ms'),
    goal('p99 of ordinary searches', during.search.p99Ms, 250, 'ms'),
    goal('requests of others that failed', during.failed, 0),
    goal('memory more than before, 5 s after', after.rssMb - before.rssMb, MAX_MEGABYTES_MORE, 'MB'),
    goal('p99 of ordinary searches, 5 s after', after.search.p99Ms, 250, 'ms'),
    goal('connections more than before, 5 s after', after.connections - before.connections, 2),
  ];
}
