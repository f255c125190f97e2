import type { OwnershipRecord } from '../../dynamodb/state/ownership.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { IndexSource } from './loaded-index.ts';
import type { ReplicaMetrics } from './metrics.ts';

/** Logs and measures the progress of a load. */
export interface LoadProgress {
  /** How many records there probably are: a percentage is logged only while fewer were read. */
  expect(records: number | undefined): void;
  /** So many more records were read. */
  read(records: number): void;
  /** Since it began. */
  seconds(): number;
  /** The load has ended, with or without success. */
  end(): void;
}

export interface LoadProgressDeps {
  readonly log: Logger;
  readonly metrics: Pick<ReplicaMetrics, 'loading'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const TELL_EVERY_MS = 5_000;

export function createLoadProgress({ log, metrics, now }: LoadProgressDeps): LoadProgress {
  let expected: number | undefined;
  const beganAtMs = now();
  let toldAtMs = beganAtMs;
  let done = 0;
  const seconds = () => (now() - beganAtMs) / 1_000;
  return {
    expect(records) {
      expected = records;
    },
    read(records) {
      done += records;
      metrics.loading(done);
      if (now() - toldAtMs < TELL_EVERY_MS) return;
      toldAtMs = now();
      log.info({ records: done, ...percentOf(done, expected), seconds: seconds() }, 'Loading the index');
    },
    seconds,
    end: () => metrics.loading(0),
  };
}

/** Repositories counted by the build of this epoch; undefined where it has none, or cannot be read. */
export async function expectedRepositories(
  { ranges }: Pick<IndexSource, 'ranges'>,
  { epoch }: OwnershipRecord,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const plan = await ranges.readPlan(epoch, signal);
    const progress = plan ? await ranges.readProgress(plan, signal) : [];
    return progress.reduce((sum, { repositories }) => sum + repositories, 0) || undefined;
  } catch {
    return undefined;
  }
}

function percentOf(done: number, expected: number | undefined): { readonly percent?: number } {
  return expected === undefined || done >= expected ? {} : { percent: Math.floor((100 * done) / expected) };
}
