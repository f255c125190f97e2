/**
 * How well a term fits a repository, best first. The order is what a person means by a word in a registry: the
 * repository of that name, then one whose last component it is, and text that happens to hold it at the very end.
 */
export const FIT = {
  name: 0,
  lastComponent: 1,
  component: 2,
  prefix: 3,
  word: 4,
  insideWord: 5,
  text: 6,
} as const;

export type Fit = (typeof FIT)[keyof typeof FIT];

/** What is searched in one repository, folded by `fold`. */
export interface SearchText {
  readonly name: string;
  /** Title, summary, keys and values of labels, in any order. */
  readonly texts: readonly string[];
}

/** What ordering looks at, best first by `compareHits`. */
export interface RankedHit {
  readonly fit: Fit;
  readonly pushedAtMs: number;
  readonly name: string;
}

/** How `term` (folded, literal) fits, or undefined when it occurs nowhere. An empty term fits everything alike. */
export function fitOf({ name, texts }: SearchText, term: string): Fit | undefined {
  if (name.includes(term)) return fitOfName(name, term);
  return texts.some((text) => text.includes(term)) ? FIT.text : undefined;
}

function fitOfName(name: string, term: string): Fit {
  if (term === '') return FIT.insideWord;
  if (name === term) return FIT.name;
  if (name.endsWith(`/${term}`)) return FIT.lastComponent;
  const path = `/${name}/`;
  if (path.includes(`/${term}/`)) return FIT.component;
  if (path.includes(`/${term}`)) return FIT.prefix;
  return startsWord(name, term) ? FIT.word : FIT.insideWord;
}

const WORD_CHARACTER = /[\p{L}\p{N}]/u;

/** Whether `term` occurs where a word begins; words are runs of letters and digits. */
function startsWord(name: string, term: string): boolean {
  for (let at = name.indexOf(term); at !== -1; at = name.indexOf(term, at + 1)) {
    if (at === 0 || !WORD_CHARACTER.test(name.charAt(at - 1))) return true;
  }
  return false;
}

/** Better fit first, then the newest push, then the name: a total order, so that pages never overlap. */
export function compareHits(a: RankedHit, b: RankedHit): number {
  return a.fit - b.fit || b.pushedAtMs - a.pushedAtMs || (a.name < b.name ? -1 : Number(a.name > b.name));
}
