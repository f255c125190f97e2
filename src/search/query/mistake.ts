/** What is wrong with the text of a query. */
export type Mistake =
  | { readonly kind: 'tooLong'; readonly mostCharacters: number }
  | { readonly kind: 'tooMuch'; readonly mostConditions: number }
  | { readonly kind: 'nothingQuoted' }
  | { readonly kind: 'openQuote' }
  | { readonly kind: 'spaceMissing' }
  /** `meant` is the filter that is called nearly so. */
  | { readonly kind: 'unknownFilter'; readonly typed: string; readonly meant: string }
  | { readonly kind: 'noValue'; readonly filter: AskedFilter }
  | { readonly kind: 'wrongValue'; readonly filter: AskedFilter; readonly value: string }
  | { readonly kind: 'secondTag' };

export interface AskedFilter {
  /** What stands before its colon. */
  readonly typed: string;
  /** The one of its names that the others stand for. */
  readonly name: string;
  /** What its value may be, in English. */
  readonly wants: string;
}

/** A mistake in the text of a query, explained in English for the person who typed it. */
export class QueryError extends Error {
  readonly mistake: Mistake;
  /** Where in the text it is: characters before it, as JavaScript counts them. */
  readonly position: number;

  constructor(mistake: Mistake, position: number) {
    const { problem, wayOut } = explain(mistake);
    super(`${problem} at position ${position}${wayOut === undefined ? '' : `; ${wayOut}`}`);
    this.name = 'QueryError';
    this.mistake = mistake;
    this.position = position;
  }
}

/** What is wrong, and the way out where that does not say it. Backticks set off what is typed. */
interface Explained {
  readonly problem: string;
  readonly wayOut?: string;
}

function explain(mistake: Mistake): Explained {
  switch (mistake.kind) {
    case 'tooLong':
      return { problem: 'the query is too long', wayOut: `it may have ${mistake.mostCharacters} characters` };
    case 'tooMuch':
      return {
        problem: 'the query asks for too much',
        wayOut: `it may have ${mistake.mostConditions} words and filters`,
      };
    case 'nothingQuoted':
      return { problem: 'there is nothing between the quotes' };
    case 'openQuote':
      return { problem: 'the quote is not closed' };
    case 'spaceMissing':
      return { problem: 'a space is missing' };
    case 'unknownFilter':
      return { problem: `unknown filter \`${mistake.typed}:\``, wayOut: `did you mean \`${mistake.meant}:\`?` };
    case 'noValue':
      return { problem: `\`${mistake.filter.typed}:\` has no value`, wayOut: `it takes ${mistake.filter.wants}` };
    case 'wrongValue':
      return {
        problem: `\`${mistake.filter.typed}:\` cannot be \`${mistake.value}\``,
        wayOut: `it takes ${mistake.filter.wants}`,
      };
    case 'secondTag':
      return {
        problem: 'a second `tag:`',
        wayOut: 'all conditions on tags are on one and the same tag; `tag:v1,v2` asks for either',
      };
  }
}
