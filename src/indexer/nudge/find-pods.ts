import { lookup } from 'node:dns/promises';

/** A name that stands for all search pods, or the address of one, and their port. */
export interface NudgeTarget {
  readonly host: string;
  readonly port: number;
}

/** The address of every search pod, as `host:port`. Rejects where a name cannot be looked up. */
export type FindPods = () => Promise<readonly string[]>;

export interface FindPodsDeps {
  readonly targets: readonly NudgeTarget[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** All addresses of a host; DNS if left out. */
  readonly addressesOf?: (host: string) => Promise<readonly string[]>;
}

/** A pod that becomes ready meanwhile reads the feed each second, for it is new. */
const FRESH_MS = 5_000;

/** The addresses are looked up again when they are needed, at most every five seconds. */
export function createFindPods({ targets, now, addressesOf = byDns }: FindPodsDeps): FindPods {
  let found: { readonly atMs: number; readonly pods: readonly string[] } | undefined;
  return async () => {
    if (found && now() - found.atMs < FRESH_MS) return found.pods;
    const each = targets.map(async ({ host, port }) =>
      (await addressesOf(host)).map((one) => `${urlHost(one)}:${port}`),
    );
    const pods = [...new Set((await Promise.all(each)).flat())];
    found = { atMs: now(), pods };
    return pods;
  };
}

async function byDns(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
