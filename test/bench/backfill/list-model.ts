import type { KeyRequest, ListedKey, SyntheticBucket } from './synthetic-bucket.ts';
import { REPOSITORIES } from './synthetic-bucket.ts';

const PAGE = 1_000;

/**
 * LISTs that one undivided jump walk over the bucket costs: nothing of tags is left out, everything else is jumped
 * over.
 */
export function modelledWalk({ list }: Pick<SyntheticBucket, 'list'>): number {
  const request: KeyRequest = { prefix: REPOSITORIES, startAfter: '', delimiter: undefined, maxKeys: PAGE };
  let lists = 0;
  for (let startAfter = ''; ; lists += 1) {
    const { keys, truncated } = list({ ...request, startAfter });
    const last = keys.at(-1);
    if (!truncated || !last) return lists + 1;
    startAfter = goOnAfter(last);
  }
}

/** LISTs that counting the repositories costs: a thousand names each. */
export function modelledCount(repositories: number): number {
  return Math.ceil(repositories / PAGE);
}

function goOnAfter({ key }: ListedKey): string {
  const [, repository = '', rest = ''] = /^(.*?)\/_(.*)$/.exec(key) ?? [];
  if (/^(layers|manifests\/revisions)\//.test(rest)) return `${repository}/_manifests/tags/`;
  return rest.startsWith('uploads/') ? `${repository}/_uploads~` : key;
}
