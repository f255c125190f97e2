import { setImmediate as nextTurn } from 'node:timers/promises';
import { answerJob } from '../support/child.ts';
import { distributionOf } from '../support/distribution.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { corpus, withImages } from './corpus.ts';
import type { ClassFigures, LatencyFigures, LatencyJob } from './jobs.ts';
import { filterClasses, plainClasses, type QueryClass, referenceClass, relaxedSeparatorsClass } from './queries.ts';

answerJob(async ({ contender: name, repositories, secondsEach }: LatencyJob): Promise<LatencyFigures> => {
  const contender = CONTENDERS[name]();
  const { names, digests, loadSeconds, loadedBytes } = await load(contender, repositories);
  await contender.warmUp?.();
  const plain = plainClasses(names);
  const own = () => [...filterClasses(digests), relaxedSeparatorsClass(names), referenceClass(names)];
  const filters = name === 'ours' ? own() : [];
  const figures = async (classes: readonly QueryClass[]) => {
    const all: ClassFigures[] = [];
    for (const each of classes) all.push(await measureClass(contender, each, secondsEach));
    return all;
  };
  return {
    plain: await figures(plain),
    filters: await figures(filters),
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

/** Names are kept for choosing queries; they are no part of what the contender holds. */
async function load(contender: Contender, repositories: number) {
  const names: string[] = [];
  const digests: string[] = [];
  for (const { name, tags } of corpus(repositories)) {
    names.push(name);
    if (digests.length < SOME_DIGESTS) digests.push(tags[0]?.digest ?? '');
  }
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
  return { names, digests, loadSeconds: loadMs / 1_000, loadedBytes: (await heldBytes()) - bytesBefore };
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

/** Slow contenders are asked fewer queries than a class has, but so many at least. */
const LEAST_QUERIES = 20;

async function measureClass(
  contender: Contender,
  { name, queries }: QueryClass,
  seconds: number,
): Promise<ClassFigures> {
  // As long as is measured: V8 compiles meanwhile, as it has in a service that has answered for a minute.
  await repeat(contender, queries, { seconds, least: 0 });
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
