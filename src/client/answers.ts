import { type JsonObject, objectOf, objectsOf, stringOf } from '../oci/json-fields.ts';
import { printable } from '../telemetry/untrusted-text.ts';
import { ClientFailure } from './failure.ts';

/** One page of what a route lists. Its texts are safe for a terminal; `value` is the row as the service wrote it. */
export interface Page {
  readonly rows: readonly Row[];
  /** How many rows all pages have. */
  readonly total: number;
  /** The cursor of the next page. */
  readonly next: string | undefined;
  /** What a person should know of the answer. */
  readonly notes: readonly string[];
}

export interface Row {
  readonly value: JsonObject;
  readonly name: string;
}

/** The most that a service of ours gives; a hostile one may give more. */
const MAX_NAME_LENGTH = 255;
const MAX_TEXT_LENGTH = 1_000;
const MAX_ITEMS = 100;

export function textOf(value: unknown, maxLength = MAX_TEXT_LENGTH): string {
  return printable(stringOf(value) ?? '', maxLength);
}

export function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_ITEMS).flatMap((item: unknown) => textOf(item) || []);
}

/** Milliseconds since 1970; undefined where it is no time. */
export function parseTimeMs(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** What `/api/v1/search` answers. Throws a ClientFailure for the answer of something else; so do the others. */
export function searchPage(json: unknown, asked: string): Page {
  const page = listIn(json);
  const { corrected, hints, incomplete } = objectOf(json);
  const correction = textOf(corrected);
  const said = textsOf(hints);
  return {
    ...page,
    notes: [
      // A correction comes with a hint that says more, except from an older service.
      ...(said.length > 0 || correction === ''
        ? said
        : [`nothing matches ${textOf(asked)}; this is for ${correction}`]),
      ...(incomplete === true && page.total > 0 ? ['the index is being filled: more may be found later'] : []),
    ],
  };
}

/** What `/api/v1/repositories/<name>` answers. */
export function tagPage(json: unknown): Page {
  return { ...listIn(objectOf(json).tags), notes: [] };
}

/** What `/api/v1/digests/<digest>` answers; each row with the digest as it was asked for. */
export function digestPage(json: unknown): Page {
  const { rows, ...page } = listIn(json);
  const { digest } = objectOf(json);
  return { ...page, notes: [], rows: rows.map((row) => ({ ...row, value: { ...row.value, digest } })) };
}

/** What `/api/v1/suggest` answers. */
export function suggestionsIn(json: unknown): string[] {
  return textsOf(objectOf(json).suggestions);
}

function listIn(json: unknown): Omit<Page, 'notes'> {
  const { total, results, next } = objectOf(json);
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0 || !Array.isArray(results))
    throw new ClientFailure('unreachable', 'that is no answer of a search service; --url says where one is');
  const rows = objectsOf(results).flatMap((value) => {
    const name = textOf(value.name, MAX_NAME_LENGTH);
    return name === '' ? [] : [{ value, name }];
  });
  return { rows, total, next: stringOf(next) };
}
