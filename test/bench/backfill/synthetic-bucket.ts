import { type SyntheticImages, syntheticImages } from './synthetic-images.ts';

export interface BucketShape {
  readonly repositories: number;
  readonly tagsEach: number;
  /** Different images that the tags point to; registries push the same build to many repositories. */
  readonly images: number;
}

export interface ListedKey {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
}

export interface KeyPage {
  readonly keys: readonly ListedKey[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
}

export interface KeyRequest {
  readonly prefix: string;
  readonly startAfter: string;
  readonly delimiter: string | undefined;
  readonly maxKeys: number;
}

/** A registry's bucket of any size that takes no room: every key and blob is worked out when it is asked for. */
export interface SyntheticBucket {
  list(request: KeyRequest): KeyPage;
  get(key: string): Buffer | undefined;
}

export const REPOSITORIES = 'docker/registry/v2/repositories/';
const REPOSITORIES_PER_TEAM = 100;

export function createSyntheticBucket(shape: BucketShape): SyntheticBucket {
  const images = syntheticImages(shape.images);
  return {
    list: (request) => (request.delimiter === undefined ? listKeys(shape, images, request) : listNames(shape, request)),
    get: (key) => images.blob(/^docker\/registry\/v2\/blobs\/sha256\/..\/([0-9a-f]{64})\/data$/.exec(key)?.[1] ?? ''),
  };
}

/** Of fixed width, so that their order is that of their numbers. */
function rootOf(repository: number): string {
  const team = Math.floor(repository / REPOSITORIES_PER_TEAM);
  return `${REPOSITORIES}team-${digits(team, 5)}/service-${digits(repository, 7)}/`;
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0');
}

function listKeys(shape: BucketShape, images: SyntheticImages, { prefix, startAfter, maxKeys }: KeyRequest): KeyPage {
  const keys: ListedKey[] = [];
  const after = startAfter > prefix ? startAfter : prefix;
  for (let at = firstFrom(shape, after); at < shape.repositories; at += 1) {
    for (const listed of keysOf(shape, images, at)) {
      if (listed.key <= startAfter || listed.key < prefix) continue;
      if (!listed.key.startsWith(prefix)) return { keys, commonPrefixes: [], truncated: false };
      if (keys.length === maxKeys) return { keys, commonPrefixes: [], truncated: true };
      keys.push(listed);
    }
  }
  return { keys, commonPrefixes: [], truncated: false };
}

function listNames(shape: BucketShape, { startAfter, maxKeys }: KeyRequest): KeyPage {
  const commonPrefixes: string[] = [];
  for (let at = firstFrom(shape, startAfter); at < shape.repositories; at += 1) {
    const commonPrefix = `${rootOf(at)}_`;
    if (startAfter >= commonPrefix) continue;
    if (commonPrefixes.length === maxKeys) return { keys: [], commonPrefixes, truncated: true };
    commonPrefixes.push(commonPrefix);
  }
  return { keys: [], commonPrefixes, truncated: false };
}

/** The first repository that may have a key behind `after`. */
function firstFrom({ repositories }: BucketShape, after: string): number {
  let low = 0;
  let high = repositories;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (`${rootOf(middle)}~` <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All links of a repository as a registry writes them, in the order of their keys. */
function keysOf({ tagsEach }: BucketShape, images: SyntheticImages, repository: number): ListedKey[] {
  const root = rootOf(repository);
  const tags = Array.from({ length: tagsEach }, (_, tag) => ({
    tag: `v${digits(tag, 3)}`,
    image: images.at(repository * tagsEach + tag),
  }));
  const layers = tags
    .flatMap(({ image: { config, layer } }) => [config, layer])
    .map((hex) => [`_layers/sha256/${hex}/link`, hex]);
  const revisions = tags.map(({ image: { manifest } }) => [`_manifests/revisions/sha256/${manifest}/link`, manifest]);
  const links = tags.flatMap(({ tag, image: { manifest } }) => [
    [`_manifests/tags/${tag}/current/link`, manifest],
    [`_manifests/tags/${tag}/index/sha256/${manifest}/link`, manifest],
  ]);
  const all = new Map([...layers, ...revisions, ...links].map(([path = '', hex = '']) => [`${root}${path}`, hex]));
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, hex]) => ({ key, etag: images.etag(hex), size: 71 }));
}
