import { isTagName } from '../../../../oci/tag-name.ts';
import type { InvertedIndex } from '../../index/inverted-index.ts';
import { encode, type Slice, sliceOf, startsWithFolded } from '../../structures/bytes.ts';
import type { Steps } from '../../structures/scheduler.ts';
import { byteAt } from '../../structures/typed.ts';
import { visitTagNames } from '../tags/tag-order.ts';

/**
 * How tags may begin that a word means; they end there, or go on after a dot, a dash or an underscore. A leading `v`
 * makes no difference before a digit. Helm writes the version `1.2.3+build` as the tag `1.2.3_build`.
 */
export function tagsMeantBy(word: string): readonly string[] {
  const tag = word.replaceAll('+', '_');
  if (!isTagName(tag)) return [];
  if (/^\d/.test(tag)) return [tag, `v${tag}`];
  return /^v\d/.test(tag) ? [tag, tag.slice(1)] : [tag];
}

/** A test of tags' names for what a word means, whatever their case. */
export function createMeantTest(meant: readonly string[]): (name: Slice) => boolean {
  const starts = meant.map((one) => sliceOf(encode(one)));
  return (name) => starts.some((start) => startsWithFolded(name, start) && endsAt(name, name.start + start.end));
}

const MAY_FOLLOW = Uint8Array.from({ length: 256 }, (_, byte) => Number('.-_'.includes(String.fromCharCode(byte))));

function endsAt({ bytes, end }: Slice, at: number): boolean {
  return at === end || byteAt(MAY_FOLLOW, byteAt(bytes, at)) === 1;
}

/** The ids of all tags' names that a word means. */
export function* tagNamesMeant(index: InvertedIndex, meant: readonly string[]): Steps<number[]> {
  const meaning: Meaning = { index, isMeant: createMeantTest(meant), found: new Set() };
  for (const one of meant) {
    const next = yield* addMeant(meaning, one);
    // In their order `16`, `16-…` and `16.…` follow each other, and `16_…` comes after `160`.
    if (next && startsWithFolded(next, sliceOf(encode(one)))) yield* addMeant(meaning, `${one}_`);
  }
  return [...meaning.found];
}

interface Meaning {
  readonly index: InvertedIndex;
  readonly isMeant: (name: Slice) => boolean;
  readonly found: Set<number>;
}

/** Adds names in their order as long as they are meant; returns the first that is not. */
function* addMeant({ index, isMeant, found }: Meaning, from: string): Steps<Slice | undefined> {
  let next: Slice | undefined;
  yield* visitTagNames(index, {
    from,
    visit(id, name) {
      if (isMeant(name)) found.add(id);
      else next = name;
      return next === undefined;
    },
  });
  return next;
}
