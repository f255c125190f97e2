import type { Page } from './answers.ts';
import type { Connection } from './connection.ts';
import { ClientFailure } from './failure.ts';
import type { Printer } from './print/printer.ts';
import type { Terminal } from './terminal.ts';

/** What a route lists, page by page. */
export interface Listing {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Throws a ClientFailure for the answer of something else. */
  readonly read: (json: unknown) => Page;
}

export interface ListingOptions {
  /** Rows at most; undefined for all of them. */
  readonly limit: number | undefined;
  readonly isQuiet: boolean;
  readonly failOnNoResult: boolean;
}

const PAGE_ROWS = 500;

/**
 * Prints what a route lists as it comes, then how much that is. Rejects with a ClientFailure where there is nothing, if
 * that is to be one.
 */
export async function printListing(
  { connection, printer, terminal }: { connection: Connection; printer: Printer; terminal: Terminal },
  listing: Listing,
  { limit, isQuiet, failOnNoResult }: ListingOptions,
): Promise<void> {
  let printed: number | undefined;
  let total = 0;
  for await (const page of pagesOf(connection, listing, limit)) {
    if (printed === undefined && !isQuiet) for (const note of page.notes) terminal.say(note);
    await terminal.print((printed === undefined ? printer.begin() : '') + printer.rows(page.rows));
    printed = (printed ?? 0) + page.rows.length;
    total = page.total;
  }
  await terminal.print(printer.end());
  if (!isQuiet) terminal.say(`${printed} of ${total}`);
  if (failOnNoResult && total === 0) throw new ClientFailure('nothingFound', 'nothing was found');
}

async function* pagesOf(connection: Connection, { path, parameters, read }: Listing, limit = Number.POSITIVE_INFINITY) {
  let cursor: string | undefined;
  let left = limit;
  do {
    const n = `${Math.min(left, PAGE_ROWS)}`;
    const answer = await connection.get(path, { ...parameters, n, ...(cursor === undefined ? {} : { cursor }) });
    const page: Page = answer.kind === 'found' ? read(answer.json) : { ...NOTHING, notes: [answer.message] };
    const rows = page.rows.slice(0, left);
    yield { ...page, rows };
    left -= rows.length;
    cursor = rows.length === 0 ? undefined : page.next;
  } while (left > 0 && cursor !== undefined);
}

const NOTHING = { rows: [], total: 0, next: undefined } as const;
