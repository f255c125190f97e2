import type { TagClause } from '../../../query/query.ts';
import type { Repositories, TagSpans } from '../../index/doc-store.ts';
import { LAST_SPAN_TIME, SPAN_UNIT_MS } from '../../index/tag-store.ts';
import { type Bitset, BLOCK_WORDS, firstWord } from '../../structures/bitset.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { uint32At } from '../../structures/typed.ts';

export type TimeBounds = Pick<TagClause, 'fromMs' | 'beforeMs'>;

/** Takes repositories away of which, by the times of their oldest and newest tags, no tag can be within the bounds. */
export function* keepPossible(repositories: Repositories, set: Bitset, bounds: TimeBounds): Steps<void> {
  for (const border of possibleBorders(bounds)) yield* keepSide(repositories, set, border);
}

export interface SureBounds extends TimeBounds {
  /** Whether every tag of a repository must be within the bounds to be certain of it, or one. */
  readonly isForEvery: boolean;
}

/**
 * Of the repositories that `keepPossible` left, leaves those that by the same times have a tag within the bounds for
 * certain.
 */
export function* keepCertain(repositories: Repositories, set: Bitset, bounds: SureBounds): Steps<void> {
  for (const border of sureBorders(bounds)) yield* keepSide(repositories, set, border);
}

/** Whether a tag of that time, in the units of spans, is certainly within the bounds. */
export function createTimeTest({
  fromMs = 0,
  beforeMs = Number.POSITIVE_INFINITY,
}: TimeBounds): (time: number) => boolean {
  const from = Math.ceil(unitsOf(fromMs));
  const before = Math.floor(unitsOf(beforeMs));
  return (time) => time >= from && time < before;
}

/**
 * A bound on the oldest or the newest tag of a repository: it must be before a time, or at it or later. In the units of
 * spans.
 */
interface Border {
  readonly of: keyof TagSpans;
  readonly time: number;
  readonly isBefore: boolean;
}

/**
 * What must be true of a repository with a tag within the bounds. The oldest tag of one without tags counts as later
 * than any time, so that a bound on it takes such repositories away.
 */
function possibleBorders({ fromMs = 0, beforeMs = Number.POSITIVE_INFINITY }: TimeBounds): Border[] {
  const from = Math.floor(unitsOf(fromMs));
  const before = Math.ceil(unitsOf(beforeMs));
  const isFrom: Border = { of: 'newest', time: from, isBefore: false };
  const isBefore: Border = { of: 'oldest', time: before, isBefore: true };
  return [...(from > 0 ? [isFrom] : []), ...(from === 0 || before <= LAST_SPAN_TIME ? [isBefore] : [])];
}

/**
 * What, besides `possibleBorders`, makes certain that a repository has a tag within the bounds. Others may have one as
 * well.
 */
function sureBorders({ fromMs, beforeMs, isForEvery }: SureBounds): Border[] {
  const borders: Border[] = [];
  if (fromMs !== undefined) {
    borders.push({ of: isForEvery ? 'oldest' : 'newest', time: Math.ceil(unitsOf(fromMs)), isBefore: false });
  }
  if (beforeMs !== undefined) {
    const isNewest = isForEvery || fromMs !== undefined;
    borders.push({ of: isNewest ? 'newest' : 'oldest', time: Math.floor(unitsOf(beforeMs)), isBefore: true });
  }
  return borders;
}

function unitsOf(timeMs: number): number {
  return Math.min(Math.max(0, timeMs) / SPAN_UNIT_MS, LAST_SPAN_TIME + 1);
}

function* keepSide(repositories: Repositories, set: Bitset, border: Border): Steps<void> {
  for (let span = 0; span < set.blocks.length; span += 1) {
    keepSideOfSpan(set, span, { ...border, times: repositories.tagSpans()[border.of] });
    yield;
  }
}

interface Times {
  readonly times: Uint32Array;
}

function keepSideOfSpan({ words, blocks }: Bitset, span: number, { times, time, isBefore }: Border & Times): void {
  const flip = isBefore ? 0 : -1;
  for (let bits = uint32At(blocks, span); bits !== 0; bits &= bits - 1) {
    const first = firstWord(span, bits);
    for (let at = first; at < first + BLOCK_WORDS; at += 1) {
      const word = uint32At(words, at);
      if (word !== 0) words[at] = word & (beforeBits(times, at << 5, time) ^ flip);
    }
  }
}

/**
 * Which of 32 times are before a bound. This is the inside of a loop over all repositories. It has no branches that
 * depend on times, which no branch predictor could foretell: times are no more than 31 bits, so that the sign of a
 * difference says which is less. A quarter of the bits does not wait for another.
 */
function beforeBits(times: Uint32Array, from: number, bound: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let at = from + 7; at >= from; at -= 1) {
    first = (first << 1) | (((uint32At(times, at) | 0) - bound) >>> 31);
    second = (second << 1) | (((uint32At(times, at + 8) | 0) - bound) >>> 31);
    third = (third << 1) | (((uint32At(times, at + 16) | 0) - bound) >>> 31);
    fourth = (fourth << 1) | (((uint32At(times, at + 24) | 0) - bound) >>> 31);
  }
  return first | (second << 8) | (third << 16) | (fourth << 24);
}
