import { ServiceError } from '../../aws/errors.ts';
import type { ListPage, ListRequest, ObjectStorage, StorageObject } from '../object-storage.ts';
import type { SentPage } from './page-hand-over.ts';

export interface PlainOptions extends Pick<ListRequest, 'prefix' | 'delimiter' | 'maxKeys'> {
  readonly storage: ObjectStorage;
  readonly now: () => number;
  /** Undefined begins at the first key. */
  readonly startAfter?: string | undefined;
  /** The first page, where somebody has read it already. */
  readonly first?: SentPage | undefined;
  /** Whether pages may begin after a key as well, should continuation tokens lead nowhere. */
  readonly mayStartAfter?: ((signal: AbortSignal) => Promise<boolean>) | undefined;
}

/**
 * The pages of one listing by continuation tokens alone, which is all that every store can do: in whatever order it
 * lists, and of whatever length. Keys outside of the prefix are left out. Rejects with the name of what the store does
 * when its pages have no end or the prefix means nothing to it.
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

/** The first of a listing; undefined when it has none. */
export async function firstOf(options: PlainOptions, signal: AbortSignal): Promise<StorageObject | undefined> {
  for await (const { objects } of plainPages(options, signal)) {
    const [first] = objects;
    if (first) return first;
  }
  return undefined;
}

/** Its key. */
export async function firstKeyOf(options: PlainOptions, signal: AbortSignal): Promise<string | undefined> {
  return (await firstOf(options, signal))?.key;
}

type From = Pick<ListRequest, 'startAfter' | 'continuationToken'>;

interface PlainPage extends SentPage {
  /** All that came with it lies outside of the prefix. */
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

/** Pages in a row that may have nothing new: where much was deleted, S3 answers empty ones. */
const MAX_IDLE_PAGES = 200;
/** Pages in a row that may have nothing but keys outside of the prefix. */
const MAX_FOREIGN_PAGES = 16;

/** Tells of each page of a listing whether the one that its token names may be another. */
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
  const message =
    'the store says that more keys are to come, and what it says to ask for them by leads round in a circle';
  return new ServiceError({ kind: 'terminal', reason: 'ListingEndless', message });
}

function prefixIgnored(prefix: string): ServiceError {
  const message = `the store lists keys that do not begin with "${prefix}", which was asked for`;
  return new ServiceError({ kind: 'terminal', reason: 'PrefixIgnored', message });
}
