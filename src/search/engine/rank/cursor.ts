import { QueryRefused } from '../../api.ts';
import type { Sort } from '../../query/query.ts';

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

export function encodeCursor({ by, reverse }: Sort, { level, rank, pushedAtMs, name }: Place): string {
  return encodeParts([by, reverse, level, rank, pushedAtMs, name]);
}

/** Throws a QueryRefused for what is no cursor of an answer in this order. */
export function decodeCursor(sort: Sort, cursor: string): Place {
  const [by, reverse, level, rank, pushedAtMs, name, ...rest] = partsOf(cursor);
  const isOfOrder = by === sort.by && reverse === sort.reverse && rest.length === 0;
  const isPlace = Number.isInteger(level) && Number.isInteger(rank) && Number.isFinite(pushedAtMs);
  if (!isOfOrder || !isPlace || typeof name !== 'string') throw new QueryRefused('CURSOR_INVALID');
  return { level: Number(level), rank: Number(rank), pushedAtMs: Number(pushedAtMs), name };
}

/** A cursor of any list. */
export function encodeParts(parts: readonly (string | number | boolean)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** What `encodeParts` was given; nothing where it is no cursor. */
export function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
