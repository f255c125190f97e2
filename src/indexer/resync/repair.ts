import { forEach } from '../../async/for-each.ts';
import { ServiceError } from '../../aws/errors.ts';
import type { Repairs } from '../../dynamodb/state/resync-report.ts';
import { faultsOf } from '../backfill/range-counters.ts';
import type { RepositoryOutcome } from '../repository/outcome.ts';
import { refreshRepository, type Trigger } from '../repository/refresh.ts';
import type { Resync } from './deps.ts';

export interface Suspect extends Trigger {
  /** What a listing said of it; another one may say something else by now. */
  readonly fingerprint: string;
  /** What it would be counted as. */
  readonly as: 'added' | 'changed' | 'removed' | 'reread';
}

/**
 * Re-reads a repository of which bucket and index seem to say different things. Rejects with `conflict` when a later
 * build of the tables has begun, else with a ServiceError of storage or table.
 */
export async function repair(resync: Resync, suspect: Suspect, signal: AbortSignal): Promise<void> {
  const { name, fingerprint, as } = suspect;
  const outcome = await refreshRepository(resync, suspect, signal);
  if (outcome.result === 'superseded') throw epochOver(name);
  resync.gaps.delete(name);
  for (const fault of faultsOf({ kind: 'repository', name, outcome })) resync.tally.fault(fault);
  const done = repairOf(outcome, as);
  if (done && !outcome.record?.isPrivate) resync.tally.count(done);
  resync.known.settle({ name, fingerprint, deleted: outcome.result === 'gone' });
}

/** What had been repaired by somebody else, or could not be, is no repair of ours. */
function repairOf({ result }: RepositoryOutcome, as: Suspect['as']): keyof Repairs | 'reread' | undefined {
  if (result === 'gone') return as === 'added' ? undefined : 'removed';
  if (result !== 'written') return undefined;
  return as === 'removed' ? 'changed' : as;
}

function epochOver(name: string): ServiceError {
  const message = `repository ${name} belongs to a later filling of the tables`;
  return new ServiceError({ kind: 'conflict', reason: 'EpochOver', message });
}

/** Of all requests, for there is no hurry: what search shows is as right as it was, and others use both services. */
const SHARE = 1 / 4;

/**
 * Reads once anew what an older reader has read, after everything that has changed. Each record says who has read it,
 * so one that breaks off is gone on with by the next.
 */
export async function refresh(resync: Resync, signal: AbortSignal): Promise<void> {
  const { known, concurrency, now, log, requests, tally } = resync;
  const names = [...known.outdated()];
  if (names.length === 0) return;
  log.info({ repositories: names.length }, 're-reading records of an older reader');
  const before = requests().gets;
  const work = (name: string, stop: AbortSignal) => {
    const triggeredAtMs = now();
    return repair(resync, { name, fingerprint: '', triggeredAtMs, as: 'reread' }, stop);
  };
  try {
    await forEach(names, { concurrency: Math.max(1, Math.floor(concurrency * SHARE)), work }, signal);
  } finally {
    const gets = requests().gets - before;
    tally.rereadBy(gets);
    log.info({ reread: tally.repairs().reread, gets }, 're-read records of an older reader');
  }
}
