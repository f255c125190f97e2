import type { SearchEngine } from '../api.ts';
import type { AppliedRecord } from './loaded-index.ts';

/** What pushes mean for a replica, whether nudges name them or only the feed. */
export interface NudgeEffect {
  /** Whether what events led to has lately been refreshed before the feed named it. */
  isNudged(): boolean;
  /** The version of an engine after the latest change that a push led to; undefined where there was none yet. */
  versionOf(engine: SearchEngine): number | undefined;
  /** Called after an engine has taken over what a nudge named. */
  refreshed(engine: SearchEngine): void;
  /** Called with what the feed has brought to an engine: a nudge should have brought what an event led to. */
  followed(applied: readonly AppliedRecord[], engine: SearchEngine | undefined): void;
}

export function createNudgeEffect(): NudgeEffect {
  const versions = new WeakMap<SearchEngine, number>();
  let isNudged = false;
  return {
    isNudged: () => isNudged,
    versionOf: (engine) => versions.get(engine),
    refreshed(engine) {
      // Also where the feed came first, which does not say that a client may look for it.
      versions.set(engine, engine.version());
      isNudged = true;
    },
    followed(applied, engine) {
      if (!applied.some(({ stored }) => stored.hintedAtMs)) return;
      if (engine) versions.set(engine, engine.version());
      isNudged = false;
    },
  };
}
