import { mapOrdered } from '../async/map-ordered.ts';
import { objectOf } from '../oci/json-fields.ts';
import { MANIFEST_TYPES } from '../oci/media-types.ts';
import { isTagName } from '../oci/tag-name.ts';
import { isDigest, isRepositoryName } from '../storage/grammar.ts';
import {
  type DistributionClient,
  type RegistryAnswer,
  RegistryError,
  type RegistryRequest,
} from './distribution-client.ts';
import type { Inventory, RepositoryTags } from './inventory.ts';

export interface RegistryInventoryOptions {
  readonly client: DistributionClient;
  readonly url: URL;
  /** Repositories at once, and tags of each at once. */
  readonly concurrency: number;
}

/** A registry on a bucket walks from the beginning for each page of names, so a few large ones are asked for. */
const NAMES_A_PAGE = 1_000;
const CATALOGUE = '/v2/_catalog';

/** What a registry itself says: `_catalog`, `tags/list`, and the digest of each tag. */
export function inventoryOfRegistry({ client, url, concurrency }: RegistryInventoryOptions): Inventory {
  async function* pages(first: string, scope: string, signal: AbortSignal): AsyncGenerator<RegistryAnswer> {
    for (let path: string | undefined = first; path !== undefined; ) {
      const answer: RegistryAnswer = await client.ask({ method: 'GET', path, scope }, signal);
      yield answer;
      path = nextOf(answer, new URL(path, url));
    }
  }

  async function* names(signal: AbortSignal): AsyncGenerator<string> {
    const scope = 'registry:catalog:*';
    for await (const { status, json } of pages(`${CATALOGUE}?n=${NAMES_A_PAGE}`, scope, signal)) {
      // Its own limit of a page may be lower.
      if (status === 400) return yield* defaultPages(scope, signal);
      yield* namesIn(status, json);
    }
  }

  async function* defaultPages(scope: string, signal: AbortSignal): AsyncGenerator<string> {
    for await (const { status, json } of pages(CATALOGUE, scope, signal)) yield* namesIn(status, json);
  }

  const digestOf = async (name: string, tag: string, signal: AbortSignal): Promise<string | undefined> => {
    const scope = scopeOf(name);
    const request: RegistryRequest = {
      ...{ method: 'HEAD', path: `/v2/${name}/manifests/${tag}`, scope, accept: MANIFEST_TYPES.join(', ') },
    };
    const { status, headers } = await client.ask(request, signal);
    const digest = headers['docker-content-digest'];
    return status === 200 && typeof digest === 'string' && isDigest(digest) ? digest : undefined;
  };

  const read = async (name: string, signal: AbortSignal): Promise<RepositoryTags> => {
    const listed: string[] = [];
    for await (const { json } of pages(`/v2/${name}/tags/list`, scopeOf(name), signal))
      listed.push(...textsIn(objectOf(json).tags).filter(isTagName));
    const tags = new Map<string, string>();
    const unresolved = new Set<string>();
    const look = async (tag: string) => ({ tag, digest: await digestOf(name, tag, signal) });
    for await (const { tag, digest } of mapOrdered(listed, concurrency, look)) {
      if (digest === undefined) unresolved.add(tag);
      else tags.set(tag, digest);
    }
    return { name, tags, unresolved };
  };

  return {
    all: (signal) => mapOrdered(names(signal), concurrency, (name) => read(name, signal)),
    read,
  };
}

function scopeOf(name: string): string {
  return `repository:${name}:pull`;
}

function namesIn(status: number, json: unknown): string[] {
  if (status === 200 && Array.isArray(objectOf(json).repositories))
    return textsIn(objectOf(json).repositories).filter(isRepositoryName);
  throw new RegistryError(`the registry answered ${status} to GET ${CATALOGUE}, and no list of its repositories`, {
    isPassing: false,
  });
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/**
 * `Link: </v2/_catalog?last=b&n=2>; rel="next"`. A link to another host is not followed: it would get the credentials.
 */
function nextOf({ headers }: RegistryAnswer, from: URL): string | undefined {
  const [, link] = /^\s*<([^>]*)>\s*;[^,]*\brel="?next"?/.exec(String(headers.link ?? '')) ?? [];
  const next = link === undefined ? undefined : URL.parse(link, from.href);
  if (next?.host !== from.host || next.href === from.href) return undefined;
  return `${next.pathname}${next.search}`;
}
