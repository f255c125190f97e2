import { ServiceError } from '../../aws/errors.ts';
import { isRepositoryName } from '../grammar.ts';
import { jumpPages } from '../jump-pages.ts';
import type { ListPage } from '../object-storage.ts';
import { DELIMITER, isSound, lastKeyOf, nameOf } from './rolled-page.ts';
import type { V2Deps } from './walk.ts';

/**
 * Names in key order, a thousand a request where the store rolls up by `/_`. AWS takes any string; some stores take only
 * `/` or page wrongly with others (MinIO #20682). So the ends of the first page and the last are checked by what plain
 * listings say to come next, every page by itself, and after one that fails the rest is listed plainly.
 */
export async function* listNames(deps: V2Deps, signal: AbortSignal): AsyncGenerator<string> {
  const first = await firstKey(deps, signal);
  if (first === undefined) return;
  let position: Position = { after: undefined, expected: first };
  for (let isFirst = true; ; isFirst = false) {
    const { after, expected } = position;
    const page = await rolledUp(deps, after, signal);
    const end = lastKeyOf(deps.keys, page);
    const isChecked = isFirst || page.continuationToken === undefined;
    const following = isChecked && end !== undefined ? await firstKeyAfter(deps, end, signal) : undefined;
    if (!isSound(deps.keys, page, { after, expected, following })) return yield* listPlainly(deps, after, signal);
    yield* page.commonPrefixes.map((prefix) => nameOf(deps.keys, prefix)).filter(isRepositoryName);
    if (page.continuationToken === undefined) return;
    position = { after: end, expected: following };
  }
}

/** Where a page begins: behind one key, and with another where that is known. */
interface Position {
  readonly after: string | undefined;
  readonly expected: string | undefined;
}

const REFUSED: ListPage = { objects: [], commonPrefixes: [], continuationToken: undefined };

/**
 * Pages begin after a key instead of at a token, so that each can be checked by itself. A plain listing has just
 * succeeded: what now fails for good fails because of the delimiter.
 */
async function rolledUp({ storage, keys }: V2Deps, after: string | undefined, signal: AbortSignal): Promise<ListPage> {
  const request = { prefix: keys.repositories, delimiter: DELIMITER, ...startAfter(after) };
  return storage.list(request, signal).catch((error: unknown) => {
    if (error instanceof ServiceError && error.failure.kind === 'terminal') return REFUSED;
    throw error;
  });
}

/** By a whole page, for it is just what a walk would begin with. */
async function firstKey({ storage, keys, now, leftovers }: V2Deps, signal: AbortSignal) {
  const sentAtMs = now();
  const page = await storage.list({ prefix: keys.repositories }, signal);
  leftovers?.leave(undefined, { ...page, sentAtMs });
  return page.objects[0]?.key;
}

async function firstKeyAfter({ storage, keys }: V2Deps, after: string, signal: AbortSignal) {
  const page = await storage.list({ prefix: keys.repositories, maxKeys: 1, ...startAfter(after) }, signal);
  return page.objects[0]?.key;
}

function startAfter(after: string | undefined) {
  return after === undefined ? {} : { startAfter: after };
}

/** Whole pages of keys, each begun behind the repository in which the one before ended. */
async function* listPlainly(deps: V2Deps, after: string | undefined, signal: AbortSignal): AsyncGenerator<string> {
  const { keys } = deps;
  const jump = (key: string) => keys.last(keys.parse(key).name ?? '');
  let newest: string | undefined;
  for await (const { objects } of jumpPages(
    { ...deps, prefix: keys.repositories, after, before: undefined, jump },
    signal,
  ))
    for (const { key } of objects) {
      const { name } = keys.parse(key);
      if (name !== undefined && name !== newest && isRepositoryName(name)) yield name;
      newest = name ?? newest;
    }
}
