import type { FacetKind } from '../../api.ts';
import { fold } from '../../fold.ts';
import { printCondition } from '../../query/print.ts';
import { type Condition, MARK_OF, REFERRERS } from '../../query/query.ts';
import type { InvertedIndex } from '../index/inverted-index.ts';
import type { Bitset } from '../structures/bitset.ts';
import type { Interner } from '../structures/interner.ts';
import type { Postings } from '../structures/postings.ts';

/** A value that some hits have, and the filter for it. */
export interface FacetValue {
  readonly kind: FacetKind;
  readonly value: string;
  readonly filter: string;
}

/** Values that hits have, beside those that each kind has for itself; at most `most` of each kind. */
export function facetValuesOf(index: InvertedIndex, hits: Bitset, most: number): FacetValue[] {
  return [...typesOf(index, hits, most), ...platformsOf(index, hits, most), ...MARKS, ...AGES];
}

function typesOf({ repositories, byAttributes }: InvertedIndex, hits: Bitset, most: number): FacetValue[] {
  const ofRepositories = { values: repositories.attributeSets, lists: byAttributes };
  const types = commonest(ofRepositories, hits, { most, read: (attributes) => attributes.types.map(fold) });
  return types.map((type) => facetValue('type', type, { kind: 'type', type }));
}

function platformsOf({ tagAttributeSets, byTagAttributes }: InvertedIndex, hits: Bitset, most: number): FacetValue[] {
  const ofTags = { values: tagAttributeSets, lists: byTagAttributes };
  const platforms = (attributes: { readonly platforms: readonly string[] | undefined }) =>
    (attributes.platforms ?? []).map((platform) => platform.split('/'));
  const systems = commonest(ofTags, hits, { most, read: (attributes) => platforms(attributes).map(([os = '']) => os) });
  const architectures = commonest(ofTags, hits, {
    most,
    read: (attributes) => platforms(attributes).flatMap(architecturesOf),
  });
  return [
    ...systems.map((os) => ({ kind: 'os', value: os, filter: `os:${os}` }) as const),
    ...architectures.map((arch) => ({ kind: 'arch', value: arch, filter: `arch:${arch}` }) as const),
  ];
}

/** `linux/arm/v7` is of the architectures `arm` and `arm/v7`. */
function architecturesOf([, architecture = '', ...variant]: readonly string[]): string[] {
  return [architecture, [architecture, ...variant].join('/')];
}

const MARKS = REFERRERS.map((referrer) => facetValue('mark', MARK_OF[referrer], { kind: 'referrer', referrer }));
const AGES: readonly FacetValue[] = ['<1d', '<7d', '<30d', '<1y'].map((age) => {
  return { kind: 'pushed', value: age, filter: `pushed:${age}` };
});

export function facetValue(kind: FacetKind, value: string, condition: Condition): FacetValue {
  return { kind, value, filter: printCondition(condition) };
}

/** What repositories share, and lists of those that do. */
interface Shared<T> {
  readonly values: Interner<T>;
  readonly lists: Postings;
}

interface Reading<T> {
  readonly most: number;
  readonly read: (value: T) => readonly string[];
}

/** Those that most hits may have, which none does because of what is no hit: that may be hidden. */
function commonest<T>({ values, lists }: Shared<T>, hits: Bitset, { most, read }: Reading<T>): string[] {
  const counts = new Map<string, number>();
  for (const id of values.idsWhere(() => true)) {
    const count = lists.countIn(id, hits);
    const value = count > 0 ? values.at(id) : undefined;
    for (const one of new Set(value === undefined ? [] : read(value))) counts.set(one, (counts.get(one) ?? 0) + count);
  }
  return mostCounted(counts, most).map(([value]) => value);
}

/** Those with the largest counts, then by value. */
export function mostCounted(counts: ReadonlyMap<string, number>, most: number): (readonly [string, number])[] {
  const least = [...counts.values()].sort((a, b) => b - a)[most - 1] ?? 0;
  return [...counts]
    .filter(([, count]) => count >= least)
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1))
    .slice(0, most);
}
