import type { Sort } from '../../query/sort.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';

/**
 * Where one hit stands in an order. It stays there until the repository is written, or another that is built on it,
 * whatever becomes of others.
 */
export interface Place {
  /** 0 unless hits are ordered by relevance. */
  readonly level: number;
  /** See `staticRank`; 0 unless hits are ordered by relevance. */
  readonly rank: number;
  readonly pushedAtMs: number;
  readonly name: string;
}

/** As a cursor. */
export function encodePlace(sort: Sort, { level, rank, pushedAtMs, name }: Place): string {
  return encodeCursor(sort, [level, rank, pushedAtMs, name]);
}

/** Throws a QueryRefused for what is no cursor of an answer in this order. */
export function decodePlace(sort: Sort, cursor: string): Place {
  const [level, rank, pushedAtMs, name] = decodeCursor(sort, cursor, arePlace);
  return { level, rank, pushedAtMs, name };
}

type Values = [level: number, rank: number, pushedAtMs: number, name: string];

function arePlace(values: readonly unknown[]): values is Values {
  const [level, rank, pushedAtMs, name, ...rest] = values;
  const areNumbers = Number.isInteger(level) && Number.isInteger(rank) && Number.isFinite(pushedAtMs);
  return areNumbers && typeof name === 'string' && rest.length === 0;
}
