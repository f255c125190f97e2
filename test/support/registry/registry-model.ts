import { createHash } from 'node:crypto';
import type { ListedTag } from '../../../src/storage/layout.ts';
import type { MemoryObject } from './memory-storage.ts';

export interface ModelTag {
  readonly name: string;
  /** Anything; its hash becomes the digest that the tag points to. */
  readonly content: string;
  readonly pushedAtMs: number;
  /** What the tag pointed to before. */
  readonly earlier?: readonly string[];
}

export interface ModelRepository {
  readonly name: string;
  readonly tags: readonly ModelTag[];
  readonly layers?: number;
  readonly uploads?: number;
}

export type Objects = Map<string, MemoryObject>;

export function digestOf(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The objects that distribution would have written for these repositories, blobs left out. */
export function layOut(repositories: readonly ModelRepository[], rootDirectory = ''): Objects {
  const objects: Objects = new Map();
  for (const repository of repositories) layOutRepository(objects, repository, rootDirectory);
  return objects;
}

export function putBlob(objects: Objects, body: string | Buffer, rootDirectory = ''): string {
  const digest = digestOf(body);
  const hex = digest.slice('sha256:'.length);
  put(objects, `${rootOf(rootDirectory)}blobs/sha256/${hex.slice(0, 2)}/${hex}/data`, body);
  return digest;
}

export function put(objects: Objects, key: string, body: string | Buffer, lastModifiedMs = 1_000): void {
  objects.set(key, { body: Buffer.from(body), lastModifiedMs });
}

/** The tags that reading it must give, sorted as keys are. */
export function expectedTags({ tags }: ModelRepository): ListedTag[] {
  return tags
    .map(({ name, content, pushedAtMs }) => ({ name, digest: digestOf(content), pushedAtMs }))
    .sort((a, b) => byteOrder(`${a.name}/`, `${b.name}/`));
}

/** Names in the order of their keys. */
export function byKey(a: ModelRepository, b: ModelRepository): number {
  return byteOrder(`${a.name}/_`, `${b.name}/_`);
}

export function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function rootOf(rootDirectory: string): string {
  return `${rootDirectory && `${rootDirectory}/`}docker/registry/v2/`;
}

function layOutRepository(
  objects: Objects,
  { name, tags, layers = 2, uploads = 0 }: ModelRepository,
  rootDirectory: string,
) {
  const base = `${rootOf(rootDirectory)}repositories/${name}/`;
  const link = (path: string, digest: string, time = 1_000) => put(objects, `${base}${path}/link`, digest, time);
  for (const tag of tags) {
    link(`_manifests/tags/${tag.name}/current`, digestOf(tag.content), tag.pushedAtMs);
    for (const content of [tag.content, ...(tag.earlier ?? [])]) {
      const hex = digestOf(content).slice('sha256:'.length);
      link(`_manifests/tags/${tag.name}/index/sha256/${hex}`, digestOf(content), tag.pushedAtMs);
      link(`_manifests/revisions/sha256/${hex}`, digestOf(content));
    }
  }
  for (let layer = 0; layer < layers; layer += 1) {
    const hex = digestOf(`${name} ${layer}`).slice('sha256:'.length);
    link(`_layers/sha256/${hex}`, `sha256:${hex}`);
  }
  for (let upload = 0; upload < uploads; upload += 1) put(objects, `${base}_uploads/${upload}/startedat`, 'now');
}
