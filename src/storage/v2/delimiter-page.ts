import { compareBytes, laterKey } from '../listing/byte-order.ts';
import type { ListPage } from '../object-storage.ts';
import type { V2Keys } from './keys.ts';

/** Rolls every repository up into one prefix `<name>/_`, whatever its depth. */
export const DELIMITER = '/_';

/** What is known of the keys around a page, from plain listings and from the page before. */
export interface Neighbours {
  /** All of the page comes after it. */
  readonly after: string | undefined;
  /** What the page begins with, where that was asked. */
  readonly expected: string | undefined;
  /** What follows the page, where that was asked and there is something. */
  readonly following: string | undefined;
}

export function nameOf({ repositories }: V2Keys, prefix: string): string {
  return prefix.slice(repositories.length, -DELIMITER.length);
}

/** Where the page ends: its last key, or a bound right after its last repository; undefined for an empty page. */
export function lastKeyOf(keys: V2Keys, { objects, commonPrefixes }: ListPage): string | undefined {
  const object = objects.at(-1)?.key;
  const prefix = commonPrefixes.at(-1);
  if (prefix === undefined) return object;
  const end = keys.last(nameOf(keys, prefix));
  return object === undefined ? end : laterKey(object, end);
}

/**
 * Whether a page rolled up by `/_` is one that S3 could have answered: whole, in order, nothing left out at its ends.
 */
export function isSound(keys: V2Keys, page: ListPage, { after, expected, following }: Neighbours): boolean {
  const ended = page.continuationToken === undefined;
  if (!isRolledUp(keys, page) || (ended && following !== undefined)) return false;
  return expected === undefined ? goesOn(page, after) : beginsWith(page, expected);
}

function goesOn({ objects: [object], commonPrefixes: [prefix] }: ListPage, after = ''): boolean {
  return [object?.key, prefix].every((key) => key === undefined || compareBytes(key, after) > 0);
}

/** Whether a page has the same repositories as those that a plain listing from the same place begins with. */
export function agreesWith(keys: V2Keys, page: ListPage, { objects }: Pick<ListPage, 'objects'>): boolean {
  const prefixes = new Set(objects.flatMap(({ key }) => rolledUp(keys, key) ?? []));
  const isCutOff = page.continuationToken !== undefined;
  return [...prefixes].every((prefix, at) => prefix === (page.commonPrefixes[at] ?? (isCutOff ? prefix : undefined)));
}

/** What a key is rolled up to; undefined where it has no delimiter. */
function rolledUp({ repositories }: V2Keys, key: string): string | undefined {
  const at = key.indexOf(DELIMITER, repositories.length);
  return at < 0 ? undefined : key.slice(0, at + DELIMITER.length);
}

/** Whether the prefixes of a page come in order, and none of them before what has been listed up to `end`. */
export function isInOrder({ commonPrefixes }: ListPage, end = ''): boolean {
  return commonPrefixes.every((prefix, at) => compareBytes(commonPrefixes[at - 1] ?? end, `${prefix}~`) <= 0);
}

function isRolledUp({ repositories }: V2Keys, { objects, commonPrefixes }: ListPage): boolean {
  const rolled = (text: string) => text.startsWith(repositories) && text.indexOf(DELIMITER, repositories.length) >= 0;
  return (
    objects.every(({ key }) => !rolled(key)) &&
    commonPrefixes.every((prefix, at) => {
      const before = commonPrefixes[at - 1];
      const end = prefix.indexOf(DELIMITER, repositories.length) + DELIMITER.length;
      return rolled(prefix) && end === prefix.length && (before === undefined || compareBytes(before, prefix) < 0);
    })
  );
}

function beginsWith({ objects: [object], commonPrefixes: [prefix] }: ListPage, key: string): boolean {
  return object?.key === key || (prefix !== undefined && key.startsWith(prefix));
}
