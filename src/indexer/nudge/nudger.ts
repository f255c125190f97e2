import { setTimeout as wait } from 'node:timers/promises';
import { Counter, type Registry } from 'prom-client';
import { MAX_NUDGED_NAMES } from '../../api/nudge.ts';
import { createFindPods, type FindPods, type NudgeTarget } from './find-pods.ts';
import { createNudgeSender, type NudgeResult, type SendNudge } from './send-nudge.ts';

export interface NudgerDeps {
  readonly findPods: FindPods;
  readonly send: SendNudge;
  /** Waits between two nudges: names that come meanwhile are sent together. The first after a pause is sent at once. */
  readonly rest: () => Promise<void>;
  /** Called for each nudge of each pod, and for names that none was sent of. */
  readonly observe: (result: NudgeOutcome) => void;
}

/** `NoPods`: none was found. `NoKey`: the ownership record has none. `Dropped`: too many names waited. */
export type NudgeOutcome = NudgeResult | 'NoPods' | 'NoKey' | 'Dropped';

/**
 * Sends the names of written repositories to every search pod. Nothing waits for it, and nothing is sent twice: the
 * change feed is the truth.
 */
export interface Nudger {
  /** The key of the ownership record; undefined while it is not read. */
  useKey(key: string | undefined): void;
  nudge(name: string): void;
  /** Resolves when all waiting names are sent. */
  settled(): Promise<void>;
}

const MAX_WAITING = 10_000;
/** At a hundred pushes a second a replica then gets ten names in one request, not in ten. */
const REST_MS = 100;

/** Names that wait until those before them are sent. */
interface Mailbox {
  readonly names: Set<string>;
  isEmptied: boolean;
  emptied: Promise<void>;
}

export function createNudger({ findPods, send, rest, observe }: NudgerDeps): Nudger {
  const written = createMailbox();
  const pods = new Map<string, Mailbox>();
  let key: string | undefined;

  const post = (mailbox: Mailbox, names: readonly string[], say: () => Promise<void>) => {
    for (const name of names) {
      if (mailbox.names.size < MAX_WAITING) mailbox.names.add(name);
      else observe('Dropped');
    }
    if (mailbox.isEmptied) mailbox.emptied = empty(mailbox, say);
  };

  const spread = async () => {
    const addresses = await findPods().catch(() => []);
    const names = take(written.names, MAX_WAITING);
    if (addresses.length === 0) observe('NoPods');
    forgetOthers(pods, addresses);
    for (const address of addresses) {
      const mailbox = pods.get(address) ?? createMailbox();
      pods.set(address, mailbox);
      post(mailbox, names, () => deliver(address, mailbox));
    }
    await rest();
  };

  const deliver = async (address: string, mailbox: Mailbox) => {
    const names = take(mailbox.names, MAX_NUDGED_NAMES);
    observe(key ? await send({ address, key, names }) : 'NoKey');
  };

  return {
    useKey(next) {
      key = next;
    },
    nudge: (name) => post(written, [name], spread),
    async settled() {
      await written.emptied;
      await Promise.all(pods.values().map(({ emptied }) => emptied));
    },
  };
}

function createMailbox(): Mailbox {
  return { names: new Set(), isEmptied: true, emptied: Promise.resolve() };
}

/** Names that come while others are sent are sent next. */
async function empty(mailbox: Mailbox, say: () => Promise<void>): Promise<void> {
  mailbox.isEmptied = false;
  while (mailbox.names.size > 0) await say();
  mailbox.isEmptied = true;
}

/** Pods come and go; one that is being written to is forgotten later. */
function forgetOthers(pods: Map<string, Mailbox>, addresses: readonly string[]): void {
  for (const [address, { isEmptied }] of pods) if (isEmptied && !addresses.includes(address)) pods.delete(address);
}

function take(names: Set<string>, most: number): string[] {
  const taken = [...names].slice(0, most);
  for (const name of taken) names.delete(name);
  return taken;
}

export interface RunningNudger extends Nudger {
  /** Sends the names that still wait, and closes its connections. */
  close(): Promise<void>;
}

/** Nudges the search pods at these addresses. */
export function startNudger(targets: readonly NudgeTarget[], metricsRegistry: Registry): RunningNudger {
  const { send, close } = createNudgeSender();
  const findPods = createFindPods({ targets, elapsedMs: () => performance.now() });
  const nudger = createNudger({ findPods, send, rest: () => wait(REST_MS), observe: countNudges(metricsRegistry) });
  return {
    ...nudger,
    async close() {
      await nudger.settled();
      await close();
    },
  };
}

/** Counts nudges by result. */
function countNudges(metricsRegistry: Registry): NudgerDeps['observe'] {
  const nudges = new Counter({
    name: 'registry_index_nudges_sent_total',
    help: 'Nudges of search pods after writes, by result; what is not taken is found by the change feed',
    labelNames: ['result'],
    registers: [metricsRegistry],
  });
  return (result) => nudges.inc({ result });
}
