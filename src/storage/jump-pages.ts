import { ServiceError } from '../aws/errors.ts';
import { compareBytes, laterKey } from './byte-order.ts';
import type { ListPage, ObjectStorage, StorageObject } from './object-storage.ts';

export interface JumpOptions {
  readonly storage: ObjectStorage;
  readonly prefix: string;
  /** Keys after this one; undefined begins at the first. */
  readonly after: string | undefined;
  /** Keys before this one; undefined goes to the last. */
  readonly before: string | undefined;
  /** Where to go on after a page that ended at `key`; asked when the page has been read. */
  readonly jump: (key: string) => string;
  readonly now: () => number;
}

export interface TimedPage {
  readonly objects: readonly StorageObject[];
  /** When its LIST was sent. */
  readonly sentAtMs: number;
}

/** The pages of a flat listing, where each may begin far behind the end of the one before. */
export async function* jumpPages(options: JumpOptions, signal: AbortSignal): AsyncGenerator<TimedPage> {
  const { storage, prefix, before, jump, now } = options;
  let from: { startAfter?: string; continuationToken?: string } = options.after ? { startAfter: options.after } : {};
  for (;;) {
    const sentAtMs = now();
    const page = await storage.list({ prefix, ...from }, signal);
    assertBehind(page, from.startAfter);
    const objects =
      before === undefined ? page.objects : page.objects.filter(({ key }) => compareBytes(key, before) < 0);
    yield { objects, sentAtMs };
    if (page.continuationToken === undefined || objects.length < page.objects.length) return;
    const last = objects.at(-1);
    from = last ? { startAfter: laterKey(last.key, jump(last.key)) } : { continuationToken: page.continuationToken };
  }
}

/** A store that ignores `start-after` would otherwise be listed for ever. */
function assertBehind({ objects: [first] }: ListPage, startAfter: string | undefined): void {
  if (!first || startAfter === undefined || compareBytes(first.key, startAfter) > 0) return;
  const message = 'the store does not list keys in byte order after a given key, as S3 does';
  throw new ServiceError({ kind: 'terminal', reason: 'ListingUnordered', message });
}
