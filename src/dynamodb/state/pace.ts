import type { BackfillProgress } from './progress.ts';

export interface Pace {
  readonly repositoriesPerSecond: number;
  /** Until all is done, if it goes on so; undefined while nothing shows how it goes. */
  readonly secondsLeft: number | undefined;
}

type Progressed = Pick<BackfillProgress, 'share' | 'repositories'>;

/** How fast a backfill has come from one look at its progress to another, `tookMs` milliseconds later. */
export function paceOf(from: Progressed, to: Progressed, tookMs: number): Pace {
  const seconds = Math.max(1, tookMs) / 1_000;
  const sharePerSecond = (to.share - from.share) / seconds;
  return {
    repositoriesPerSecond: (to.repositories - from.repositories) / seconds,
    secondsLeft: sharePerSecond > 0 ? (1 - to.share) / sharePerSecond : undefined,
  };
}
