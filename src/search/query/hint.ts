/** One way in which a query was understood otherwise than it was typed. */
export type Relaxation =
  /** A word or a line was read as a reference to a repository of that name. */
  | { readonly kind: 'reference'; readonly typed: string; readonly name: string }
  /** What a reference names has no such tag or digest. */
  | { readonly kind: 'tag'; readonly tag: string; readonly name: string }
  | { readonly kind: 'digest'; readonly digest: string; readonly name: string }
  /** No tag has the digest, but texts hold it. */
  | { readonly kind: 'digestText'; readonly digest: string }
  /** A word with a colon was read as a label. */
  | { readonly kind: 'label'; readonly typed: string; readonly meant: string }
  /** A word was found in tags, after a dash. */
  | { readonly kind: 'variant'; readonly typed: string }
  /** Words were found that have other separators, or none. */
  | { readonly kind: 'separators'; readonly typed: string; readonly meant: string }
  | { readonly kind: 'marks'; readonly typed: string; readonly meant: string }
  | { readonly kind: 'inflection'; readonly typed: string; readonly meant: string }
  | { readonly kind: 'abbreviation'; readonly typed: string; readonly meant: string }
  | { readonly kind: 'typo'; readonly typed: string; readonly meant: string }
  /** A word was left out, because nothing has it together with the others. */
  | { readonly kind: 'word'; readonly typed: string };

/** A sentence that comes with an answer. All values that it names are of repositories that the caller may see. */
export type Hint =
  | { readonly kind: 'relaxed'; readonly how: Relaxation }
  /** So many name the text that was read as a reference. */
  | { readonly kind: 'mentioned'; readonly typed: string; readonly total: number }
  /** There is nothing that may be seen. */
  | { readonly kind: 'nothingVisible' }
  /** Nothing fulfils the filter, printed; `known` are values that something has. */
  | { readonly kind: 'unmatched'; readonly filter: string; readonly known: readonly string[] }
  /** What was read as a reference names a repository that is not there. */
  | { readonly kind: 'noRepository'; readonly typed: string; readonly name: string }
  /** No text holds any of the words. */
  | { readonly kind: 'unknownWords'; readonly words: readonly string[] }
  /** What stands before the colon is the name of no filter, so that the word was searched as text. */
  | { readonly kind: 'noFilter'; readonly word: string; readonly filters: readonly string[] }
  /** So many have all but this condition, printed. */
  | { readonly kind: 'allBut'; readonly condition: string; readonly total: number }
  /** Each condition, printed, holds for something, and no repository has all but one of them. */
  | { readonly kind: 'noneHasAll'; readonly conditions: readonly string[] };

/** A hint as a sentence or two: what was understood, and what to try. */
export function printHint(hint: Hint): string {
  switch (hint.kind) {
    case 'relaxed':
      return printRelaxation(hint.how);
    case 'mentioned':
      return `${hint.total} more name ${inQuotes(hint.typed)} in a text or a label; in quotes it is searched as text`;
    case 'nothingVisible':
      return 'there is no repository that you may see: the registry is empty, or you need to log in';
    case 'unmatched':
      return `no repository has ${hint.filter}${hint.known.length === 0 ? '; leave it out' : `; known: ${hint.known.join(', ')}`}`;
    case 'noRepository':
      return `there is no repository ${hint.name}; try its last component or a part of it`;
    case 'unknownWords':
      return `no name, title, summary or label has ${hint.words.map(inQuotes).join(' or ')}; check the spelling, or try a part of the word`;
    case 'noFilter':
      return `${inQuotes(hint.word)} was searched as text; filters are ${hint.filters.map((name) => `${name}:`).join(' ')}`;
    case 'allBut':
      return `nothing has ${hint.condition} as well; without it ${countOf(hint.total)}`;
    case 'noneHasAll':
      return `no repository has ${hint.conditions.join(' and ')} together; leave something out`;
  }
}

function printRelaxation(how: Relaxation): string {
  switch (how.kind) {
    case 'reference':
      return `${inQuotes(how.typed)} was read as the repository ${how.name}`;
    case 'tag':
      return `${how.name} has no tag ${how.tag}; shown with the tags that it has`;
    case 'digest':
      return `${how.name} has no tag with the digest ${how.digest}; shown with the tags that it has`;
    case 'digestText':
      return `no tag has the digest ${how.digest}; these name it in a text or a label`;
    case 'label':
      return `${inQuotes(how.typed)} was read as ${how.meant}`;
    case 'variant':
      return `${inQuotes(how.typed)} was read as a part of a tag, as in tag:*-${how.typed}`;
    case 'separators':
    case 'marks':
    case 'inflection':
    case 'abbreviation':
    case 'typo':
      return `nothing matches ${inQuotes(how.typed)}; this is for ${inQuotes(how.meant)}`;
    case 'word':
      return `nothing has ${inQuotes(how.typed)} together with the other words; this is without it`;
  }
}

function countOf(total: number): string {
  return total === 1 ? 'there is 1 repository' : `there are ${total} repositories`;
}

function inQuotes(text: string): string {
  return `"${text}"`;
}
