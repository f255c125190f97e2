import type { ReplicaSettings } from './replica-settings.ts';

type PollSettings = Pick<ReplicaSettings, 'feedIntervalMs' | 'idleAfterMs' | 'idleFeedIntervalMs'>;

/** How long to wait for the next look at the feed when nothing has happened for `quietMs`: looking costs read units. */
export function pollIntervalMs(quietMs: number, settings: PollSettings): number {
  return quietMs < settings.idleAfterMs ? settings.feedIntervalMs : settings.idleFeedIntervalMs;
}
