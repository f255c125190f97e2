import type { PushedBound } from './pushed.ts';
import type { Condition, Referrer, TagName } from './query.ts';

/** What one word or filter asks for: a condition of its own, the absence of a referrer, or a part of a tag clause. */
export type Asked = Exclude<Condition, { readonly kind: 'tag' }> | Absence | TagPart;

export interface Absence {
  readonly kind: 'noReferrer';
  readonly referrer: Referrer;
}

export type TagPart =
  | { readonly kind: 'tagName'; readonly name: TagName }
  | { readonly kind: 'os'; readonly os: string }
  /** `os` where the same word says it: `arch:linux/arm64`. */
  | { readonly kind: 'arch'; readonly arch: string; readonly os?: string }
  | { readonly kind: 'pushed'; readonly bound: PushedBound };
