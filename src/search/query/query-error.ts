/** A mistake in the text of a query, explained for the person who typed it. */
export class QueryError extends Error {
  /** Where in the text it is: characters before it, as JavaScript counts them. */
  readonly position: number;

  /** `problem` is followed by the position, `hint` says the way out: ``unknown filter `arhc:` `` and `did you mean …?` */
  constructor(problem: string, position: number, hint?: string) {
    super(`${problem} at position ${position}${hint === undefined ? '' : `; ${hint}`}`);
    this.name = 'QueryError';
    this.position = position;
  }
}
