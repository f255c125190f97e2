import { LRUCache } from 'lru-cache';
import { withDeadline } from '../../async/deadline.ts';
import { backoffMs } from '../../async/retry.ts';
import { sleep } from '../../async/sleep.ts';
import { createSpareTime } from '../../async/turn.ts';
import type { RecordStore } from '../../dynamodb/records/record-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { RepositoryOutcome } from '../repository/outcome.ts';
import { refreshRepository } from '../repository/refresh.ts';
import { isOverdue, nextLookInMs, shows } from './arrival.ts';
import { PATIENCE_MS, type PendingTag } from './hint.ts';
import { type HintQueue, MAX_TAGS, type RemainingWork, type RepositoryWork } from './hint-queue.ts';
import { type PatchDeps, patchRepository } from './patch-repository.ts';

export interface HintObserver {
  /** `lagMs`: since the earliest hint that it answers. */
  updated(result: RepositoryOutcome['result'], lagMs: number | undefined): void;
  missed(tags: number): void;
  failed(): void;
}

export interface FollowHintsDeps {
  readonly queue: HintQueue;
  /** What to write with; undefined while the tables are not there or not ours. */
  readonly current: (signal: AbortSignal) => Promise<PatchDeps | undefined>;
  /** Called after a record was written, so that search need not wait for the feed. */
  readonly onWritten: (name: string) => void;
  readonly observer: HintObserver;
  /** Repositories worked on at once. */
  readonly concurrency: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * What a patch leaves out, the times of other tags and the fingerprint, is read once a repository has been quiet so
 * long.
 */
const QUIET_MS = 30_000;
/** A tag that is pushed again as it was has its link written again, after the event too; only its time tells. */
const PUSHED_AGAIN_MS = 1_000;
const NOT_OURS_MS = 5_000;
const AGAIN_MS = 1_000;
/**
 * So long nobody looks again at a repository that was written: the pushes of meanwhile are one write, one nudge and one
 * reading in each search pod. As long where the index had all that was there, and then twice as long where it has
 * again: a storm about what is known takes next to no CPU. What is new is still found within a second. Shorter by up to
 * a quarter: else all repositories of a storm would be looked at in the same moment. Short enough that five pushes a
 * second to one repository, each of which takes a write anyway, do not wait for one another.
 */
const REST = { baseMs: 150, capMs: 800, random: () => 1 - Math.random() / 4 };
/** Names of which it is remembered how often in a row the index had all. */
const MAX_KNOWN = 10_000;
/** A whole repository of 100,000 tags is read within that. */
const TIMEOUT_MS = 5 * 60_000;
/** Waits are not shortened at random: each name has its own retries. */
const RETRY = { baseMs: 500, capMs: 30_000, random: () => 1 };

/** Works on what hints name until `stop` aborts; drain the queue before, for what waits then is dropped. */
export async function followHints(deps: FollowHintsDeps, stop: AbortSignal): Promise<void> {
  const failures = new Map<string, number>();
  const known = new LRUCache<string, number>({ max: MAX_KNOWN });
  const restOf = (name: string, after: Done['restAfter']) => {
    const times = after === 'known' ? (known.get(name) ?? 0) : 0;
    if (after === 'known') known.set(name, times + 1);
    else known.delete(name);
    return after ? backoffMs(times, REST) : 0;
  };
  const spareTime = createSpareTime();
  const follow = async () => {
    for (;;) {
      const work = await deps.queue.take(stop);
      if (!work) return;
      // Of a storm many repositories come to be looked at in the same moment, and events must be acknowledged meanwhile.
      await spareTime();
      const { remaining, restAfter } = await workOn({ ...deps, failures }, work, stop);
      deps.queue.finish(work.name, remaining, restOf(work.name, restAfter));
    }
  };
  await Promise.all(Array.from({ length: deps.concurrency }, follow));
}

interface Following extends FollowHintsDeps {
  /** How often each repository has failed in a row. */
  readonly failures: Map<string, number>;
}

/** What an attempt has come to. */
interface Done {
  readonly remaining?: RemainingWork | undefined;
  /** Why nobody need look again at once: the index had all that was there, or has it now. */
  readonly restAfter?: 'known' | 'written' | undefined;
}

/** What fails is tried again, later each time. */
async function workOn(deps: Following, work: RepositoryWork, stop: AbortSignal): Promise<Done> {
  const { failures, observer, log } = deps;
  try {
    const done = await withDeadline(stop, TIMEOUT_MS, (signal) => attempt(deps, work, signal));
    failures.delete(work.name);
    return done;
  } catch (error) {
    if (stop.aborted) return allOf(work, AGAIN_MS);
    const failed = failures.get(work.name) ?? 0;
    failures.set(work.name, failed + 1);
    observer.failed();
    const retryInMs = backoffMs(failed, RETRY);
    log.warn({ err: error, repository: work.name, retryInMs }, 'Failed to update a repository; retrying');
    return allOf(work, retryInMs);
  }
}

async function attempt(deps: FollowHintsDeps, work: RepositoryWork, signal: AbortSignal): Promise<Done> {
  const current = await deps.current(signal);
  if (!current) {
    // The worker waits, and not each of the names: a hundred thousand of them would keep the process busy.
    await sleep(NOT_OURS_MS, signal);
    return allOf(work, 0);
  }
  const waitedMs = waitedOf(work);
  const hintedAtMs = waitedMs === undefined ? 0 : Math.round(deps.now() - waitedMs);
  const hinted = { ...current, records: hintedRecords(current.records, hintedAtMs) };
  const trying = { current: hinted, work };
  return work.isWhole ? readWhole(deps, trying, signal) : patchTags(deps, trying, signal);
}

function allOf({ tags, isWhole }: RepositoryWork, inMs: number): Done {
  const again = { tags, tagsInMs: inMs };
  if (isWhole) return { remaining: { ...again, wholeInMs: inMs, owed: 'whole' } };
  return { remaining: { ...again, wholeInMs: undefined, owed: 'tags' } };
}

interface Attempt {
  readonly current: PatchDeps;
  readonly work: RepositoryWork;
}

async function readWhole(deps: FollowHintsDeps, { current, work }: Attempt, signal: AbortSignal): Promise<Done> {
  const readAtMs = performance.now();
  const outcome = await refreshRepository(current, work.name, signal);
  report(deps, work, outcome);
  if (isUnsettled(outcome)) return allOf(work, AGAIN_MS);
  return afterWhole({ work, outcome, readAtMs, isBlind: false });
}

interface WholeRead {
  readonly work: RepositoryWork;
  readonly outcome: RepositoryOutcome;
  readonly readAtMs: number;
  /** Whether tags cannot be looked at each by itself. */
  readonly isBlind: boolean;
}

/**
 * Links may have been still to be written while the whole repository was read. Their tags are looked at until they come;
 * where that cannot be done, or they are many, the repository is read once more.
 */
function afterWhole({ work, outcome: { result, record }, readAtMs, isBlind }: WholeRead): Done {
  const shown = new Map(record?.tags.map(({ name, digest }) => [name, digest]));
  const isEarly = ([tag, pending]: readonly [string, PendingTag]) =>
    !shows(shown.get(tag), pending) && nextLookInMs(pending, readAtMs) !== undefined;
  const awaited = new Map([...work.tags].filter(isEarly));
  if (awaited.size === 0) return { restAfter: result === 'written' ? 'written' : undefined };
  if (isBlind || awaited.size > MAX_TAGS)
    return { remaining: { tags: new Map(), tagsInMs: 0, wholeInMs: PATIENCE_MS, owed: 'whole' } };
  return {
    remaining: { tags: awaited, tagsInMs: untilNextLook(awaited, readAtMs), wholeInMs: undefined, owed: 'tags' },
  };
}

function untilNextLook(awaited: ReadonlyMap<string, PendingTag>, nowMs: number): number {
  return Math.min(PATIENCE_MS, ...[...awaited.values()].flatMap((pending) => nextLookInMs(pending, nowMs) ?? 0));
}

async function patchTags(deps: FollowHintsDeps, { current, work }: Attempt, signal: AbortSignal): Promise<Done> {
  const nowMs = performance.now();
  const mayWait = (pending: PendingTag) => nextLookInMs(pending, nowMs) !== undefined && !isOverdue(pending, nowMs);
  const { outcome, awaited, missed, isWhole, isBlind } = await patchRepository(current, { ...work, mayWait }, signal);
  report(deps, work, outcome);
  const heardMs = nowMs - Math.max(...[...work.tags.values()].map(({ latestMs }) => latestMs));
  if (heardMs < QUIET_MS) deps.observer.missed(missed);
  if (isUnsettled(outcome)) return allOf(work, AGAIN_MS);
  if (isBlind) return afterWhole({ work, outcome, readAtMs: nowMs, isBlind });
  // What was missed may come later still.
  const isKnown = outcome.result === 'current' && awaited.size === 0 && missed === 0;
  const isWritten = outcome.result === 'written' && awaited.size === 0;
  const restAfter = isKnown ? 'known' : isWritten ? 'written' : undefined;
  if (isKnown && heardMs < PUSHED_AGAIN_MS)
    return { remaining: lookAgain(announced(work), PUSHED_AGAIN_MS), restAfter };
  // Of what is not stored there is no whole to read.
  if (isWhole && missed > 0 && awaited.size === 0 && heardMs < QUIET_MS)
    return { remaining: lookAgain(announced(work), QUIET_MS) };
  const wholeInMs = isWhole || isKnown ? undefined : QUIET_MS;
  const owed = awaited.size > 0 ? 'tags' : 'nothing';
  return {
    remaining: { tags: awaited, tagsInMs: untilNextLook(awaited, performance.now()), wholeInMs, owed },
    restAfter,
  };
}

/** Tags that were pushed with a digest. */
function announced({ tags }: RepositoryWork): ReadonlyMap<string, PendingTag> {
  return new Map([...tags].filter(([, { expected }]) => expected.size > 0));
}

/** Once more, for what may have come late; nobody waits for it. */
function lookAgain(tags: ReadonlyMap<string, PendingTag>, tagsInMs: number): RemainingWork {
  return { tags, tagsInMs, wholeInMs: undefined, owed: 'nothing' };
}

/** Somebody else kept writing, or a later epoch has begun, which `current` will say. */
function isUnsettled({ result }: RepositoryOutcome): boolean {
  return result === 'contended' || result === 'superseded';
}

function report(deps: FollowHintsDeps, work: RepositoryWork, { result }: RepositoryOutcome) {
  deps.observer.updated(result, waitedOf(work));
  if (result === 'written' || result === 'gone') deps.onWritten(work.name);
}

/** Since the first of the hints came that it answers; undefined where it only reads what patches have left out. */
function waitedOf({ tags }: RepositoryWork): number | undefined {
  return tags.size === 0
    ? undefined
    : performance.now() - Math.min(...[...tags.values()].map(({ sinceMs }) => sinceMs));
}

/** Records whose writes say that events led to them; see `hintedAtMs` of a record. */
function hintedRecords(records: RecordStore, hintedAtMs: number): RecordStore {
  return {
    ...records,
    create: (write, signal) => records.create({ ...write, hintedAtMs }, signal),
    replace: (write, seen, signal) => records.replace({ ...write, hintedAtMs }, seen, signal),
    replacePart: (write, seen, signal) => records.replacePart({ ...write, hintedAtMs }, seen, signal),
    remove: (seen, write, signal) => records.remove(seen, { ...write, hintedAtMs }, signal),
    bury: (write, signal) => records.bury({ ...write, hintedAtMs }, signal),
  };
}
