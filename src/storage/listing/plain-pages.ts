import { ServiceError } from '../../aws/errors.ts';
import type { ListPage, ListRequest, ObjectStorage, StorageObject } from '../object-storage.ts';
import type { SentPage } from './page-hand-over.ts';

export interface PlainOptions extends Pick<ListRequest, 'prefix' | 'delimiter' | 'maxKeys'> {
  readonly storage: ObjectStorage;
  readonly now: () => number;
  /** Undefined begins at the first key. */
  readonly startAfter?: string | undefined;
  /** The first page, where it has been read already. */
  readonly first?: SentPage | undefined;
  /** Whether pages may begin after a key if continuation tokens lead nowhere. */
  readonly mayStartAfter?: ((signal: AbortSignal) => Promise<boolean>) | undefined;
}

/**
 * The pages of one listing by continuation tokens alone, which works in every store and in any order. Keys outside of
 * the prefix are left out. Rejects where the pages have no end or the store ignores the prefix.
 */
export async function* plainPages(options: PlainOptions, signal: AbortSignal): AsyncGenerator<SentPage> {
  const { startAfter, first, mayStartAfter } = options;
  const leadsOn = createLoopDetector(options.prefix);
  let lastKey: string | undefined;
  let page: PlainPage = first ?? (await listPage(options, startAfter === undefined ? {} : { startAfter }, signal));
  for (;;) {
    yield page;
    const { continuationToken } = page;
    if (continuationToken === undefined) return;
    if (leadsOn(page)) page = await listPage(options, { continuationToken }, signal);
    else {
      const newest = page.objects.at(-1)?.key;
      if (newest === undefined || newest === lastKey || !(await mayStartAfter?.(signal))) throw endless();
      lastKey = newest;
      page = await listPage(options, { startAfter: newest }, signal);
    }
  }
}

/** The first object of a listing; undefined when there is none. */
export async function firstOf(options: PlainOptions, signal: AbortSignal): Promise<StorageObject | undefined> {
  for await (const { objects } of plainPages(options, signal)) {
    const [first] = objects;
    if (first) return first;
  }
  return undefined;
}

/** The key of the first object. */
export async function firstKeyOf(options: PlainOptions, signal: AbortSignal): Promise<string | undefined> {
  return (await firstOf(options, signal))?.key;
}

type From = Pick<ListRequest, 'startAfter' | 'continuationToken'>;

interface PlainPage extends SentPage {
  /** All of its keys lie outside of the prefix. */
  readonly isForeign?: boolean;
}

async function listPage(options: PlainOptions, from: From, signal: AbortSignal): Promise<PlainPage> {
  const { storage, now, prefix, delimiter, maxKeys } = options;
  const sentAtMs = now();
  const request = {
    prefix,
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(maxKeys === undefined ? {} : { maxKeys }),
    ...from,
  };
  return { ...within(prefix, await storage.list(request, signal)), sentAtMs };
}

function within(prefix: string, page: ListPage): ListPage & { readonly isForeign: boolean } {
  const { continuationToken } = page;
  const objects = page.objects.filter(({ key }) => key.startsWith(prefix));
  const commonPrefixes = page.commonPrefixes.filter((each) => each.startsWith(prefix));
  const isForeign = lengthOf(page) > 0 && lengthOf({ objects, commonPrefixes }) === 0;
  return { objects, commonPrefixes, continuationToken, isForeign };
}

function lengthOf({ objects, commonPrefixes }: Pick<ListPage, 'objects' | 'commonPrefixes'>): number {
  return objects.length + commonPrefixes.length;
}

/** Pages in a row without new keys: S3 answers empty pages where much was deleted. */
const MAX_IDLE_PAGES = 200;
/** Pages in a row with keys outside of the prefix alone. */
const MAX_FOREIGN_PAGES = 16;

/** Says for each page whether its token may lead to another page. */
function createLoopDetector(prefix: string): (page: PlainPage) => boolean {
  const tokens = new Set<string>();
  const pages = new Set<string>();
  let idle = 0;
  let foreign = 0;
  return (page) => {
    const { objects, commonPrefixes, continuationToken = '', isForeign } = page;
    const ends = [objects.at(0)?.key, objects.at(-1)?.key, commonPrefixes.at(0), commonPrefixes.at(-1)].join('\n');
    idle = lengthOf(page) > 0 && !pages.has(ends) ? 0 : idle + 1;
    foreign = isForeign ? foreign + 1 : 0;
    if (foreign > MAX_FOREIGN_PAGES) throw prefixIgnored(prefix);
    const leadsOn = continuationToken !== '' && !tokens.has(continuationToken) && idle <= MAX_IDLE_PAGES;
    tokens.add(continuationToken);
    pages.add(ends);
    return leadsOn;
  };
}

function endless(): ServiceError {
  const message = 'the store says that more keys follow, but its continuation tokens lead back to keys it has listed';
  return new ServiceError({ kind: 'terminal', reason: 'ListingEndless', message });
}

function prefixIgnored(prefix: string): ServiceError {
  const message = `the store lists keys that do not begin with "${prefix}", which was asked for`;
  return new ServiceError({ kind: 'terminal', reason: 'PrefixIgnored', message });
}
