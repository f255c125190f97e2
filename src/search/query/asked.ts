import type { PushedBound } from './pushed.ts';
import type { Condition, PlatformChoice, Referrer, TagName } from './query.ts';

/** What one word or filter asks for: a condition of its own, the absence of a referrer, or a part of a tag clause. */
export type Asked = Exclude<Condition, { readonly kind: 'tag' }> | Absence | TagPart;

export interface Absence {
  readonly kind: 'noReferrer';
  readonly referrer: Referrer;
}

export type TagPart =
  | { readonly kind: 'tagNames'; readonly names: readonly TagName[] }
  | { readonly kind: 'platform'; readonly of: PlatformChoice }
  | { readonly kind: 'pushed'; readonly bound: PushedBound };

const TAG_PARTS: ReadonlySet<string> = new Set<TagPart['kind']>(['tagNames', 'platform', 'pushed']);

export function isTagPart(asked: Asked): asked is TagPart {
  return TAG_PARTS.has(asked.kind);
}

/** What a filter with several values asks for: that one of them holds. Undefined where that cannot be asked. */
export function eitherOf(values: readonly Asked[]): Asked | undefined {
  const [first, ...others] = values;
  if (others.length === 0) return first;
  const names = values.flatMap((one) => (one.kind === 'tagNames' ? [one.names] : []));
  if (names.length === values.length) return { kind: 'tagNames', names: names.flat() };
  const platforms = values.flatMap((one) => (one.kind === 'platform' ? [one.of] : []));
  if (platforms.length === values.length) return { kind: 'platform', of: platforms.flat() };
  const of = values.flatMap((one) => (isTagPart(one) || one.kind === 'noReferrer' ? [] : [one]));
  return of.length === values.length ? { kind: 'any', of } : undefined;
}
