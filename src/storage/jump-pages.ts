import { ServiceError } from '../aws/errors.ts';
import { compareBytes, laterKey } from './byte-order.ts';
import type { Leftovers, SentPage } from './leftovers.ts';
import type { ListPage, ListRequest, ObjectStorage, StorageObject } from './object-storage.ts';

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
  /** Of the walks of one store; without them every walk begins with a LIST of its own. */
  readonly leftovers?: Leftovers;
}

export interface TimedPage {
  readonly objects: readonly StorageObject[];
  /** When its LIST was sent. */
  readonly sentAtMs: number;
}

/** The pages of a flat listing, where each may begin far behind the end of the one before. */
export async function* jumpPages(options: JumpOptions, signal: AbortSignal): AsyncGenerator<TimedPage> {
  const { after, before, jump, leftovers } = options;
  let page =
    leftovers?.take(after) ?? (await listPage(options, after === undefined ? {} : { startAfter: after }, signal));
  for (;;) {
    const { continuationToken, sentAtMs } = page;
    const objects = before === undefined ? page.objects : objectsBefore(before, page);
    const beyond = page.objects.slice(objects.length);
    if (before !== undefined && beyond.length > 0) leftovers?.leave(before, { ...page, objects: beyond });
    yield { objects, sentAtMs };
    if (continuationToken === undefined || beyond.length > 0) return;
    const last = objects.at(-1);
    page = await listPage(
      options,
      last ? { startAfter: laterKey(last.key, jump(last.key)) } : { continuationToken },
      signal,
    );
  }
}

type From = Pick<ListRequest, 'startAfter' | 'continuationToken'>;

async function listPage({ storage, prefix, now }: JumpOptions, from: From, signal: AbortSignal): Promise<SentPage> {
  const sentAtMs = now();
  const page = await storage.list({ prefix, ...from }, signal);
  assertBehind(page, from.startAfter);
  return { ...page, sentAtMs };
}

/** Looked for from the end of the page, because nearly all pages lie before it as a whole. */
function objectsBefore(end: string, { objects }: ListPage): readonly StorageObject[] {
  return objects.slice(0, objects.findLastIndex(({ key }) => compareBytes(key, end) < 0) + 1);
}

/** A store that ignores `start-after` would otherwise be listed for ever. */
function assertBehind({ objects: [first] }: ListPage, startAfter: string | undefined): void {
  if (!first || startAfter === undefined || compareBytes(first.key, startAfter) > 0) return;
  const message = 'the store does not list keys in byte order after a given key, as S3 does';
  throw new ServiceError({ kind: 'terminal', reason: 'ListingUnordered', message });
}
