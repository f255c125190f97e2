import type { Standing } from '../engine.ts';
import type { EngineIndex } from './engine-index.ts';
import type { PageRequest } from './page.ts';
import { createPlacing, type Placed, type Placing, placeOf } from './placing.ts';
import { createSlotJudge, type Judged } from './slot-judge.ts';
import type { SlotTexts } from './text-fit.ts';
import type { Upserted } from './write.ts';

/** What a page shows, without the texts of its hits. */
export interface FoundPage {
  /** Of all pages. */
  readonly total: number;
  /** In order. */
  readonly placed: readonly Placed[];
  /** Whether no hit comes after it. */
  readonly isLast: boolean;
}

export interface StandingPage {
  readonly found: FoundPage;
  readonly standing: Standing;
}

export interface AskedPage extends Judged {
  readonly page: PageRequest;
}

/**
 * A page that stays what its query is answered with, whatever is written: each write moves one repository, into the
 * page, within it or out of it. Moves are only noted, and made when the page is asked for, for of many there may be
 * hundreds a second.
 */
export interface KeptPage {
  /** The page as it is now; undefined where other repositories would have to be known for it. */
  now(): StandingPage | undefined;
  /** To be told before a live slot is written that the page may ask for. */
  beforeWrite(slot: number, texts: SlotTexts): void;
  /** To be told after that, and after a slot is written that the page may ask for now; without texts if it is gone. */
  written(written: Upserted, texts: SlotTexts | undefined): void;
  /** Whether it is sooner worked out anew, or must be, as those that are not the first; then it must not be asked for. */
  isWorn(): boolean;
  /** From now on nothing is told to it. */
  giveUp(): void;
}

interface Moved {
  /** What the slot was to the page when that was found. */
  readonly from: Side;
  /** How well it fits now; undefined where it is not asked for. */
  readonly fit: number | undefined;
}

/** Up to the end of a page, after it, or nowhere, because it is not asked for. */
type Side = 'shown' | 'after' | 'nowhere';

const UNKNOWN: Moved = { from: 'nowhere', fit: undefined };

const MOST_MOVES = 64;

export function createKeptPage(index: EngineIndex, asked: AskedPage, first: FoundPage): KeptPage {
  const placing = createPlacing(index, asked.page.sort);
  const { fit: fitOf, looksAtTextsAlone } = createSlotJudge(asked);
  const moves = new Map<number, Moved>();
  let page = { found: first, standing: { isCurrent: true } };
  let sideOf = createSideOf(index, placing, first);

  const become = (found: FoundPage) => {
    moves.clear();
    page = { found, standing: { isCurrent: true } };
    sideOf = createSideOf(index, placing, found);
    return page;
  };
  const outdate = () => {
    page.standing.isCurrent = false;
  };

  return {
    now() {
      if (page.standing.isCurrent) return page;
      const found = move(page.found, moves, { ...asked.page, placing, sideOf });
      return found && become(found);
    },
    beforeWrite(slot, texts) {
      if (moves.has(slot)) return;
      const fit = fitOf(slot, texts);
      moves.set(slot, { from: sideOf(slot, fit), fit });
    },
    written({ slot, hasNewTexts, hasNewSight }, texts) {
      const { from, fit: before } = moves.get(slot) ?? UNKNOWN;
      const fit = looksAtTextsAlone && !hasNewTexts && !hasNewSight ? before : texts && fitOf(slot, texts);
      if (from !== 'shown' && from === sideOf(slot, fit)) moves.delete(slot);
      else {
        moves.set(slot, { from, fit });
        outdate();
      }
    },
    isWorn: () => moves.size > MOST_MOVES || !(page.standing.isCurrent || isFirst(asked.page)),
    giveUp: outdate,
  };
}

/** Tells where a slot stands that fits so well. */
type SideOf = (slot: number, fit: number | undefined) => Side;

/** By where the last hit of a page stands now, whatever becomes of it. */
function createSideOf({ repositories }: EngineIndex, placing: Placing, { placed, isLast }: FoundPage): SideOf {
  const last = isLast ? undefined : placed.at(-1);
  const isAfterLast = last ? placing.isAfter(placeOf(repositories, last)) : () => false;
  return (slot, fit) => {
    if (fit === undefined) return 'nowhere';
    return isAfterLast({ slot, fit: placing.fit(fit) }) ? 'after' : 'shown';
  };
}

/** Whether no page comes before it. */
function isFirst({ offset, after }: PageRequest): boolean {
  return offset === 0 && after === undefined;
}

interface OrderedPage extends PageRequest {
  readonly placing: Placing;
  readonly sideOf: SideOf;
}

/** A first page after some moves; undefined where other repositories would have to be known. */
function move(found: FoundPage, moves: ReadonlyMap<number, Moved>, page: OrderedPage): FoundPage | undefined {
  const placed = found.placed.filter(({ slot }) => !moves.has(slot));
  let { total } = found;
  for (const [slot, { from, fit }] of moves) {
    total += Number(fit !== undefined) - Number(from !== 'nowhere');
    if (fit !== undefined && page.sideOf(slot, fit) === 'shown') placed.push({ slot, fit: page.placing.fit(fit) });
  }
  // All that stand up to where it ended are known, and no other.
  if (placed.length < Math.min(page.limit, total)) return undefined;
  const shown = placed.sort(page.placing.compare).slice(0, page.limit);
  return { total, placed: shown, isLast: shown.length === total };
}
