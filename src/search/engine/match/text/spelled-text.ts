import type { Condition, Spelling } from '../../../query/query.ts';
import type { TextSide } from '../../index/boundary-ngrams.ts';
import { type DocTexts, docTextsOf } from '../../index/text-postings.ts';
import { tierBesideName } from '../../rank/doc-tier.ts';
import { tierAt } from '../../rank/name-tier.ts';
import { ALL_TIERS, type Tier } from '../../rank/tier.ts';
import type { TierSets } from '../../rank/tier-sets.ts';
import type { Bitset } from '../../structures/bitset.ts';
import { unionOf } from '../../structures/bitset-pool.ts';
import { encode, type Slice, sliceOf } from '../../structures/bytes.ts';
import { done, type Steps } from '../../structures/scheduler.ts';
import { collectEach, sumOfMaxDocs } from '../matcher.ts';
import { candidatesOfRun, readRun } from './run-candidates.ts';
import { eachRun, isTermAt } from './runs.ts';
import { createTextMatcher } from './text-matcher.ts';
import type { TextMatcher, TextMatching, TextSource } from './text-source.ts';
import { createVerifiedText } from './verified-text.ts';
import { createWithinTermText } from './within-term.ts';

type Spelled = Extract<Condition, { kind: 'spelled' }>;
type Source = Pick<TextMatcher, 'tier' | Exclude<keyof TextSource, 'cost'>>;

/** A text as it was typed, or in one of several spellings; the best tier of them counts. */
export function createSpelledText(matching: TextMatching, { text, as }: Spelled): TextMatcher {
  const others = as.map(({ kind, letters }) => {
    const slice = sliceOf(encode(letters));
    return kind === 'word' ? createWord(matching, slice) : createRun(matching, slice, SIDES[kind]);
  });
  const sources: readonly Source[] = [createTextMatcher(matching, text), ...others];
  return {
    text,
    isCacheable: false,
    cost: () => done(0),
    maxDocs: () => sumOfMaxDocs(sources),
    collect: (target, within) => collectEach(sources, target, within),
    collectTiers: (target, within) => collectAllTiers(sources, target, within),
    tier: (doc) => bestOf(sources.map(({ tier }) => tier(doc))),
    atTier: (tier, sets) =>
      unionOf(
        sources.map((source) => source.atTier(tier, sets)),
        sets,
      ),
    update(doc, tier) {
      for (const source of sources) source.update(doc, tier);
    },
  };
}

function bestOf(tiers: readonly (Tier | undefined)[]): Tier | undefined {
  return ALL_TIERS.find((tier) => tiers.includes(tier));
}

function* collectAllTiers(sources: readonly Source[], target: TierSets, within: Bitset): Steps<void> {
  for (const { collectTiers } of sources) yield* collectTiers(target, within);
}

const SIDES = { nameRun: 'name', textRun: 'text' } as const;

function createWord(matching: TextMatching, letters: Slice): Source {
  const isWhole = wholeWordOf(letters);
  const tier = (doc: number) => {
    const texts = docTextsOf(matching.index, doc);
    if (!texts) return undefined;
    return tierOfRunInName(texts.name, letters, isWhole) ?? tierOfRunInTexts(texts, letters, isWhole);
  };
  return { ...createWithinTermText(matching.index, letters, { isWhole: true }), tier };
}

/** Whether a name has a spelling. */
export function nameHas(name: Slice, { kind, letters }: Spelling): boolean {
  const slice = sliceOf(encode(letters));
  if (kind === 'textRun') return false;
  return tierOfRunInName(name, slice, kind === 'word' ? wholeWordOf(slice) : undefined) !== undefined;
}

function wholeWordOf({ start: first, end: last }: Slice): IsSought {
  return (text, start, end) => end - start === last - first && !isTermAt(text, end);
}

function createRun(matching: TextMatching, letters: Slice, side: TextSide): Source {
  const { index } = matching;
  const tierOfName = (doc: number) => tierOfRunInName(index.repositories.nameOf(doc), letters);
  const tierOfTexts = (doc: number) => {
    const texts = docTextsOf(index, doc);
    return texts && tierOfRunInTexts(texts, letters);
  };
  return createVerifiedText(matching, {
    text: '',
    // Readings are not counted, and most queries have a narrower condition.
    maxDocs: () => done(index.repositories.end()),
    candidates(within) {
      const run = readRun(index.terms, letters, within);
      return run ? candidatesOfRun(matching, { run, side, within }) : done(matching.sets.take());
    },
    tier: side === 'name' ? tierOfName : tierOfTexts,
  });
}

type IsSought = (text: Slice, start: number, end: number) => boolean;

function tierOfRunInName(name: Slice, letters: Slice, isSought: IsSought = () => true): Tier | undefined {
  let best: Tier | undefined;
  eachRun(name, letters, (start, end) => {
    const tier = tierAt(name, start, end);
    if (isSought(name, start, end) && (best === undefined || tier < best)) best = tier;
  });
  return best;
}

function tierOfRunInTexts(texts: DocTexts, letters: Slice, isSought: IsSought = () => true): Tier | undefined {
  return tierBesideName(texts, (text) => {
    let isThere = false;
    eachRun(text, letters, (start, end) => {
      isThere ||= isSought(text, start, end);
    });
    return isThere;
  });
}
