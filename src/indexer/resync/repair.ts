import { forEach } from '../../async/for-each.ts';
import { epochOver } from '../../dynamodb/items/table-errors.ts';
import type { Repairs } from '../../dynamodb/state/resync-report.ts';
import type { RepositoryOutcome } from '../repository/outcome.ts';
import { faultsOfOutcome } from '../repository/outcome.ts';
import { refreshRepository } from '../repository/refresh.ts';
import type { Resync } from './deps.ts';

export interface Suspect {
  readonly name: string;
  /** Of the listing that differed. */
  readonly fingerprint: string;
  /** What a repair counts as. */
  readonly as: 'added' | 'changed' | 'removed' | 'reread';
}

/**
 * Refreshes a repository whose record seems to differ from the bucket. Rejects with `conflict` when a later epoch has
 * begun, else with a ServiceError of storage or table.
 */
export async function repair(resync: Resync, suspect: Suspect, signal: AbortSignal): Promise<void> {
  const { name, fingerprint, as } = suspect;
  const outcome = await refreshRepository(resync, name, signal);
  if (outcome.result === 'superseded') throw epochOver(`repository ${name} belongs to a later epoch`);
  resync.gaps.delete(name);
  for (const fault of faultsOfOutcome(name, outcome)) resync.counters.fault(fault);
  const done = repairOf(outcome, as);
  if (done && !outcome.record?.isPrivate) resync.counters.count(done);
  resync.known.update({ name, fingerprint, deleted: outcome.result === 'gone' });
}

/** Undefined where another writer made the repair, or none was possible. */
function repairOf({ result }: RepositoryOutcome, as: Suspect['as']): keyof Repairs | 'reread' | undefined {
  if (result === 'gone') return as === 'added' ? undefined : 'removed';
  if (result !== 'written') return undefined;
  return as === 'removed' ? 'changed' : as;
}

/** Share of the concurrency, because there is no hurry: search answers as before, and others use both services. */
const SHARE = 1 / 4;

/**
 * Refreshes records of an older reader, after everything that differs. Each record has the version of its reader, so
 * the next resync continues after a failure.
 */
export async function refreshOutdated(resync: Resync, signal: AbortSignal): Promise<void> {
  const { known, concurrency, log, requests, counters } = resync;
  const names = [...known.outdated()];
  if (names.length === 0) return;
  log.info({ repositories: names.length }, 'Refreshing records that an older version has read');
  const before = requests().gets;
  const work = (name: string, stop: AbortSignal) => repair(resync, { name, fingerprint: '', as: 'reread' }, stop);
  try {
    await forEach(names, { concurrency: Math.max(1, Math.floor(concurrency * SHARE)), work }, signal);
  } finally {
    const gets = requests().gets - before;
    counters.rereadBy(gets);
    log.info({ reread: counters.repairs().reread, gets }, 'Refreshed records that an older version has read');
  }
}
