import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';

/** What was measured; seconds, and megabytes of 10^6 bytes. */
export interface StandaloneFigures {
  readonly repositories: number;
  readonly fresh: { readonly seconds: number; readonly cpuSeconds: number };
  readonly second: { readonly seconds: number; readonly cpuSeconds: number };
  /** CPU from the moment when all are found until the comparison is done. */
  readonly resyncCpuSeconds: number;
  readonly memoryMb: { readonly fresh: number; readonly second: number; readonly underLoad: number };
  readonly searchAloneSeconds: number;
}

/** zot 2.1.20 on the same 10,000 images and 2 cores, measured in November 2026. */
const ZOT = {
  fresh: '10–11 s (CPU 7 s)',
  second: '0.7 s (0.4 with its fast restart)',
  memory: '265 after start, 210 under load',
} as const;

/**
 * Shares of the main thread's busy time in a fresh start, by `node --cpu-prof`: with dynalite in the process, with
 * SQLite in its place, and since folders are passed over, short texts not compressed, and no step waits for what is
 * done. The later two were measured one after the other on a busy machine, so their shares count and not their seconds.
 */
const PROFILE = markdownTable(
  ['where the fresh start spends its CPU', 'dynalite (36 s)', 'SQLite (2026-11-29, 11.6 s)', 'since (9.6 s)'],
  [
    ['reading the folder', '26 %', '35 %', '29 %'],
    ['packing records, requests about them', '', '13 %', '12 %'],
    ['embedded tables', '19 %', '10 %', '8 %'],
    ['manifests to records', '', '8 %', '11 %'],
    ['search engine', '', '7 %', '12 %'],
    ['garbage collection', '', '8 %', '11 %'],
    ['AWS SDK', '22 %', '2 %', '2 %'],
    ['answers to the measurement itself', '', '4 %', '4 %'],
  ],
);

export function standaloneSection(figures: StandaloneFigures): string {
  const { repositories, fresh, second, resyncCpuSeconds, memoryMb, searchAloneSeconds } = figures;
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  const megabytes = (value: number) => value.toFixed(0);
  const table = markdownTable(
    [`${repositories} repositories of one image on disk`, 'zot 2.1.20 (November 2026)', '`run`'],
    [
      ['fresh start until all are found', ZOT.fresh, `${seconds(fresh.seconds)} (CPU ${seconds(fresh.cpuSeconds)})`],
      [
        'second start until all are found',
        ZOT.second,
        `${seconds(second.seconds)} (CPU ${seconds(second.cpuSeconds)})`,
      ],
      ['… and the comparison behind it', '–', `CPU ${seconds(resyncCpuSeconds)}`],
      [
        'memory, MB',
        ZOT.memory,
        `${megabytes(memoryMb.fresh)} after the fresh start, ${megabytes(memoryMb.second)} after the second, ${megabytes(memoryMb.underLoad)} under load`,
      ],
      ['`search` alone from its snapshot', '–', seconds(searchAloneSeconds)],
    ],
  );
  return ['## Without a cluster', table, PROFILE].join('\n\n');
}

export function standaloneGoals(figures: StandaloneFigures): Goal[] {
  const { fresh, second, resyncCpuSeconds, memoryMb, searchAloneSeconds } = figures;
  const most = (name: string, figure: number, atMost: number, unit: string): Goal => {
    return { name, figure, wanted: { atMost }, unit };
  };
  return [
    most('fresh start until all are found', fresh.seconds, 12, 's'),
    most('second start until all are found', second.seconds, 1, 's'),
    most('CPU of the comparison behind it, with nothing changed', resyncCpuSeconds, 3, 's'),
    most('memory after the fresh start', memoryMb.fresh, 250, 'MB'),
    most('memory after the second start', memoryMb.second, 250, 'MB'),
    most('memory under load', memoryMb.underLoad, 250, 'MB'),
    most('search alone from its snapshot', searchAloneSeconds, 0.8, 's'),
  ];
}
