import type { Hint, Relaxation } from './hint.ts';

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
      return `${how.name} has no tag ${how.tag}; this is whatever tags it has`;
    case 'digest':
      return `${how.name} has no tag with the digest ${how.digest}; this is whatever tags it has`;
    case 'digestText':
      return `no tag has the digest ${how.digest}; these name it in a text or a label`;
    case 'label':
      return `${inQuotes(how.typed)} was read as ${how.meant}`;
    case 'variant':
      return `${inQuotes(how.typed)} was read as a part of a tag, as in tag:*-${how.typed}`;
    case 'separators':
    case 'marks':
    case 'plural':
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
