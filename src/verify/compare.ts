import { digestTagOf, isContentsTag } from '../oci/companion.ts';
import type { RepositoryTags } from './inventory.ts';

/** The differences between the index and the place that it is compared with. */
export type Difference =
  | { readonly kind: 'MissingRepository' | 'ExtraRepository'; readonly repository: string; readonly tags: number }
  | {
      readonly kind: 'MissingTag' | 'ExtraTag';
      readonly repository: string;
      readonly tag: string;
      readonly digest: string;
    }
  | {
      readonly kind: 'OtherDigest';
      readonly repository: string;
      readonly tag: string;
      readonly indexed: string;
      readonly actual: string;
    };

export type DifferenceKind = Difference['kind'];

/** Every kind, in the order in which differences are reported. */
export const DIFFERENCE_KINDS = [
  'MissingRepository',
  'ExtraRepository',
  'MissingTag',
  'ExtraTag',
  'OtherDigest',
] as const satisfies readonly DifferenceKind[];

/** One repository in both places. */
export interface Pair {
  readonly indexed: RepositoryTags;
  readonly actual: RepositoryTags;
}

/** What differs of one repository, sorted by tag. */
export function compareRepository({ indexed, actual }: Pair): Difference[] {
  const repository = actual.name;
  const known = without(indexed.tags, actual.unresolved);
  const there = without(actual.tags, indexed.unresolved);
  if (known.size === 0) {
    const isMissing = [...there.keys()].some((tag) => !isBesideOthers(tag));
    return isMissing ? [{ kind: 'MissingRepository', repository, tags: there.size }] : [];
  }
  if (there.size === 0 && actual.unresolved.size === 0)
    return [{ kind: 'ExtraRepository', repository, tags: known.size }];
  const tags = [...new Set([...known.keys(), ...there.keys()])].toSorted();
  return tags.flatMap((tag) => compareTag({ repository, tag }, known.get(tag), there.get(tag)));
}

function compareTag(
  at: { readonly repository: string; readonly tag: string },
  indexed: string | undefined,
  actual: string | undefined,
): Difference[] {
  if (indexed === actual) return [];
  if (indexed !== undefined && actual !== undefined) return [{ kind: 'OtherDigest', ...at, indexed, actual }];
  if (actual !== undefined) return [{ kind: 'MissingTag', ...at, digest: actual }];
  return indexed === undefined ? [] : [{ kind: 'ExtraTag', ...at, digest: indexed }];
}

/** The index does not show a repository of nothing but signatures and the like. */
function isBesideOthers(tag: string): boolean {
  return digestTagOf(tag) !== undefined || isContentsTag(tag);
}

function without(tags: ReadonlyMap<string, string>, left: ReadonlySet<string>): ReadonlyMap<string, string> {
  return left.size === 0 ? tags : new Map([...tags].filter(([tag]) => !left.has(tag)));
}

/** Those of `later` that `earlier` has as well. */
export function inBoth(earlier: readonly Difference[], later: readonly Difference[]): Difference[] {
  const seen = new Set(earlier.map((each) => JSON.stringify(each)));
  return later.filter((each) => seen.has(JSON.stringify(each)));
}
