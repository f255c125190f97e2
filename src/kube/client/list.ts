import { isRecord } from '../../json/is-record.ts';
import { AnswerUnreadable } from '../../json/read-json.ts';
import { type KubeObject, parseObject, type ResourceType } from '../resource.ts';
import { versionOf } from './watch-stream.ts';

export interface KubeList {
  readonly items: readonly KubeObject[];
  /** Where a watch goes on from this list. */
  readonly resourceVersion: string;
}

export interface PageQuery extends Readonly<Record<string, string | undefined>> {
  readonly limit: string;
  readonly continue: string | undefined;
}

const PAGE_SIZE = 500;

/**
 * Reads the pages of one snapshot. `Expired` if that took longer than the server keeps the snapshot (5 minutes). If
 * large objects make a page too long, it is read again with fewer objects.
 */
export async function listPages(
  type: ResourceType,
  readPage: (query: PageQuery) => Promise<unknown>,
): Promise<KubeList> {
  const items: KubeObject[] = [];
  let limit = PAGE_SIZE;
  let next: string | undefined;
  for (;;) {
    const page = await readPage({ limit: String(limit), continue: next }).catch(undefinedIfTooLong(limit));
    if (page === undefined) {
      limit = Math.ceil(limit / 4);
      continue;
    }
    items.push(...itemsOf(page, type));
    next = continuationOf(page);
    if (next === undefined) return { items, resourceVersion: versionOf(page, type) };
  }
}

function undefinedIfTooLong(limit: number): (error: unknown) => undefined {
  return (error) => {
    const { cause } = error instanceof Error ? error : {};
    if (limit === 1 || !(cause instanceof AnswerUnreadable) || !cause.tooLong) throw error;
  };
}

function itemsOf(page: unknown, type: ResourceType): KubeObject[] {
  const items = isRecord(page) ? page.items : undefined;
  if (!Array.isArray(items))
    throw new Error(`The API server answered with something that is no list of ${type.plural}`);
  return items.map((item) => parseObject(item, type));
}

function continuationOf(page: unknown): string | undefined {
  const metadata = isRecord(page) ? page.metadata : undefined;
  const token = isRecord(metadata) ? metadata.continue : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
}
