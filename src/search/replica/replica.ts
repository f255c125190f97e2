import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { SearchEngine } from '../api.ts';
import type { AnsweringReplica } from '../served-index.ts';
import type { Snapshots } from '../snapshot/snapshots.ts';
import { type Auditor, createAudit, createAuditor } from './anti-entropy/audit.ts';
import { followFeed } from './follow.ts';
import { type ObtainedIndex, obtainIndex } from './load.ts';
import { createLoadProgress, expectedRepositories } from './load-progress.ts';
import { type AppliedRecord, applyNamed, type IndexSource, type LoadedIndex } from './loaded-index.ts';
import type { ReplicaMetrics } from './metrics.ts';
import { createNudgeEffect } from './nudge-effect.ts';
import { createOwnershipWatch, nextStep, type Step } from './ownership-watch.ts';
import type { ReplicaSettings } from './replica-settings.ts';
import { createSnapshotWriter, type OwnedIndex } from './snapshot-writer.ts';
import { warmUp } from './warm-up.ts';

export interface ReplicaDeps {
  readonly source: IndexSource;
  readonly createEngine: () => SearchEngine;
  readonly snapshots: Snapshots;
  readonly settings: ReplicaSettings;
  readonly metrics: ReplicaMetrics;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** `quiet` when nothing has changed and nothing is under way. */
export type Activity = 'busy' | 'quiet';

/** The index in memory. Passes keep it up to date; between them, and when one throws, it answers from what it has. */
export interface Replica extends AnsweringReplica {
  /** Reads the ownership record, when that is due, and the feed. Passes must not overlap. */
  pass(signal: AbortSignal): Promise<Activity>;
  /**
   * Reads what a nudge says has changed, without waiting for the feed, and so that no older answer is kept for long.
   * Returns how many were newer than the memory; undefined where the tables are not to be followed now. The feed names
   * it again, so that a lost call costs time alone.
   */
  refresh(names: ReadonlySet<string>, signal: AbortSignal): Promise<number | undefined>;
  /** Whether what events led to has lately been refreshed before the feed named it. */
  isNudged(): boolean;
  /** Whether searches are as fast as later ones will be; the first index answers before. */
  isWarm(): boolean;
  /** That of the ownership record, as last read. */
  nudgeKey(): string | undefined;
  /** Who sees what, by the same. */
  access(): string | undefined;
  /** Writes the index to disk for the next start; no pass may follow. */
  close(): Promise<void>;
}

interface Serving extends OwnedIndex {
  readonly auditor: Auditor;
}

export function createReplica(deps: ReplicaDeps): Replica {
  const { source, settings, metrics, log, now } = deps;
  const ownershipRecords = createOwnershipWatch({ ...deps, intervalMs: settings.ownershipIntervalMs });
  const nudges = createNudgeEffect();
  const following = {
    overlapMs: settings.overlapMs,
    now,
    onApplied(applied: readonly AppliedRecord[]) {
      metrics.applied(applied, { via: 'feed', isBuilt: serving?.ownership.complete ?? false });
      nudges.followed(applied, serving?.memory.engine);
    },
  };
  const snapshots = createSnapshotWriter({ ...deps, intervalMs: settings.snapshotIntervalMs });
  let isWarm = false;
  let serving: Serving | undefined;
  let lastStep: Step['kind'] | undefined;

  const load = async (ownership: OwnershipRecord, signal: AbortSignal) => {
    const progress = createLoadProgress(deps);
    // Not awaited: a snapshot is loaded before this is read.
    void expectedRepositories(source, ownership, signal).then(progress.expect);
    const segments = settings.scanSegments;
    const options = { ...deps, segments, progress, ownershipRecords, following, mayRestore: serving === undefined };
    try {
      const obtained = await obtainIndex(options, ownership, signal);
      if (!obtained) return;
      const { engine } = obtained.index.memory;
      const isFirst = serving === undefined;
      // What answers meanwhile is better than one that is not warm, and that is better than none.
      if (!isFirst) await warmUp(engine, deps, signal);
      take(obtained, ownership, progress.seconds());
      if (isFirst) await warmUp(engine, deps, signal);
      isWarm = true;
    } finally {
      progress.end();
    }
  };

  const take = ({ index, from }: ObtainedIndex, ownership: OwnershipRecord, seconds: number) => {
    serving = serve(index, ownership);
    if (from === 'table') snapshots.hurry();
    // Finds now, not in an hour, what the feed no longer named after the restart.
    if (from === 'snapshot') serving.auditor.hurry();
    metrics.loaded(from, seconds);
    log.info({ from, epoch: ownership.epoch, ...index.memory.engine.size(), seconds }, 'Index loaded');
  };

  const serve = (loaded: LoadedIndex, ownership: OwnershipRecord): Serving => {
    const stillHolds = (signal: AbortSignal) => ownershipRecords.stillHolds(ownership, signal);
    const onDoubt = (names: number) => log.warn({ names }, DOUBTING);
    const audit = createAudit({ index: loaded, startedAtMs: ownership.startedAtMs, stillHolds, onDoubt });
    const auditor = createAuditor({
      begin: audit,
      intervalMs: settings.auditIntervalMs,
      stretchMs: settings.auditStretchMs,
      now,
    });
    return { ...loaded, ownership, auditor };
  };

  const follow = async (index: Serving, ownership: OwnershipRecord, signal: AbortSignal): Promise<Activity> => {
    const applied = await followFeed(index, following, signal);
    metrics.repaired(await index.auditor.goOn(signal));
    if (ownership.complete && !index.ownership.complete) {
      // Finds now, not in an hour, what the first build wrote by a slow clock.
      index.auditor.hurry();
      serving = { ...index, ownership };
      // The first warm-up ran on next to nothing.
      await warmUp(index.memory.engine, deps, signal);
      snapshots.hurry();
    }
    await snapshots.goOn(index);
    return applied === 0 && ownership.complete && !index.auditor.isUnderWay() ? 'quiet' : 'busy';
  };

  const announce = ({ kind }: Step) => {
    if (kind === 'keep' && lastStep !== 'keep') log.info(serving ? KEEPING : WAITING);
    lastStep = kind;
  };

  return {
    current() {
      if (!serving) return undefined;
      const { memory, ownership } = serving;
      const { epoch, complete } = ownership;
      return { engine: memory.engine, epoch, incomplete: !complete, pushedVersion: nudges.versionOf(memory.engine) };
    },
    async pass(signal) {
      const step = nextStep(await ownershipRecords.read(signal), serving?.ownership);
      announce(step);
      if (step.kind === 'load') await load(step.ownership, signal);
      if (step.kind === 'follow' && serving) return follow(serving, step.ownership, signal);
      return 'busy';
    },
    async refresh(names, signal) {
      const step = nextStep(await ownershipRecords.read(signal), serving?.ownership);
      const index = serving;
      if (step.kind !== 'follow' || !index) return undefined;
      const applied = await snapshots.apply(() => applyNamed(index, names, signal));
      metrics.applied(applied, { via: 'nudge', isBuilt: index.ownership.complete });
      nudges.refreshed(index.memory.engine);
      return applied.length;
    },
    isNudged: nudges.isNudged,
    isWarm: () => isWarm,
    nudgeKey() {
      const state = ownershipRecords.latest();
      return state?.kind === 'ours' ? state.ownership.nudgeKey : undefined;
    },
    access() {
      const state = ownershipRecords.latest();
      return state?.kind === 'ours' ? state.ownership.access : undefined;
    },
    async close() {
      if (serving) await snapshots.write(serving);
    },
  };
}

const DOUBTING =
  'Many repositories are missing from the table at once; they stay in the index unless the next comparison misses them too';
const WAITING = 'Waiting for the first backfill of the tables';
const KEEPING = 'The tables are being created or refilled; search answers from memory until they are complete';
