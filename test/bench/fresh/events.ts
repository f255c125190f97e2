import { setTimeout as wait } from 'node:timers/promises';
import { runInChild } from '../support/child.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';
import type { EmptyServerReady } from './empty-server.ts';
import { startPart } from './part-process.ts';
import { createPusher, repositories } from './pushes.ts';
import type { Round, SendFigures, SendJob } from './send-events.ts';
import { type Stage, TOKEN, totalOf } from './stage.ts';

export interface EventFigures {
  /** Events of pushes, after which the bucket and the tables are read. */
  readonly pushes: Acknowledged;
  /** Events of pulls, after which nothing is done. */
  readonly pulls: Acknowledged;
  /** The same pulls sent to a server that does nothing at all: what is left is this machine's, and the sender's. */
  readonly floor: Acknowledged;
  /** How often the repository was read for a thousand events about one tag. */
  readonly readsPerThousand: number;
}

export interface Acknowledged {
  readonly perSecond: number;
  /** From the opening of a connection to the answer. */
  readonly after: Distribution;
}

const SENDER = new URL('./send-events.ts', import.meta.url);
const EMPTY_SERVER = new URL('./empty-server.ts', import.meta.url);
/** By then what events name is written. */
const SETTLED_MS = 5_000;
/** By then, after the floor, the repositories are read as a whole that patches have left incomplete. */
const COMPLETED_MS = 20_000;
const PER_SECOND = 1_000;
const SECONDS = 10;
/** V8 compiles for half a minute what runs often. */
const WARM_UP: Round = { perSecond: PER_SECOND / 2, total: 15 * PER_SECOND };
const STEADY: Round = { perSecond: PER_SECOND, total: PER_SECOND * SECONDS };

/** Events of pushes that the registry has really taken, sent again and again to one indexer. */
export async function measureEvents(stage: Stage): Promise<EventFigures> {
  const pusher = await createPusher(stage.registries);
  const pushed: Pushed[] = [];
  for (const [at, repository] of repositories.entries()) {
    const tag = `event-${at}`;
    pushed.push({ repository, tag, digest: (await pusher.push(repository, tag)).digest });
  }
  const [pushes, pulls] = [pushed.map((each) => eventOf('push', each)), pushed.map((each) => eventOf('pull', each))];
  const steadily = (url: string, bodies: readonly string[]) => send(url, { bodies, rounds: [WARM_UP, STEADY] });
  const empty = await startPart<EmptyServerReady>(EMPTY_SERVER);
  const floor = await steadily(empty.ready.url, pulls);
  await empty.stop();
  await wait(COMPLETED_MS);
  const ofPulls = await steadily(stage.indexerUrl, pulls);
  const ofPushes = await steadily(stage.indexerUrl, pushes);
  await wait(SETTLED_MS);
  const before = await readsSoFar(stage);
  await send(stage.indexerUrl, { bodies: pushes.slice(0, 1), rounds: [{ perSecond: PER_SECOND, total: 1_000 }] });
  await wait(SETTLED_MS);
  return { pushes: ofPushes, pulls: ofPulls, floor, readsPerThousand: (await readsSoFar(stage)) - before };
}

async function send(url: string, job: Pick<SendJob, 'bodies' | 'rounds'>): Promise<Acknowledged> {
  const whole = { url, token: TOKEN, settleMs: SETTLED_MS, ...job };
  const { perSecond, durationsMs } = await runInChild<SendJob, SendFigures>(SENDER, whole);
  return { perSecond, after: distributionOf(durationsMs) };
}

interface Pushed {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

function eventOf(action: 'push' | 'pull', pushed: Pushed): string {
  const target = { ...pushed, mediaType: 'application/vnd.oci.image.manifest.v1+json' };
  return JSON.stringify({ events: [{ action, target, request: { method: 'GET' }, source: { instanceID: 'one' } }] });
}

/** Of repositories, because of events, by all indexers. */
function readsSoFar(stage: Stage): Promise<number> {
  return totalOf(stage, /^registry_index_event_updates_total\{.*\} (\d+)$/gm);
}
