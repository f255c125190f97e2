import type { Serializable } from '../../archive.ts';
import { DOCKER_HUB, isHost, registryAt } from '../../registry-host.ts';
import { encode, hashOf, sliceOf } from '../structures/bytes.ts';
import { createCountedNames } from '../structures/counted-names.ts';
import { createHashIndex } from '../structures/dictionary.ts';

/** OCI's annotation of the image that an image is built on, as it was pulled: `registry.acme.example/base/node:22`. */
export const BASE_IMAGE_LABEL = 'org.opencontainers.image.base.name';

/**
 * How many repositories are built on which. A reference means the repository of its path, whatever the host is that it
 * was pulled by, and every mirror of it: `mirror/docker.io/library/nginx` is meant by `nginx:1.27`.
 */
export interface BaseImages extends Serializable {
  /** How many count a repository of this name as their base. */
  dependentsOf(name: string): number;
  /** Counts one more that is built on a reference, or one less. */
  count(reference: string, by: 1 | -1): void;
  /** Live docs that a reference means. */
  meantBy(reference: string): number[];
  /** A doc of that name was added, or removed. */
  addMirror(doc: number, name: string): void;
  removeMirror(doc: number, name: string): void;
}

export interface BaseImageDeps {
  readonly find: (name: string) => number;
  readonly nameTextOf: (doc: number) => string;
}

export function createBaseImages({ find, nameTextOf }: BaseImageDeps): BaseImages {
  const names = createCountedNames();
  const mirrors = createHashIndex<string>({
    isKeyOf: (doc, origin) => originOf(nameTextOf(doc)) === origin,
    hashOf: (doc) => hashOfText(originOf(nameTextOf(doc)) ?? ''),
  });

  const countOf = (key: string | undefined) => {
    const id = key === undefined ? -1 : names.find(sliceOf(encode(key)));
    return id < 0 ? 0 : names.countOf(id);
  };

  return {
    dependentsOf: (name) => Math.max(countOf(name), countOf(originOf(name))),
    count(reference, by) {
      for (const key of keysOf(reference)) names.count(names.intern(sliceOf(encode(key))), by);
    },
    meantBy(reference) {
      const { path, origin } = readBase(reference);
      const named = find(path);
      const found = mirrors.findAll(hashOfText(origin), origin);
      return named < 0 || found.includes(named) ? found : [...found, named];
    },
    addMirror(doc, name) {
      const origin = originOf(name);
      if (origin !== undefined) mirrors.add(hashOfText(origin), doc);
    },
    removeMirror(doc, name) {
      const origin = originOf(name);
      if (origin !== undefined) mirrors.remove(hashOfText(origin), doc);
    },
    *serialize(archive) {
      yield* names.serialize(archive);
      yield* mirrors.serialize(archive);
    },
  };
}

function hashOfText(text: string): number {
  return hashOf(sliceOf(encode(text)));
}

/** What a reference to a base image means. */
interface Base {
  /** The name in its registry. */
  readonly path: string;
  /** Registry and name, as mirrors have them in their own names. */
  readonly origin: string;
}

const TAG_OR_DIGEST = /(:[^/:@]*)?(@.*)?$/;

function readBase(reference: string): Base {
  const [first = '', ...rest] = reference.replace(TAG_OR_DIGEST, '').split('/');
  if (rest.length > 0 && isHost(first)) return { path: rest.join('/'), origin: originAt(first, rest) };
  return { path: [first, ...rest].join('/'), origin: originAt(DOCKER_HUB, [first, ...rest]) };
}

/** Whether a reference means the repository of a name. */
export function meansName(reference: string, name: string): boolean {
  const { path, origin } = readBase(reference);
  return name === path || originOf(name) === origin;
}

function keysOf(reference: string): Set<string> {
  const { path, origin } = readBase(reference);
  return new Set([path, origin]);
}

/**
 * What a repository is a mirror of, by its name: from a component on that is a host. `library/nginx` without a host is
 * Docker Hub's.
 */
function originOf(name: string): string | undefined {
  const components = name.split('/');
  const host = components.findIndex((component, at) => isHost(component) && at < components.length - 1);
  if (host >= 0) return originAt(components[host] ?? '', components.slice(host + 1));
  return components.at(-2) === LIBRARY ? originAt(DOCKER_HUB, components.slice(-2)) : undefined;
}

const LIBRARY = 'library';

function originAt(host: string, path: readonly string[]): string {
  const registry = registryAt(host);
  const isOfficial = registry === DOCKER_HUB && path.length === 1;
  return [registry, ...(isOfficial ? [LIBRARY] : []), ...path].join('/');
}
