/** What keeps images from being pinned, in a sentence for the person who asked; nothing has been changed then. */
export class PinError extends Error {
  override readonly name = 'PinError';
}

/** An image as a Dockerfile names it, taken apart as the distribution project's grammar of references does. */
export interface ImageReference {
  /** `host` or `host:port`; of Docker Hub the host that answers its API. */
  readonly registry: string;
  readonly repository: string;
  /** `latest` unless told; undefined where a digest alone is named, which no tag can renew. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** As it was written, with a tag and without a digest. */
  readonly name: string;
}

const DOCKER_HUB = 'registry-1.docker.io';
const DOCKER_HUB_NAMES = ['docker.io', 'index.docker.io', DOCKER_HUB];
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;
const COMPONENT = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const MAX_REPOSITORY_LENGTH = 255;

/** @throws {PinError} when it is no image's name */
export function parseReference(text: string): ImageReference {
  const [, named = '', digest] = /^([^@]*)(?:@(.*))?$/.exec(text) ?? [];
  const [, path = '', tag] = /^(.*?)(?::([^/:]*))?$/.exec(named) ?? [];
  const { host, rest } = splitHost(path);
  const isHub = DOCKER_HUB_NAMES.includes(host.toLowerCase());
  const repository = isHub && !rest.includes('/') ? `library/${rest}` : rest;
  const isValid =
    HOST.test(host) &&
    REPOSITORY.test(repository) &&
    repository.length <= MAX_REPOSITORY_LENGTH &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest));
  if (!isValid)
    throw new PinError(
      `"${text}" is not the name of an image, such as "node:24" or "registry.example.com/team/node:24"`,
    );
  const wanted = tag ?? (digest === undefined ? 'latest' : undefined);
  const name = wanted === undefined ? path : `${path}:${wanted}`;
  return { registry: isHub ? DOCKER_HUB : host, repository, tag: wanted, digest, name };
}

/** The first part is a host when it looks like one; else the image is of Docker Hub. */
function splitHost(path: string): { host: string; rest: string } {
  const slash = path.indexOf('/');
  const first = path.slice(0, slash);
  const isHost = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  return isHost ? { host: first, rest: path.slice(slash + 1) } : { host: 'docker.io', rest: path };
}
