import { setImmediate as nextTurn } from 'node:timers/promises';
import { answerJob } from '../support/child.ts';
import { distributionOf, medianOf } from '../support/distribution.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { corpus, withImages } from './corpus.ts';
import type { ClassFigures, LatencyFigures, LatencyJob } from './jobs.ts';
import { filterClasses, plainClasses, type QueryClass, referenceClass, relaxedSeparatorsClass } from './queries.ts';

answerJob(async ({ contender: name, repositories, secondsEach }: LatencyJob): Promise<LatencyFigures> => {
  const contender = CONTENDERS[name]();
  const { plain, own } = chooseQueries(repositories);
  const filters = name === 'ours' ? own : [];
  const { loadSeconds, loadedBytes } = await load(contender, repositories);
  await contender.warmUp?.();
  return {
    plain: await measureClasses(contender, plain, secondsEach),
    filters: await measureClasses(contender, filters, secondsEach),
    loadSeconds,
    loadedBytes,
    longestStallMs: await longestStall(contender, [...plain, ...filters]),
    imageBytes: name === 'ours' ? await bytesOfImages(contender, repositories) : undefined,
  };
});

/** Measured last, because it writes every repository once more. */
async function bytesOfImages(contender: Contender, repositories: number): Promise<number> {
  const bytesBefore = await heldBytes();
  for (const record of corpus(repositories)) contender.add(withImages(record));
  return (await heldBytes()) - bytesBefore;
}

const SOME_DIGESTS = 10;

/** Nothing of it stays: a million names beside the contender would make each garbage collection longer. */
function chooseQueries(repositories: number): Record<'plain' | 'own', readonly QueryClass[]> {
  const names: string[] = [];
  const digests: string[] = [];
  for (const { name, tags } of corpus(repositories)) {
    names.push(name);
    if (digests.length < SOME_DIGESTS) digests.push(tags[0]?.digest ?? '');
  }
  const own = [...filterClasses(digests), relaxedSeparatorsClass(names), referenceClass(names)];
  return { plain: plainClasses(names), own };
}

async function load(contender: Contender, repositories: number) {
  const bytesBefore = await heldBytes();
  let loadMs = 0;
  for (const record of corpus(repositories)) {
    const startedAtMs = performance.now();
    contender.add(record);
    loadMs += performance.now() - startedAtMs;
  }
  const startedAtMs = performance.now();
  contender.finish();
  loadMs += performance.now() - startedAtMs;
  return { loadSeconds: loadMs / 1_000, loadedBytes: (await heldBytes()) - bytesBefore };
}

const COLLECTIONS = 8;

/**
 * The least of several, because what one collection frees beside the heap is taken off the count later, by another
 * thread.
 */
async function heldBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let times = 0; times < COLLECTIONS; times += 1) {
    globalThis.gc?.();
    await nextTurn();
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
}

const ROUNDS = 5;
/** In a round slow contenders are asked fewer queries than a class has, but this many at least. */
const LEAST_QUERIES = 4;

/** All classes in turns, so that what else the machine does for a second or two falls on one round of each. */
async function measureClasses(
  contender: Contender,
  classes: readonly QueryClass[],
  seconds: number,
): Promise<ClassFigures[]> {
  // V8 compiles meanwhile, as it has in a service that has answered for a minute.
  for (const { queries } of classes) await repeat(contender, queries, { seconds, least: 0 });
  const rounds: ClassFigures[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const each of classes) rounds.push(await measureRound(contender, each, seconds));
  return [...Map.groupBy(rounds, ({ name }) => name)].map(([name, ofClass]) => ({ name, ...medianRound(ofClass) }));
}

/** Each figure is the median of those of the rounds; the maximum is that of all. */
function medianRound(rounds: readonly ClassFigures[]): Omit<ClassFigures, 'name'> {
  const median = (figureOf: (round: ClassFigures) => number) => figureOf(medianOf(rounds, figureOf));
  return {
    cpuMs: median(({ cpuMs }) => cpuMs),
    count: rounds.reduce((sum, { count }) => sum + count, 0),
    p50Ms: median(({ p50Ms }) => p50Ms),
    p99Ms: median(({ p99Ms }) => p99Ms),
    maxMs: Math.max(...rounds.map(({ maxMs }) => maxMs)),
  };
}

async function measureRound(
  contender: Contender,
  { name, queries }: QueryClass,
  seconds: number,
): Promise<ClassFigures> {
  const cpuBefore = process.cpuUsage();
  const durationsMs = await repeat(contender, queries, { seconds, least: LEAST_QUERIES });
  const { user, system } = process.cpuUsage(cpuBefore);
  return { name, cpuMs: (user + system) / 1_000 / durationsMs.length, ...distributionOf(durationsMs) };
}

interface Repeats {
  readonly seconds: number;
  readonly least: number;
}

/** How long each of some queries took, over and over. */
async function repeat(contender: Contender, queries: readonly string[], { seconds, least }: Repeats) {
  const durationsMs: number[] = [];
  const endMs = performance.now() + seconds * 1_000;
  for (let at = 0; at < least || performance.now() < endMs; at += 1) {
    const startedAtMs = performance.now();
    await contender.search(queries[at % queries.length] ?? '');
    durationsMs.push(performance.now() - startedAtMs);
  }
  return durationsMs;
}

/** Every query of every class once, each while something else wants its turn again and again. */
async function longestStall(contender: Contender, classes: readonly QueryClass[]): Promise<number> {
  let longestMs = 0;
  for (const query of classes.flatMap(({ queries }) => queries)) {
    let isOver = false;
    const answered = Promise.resolve(contender.search(query)).then(() => {
      isOver = true;
    });
    for (let turnMs = performance.now(); !isOver; turnMs = performance.now()) {
      await nextTurn();
      longestMs = Math.max(longestMs, performance.now() - turnMs);
    }
    await answered;
  }
  return longestMs;
}
