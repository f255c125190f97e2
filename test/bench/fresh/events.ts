import { setTimeout as wait } from 'node:timers/promises';
import { runInChild } from '../support/child.ts';
import { type Distribution, distributionOf } from '../support/distribution.ts';
import { createPusher, repositories } from './pushes.ts';
import type { Round, SendFigures, SendJob } from './send-events.ts';
import { type Stage, TOKEN, totalOf } from './stage.ts';

export interface EventFigures {
  readonly eventsPerSecond: number;
  /** From the opening of a connection to the answer. */
  readonly ack: Distribution;
  /** How often the repository was read for a thousand events about one tag. */
  readonly readsPerThousand: number;
}

const SENDER = new URL('./send-events.ts', import.meta.url);
/** By then what events name is written. */
const SETTLED_MS = 5_000;
const PER_SECOND = 1_000;
const SECONDS = 10;
/** The first events find code that was never run. */
const WARM_UP: Round = { perSecond: PER_SECOND / 2, total: PER_SECOND };

/** Events of pushes that the registry has really taken, sent again and again to one indexer. */
export async function measureEvents(stage: Stage): Promise<EventFigures> {
  const pusher = await createPusher(stage.registries);
  const bodies: string[] = [];
  for (const [at, repository] of repositories.entries()) {
    const tag = `event-${at}`;
    bodies.push(eventOf(repository, tag, (await pusher.push(repository, tag)).digest));
  }
  const send = (job: Pick<SendJob, 'bodies' | 'rounds'>) =>
    runInChild<SendJob, SendFigures>(SENDER, { url: stage.indexerUrl, token: TOKEN, settleMs: SETTLED_MS, ...job });
  const ack = await send({ bodies, rounds: [WARM_UP, { perSecond: PER_SECOND, total: PER_SECOND * SECONDS }] });
  await wait(SETTLED_MS);
  const before = await readsSoFar(stage);
  await send({ bodies: bodies.slice(0, 1), rounds: [{ perSecond: PER_SECOND, total: 1_000 }] });
  await wait(SETTLED_MS);
  return {
    eventsPerSecond: ack.perSecond,
    ack: distributionOf(ack.durationsMs),
    readsPerThousand: (await readsSoFar(stage)) - before,
  };
}

function eventOf(repository: string, tag: string, digest: string): string {
  const target = { repository, tag, digest, mediaType: 'application/vnd.oci.image.manifest.v1+json' };
  return JSON.stringify({ events: [{ action: 'push', target, source: { instanceID: 'one' } }] });
}

/** Of repositories, because of events, by all indexers. */
function readsSoFar(stage: Stage): Promise<number> {
  return totalOf(stage, /^registry_index_event_updates_total\{.*\} (\d+)$/gm);
}
