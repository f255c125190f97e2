import type { Visibility } from '../engine.ts';
import { encode, sliceOf } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { type Glob, globOf } from './glob.ts';
import { walkPrefix } from './prefix-walk.ts';
import { createRecent } from './recent.ts';
import { done, type Steps } from './slices.ts';
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
  /** What is left of filling it, which whoever asks for it goes on with: many may ask at once when it is new. */
  readonly filling: Steps<void>;
  isWhole: boolean;
}

/** A view takes a bit for each repository. */
const KEPT_VIEWS = 32;

export function createViews(index: EngineIndex): Views {
  const recent = createRecent<KeptView>(() => KEPT_VIEWS);

  return {
    viewOf(visibility) {
      if (visibility.names === undefined && visibility.showPrivate) return done(undefined);
      const key = JSON.stringify([visibility.names, visibility.showPrivate]);
      const view = recent.get(key) ?? createView(index, visibility);
      recent.set(key, view);
      return view.isWhole ? done(view) : whole(view);
    },
    written(slot) {
      for (const view of recent.values()) mark(index, view, slot);
    },
  };
}

/** Writes keep a view right from its beginning, so that it may be filled while they go on. */
function* whole(view: KeptView): Steps<View> {
  while (!view.isWhole) {
    view.isWhole = view.filling.next().done === true;
    if (!view.isWhole) yield;
  }
  return view;
}

function createView(index: EngineIndex, visibility: Visibility): KeptView {
  const view = { set: createSlotSet(index.repositories.end()), sees: createSight(index, visibility) };
  return { ...view, filling: fillView(index, view, visibility), isWhole: false };
}

function createSight({ repositories }: EngineIndex, { names, showPrivate }: Visibility): View['sees'] {
  const globs = names?.map(globOf);
  return (slot) => {
    if (!showPrivate && repositories.profileOf(slot).isPrivate) return false;
    return globs === undefined || fitsOne(globs, repositories.nameTextOf(slot));
  };
}

function fitsOne(globs: readonly Glob[], name: string): boolean {
  return globs.some(({ fits }) => fits(name));
}

/** Slots to look at between two yields. */
const AT_A_TIME = 5_000;

function* fillView(index: EngineIndex, view: View, { names }: Visibility): Steps<void> {
  const { repositories, byName } = index;
  if (names === undefined) return yield* fillAll(index, view);
  for (const prefix of names.map((pattern) => globOf(pattern).prefix)) {
    const walk = { order: byName, nameOf: repositories.nameOf, from: sliceOf(encode(prefix)) };
    yield* walkPrefix(walk, (slot) => mark(index, view, slot));
  }
}

/** Slots that come meanwhile are marked when they are written. */
function* fillAll(index: EngineIndex, view: View): Steps<void> {
  const end = index.repositories.end();
  for (let slot = 0; slot < end; slot += 1) {
    mark(index, view, slot);
    if (slot % AT_A_TIME === 0) yield;
  }
}

function mark({ live }: EngineIndex, { set, sees }: View, slot: number): void {
  growTo(set, slot);
  if (hasSlot(live, slot) && sees(slot)) addSlot(set, slot);
  else deleteSlot(set, slot);
}
