import { ApiError, type ErrorCode } from '../errors/api-error.ts';

/** Parameters of a request by name, none of them empty. */
export type Parameters = ReadonlyMap<string, string>;

/**
 * Reads the parameters in a request's URL as the registry does: of several with one name the first counts, as in Go's
 * `url.Values.Get`, and one that is empty counts as left out. Throws ENCODING_INVALID when they are not percent-encoded
 * UTF-8.
 */
export function parametersOf(url: string): Parameters {
  const parameters = new Map<string, string>();
  const at = url.indexOf('?');
  if (at === -1) return parameters;
  for (const pair of url.slice(at + 1).split('&')) {
    const [name = '', ...rest] = pair.split('=');
    const key = decode(name);
    if (!parameters.has(key)) parameters.set(key, decode(rest.join('=')));
  }
  for (const [key, value] of parameters) if (value === '') parameters.delete(key);
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new ApiError('ENCODING_INVALID');
  }
}

/** One parameter of an operation: how it is read, and what the description of the API says of it. */
export interface Parameter<T> {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its value. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** What a value that is not understood leads to. */
  readonly errors: readonly ErrorCode[];
  /** Throws an ApiError for a value that is not understood. */
  read(parameters: Parameters): T;
}

export interface RowLimit {
  /** Where `n` is left out. */
  readonly fallback: number;
  /** More than this are not given, whatever `n` says. */
  readonly most: number;
  /** The error for what is no number of rows. */
  readonly code: ErrorCode;
}

/** How many rows `n` asks for: 0 or more, written as Go's `strconv.Atoi` reads a number. */
export function rowsOf(parameters: Parameters, { fallback, most, code }: RowLimit): number {
  return Math.min(wholeNumber(parameters.get('n'), 0, code) ?? fallback, most);
}

/** `n` as a parameter. */
export function rowsParameter(what: string, limit: RowLimit): Parameter<number> {
  return {
    name: 'n',
    description: `how many ${what} are wanted; 0 only counts, and more than ${limit.most} count as ${limit.most}`,
    schema: { type: 'integer', minimum: 0, default: limit.fallback },
    errors: [limit.code],
    read: (parameters) => rowsOf(parameters, limit),
  };
}

export interface TextLimit {
  readonly maxLength: number;
  /** The error for a longer text. */
  readonly code: ErrorCode;
}

/** A text as a parameter, empty where it is left out. */
export function textParameter(name: string, description: string, { maxLength, code }: TextLimit): Parameter<string> {
  const read = (parameters: Parameters) => {
    const text = parameters.get(name) ?? '';
    if (text.length > maxLength) throw new ApiError(code);
    return text;
  };
  return { name, description, schema: { type: 'string', maxLength }, errors: [code], read };
}

/** Which page is wanted, counted from 1; the first where it is left out. */
export const PAGE: Parameter<number> = {
  name: 'page',
  description: 'which page, counted from 1; pages end at hit 10,000, and a cursor goes on',
  schema: { type: 'integer', minimum: 1, default: 1 },
  errors: ['PAGE_INVALID', 'OFFSET_TOO_DEEP'],
  read(parameters) {
    const page = wholeNumber(parameters.get('page'), 1, 'PAGE_INVALID') ?? 1;
    // A larger one could not be repeated in the answer.
    if (page > Number.MAX_SAFE_INTEGER) throw new ApiError('OFFSET_TOO_DEEP');
    return page;
  },
};

export const CURSOR: Parameter<string | undefined> = {
  name: 'cursor',
  description: 'the next of the answer before, for the page after it',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]+$' },
  errors: ['CURSOR_INVALID'],
  read: (parameters) => parameters.get('cursor'),
};

/** Undefined for what is left out. Throws `code` for anything else that is no whole number of at least `least`. */
function wholeNumber(text: string | undefined, least: number, code: ErrorCode): number | undefined {
  if (text === undefined) return undefined;
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least)) throw new ApiError(code);
  return number;
}
