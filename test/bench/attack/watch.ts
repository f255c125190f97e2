import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type Distribution, distributionOf } from '../support/distribution.ts';
import type { SearchPod } from './search-pod.ts';

/** What was seen of a pod during some seconds. */
export interface Sight {
  /** The most that the process held, in megabytes (10^6 bytes). */
  readonly rssMb: number;
  /** The most connections that it had, on both ports. */
  readonly connections: number;
  /** `/healthz` on a connection of its own each time, as a kubelet asks. */
  readonly health: Distribution;
  /** Ordinary searches, one after another on one connection that is kept. */
  readonly search: Distribution;
  /** Requests of these that were not answered with 200. */
  readonly failed: number;
}

const HEALTH_EVERY_MS = 250;
const SEARCH_EVERY_MS = 25;
const LOOK_EVERY_MS = 250;
const TIMEOUT_MS = 15_000;
const AGENT = new Agent({ keepAlive: true, maxSockets: 1 });

/** Watches for so long; whatever does not answer at all counts as failed, with the time until that was known. */
export async function watch(pod: SearchPod, paths: readonly string[], seconds: number): Promise<Sight> {
  const endMs = performance.now() + seconds * 1_000;
  const healthMs: number[] = [];
  const searchMs: number[] = [];
  let failed = 0;
  let rssMb = 0;
  let connections = 0;
  const every = async (ms: number, work: () => Promise<void>) => {
    while (performance.now() < endMs) await Promise.all([work(), wait(ms)]);
  };
  const timed = async (durationsMs: number[], answer: Promise<boolean>) => {
    const startedAtMs = performance.now();
    if (!(await answer)) failed += 1;
    durationsMs.push(performance.now() - startedAtMs);
  };
  await Promise.all([
    every(HEALTH_EVERY_MS, () => timed(healthMs, isAnswered(`${pod.monitoringUrl}/healthz`, undefined))),
    every(SEARCH_EVERY_MS, () =>
      timed(searchMs, isAnswered(`${pod.url}${paths[searchMs.length % paths.length]}`, AGENT)),
    ),
    every(LOOK_EVERY_MS, async () => {
      rssMb = Math.max(rssMb, await pod.rssMb());
      connections = Math.max(connections, await pod.connections());
    }),
  ]);
  return { rssMb, connections, health: distributionOf(healthMs), search: distributionOf(searchMs), failed };
}

function isAnswered(url: string, agent: Agent | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: agent ?? false, timeout: TIMEOUT_MS }, (response) => {
      response.resume().once('close', () => resolve(response.complete && response.statusCode === 200));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
