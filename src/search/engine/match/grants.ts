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
export function createVisibleBelow(visibility: Visibility): (prefix: string) => VisibleBelow | undefined {
  const grants = visibility.map((grant) => ({ grant, shareOf: createGrantShare(grant) }));
  return (prefix) => {
    const shares = grants.map(({ grant, shareOf }) => ({ grant, share: shareOf(prefix) }));
    if (shares.some(({ share }) => share === 'some')) return undefined;
    const given = shares.filter(({ share }) => share === 'all');
    return { public: given.length > 0, private: given.some(({ grant }) => grant.showPrivate) };
  };
}

type ShareBelow = (prefix: string) => Share;

function createGrantShare({ names, except = [] }: Grant): ShareBelow {
  const wantedOf: ShareBelow = names === undefined ? () => 'all' : createPatternsShare(names);
  const unwantedOf = createPatternsShare(except);
  return (prefix) => {
    const [wanted, unwanted] = [wantedOf(prefix), unwantedOf(prefix)];
    if (wanted === 'none' || unwanted === 'all') return 'none';
    return wanted === 'all' && unwanted === 'none' ? 'all' : 'some';
  };
}

/** Looks up what a prefix begins with: a rule may have thousands of patterns, and is asked below the prefix of each. */
function createPatternsShare(patterns: readonly string[]): ShareBelow {
  const shares = new Map<string, Share>();
  for (const pattern of patterns) {
    const { prefix } = namePatternOf(pattern);
    if (shares.get(prefix) !== 'all') shares.set(prefix, pattern === `${prefix}**` ? 'all' : 'some');
  }
  const lengths = new Set([...shares.keys()].map(({ length }) => length));
  return (prefix) => {
    let found: Share = 'none';
    for (const length of lengths) {
      const share = length <= prefix.length ? shares.get(prefix.slice(0, length)) : undefined;
      if (share === 'all') return share;
      found = share ?? found;
    }
    return found;
  };
}
