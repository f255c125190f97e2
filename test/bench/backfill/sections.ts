import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import type { RealFigures } from './real.ts';
import type { SyntheticFigures } from './synthetic.ts';

const STUB =
  'A synthetic bucket behind a stub that answers a LIST after 100 ms and a GET after 30 ms; one worker, 64 requests at once. ' +
  'Modelled LISTs are those of counting the names and of one undivided skip scan. The bare loop sends the same requests, all known beforehand, with the same client.';

/** Requests and speed over sizes, from the stub that answers as late as S3. */
export function syntheticSection(all: readonly SyntheticFigures[]): string {
  return ['## Sizes', `${STUB} Records are kept in memory.`, syntheticTable(all)].join('\n\n');
}

/** What the walk itself holds, however long it is. */
export function memorySection(all: readonly SyntheticFigures[]): string {
  return [
    '## Memory',
    `${STUB} Records go nowhere; a worker with the heap of a pod of 512 MiB.`,
    syntheticTable(all),
  ].join('\n\n');
}

function syntheticTable(all: readonly SyntheticFigures[]): string {
  const rows = all.map(({ shape, backfill, lists, modelledLists, gets, bare }) => {
    const { seconds, cpuSeconds, peakRssMb } = backfill.cost;
    return [
      shape.repositories.toLocaleString('en'),
      shape.tagsEach,
      shape.images.toLocaleString('en'),
      `${lists} (${modelledLists})`,
      gets.toLocaleString('en'),
      seconds.toFixed(1),
      Math.round(shape.repositories / seconds).toLocaleString('en'),
      bare ? (bare.seconds / seconds).toFixed(2) : 'not run',
      ((cpuSeconds / shape.repositories) * 1_000).toFixed(2),
      Math.round(peakRssMb),
    ];
  });
  return markdownTable(SYNTHETIC_COLUMNS, rows);
}

const SYNTHETIC_COLUMNS = [
  'repositories',
  'tags each',
  'images',
  'LISTs (modelled)',
  'GETs',
  'seconds',
  'repositories/s',
  'of the bare loop',
  'CPU s a 1,000 repositories',
  'peak RSS, MB',
];

/** A bucket that a real registry has filled, on a real S3 server and DynamoDB Local. */
export function realSection({
  repositories,
  backfill,
  lists,
  gets,
  bare,
  api,
  unitsPerRepository,
}: RealFigures): string {
  const { seconds, cpuSeconds, peakRssMb } = backfill.cost;
  const count = repositories.toLocaleString('en');
  const rows = [
    ['backfill, empty tables to complete', seconds.toFixed(1), `${lists} LISTs, ${gets} GETs`],
    ['… until everything could be found', backfill.searchableSeconds?.toFixed(1) ?? 'at the end', ''],
    ['the same LISTs and GETs in a bare loop', bare.seconds.toFixed(1), ''],
    ["the registry's API: catalogue, tags, manifests", api.seconds.toFixed(1), `${api.s3Requests} requests to S3`],
  ];
  return [
    `## ${count} repositories of a real registry`,
    `Pushed to distribution v3, one image each; versitygw and DynamoDB Local on the same machine. CPU of the worker ${cpuSeconds.toFixed(1)} s, peak RSS ${Math.round(peakRssMb)} MB; ${unitsPerRepository.toFixed(2)} write units a repository.`,
    markdownTable(['', 'seconds', 'requests'], rows),
  ].join('\n\n');
}

/** What a resync costs when little or nothing has changed. */
export function resyncSection({ repositories, resyncs }: RealFigures): string {
  const rows = resyncs.map(({ pushed, report: { requests, changed, startedAtMs, endedAtMs } }) => [
    `${pushed} pushed to`,
    changed,
    requests.lists,
    requests.gets,
    `${requests.reads} (${requests.readUnits.toFixed(0)})`,
    `${requests.writes} (${requests.writeUnits.toFixed(0)})`,
    ((endedAtMs - startedAtMs) / 1_000).toFixed(1),
  ]);
  return [
    `## Resync of ${repositories.toLocaleString('en')} repositories`,
    'The same bucket and tables, after pushes to some of the repositories.',
    markdownTable(['before', 'changed', 'LISTs', 'GETs', 'reads (units)', 'writes (units)', 'seconds'], rows),
  ].join('\n\n');
}

export function resyncGoals({ resyncs }: RealFigures): Goal[] {
  const [idle] = resyncs;
  if (!idle) return [];
  const { gets, writeUnits } = idle.report.requests;
  return [
    { name: 'GETs of a resync with nothing changed', figure: gets, wanted: { atMost: 0 } },
    { name: 'write units of a resync with nothing changed', figure: writeUnits, wanted: { atMost: 0 } },
  ];
}

export function syntheticGoals(all: readonly SyntheticFigures[]): Goal[] {
  return all.flatMap(({ shape, backfill, lists, modelledLists, gets, bare }) => {
    const size = `at ${shape.repositories.toLocaleString('en')}`;
    const perImage = gets / Math.min(shape.images, shape.repositories * shape.tagsEach);
    const goals: Goal[] = [
      { name: `LISTs of the model ${size}`, figure: lists / modelledLists, wanted: { atMost: 1.05 } },
      { name: `GETs a distinct tagged digest ${size}`, figure: perImage, wanted: { atMost: 2 } },
    ];
    if (bare)
      goals.push({
        name: `of the bare loop ${size}`,
        figure: bare.seconds / backfill.cost.seconds,
        wanted: { atLeast: 0.8 },
      });
    return goals;
  });
}

export function memoryGoal(small: SyntheticFigures, large: SyntheticFigures): Goal {
  const figure = large.backfill.cost.peakRssMb / small.backfill.cost.peakRssMb;
  const sizes = [small, large].map(({ shape }) => shape.repositories.toLocaleString('en'));
  return { name: `peak RSS from ${sizes.join(' to ')}`, figure, wanted: { atMost: 1.3 } };
}

export function realGoals({ repositories, backfill, bare, gets }: RealFigures): Goal[] {
  const name = `${repositories.toLocaleString('en')} real repositories`;
  const { seconds } = backfill.cost;
  return [
    { name: `${name} complete`, figure: seconds, unit: 's', wanted: { atMost: 75 } },
    { name: `${name} searchable`, figure: backfill.searchableSeconds ?? seconds, unit: 's', wanted: { atMost: 40 } },
    { name: `${name} of the bare loop`, figure: bare.seconds / seconds, wanted: { atLeast: 0.8 } },
    { name: `${name} GETs a distinct tagged digest`, figure: gets / repositories, wanted: { atMost: 2 } },
  ];
}
