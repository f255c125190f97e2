import { lookup } from 'node:dns/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from '../../json/error-code.ts';

/** A name that stands for all search pods, or the address of one, and their port. */
export interface NudgeTarget {
  readonly host: string;
  readonly port: number;
}

/** The address of every search pod, as `host:port`. Rejects where a name cannot be looked up. */
export type FindPods = () => Promise<readonly string[]>;

export interface FindPodsDeps {
  readonly targets: readonly NudgeTarget[];
  /** Milliseconds of any clock that is never set. */
  readonly elapsedMs: () => number;
  /** All addresses of a host; DNS if left out. */
  readonly addressesOf?: (host: string) => Promise<readonly string[]>;
  /** Resolves after so long. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** A pod that becomes ready meanwhile reads the feed each second, for it is new. */
const FRESH_MS = 5_000;
/** An answer of DNS that is lost is asked for again after five seconds, and a push is found within one. */
const PATIENCE_MS = 100;
/** After that another pod may have an address, and a nudge has a key. */
const USABLE_MS = 60_000;

/**
 * The addresses are looked up again when they are needed, at most every five seconds. While DNS does not answer, the
 * last ones are used, for a minute.
 */
export function createFindPods({ targets, elapsedMs, addressesOf = byDns, sleep = wait }: FindPodsDeps): FindPods {
  let found: { readonly atMs: number; readonly pods: readonly string[] } | undefined;
  let underWay: Promise<readonly string[]> | undefined;

  const lookUp = async () => {
    try {
      const each = targets.map(async ({ host, port }) =>
        (await addressesOf(host)).map((one) => `${urlHost(one)}:${port}`),
      );
      const pods = [...new Set((await Promise.all(each)).flat())];
      found = { atMs: elapsedMs(), pods };
      return pods;
    } catch (error) {
      if (errorCode(error) === 'ENOTFOUND') found = undefined;
      if (!found) throw error;
      return found.pods;
    } finally {
      underWay = undefined;
    }
  };

  return async () => {
    const ageMs = found ? elapsedMs() - found.atMs : Number.POSITIVE_INFINITY;
    if (found && ageMs < FRESH_MS) return found.pods;
    if (ageMs >= USABLE_MS) found = undefined;
    underWay ??= lookUp();
    if (!found) return underWay;
    const { pods } = found;
    return Promise.race([underWay, sleep(PATIENCE_MS).then(() => pods)]);
  };
}

async function byDns(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
