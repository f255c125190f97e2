import type { Visibility } from '../engine.ts';
import { encode, sliceOf } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { type Glob, globOf } from './glob.ts';
import { walkPrefix } from './prefix-walk.ts';
import { createRecent } from './recent.ts';
import type { Steps } from './slices.ts';
import { addSlot, createSlotSet, deleteSlot, growTo, hasSlot, type SlotSet } from './slot-set.ts';

/**
 * What one visibility lets be seen. While others have a turn it may go out of use, and then writes no longer reach it;
 * so what is written after it was asked for is judged by `sees`.
 */
export interface View {
  readonly set: SlotSet;
  /** Whether a live slot may be seen, from its content alone. */
  readonly sees: (slot: number) => boolean;
}

/** Views in use, each kept right by every write; so that only the first query of its kind pays for it. */
export interface Views {
  /** The view of a visibility; undefined where everything may be seen. */
  viewOf(visibility: Visibility): Steps<View | undefined>;
  /** To be told after each write of a slot. */
  written(slot: number): void;
}

interface KeptView extends View {
  isWhole: boolean;
}

/** A view takes a bit for each repository. */
const KEPT_VIEWS = 32;

export function createViews(index: EngineIndex): Views {
  const recent = createRecent<KeptView>(() => KEPT_VIEWS);

  return {
    *viewOf(visibility) {
      if (visibility.names === undefined && visibility.showPrivate) return undefined;
      const key = JSON.stringify([visibility.names, visibility.showPrivate]);
      const view = recent.get(key) ?? createView(index, visibility);
      recent.set(key, view);
      // Writes keep a view right from its beginning, so that it may be filled while they go on, and twice at a time.
      if (!view.isWhole) yield* fillView(index, view, visibility);
      view.isWhole = true;
      return view;
    },
    written(slot) {
      for (const view of recent.values()) mark(index, view, slot);
    },
  };
}

function createView({ repositories }: EngineIndex, { names, showPrivate }: Visibility): KeptView {
  const globs = names?.map(globOf);
  const sees = (slot: number) => {
    if (!showPrivate && repositories.profileOf(slot).isPrivate) return false;
    return globs === undefined || fitsOne(globs, repositories.nameTextOf(slot));
  };
  return { set: createSlotSet(repositories.end()), sees, isWhole: false };
}

function fitsOne(globs: readonly Glob[], name: string): boolean {
  return globs.some(({ fits }) => fits(name));
}

function* fillView(index: EngineIndex, view: KeptView, { names }: Visibility): Steps<void> {
  const { repositories, byName } = index;
  for (const prefix of (names ?? ['']).map((pattern) => globOf(pattern).prefix)) {
    const walk = { order: byName, nameOf: repositories.nameOf, from: sliceOf(encode(prefix)) };
    yield* walkPrefix(walk, (slot) => mark(index, view, slot));
  }
}

function mark({ live }: EngineIndex, { set, sees }: View, slot: number): void {
  growTo(set, slot);
  if (hasSlot(live, slot) && sees(slot)) addSlot(set, slot);
  else deleteSlot(set, slot);
}
