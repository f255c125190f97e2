import type { Grant, Visibility } from '../../api.ts';
import { namePatternOf } from '../../name-pattern.ts';

/** Whether a grant shows a repository. Its name is read only where the answer depends on it. */
export function grantTestOf({ names, except = [], showPrivate }: Grant) {
  const wanted = names?.map(namePatternOf);
  const unwanted = except.map(namePatternOf);
  return (isPrivate: boolean, nameOf: () => string): boolean => {
    if (isPrivate && !showPrivate) return false;
    if (wanted === undefined && unwanted.length === 0) return true;
    const name = nameOf();
    const fitsOne = wanted === undefined || wanted.some(({ matches }) => matches(name));
    return fitsOne && !unwanted.some(({ matches }) => matches(name));
  };
}

/** What the names begin with that may fit one of the patterns, in order. */
export function prefixesOf(patterns: readonly string[]): string[] {
  return [...new Set(patterns.map((pattern) => namePatternOf(pattern).prefix))].toSorted();
}

/** Which repositories may be seen below a place in the order of names. */
export interface VisibleBelow {
  readonly public: boolean;
  readonly private: boolean;
}

/** What is true of all names that begin alike, of none of them, or of some. */
type Share = 'all' | 'none' | 'some';

/**
 * What may be seen of the names that begin so, where that is the same for all of them; else undefined. Patterns are
 * left out that fit only names which begin with more: below that, what may be seen is asked again.
 */
export function visibleBelow(visibility: Visibility, prefix: string): VisibleBelow | undefined {
  const shares = visibility.map((grant) => ({ share: shareOfGrant(grant, prefix), grant }));
  if (shares.some(({ share }) => share === 'some')) return undefined;
  const given = shares.filter(({ share }) => share === 'all');
  return { public: given.length > 0, private: given.some(({ grant }) => grant.showPrivate) };
}

function shareOfGrant({ names, except = [] }: Grant, prefix: string): Share {
  const wanted = names === undefined ? 'all' : shareOfPatterns(names, prefix);
  const unwanted = shareOfPatterns(except, prefix);
  if (wanted === 'none' || unwanted === 'all') return 'none';
  return wanted === 'all' && unwanted === 'none' ? 'all' : 'some';
}

function shareOfPatterns(patterns: readonly string[], prefix: string): Share {
  const shares = patterns.map((pattern) => shareOfPattern(pattern, prefix));
  if (shares.includes('all')) return 'all';
  return shares.includes('some') ? 'some' : 'none';
}

function shareOfPattern(pattern: string, prefix: string): Share {
  const beginning = namePatternOf(pattern).prefix;
  if (!prefix.startsWith(beginning)) return 'none';
  return pattern === `${beginning}**` ? 'all' : 'some';
}
