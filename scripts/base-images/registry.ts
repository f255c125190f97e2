import { createHash } from 'node:crypto';
import { isRecord } from '../../src/json/is-record.ts';
import { type Answer, get } from './answers.ts';
import { type ImageReference, PinError } from './reference.ts';

export interface FoundImage {
  /** Of the index where there is one, so that one pin serves every platform. */
  readonly digest: string;
  /** Such as `linux/arm64`; none for an image of one platform, whose manifest does not say which. */
  readonly platforms: readonly string[];
}

const INDEXES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const ACCEPT = [...INDEXES, ...MANIFESTS].join(', ');
const CHALLENGE_VALUE = /([a-z]+)="([^"]*)"/gi;
/** What a header may carry. */
const TOKEN = /^[\x21-\x7e]+$/;
const PLATFORM = /^[\w./-]+$/;
/** As Docker does: only a registry on this machine is spoken to without TLS. */
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/;

/**
 * Asks a registry, as anybody, what a tag points to; without a tag, whether the digest is there.
 * @throws {PinError} when it cannot be reached, wants a login, has no such image, or answers with what is none
 */
export async function findImage(reference: ImageReference): Promise<FoundImage> {
  const { registry, repository, tag, digest = '' } = reference;
  const scheme = LOOPBACK.test(registry) ? 'http' : 'https';
  const url = new URL(`${scheme}://${registry}/v2/${repository}/manifests/${tag ?? digest}`);
  const first = await get(url, { accept: ACCEPT });
  const token = first.status === 401 ? await tokenFor(first, reference, url.protocol) : undefined;
  const answer = token === undefined ? first : await get(url, { accept: ACCEPT, authorization: `Bearer ${token}` });
  if (answer.status !== 200) throw new PinError(refusal(answer.status, reference));
  return readManifest(answer, reference);
}

/** The protocol of registries for tokens: a 401 says where to fetch one, and anybody gets one that lets them read. */
async function tokenFor(refused: Answer, reference: ImageReference, protocol: string): Promise<string> {
  const { registry, repository } = reference;
  const [, challenge] = /\bBearer\s+(.*)$/i.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
  if (challenge === undefined) throw new PinError(refusal(401, reference));
  const values = new Map([...challenge.matchAll(CHALLENGE_VALUE)].map(([, key = '', value = '']) => [key, value]));
  const realm = URL.parse(values.get('realm') ?? '');
  if (realm === null || (realm.protocol !== 'https:' && realm.protocol !== protocol)) {
    throw new PinError(`${registry} sends for a login to an address that is not secure.`);
  }
  realm.searchParams.set('service', values.get('service') ?? '');
  realm.searchParams.set('scope', values.get('scope') ?? `repository:${repository}:pull`);
  const answer = await get(realm, { accept: 'application/json' });
  const given = answer.status === 200 ? parseObject(answer.body) : {};
  const token = given.token ?? given.access_token;
  if (typeof token !== 'string' || !TOKEN.test(token)) throw new PinError(refusal(401, reference));
  return token;
}

function readManifest({ headers, body }: Answer, { registry, name, digest: pinned, tag }: ImageReference): FoundImage {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (!INDEXES.includes(type) && !MANIFESTS.includes(type)) {
    throw new PinError(
      `${registry} answers for ${name} with something that is no image (${JSON.stringify(type.slice(0, 100))}).`,
    );
  }
  const expected = headers.get('docker-content-digest') ?? (tag === undefined ? pinned : undefined);
  const algorithm = expected?.startsWith('sha512:') ? 'sha512' : 'sha256';
  const digest = `${algorithm}:${createHash(algorithm).update(body).digest('hex')}`;
  if (expected !== undefined && expected !== digest) {
    throw new PinError(`${registry} sent a manifest of ${name} that is not the one its digest names; try again.`);
  }
  return { digest, platforms: platformsOf(parseObject(body)) };
}

/** Attestations lie in an index too, for the platform unknown/unknown. */
function platformsOf({ manifests }: Record<string, unknown>): string[] {
  const children: unknown[] = Array.isArray(manifests) ? manifests : [];
  const platforms = children.flatMap((child) => (isRecord(child) && isRecord(child.platform) ? [child.platform] : []));
  const texts = platforms.map(({ os, architecture, variant }) => [os, architecture, variant].filter(isText).join('/'));
  return [...new Set(texts)].filter((text) => PLATFORM.test(text) && !text.startsWith('unknown'));
}

function refusal(status: number, { registry, repository, tag, digest, name }: ImageReference): string {
  const image = tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
  if (status === 404) return `${registry} has no image ${image}.`;
  if (status === 429) return `${registry} takes no more requests for now; try again later.`;
  if (status !== 401 && status !== 403) return `${registry} answered ${status} for ${image}; try again later.`;
  return (
    `${registry} has no image ${image}, or shows it to users who have logged in only. ` +
    `Such an image is pinned by hand: "docker buildx imagetools inspect ${name}" prints the digest.`
  );
}

function parseObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
