import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type Distribution, distributionOf } from '../support/distribution.ts';

export interface PacedLoad {
  readonly url: string;
  readonly paths: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

const TICK_MS = 5;

/**
 * Sends at a steady rate whether answers come or not, as many people do, and counts each answer from when its request
 * was due: a stall of the server is felt by all who asked during it.
 */
export async function pacedLatency({ url, paths, perSecond, seconds }: PacedLoad): Promise<Distribution> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const durationsMs: number[] = [];
  const pending: Promise<void>[] = [];
  const startedAtMs = performance.now();
  const total = Math.floor(perSecond * seconds);
  while (pending.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAtMs) / 1_000) * perSecond));
    while (pending.length < due) {
      const dueAtMs = startedAtMs + (pending.length / perSecond) * 1_000;
      const path = paths[pending.length % paths.length] ?? '/';
      pending.push(answered(new URL(path, url), agent).then(() => void durationsMs.push(performance.now() - dueAtMs)));
    }
    await wait(TICK_MS);
  }
  await Promise.all(pending);
  agent.destroy();
  return distributionOf(durationsMs);
}

function answered(url: URL, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (response) => response.resume().once('end', resolve));
    sent.once('error', reject).end();
  });
}
