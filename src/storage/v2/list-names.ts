import { ServiceError } from '../../aws/errors.ts';
import { isRepositoryName } from '../grammar.ts';
import { compareBytes, namesUnordered, OutOfOrder } from '../listing/byte-order.ts';
import type { SentPage } from '../listing/page-hand-over.ts';
import { firstKeyOf, plainPages } from '../listing/plain-pages.ts';
import { skipScan } from '../listing/skip-scan.ts';
import type { ListPage } from '../object-storage.ts';
import { agreesWith, DELIMITER, isInOrder, isSound, lastKeyOf, nameOf } from './delimiter-page.ts';
import type { V2Deps } from './walk.ts';

/** How far names were yielded, all of them in order. */
interface Yielded {
  readonly count: number;
  /** A bound after the last of them; undefined before the first. */
  readonly end: string | undefined;
  readonly isAll: boolean;
}

/**
 * Names in key order, a thousand a request where the store rolls up by `/_`. AWS takes any string; some stores take
 * only `/` or page wrongly with others (MinIO #20682). So the ends of the first page and the last are checked by what
 * plain listings say to come next, every page by itself, and after one that fails the rest is listed plainly.
 */
export async function* listNames(deps: V2Deps, signal: AbortSignal): AsyncGenerator<string> {
  const first = await firstPage(deps, signal);
  if (first.continuationToken === undefined || deps.order.verdict() === false) return yield* deps.whole.places(signal);
  const rolledUp = yield* rolledUpNames(deps, first, signal);
  if (rolledUp.isAll) return;
  const jumped = yield* skipScannedNames(deps, rolledUp, signal);
  if (!jumped.isAll) yield* remainingNames(deps, jumped, signal);
}

async function* rolledUpNames(deps: V2Deps, first: ListPage, signal: AbortSignal): AsyncGenerator<string, Yielded> {
  const { keys, order } = deps;
  let yielded: Yielded = { count: 0, end: undefined, isAll: false };
  let expected = first.objects[0]?.key;
  const pages = rolledUpPages(deps, signal);
  for (let next = await pageOf(pages); next; next = await pageOf(pages)) {
    const end = lastKeyOf(keys, next);
    const isLast = next.continuationToken === undefined;
    if (end === undefined && !isLast) continue;
    if (!isInOrder(next, yielded.end)) order.disprove();
    const isChecked = yielded.end === undefined || isLast;
    const following = isChecked && end !== undefined ? await firstKeyAfter(deps, end, signal) : undefined;
    if (yielded.end === undefined && !agreesWith(keys, next, first)) return yielded;
    if (!isSound(keys, next, { after: yielded.end, expected, following })) return yielded;
    const names = next.commonPrefixes.map((prefix) => nameOf(keys, prefix)).filter(isRepositoryName);
    yield* names;
    yielded = { count: yielded.count + names.length, end: end ?? yielded.end, isAll: isLast };
    expected = following;
  }
  return yielded;
}

function rolledUpPages({ storage, keys, now }: V2Deps, signal: AbortSignal): AsyncGenerator<ListPage> {
  return plainPages({ storage, now, prefix: keys.repositories, delimiter: DELIMITER }, signal);
}

/** A plain listing has just succeeded, so a terminal failure is due to the delimiter. */
async function pageOf(pages: AsyncGenerator<ListPage>): Promise<ListPage | undefined> {
  const next = await pages.next().catch((error: unknown) => {
    if (error instanceof ServiceError && error.failure.kind === 'terminal') return undefined;
    throw error;
  });
  return next?.done === false ? next.value : undefined;
}

/** The first page of a plain listing; a full one, because a walk begins with the same and is handed it. */
async function firstPage({ storage, keys, now, handOver }: V2Deps, signal: AbortSignal): Promise<SentPage> {
  const pages = plainPages({ storage, now, prefix: keys.repositories }, signal);
  const { value } = await pages.next();
  const page: SentPage = value ?? { objects: [], commonPrefixes: [], continuationToken: undefined, sentAtMs: now() };
  handOver.leave(undefined, page);
  return page;
}

function firstKeyAfter({ storage, keys, now }: V2Deps, startAfter: string, signal: AbortSignal) {
  return firstKeyOf({ storage, now, prefix: keys.repositories, startAfter, maxKeys: 1 }, signal);
}

/** Whole pages of keys, each begun after the repository in which the one before ended, where the store allows that. */
async function* skipScannedNames(deps: V2Deps, yielded: Yielded, signal: AbortSignal): AsyncGenerator<string, Yielded> {
  const { keys, order } = deps;
  if (!(await order.isShown(signal))) return yielded;
  const skip = (key: string) => ({ to: keys.last(keys.parse(key).name ?? '') });
  const options = { ...deps, prefix: keys.repositories, after: yielded.end, before: undefined, skip };
  let { count, end } = yielded;
  let newest: string | undefined;
  try {
    for await (const { objects } of skipScan(options, signal))
      for (const { key } of objects) {
        const { name } = keys.parse(key);
        if (name === undefined || name === newest || !isRepositoryName(name)) continue;
        yield name;
        newest = name;
        [count, end] = [count + 1, keys.last(name)];
      }
    return { count, end, isAll: true };
  } catch (error) {
    if (!(error instanceof OutOfOrder)) throw error;
    order.disprove();
    return { count, end, isAll: false };
  }
}

/** The names in a listing of everything after those that were yielded. Rejects where it has more or fewer before. */
async function* remainingNames(
  { whole, keys }: V2Deps,
  { count, end }: Yielded,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let passed = 0;
  for await (const name of whole.places(signal)) {
    if (end !== undefined && compareBytes(keys.first(name), end) < 0) passed += 1;
    else if (passed !== count) throw namesUnordered();
    else yield name;
  }
  if (passed !== count) throw namesUnordered();
}
