import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import { FEED_SHARDS } from '../../../src/dynamodb/state/ownership.ts';
import type { Stage } from './stage.ts';

/** What became of one push, and when: milliseconds from the registry's 201, by the one clock of this machine. */
export interface FollowedPush {
  /** The indexer had its event; undefined where the repository was written once more before it could be asked. */
  readonly toldMs: number | undefined;
  readonly writtenMs: number | undefined;
  /** On each replica, in their order. */
  readonly hitsMs: readonly number[];
}

/**
 * How often the same query is asked, and how often once it has been found too late: those who ask must not be the load.
 */
const ASK_EVERY_MS = 50;
const LATE_MS = 1_000;
const ASK_LATE_EVERY_MS = 250;
/** What has queued in the registries at the highest rate is found by then. */
const FOUND_WITHIN_MS = 5 * 60_000;
const { signal } = new AbortController();

/** Asks on every replica until it finds what was pushed, and then the table what the indexer did. */
export async function followPush(stage: Stage, repository: string, tag: string): Promise<FollowedPush> {
  const beganAtMs = Date.now();
  const hitsMs = await followTag(stage, tag);
  const stored = await stage.live.index.records(FEED_SHARDS).read(repository, signal);
  const writtenMs = (stored?.changedAtMs ?? 0) - beganAtMs;
  if (!stored?.hintedAtMs || writtenMs > Math.min(...hitsMs))
    return { toldMs: undefined, writtenMs: undefined, hitsMs };
  return { toldMs: stored.hintedAtMs - beganAtMs, writtenMs, hitsMs };
}

/** Milliseconds until each replica has found a tag, in their order. */
export function followTag(stage: Pick<Stage, 'pods'>, tag: string): Promise<number[]> {
  const beganMs = performance.now();
  return Promise.all(stage.pods().map(({ url }) => untilFound(url, tag, beganMs)));
}

async function untilFound(url: string, tag: string, beganMs: number): Promise<number> {
  for (;;) {
    const { body } = await request(`${url}/v1/search?q=${encodeURIComponent(`tag:${tag}`)}`);
    const { num_results } = JSON.parse(await body.text());
    const tookMs = performance.now() - beganMs;
    if (num_results > 0) return tookMs;
    if (tookMs > FOUND_WITHIN_MS) throw new Error(`${tag} was not found within ${FOUND_WITHIN_MS} ms`);
    const every = tookMs < LATE_MS ? ASK_EVERY_MS : ASK_LATE_EVERY_MS;
    await wait(every - (tookMs % every));
  }
}
