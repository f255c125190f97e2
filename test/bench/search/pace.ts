import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { type Distribution, distributionOf } from '../support/distribution.ts';

export interface PacedLoad {
  readonly url: string;
  readonly paths: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
  /** Of each request, beside those that every client sends. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const CONNECTIONS = 64;
const TICK_MS = 1;
/** The client takes a while to be as quick as it gets. */
export const WARM_UP_SECONDS = 2;

/**
 * Sends at a steady rate whether answers come or not, as many people do, and counts each answer from when its request
 * was due: a stall of the server is felt by all who asked during it.
 */
export async function pacedLatency(load: PacedLoad): Promise<Distribution> {
  const pool = new Pool(load.url, { connections: CONNECTIONS });
  await send(pool, { ...load, seconds: WARM_UP_SECONDS });
  const durationsMs = await send(pool, load);
  await pool.close();
  return distributionOf(durationsMs);
}

async function send(pool: Pool, load: PacedLoad): Promise<number[]> {
  const { paths, perSecond, seconds, headers = {} } = load;
  const durationsMs: number[] = [];
  const pending: Promise<void>[] = [];
  const startedAtMs = performance.now();
  const total = Math.floor(perSecond * seconds);
  while (pending.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAtMs) / 1_000) * perSecond));
    while (pending.length < due) {
      const dueAtMs = startedAtMs + (pending.length / perSecond) * 1_000;
      const path = paths[pending.length % paths.length] ?? '/';
      pending.push(answered(pool, path, headers).then(() => void durationsMs.push(performance.now() - dueAtMs)));
    }
    await wait(TICK_MS);
  }
  await Promise.all(pending);
  return durationsMs;
}

/** By the plainest of the client's ways, so that one core keeps up with a busy server. */
function answered(pool: Pool, path: string, headers: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.dispatch(
      { path, method: 'GET', headers: { ...headers } },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
