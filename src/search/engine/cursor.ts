import { QueryRefused } from '../api.ts';

interface Order {
  readonly by: string;
  readonly reverse: boolean;
}

/** A cursor of any list: the order that it is in, and the values that say where one of its items stands. */
export function encodeCursor({ by, reverse }: Order, values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([by, reverse, ...values])).toString('base64url');
}

/** The values that `encodeCursor` was given. Throws a QueryRefused for what is no cursor of a list in this order. */
export function decodeCursor<Values extends readonly unknown[]>(
  { by, reverse }: Order,
  cursor: string,
  areValues: (values: readonly unknown[]) => values is Values,
): Values {
  const [ofBy, ofReverse, ...values] = partsOf(cursor);
  if (ofBy !== by || ofReverse !== reverse || !areValues(values)) throw new QueryRefused('CURSOR_INVALID');
  return values;
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
