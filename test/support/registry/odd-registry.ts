import { createHash } from 'node:crypto';

/** Keys and bodies of a bucket. */
export type Bucket = Map<string, string>;

const V2 = 'docker/registry/v2/';
const V1 = 'registry/';
const OCI = 'application/vnd.oci.image';
const IMAGE_CONFIG = `${OCI}.config.v1+json`;
const MANIFEST = `${OCI}.manifest.v1+json`;
const INDEX = `${OCI}.index.v1+json`;
const MIB = 1024 * 1024;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** Writes a registry of V2 by hand, with whatever is wrong in it. */
function writerOf(bucket: Bucket) {
  const put = (key: string, body: string) => void bucket.set(key, body);
  const putBlob = (digest: string, body: string) => {
    const [algorithm, hex = ''] = digest.split(':');
    put(`${V2}blobs/${algorithm}/${hex.slice(0, 2)}/${hex}/data`, body);
  };
  /** A blob that is there; what it is called by is its own digest. */
  const blob = (mediaType: string, content: string | object): Descriptor => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    putBlob(digestOf(text), text);
    return { mediaType, digest: digestOf(text), size: text.length };
  };
  /** A blob that is not there, or is something else than it should be. */
  const odd = (mediaType: string, name: string, body?: string): Descriptor => {
    if (body !== undefined) putBlob(digestOf(name), body);
    return { mediaType, digest: digestOf(name), size: name.length };
  };
  const repository = (name: string) => `${V2}repositories/${name}/`;
  const link = (name: string, tag: string, text: string) =>
    put(`${repository(name)}_manifests/tags/${tag}/current/link`, text);
  const history = (name: string, tag: string, digest: string) =>
    put(`${repository(name)}_manifests/tags/${tag}/index/${digest.replace(':', '/')}/link`, digest);
  const revision = (name: string, digest: string) =>
    put(`${repository(name)}_manifests/revisions/${digest.replace(':', '/')}/link`, digest);
  const tag = (name: string, tagName: string, { digest }: Descriptor) => {
    link(name, tagName, digest);
    history(name, tagName, digest);
    revision(name, digest);
  };
  const configOf = (text: string, architecture = 'amd64') =>
    blob(IMAGE_CONFIG, { os: 'linux', architecture, config: { Labels: { text } } });
  const manifestOf = (config: Descriptor, rest: object = {}) =>
    blob(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers: [], ...rest });
  const image = (text: string) => manifestOf(configOf(text));
  const index = (manifests: readonly object[], rest: object = {}) =>
    blob(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests, ...rest });
  return { put, blob, odd, repository, link, history, revision, tag, configOf, manifestOf, image, index };
}

/** What is allowed, of every shape: nothing of it is a fault. */
function putWhole(bucket: Bucket): void {
  const { put, blob, odd, repository, revision, tag, manifestOf, image, index } = writerOf(bucket);
  const amd64 = { platform: { os: 'linux', architecture: 'amd64' } };
  const arm64 = { platform: { os: 'linux', architecture: 'arm64' } };
  tag('whole/image', 'latest', image('image'));
  tag('whole/image', 'v1', image('image v1'));
  tag(
    'whole/index',
    'latest',
    index([
      { ...image('a'), ...amd64 },
      { ...image('b'), ...arm64 },
    ]),
  );
  tag('whole/nested', 'latest', index([{ ...index([{ ...image('deep'), ...amd64 }]) }]));
  tag(
    'whole/sparse',
    'latest',
    index([
      { ...odd(MANIFEST, 'elsewhere'), ...amd64 },
      { ...image('here'), ...arm64 },
    ]),
  );
  tag('whole/cache', 'cache', index([odd('application/vnd.buildkit.cacheconfig.v0', 'cache')]));
  tag('whole/empty-index', 'latest', index([]));
  const chart = blob('application/vnd.cncf.helm.config.v1+json', { name: 'chart', version: '1.0.0' });
  tag('whole/chart', '1.0.0', manifestOf(chart));
  tag('whole/artefact', 'latest', manifestOf(odd('application/x-odd', 'never read')));
  const signed = image('signed');
  tag('whole/signed', 'latest', signed);
  const beside = (suffix: string) => `sha256-${hexOf(signed.digest)}${suffix}`;
  const referrer = manifestOf(odd('application/x-cosign', 'x'), {
    subject: signed,
    artifactType: 'application/x-cosign',
  });
  for (const suffix of ['.sig', '.att', '.sbom', '.src']) tag('whole/signed', beside(suffix), referrer);
  tag('whole/signed', beside(''), index([{ ...referrer, artifactType: 'application/x-cosign' }]));
  const mirrored = image('mirrored');
  tag('whole/mirror', `sha256-${hexOf(mirrored.digest)}`, mirrored);
  tag('whole/orphans', beside('.sig'), referrer);
  tag('whole/two-names', 'a', image('image'));
  revision('empty/revisions', signed.digest);
  put(`${repository('empty/uploads')}_uploads/0a/startedat`, '2026-01-01T00:00:00Z');
  put(`${repository('empty/layers')}_layers/sha256/${'0'.repeat(64)}/link`, `sha256:${'0'.repeat(64)}`);
  for (const folder of ['', 'markers/', 'markers/_manifests/', 'whole/image/_manifests/tags/', 'Bad Marker/'])
    put(`${V2}repositories/${folder}`, '');
  put(`${V2}repositories/whole_$folder$`, '');
}

/** How often each kind of fault is in the bucket below. */
export const V2_FAULTS = {
  Foreign: 2,
  Leftover: 2,
  InvalidName: 3,
  InvalidLink: 9,
  Missing: 5,
  Malformed: 8,
  TooLarge: 2,
};

function putFaults(bucket: Bucket): void {
  const { put, odd, repository, link, history, tag, manifestOf, image, index } = writerOf(bucket);
  const amd64 = { platform: { os: 'linux', architecture: 'amd64' } };
  tag('bad/missing', 'latest', odd(MANIFEST, 'manifest missing'));
  tag('bad/mixed', 'broken', odd(MANIFEST, 'another missing'));
  tag('bad/mixed', 'whole', image('mixed'));
  tag('bad/empty', 'latest', odd(MANIFEST, 'manifest empty', ''));
  tag('bad/truncated', 'latest', odd(MANIFEST, 'manifest truncated', '{"schemaVersion":2,"config":{"dig'));
  tag('bad/html', 'latest', odd(MANIFEST, 'manifest html', '<html>'));
  tag('bad/array', 'latest', odd(MANIFEST, 'manifest array', '[]'));
  tag('bad/nothing', 'latest', odd(MANIFEST, 'manifest nothing', '{}'));
  tag('bad/large', 'latest', odd(MANIFEST, 'manifest large', 'x'.repeat(4 * MIB + 1)));
  tag('bad/config-missing', 'latest', manifestOf(odd(IMAGE_CONFIG, 'config missing')));
  tag('bad/config-html', 'latest', manifestOf(odd(IMAGE_CONFIG, 'config html', '<html>')));
  tag('bad/config-large', 'latest', manifestOf(odd(IMAGE_CONFIG, 'config large', 'x'.repeat(8 * MIB + 1))));
  const chart = 'application/vnd.cncf.helm.config.v1+json';
  tag('bad/chart', '1.0.0', manifestOf(odd(chart, 'chart html', '<html>')));
  tag('bad/chart-number', '1.0.0', manifestOf(odd(chart, 'chart number', '7')));
  tag('bad/children', 'latest', index([{ ...odd(MANIFEST, 'child missing'), ...amd64 }]));
  tag('bad/grandchild', 'latest', index([index([{ ...odd(MANIFEST, 'grandchild missing'), ...amd64 }])]));
  const links = {
    empty: '',
    garbage: 'garbage',
    uppercase: `sha256:${'A'.repeat(64)}`,
    short: `sha256:${'a'.repeat(63)}`,
    long: `sha256:${'a'.repeat(300)}`,
    md5: `md5:${'a'.repeat(32)}`,
    json: '{}',
    binary: '\u0000\u0001\ufffd',
  };
  for (const [name, text] of Object.entries(links)) link('bad/links', name, text);
  link('bad/links', 'newline', `${image('newline').digest}\n`);
  link('bad/one-link', 'latest', 'garbage');
  history('bad/no-current', 'gone', image('gone').digest);
  history('bad/leftover', 'gone', image('gone').digest);
  tag('bad/leftover', 'latest', image('leftover'));
  tag('Bad Name', 'latest', image('x'));
  tag(`${'n'.repeat(200)}/${'n'.repeat(60)}`, 'latest', image('x'));
  link('bad/tag-name', '-x', image('x').digest);
  tag('bad/tag-name', 'good', image('x'));
  put(`${V2}repositories/stray.txt`, 'unexpected');
  put(`${repository('whole/image')}_manifests/tags/latest/notes.txt`, 'unexpected');
}

/** A registry of V2 with everything in it that a registry may hold, and everything that may be wrong with it. */
export function oddV2Registry(): Bucket {
  const bucket: Bucket = new Map();
  putWhole(bucket);
  putFaults(bucket);
  return bucket;
}

export const V1_FAULTS = { Foreign: 1, InvalidName: 2, InvalidLink: 3, Missing: 1, Malformed: 2, Unfinished: 1 };

/** The same of docker-registry, the registry before. */
export function oddV1Registry(): Bucket {
  const bucket: Bucket = new Map();
  const put = (key: string, body: string) => void bucket.set(`${V1}${key}`, body);
  const idOf = (text: string) => hexOf(digestOf(text));
  const image = (text: string, body = JSON.stringify({ id: idOf(text), os: 'linux', architecture: 'amd64' })) => {
    put(`images/${idOf(text)}/json`, body);
    return idOf(text);
  };
  const tag = (name: string, tagName: string, id: string) => put(`repositories/${name}/tag_${tagName}`, id);
  tag('library/web', 'latest', image('web'));
  put('repositories/library/web/taglatest_json', '{"last_update": 1400000000}');
  put('repositories/library/web/_index_images', '[]');
  tag('team/private', 'latest', image('private'));
  put('repositories/team/private/_private', '');
  tag('team/odd-json', 'latest', image('odd json'));
  put('repositories/team/odd-json/taglatest_json', 'not JSON');
  tag('bad/missing', 'latest', idOf('no image'));
  tag('bad/empty', 'latest', image('empty', ''));
  tag('bad/html', 'latest', image('html', '<html>'));
  tag('bad/unfinished', 'latest', image('unfinished'));
  put(`images/${idOf('unfinished')}/_inprogress`, 'true');
  tag('bad/links', 'empty', '');
  tag('bad/links', 'garbage', 'garbage');
  tag('bad/links', 'good', image('good'));
  tag('bad/one-link', 'latest', 'A'.repeat(64));
  tag('Bad/Name', 'latest', image('x'));
  tag('bad/tag-name', '%2Fx', image('x'));
  put('repositories/a/b/c/tag_latest', image('x'));
  for (const folder of ['', 'team/', 'ghosts/ghost/', 'Bad/Marker/']) put(`repositories/${folder}`, '');
  return bucket;
}
