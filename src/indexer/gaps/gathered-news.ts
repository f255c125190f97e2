import { type EventGapReason, NO_TIMES } from '../../dynamodb/state/event-report.ts';
import { laterOf, type NewGap, type News } from './news.ts';
import type { Heard } from './registry-restarts.ts';

/** What senders prove themselves with: registries by the token, stores by the secret of an address. */
export type Credential = 'token' | 'secret';

/** What an indexer may learn between two reports. */
export interface NewsListener {
  /** `credential`: what its sender has shown; none where it was read from a queue. */
  received(credential?: Credential): void;
  /** An event of a process of a registry. */
  heard(instanceId: string): void;
  rejected(credential: Credential): void;
  gap(reason: EventGapReason): void;
  /** The queue of a bucket's events answers, for the first time or again. */
  queueReached(): void;
  /** `problem`: why the queue cannot be read. */
  queueFailed(problem: string): void;
}

/** What is not reported yet; bounded, however many events come. */
export interface GatheredNews extends NewsListener {
  hasAny(): boolean;
  hasGaps(): boolean;
  take(): News;
  /** What was taken and could not be reported. */
  putBack(taken: News): void;
}

/** Registries make ids of 36 letters. */
const MAX_ID_LENGTH = 128;
const MAX_HEARD = 64;

/** `now` in milliseconds of any clock; all times are of that. */
export function gatherNews(now: () => number): GatheredNews {
  const heard = new Map<string, Heard>();
  const gaps = new Map<EventGapReason, NewGap>();
  let times = NO_TIMES;
  let wrong: Credential | undefined;

  const hear = ({ instanceId, firstAtMs, lastAtMs, events }: Heard) => {
    const before = heard.get(instanceId) ?? { firstAtMs, lastAtMs, events: 0 };
    if (heard.size >= MAX_HEARD && !heard.has(instanceId)) return;
    heard.set(instanceId, {
      instanceId,
      firstAtMs: Math.min(firstAtMs, before.firstAtMs),
      lastAtMs: Math.max(lastAtMs, before.lastAtMs),
      events: events + before.events,
    });
  };

  const countGap = ({ reason, count, atMs }: NewGap) => {
    const before = gaps.get(reason) ?? { count: 0, atMs };
    gaps.set(reason, { reason, count: count + before.count, atMs: Math.max(atMs, before.atMs) });
  };

  return {
    received(credential) {
      times = { ...times, eventAtMs: now() };
      // A registry with a wrong token is not heard by the events of a store that has the right secret.
      if (credential === undefined || (wrong !== undefined && wrong !== credential)) return;
      wrong = undefined;
      times = { ...times, letInAtMs: now(), rejected: 0 };
    },
    heard(instanceId) {
      const atMs = now();
      hear({ instanceId: instanceId.slice(0, MAX_ID_LENGTH), firstAtMs: atMs, lastAtMs: atMs, events: 1 });
    },
    rejected(credential) {
      wrong = credential;
      times = { ...times, rejectedAtMs: now(), rejected: times.rejected + 1 };
    },
    gap: (reason) => countGap({ reason, count: 1, atMs: now() }),
    queueReached() {
      times = { ...times, queueReachedAtMs: now() };
    },
    queueFailed(problem) {
      times = { ...times, queueFailedAtMs: now(), queueProblem: problem };
    },
    hasGaps: () => gaps.size > 0,
    hasAny: () => times !== NO_TIMES || heard.size > 0 || gaps.size > 0,
    take() {
      const taken = { times, heard: [...heard.values()], gaps: [...gaps.values()] };
      times = NO_TIMES;
      heard.clear();
      gaps.clear();
      return taken;
    },
    putBack(taken) {
      times = laterOf(taken.times, times);
      taken.heard.forEach(hear);
      taken.gaps.forEach(countGap);
    },
  };
}
