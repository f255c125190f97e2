import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { ListedTag } from '../../../src/storage/layout.ts';
import { type ModelRepository, type Objects, put } from './registry-model.ts';

/** Repositories as docker-registry keeps them; a tag's content is hashed into the id of its image. */
export interface V1Repository extends ModelRepository {
  readonly isPrivate?: boolean;
  /** What a slash after the namespace became. */
  readonly slash?: '%252F' | '%2F';
}

export const LAST_UPDATE_MS = 1_400_000_000_000;

export function imageOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

export function folderOf({ name, slash = '%252F' }: Pick<V1Repository, 'name' | 'slash'>): string {
  const [namespace, ...rest] = name.split('/');
  return `${namespace}/${rest.join(slash)}/`;
}

/** The objects that docker-registry would have written, images left out. */
export function layOutV1(repositories: readonly V1Repository[], root = 'registry'): Objects {
  const objects: Objects = new Map();
  for (const repository of repositories) {
    const folder = `${root && `${root}/`}repositories/${folderOf(repository)}`;
    put(objects, `${folder}_index_images`, '[]');
    if (repository.isPrivate) put(objects, `${folder}_private`, '');
    for (const tag of repository.tags) putTag(objects, folder, tag);
  }
  return objects;
}

function putTag(objects: Objects, folder: string, { name, content, pushedAtMs }: ModelRepository['tags'][number]) {
  put(objects, `${folder}tag_${name}`, imageOf(content), pushedAtMs);
  put(objects, `${folder}tag${name}_json`, JSON.stringify({ last_update: (LAST_UPDATE_MS + pushedAtMs) / 1_000 }), 1);
}

/** Puts an image and gives its id. */
export function putImage(objects: Objects, content: string, json: object = {}, root = 'registry'): string {
  const id = imageOf(content);
  put(objects, `${root && `${root}/`}images/${id}/json`, JSON.stringify({ id, ...json }));
  return id;
}

/** The tags that reading it must give, sorted by name. Times of the model are whole seconds. */
export function expectedV1Tags({ tags }: ModelRepository): ListedTag[] {
  return tags
    .map(({ name, content, pushedAtMs }) => ({
      name,
      digest: `v1:${imageOf(content)}`,
      pushedAtMs: LAST_UPDATE_MS + pushedAtMs,
    }))
    .sort(byTagName);
}

export function byTagName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Neighbours whose order as keys, their slashes escaped, is not that of their names. */
const NASTY = [
  'ns/er',
  'ns/er-x',
  'ns/er.x',
  'ns/er/x',
  'ns/er/x-y',
  'ns/er/x/y',
  'ns/er/0',
  'ns/er0',
  'ns/er_x',
  'ns/era',
  'ns/e',
  'ns/e/z',
  'ns-a/er',
  'ns.a/er',
  'ns0/er',
  'n/er/x',
  'app/x',
  'app/0sub',
];

const part = fc.stringMatching(/^[a-z0-9]{1,2}(?:[._-][a-z0-9]{1,2})?$/);
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('/')) },
);

const tag = fc.record({
  name: fc.oneof(
    fc.constantFrom('latest', 'v1', 'v1.0', 'json', 'A_json'),
    fc.stringMatching(/^[a-z0-9][a-z._-]{0,3}$/),
  ),
  content: fc.string({ maxLength: 8 }),
  pushedAtMs: fc.integer({ min: 1, max: 10 }).map((seconds) => seconds * 1_000),
});

const repository: fc.Arbitrary<V1Repository> = fc.record({
  name,
  tags: fc.uniqueArray(tag, { maxLength: 3, selector: (it) => it.name }),
  isPrivate: fc.boolean(),
  slash: fc.constantFrom('%252F' as const, '%2F' as const),
});

export const arbitraryV1Registry = fc.uniqueArray(repository, { maxLength: 12, selector: (it) => it.name });

/** Where ranges may be cut: names of both layouts. */
export const arbitraryV1Names = fc.uniqueArray(
  fc.oneof(name, fc.constantFrom('ns', 'app', 'er', 'ns/er-x/y', 'app/0', 'n')),
  { maxLength: 5 },
);
