import type { Visibility } from '../engine.ts';
import { hasTimes, type Query } from '../query/query.ts';
import type { EngineIndex } from './engine-index.ts';
import { type AskedPage, createKeptPage, type FoundPage, type KeptPage, type StandingPage } from './kept-page.ts';
import { LETTER_PAIRS, letterPairsOf } from './letter-pairs.ts';
import type { PageRequest } from './page.ts';
import { createRecent } from './recent.ts';
import { textsSought } from './slot-judge.ts';
import { type SlotTexts, slotTextsOf } from './text-fit.ts';
import { wordAt } from './typed.ts';
import type { Upserted } from './write.ts';

/** Tells pages apart. */
export interface PageKey {
  readonly query: Query;
  readonly page: PageRequest;
  readonly visibility: Visibility;
}

/**
 * Pages that are asked for again and again. Most writes concern few of them, and those are put right by them; so that
 * they need not be worked out anew for every push.
 */
export interface KeptPages {
  /** A page that is kept, as it is now. */
  get(key: PageKey): StandingPage | undefined;
  /**
   * Keeps a page that is right at this moment; but not one without any pair of letters to go by, nor one that asks for
   * times: those move on with the clock.
   */
  keep(key: PageKey, asked: AskedPage, found: FoundPage): StandingPage | undefined;
  /** To be told before a slot is written, which need not be live; what it gives is to be told after that. */
  beforeWrite(slot: number): (written: Upserted) => void;
}

interface Watched {
  readonly key: string;
  readonly page: KeptPage;
  /** Pairs of letters that everything has that it asks for. */
  readonly pairs: readonly number[];
  /** The one by which it is found: whoever has it looks at the page, so it is one that fewest have. */
  readonly pair: number;
}

/** Further ones push out those that were asked for longest ago. */
const MOST = 1_024;

export function createKeptPages(index: EngineIndex): KeptPages {
  const byPair = new Map<number, Set<Watched>>();
  /** In how many texts that were written each pair was. */
  const seen = new Uint32Array(LETTER_PAIRS);

  const watchersOf = (pair: number) => byPair.get(pair) ?? new Set<Watched>();
  const leave = (one: Watched) => {
    one.page.giveUp();
    watchersOf(one.pair).delete(one);
  };
  const watched = createRecent<Watched>(() => MOST, leave);

  const begin = (one: Watched) => {
    byPair.set(one.pair, watchersOf(one.pair).add(one));
    watched.set(one.key, one);
  };
  const end = (one: Watched) => {
    watched.delete(one.key);
    leave(one);
  };
  const isRarer = (pair: number, than: number) =>
    (wordAt(seen, pair) - wordAt(seen, than) || watchersOf(pair).size - watchersOf(than).size) < 0;
  const rarestOf = (pairs: readonly number[]) => pairs.reduce((best, pair) => (isRarer(pair, best) ? pair : best));
  /** Those all of whose pairs some texts have. */
  const likely = ({ name, others }: SlotTexts): Watched[] => {
    const found: Watched[] = [];
    const { all, has } = letterPairsOf([name, ...others]);
    for (const pair of all) {
      seen[pair] = wordAt(seen, pair) + 1;
      for (const one of byPair.get(pair) ?? []) if (one.pairs.every(has)) found.push(one);
    }
    return found;
  };
  const textsOf = (slot: number) => (watched.size() > 0 ? slotTextsOf(index, slot) : undefined);

  return {
    get(key) {
      const one = watched.get(JSON.stringify(key));
      const page = one?.page.now();
      if (one && !page) end(one);
      return page;
    },
    keep(key, asked, found) {
      const text = JSON.stringify(key);
      const { all: pairs } = letterPairsOf(textsSought(key.query));
      const known = watched.get(text);
      if (known) end(known);
      if (pairs.length === 0 || hasTimes(key.query)) return undefined;
      const page = createKeptPage(index, asked, found);
      begin({ key: text, page, pairs, pair: rarestOf(pairs) });
      return page.now();
    },
    beforeWrite(slotBefore) {
      const before = textsOf(slotBefore);
      const asking = before ? likely(before) : [];
      for (const { page } of asking) if (before) page.beforeWrite(slotBefore, before);
      return (written) => {
        const after = asking.length > 0 || written.hasNewTexts ? textsOf(written.slot) : undefined;
        const concerned = after && written.hasNewTexts ? new Set([...asking, ...likely(after)]) : asking;
        for (const one of concerned) {
          one.page.written(written, after);
          if (one.page.isWorn()) end(one);
        }
      };
    },
  };
}
