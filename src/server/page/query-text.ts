import { type Token, tokenise } from '../../search/query/tokenise.ts';

/** A query with a filter of a facet, or without it where it has it already. */
export interface Toggled {
  readonly q: string;
  readonly isOn: boolean;
}

/** Takes filters off where the query has them, as they are or in another case, and puts them at the end otherwise. */
export function createToggle(q: string): (filter: string) => Toggled {
  const tokens = tokensOf(q);
  return (filter) => {
    const others = tokens.filter((token) => !isFilter(token, filter));
    if (others.length < tokens.length) return { q: others.map(typed).join(' '), isOn: true };
    return { q: `${q.trim()} ${filter}`.trim(), isOn: false };
  };
}

/** A query that cannot be read has no facets. */
function tokensOf(q: string): readonly Token[] {
  try {
    return tokenise(q);
  } catch {
    return [];
  }
}

function isFilter({ isExcluded, key, source }: Token, filter: string): boolean {
  return !isExcluded && key !== undefined && source.toLowerCase() === filter.toLowerCase();
}

function typed({ isExcluded, source }: Token): string {
  return isExcluded ? `-${source}` : source;
}
