import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type Distribution, distributionOf } from '../support/distribution.ts';
import { createPusher, repositories } from './pushes.ts';
import { type Stage, TOKEN, totalOf } from './stage.ts';

export interface EventFigures {
  readonly eventsPerSecond: number;
  /** From the opening of a connection to the answer. */
  readonly ack: Distribution;
  /** How often the repository was read for a thousand events about one tag. */
  readonly readsPerThousand: number;
}

const PER_SECOND = 1_000;
const SECONDS = 10;
/** A connection each, as registries send them. */
const ONE_CONNECTION_EACH = new Agent({ keepAlive: false, maxSockets: 256 });
const SETTLED_MS = 5_000;

/** Events of pushes that the registry has really taken, sent again and again to one indexer. */
export async function measureEvents(stage: Stage): Promise<EventFigures> {
  const pusher = await createPusher(stage.registries);
  const bodies: string[] = [];
  for (const [at, repository] of repositories.entries()) {
    const tag = `event-${at}`;
    bodies.push(eventOf(repository, tag, (await pusher.push(repository, tag)).digest));
  }
  // The first events find code that was never run.
  await sendPaced(stage.indexerUrl, bodies, { perSecond: PER_SECOND / 2, total: PER_SECOND });
  await wait(SETTLED_MS);
  const ack = await sendPaced(stage.indexerUrl, bodies, { perSecond: PER_SECOND, total: PER_SECOND * SECONDS });
  await wait(SETTLED_MS);
  const before = await readsSoFar(stage);
  await sendPaced(stage.indexerUrl, bodies.slice(0, 1), { perSecond: PER_SECOND, total: 1_000 });
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

interface Pace {
  readonly perSecond: number;
  readonly total: number;
}

async function sendPaced(url: string, bodies: readonly string[], { perSecond, total }: Pace) {
  const durationsMs: number[] = [];
  const pending: Promise<void>[] = [];
  const beganMs = performance.now();
  while (pending.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - beganMs) / 1_000) * perSecond));
    while (pending.length < due) {
      const body = bodies[pending.length % bodies.length] ?? '';
      pending.push(send(url, body).then((tookMs) => void durationsMs.push(tookMs)));
    }
    await wait(1);
  }
  await Promise.all(pending);
  return { durationsMs, perSecond: total / ((performance.now() - beganMs) / 1_000) };
}

function send(url: string, body: string): Promise<number> {
  const beganMs = performance.now();
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/vnd.docker.distribution.events.v2+json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/notifications`, { method: 'POST', headers, agent: ONE_CONNECTION_EACH }, (answer) => {
      const tookMs = performance.now() - beganMs;
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 202) resolve(tookMs);
        else reject(new Error(`the indexer answered ${answer.statusCode}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Of repositories, because of events, by all indexers. */
function readsSoFar(stage: Stage): Promise<number> {
  return totalOf(stage, /^registry_index_event_updates_total\{.*\} (\d+)$/gm);
}
