import type { Visibility } from '../engine.ts';
import { encode, sliceOf } from './bytes.ts';
import type { EngineIndex } from './engine-index.ts';
import { createFoundOnce } from './found-once.ts';
import { type Glob, globOf } from './glob.ts';
import { walkPrefix } from './prefix-walk.ts';
import { done, type Steps } from './slices.ts';
import { addSlot, createSlotSet, deleteSlot, growTo, hasSlot, type SlotSet } from './slot-set.ts';
import type { Writes } from './writes.ts';

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

/** A view takes a bit for each repository. */
const KEPT_VIEWS = 32;

export function createViews(index: EngineIndex, writes: Writes): Views {
  const views = createFoundOnce<View>(() => KEPT_VIEWS);
  return {
    viewOf(visibility) {
      if (visibility.names === undefined && visibility.showPrivate) return done(undefined);
      const key = JSON.stringify([visibility.names, visibility.showPrivate]);
      return views.of(key, () => findView(index, writes, visibility));
    },
    written(slot) {
      for (const view of views.values()) mark(index, view, slot);
    },
  };
}

/** Slots that are written meanwhile are marked at the end, after which nothing comes in between. */
function* findView(index: EngineIndex, writes: Writes, visibility: Visibility): Steps<View> {
  const view = { set: createSlotSet(index.repositories.end()), sees: createSight(index, visibility) };
  const watch = writes.watch();
  try {
    yield* fillView(index, view, visibility);
    for (const slot of watch.slots) mark(index, view, slot);
    return view;
  } finally {
    watch.end();
  }
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
