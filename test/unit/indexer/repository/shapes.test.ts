import { describe, expect, test } from '@jest/globals';
import { deriveRecord } from '../../../../src/indexer/repository/derive.ts';
import { refreshRepository } from '../../../../src/indexer/repository/refresh.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { IN_TOTO, LAYER, manifestsIn, OCI_INDEX, on, pointTo } from '../../../support/registry/manifests.ts';
import { createRegistryFixture, indexerOn } from '../../../support/registry/registry-fixture.ts';
import { digestOf } from '../../../support/registry/registry-model.ts';
import { atOnce, createPromptEngine, namesOf, textQuery } from '../../../support/search/search-queries.ts';

const { signal } = new AbortController();
const TITLE = 'org.opencontainers.image.title';
const CACHE = 'application/vnd.buildkit.cacheconfig.v0';
const NOTATION = 'application/vnd.cncf.notary.signature';
const SPDX = 'https://spdx.dev/Document';
const SLSA = 'https://slsa.dev/provenance/v1';

type Tags = Readonly<Record<string, string>>;

/** A registry, indexed and searched as it is now; tags are pushed in their order. */
function registry() {
  const fixture = createRegistryFixture();
  const indexer = indexerOn(fixture.objects);
  const write = async (name: string, tags: Tags) => {
    const pushed = Object.entries(tags).map(([tag, content], at) => ({ name: tag, content, pushedAtMs: at + 1 }));
    fixture.write({ name, tags: pushed });
    await refreshRepository(indexer, name, signal);
    const stored = indexer.records.stored.get(name);
    return { record: stored?.record, tags: stored?.record.tags.map((tag) => tag.name) };
  };
  const find = (query: string) => {
    const engine = createPromptEngine();
    for (const { record, deleted } of indexer.records.stored.values()) if (!deleted) engine.upsert(record);
    const asked = textQuery('', { query: parseQuery(query, 0), sort: { by: 'name', reverse: false } });
    return namesOf(atOnce(engine.search(asked)));
  };
  return { fixture, ...manifestsIn(fixture), write, find };
}

const hexOf = (content: string) => digestOf(content).slice('sha256:'.length);

describe('the text of a repository', () => {
  test('is that of an image, whatever was pushed after it or is called latest', async () => {
    const { image, artefact, index, write, find } = registry();
    const app = image({ labels: { [TITLE]: 'App' } });
    const cache = index([pointTo('layer', { mediaType: LAYER }), pointTo('config', { mediaType: CACHE })]);
    const signature = artefact(NOTATION, { subject: { digest: digestOf(app) }, annotations: { [TITLE]: 'Signature' } });
    const nydus = image({ labels: { [TITLE]: 'Fast' }, manifest: { subject: { digest: digestOf(app) } } });
    const tags = { main: app, latest: cache, '9.0.0': signature, 'main-nydus': nydus, cache };
    const { record } = await write('app', tags);
    expect(record).toMatchObject({ title: 'App', types: ['image', CACHE], referrers: ['signature'] });
    expect(find('tag:cache type:image')).toEqual(['app']);
    expect(find('tag:main-nydus')).toEqual(['app']);
  });

  test('is found behind more caches than are tried at first', async () => {
    const { image, index, write } = registry();
    const cacheOf = (at: number) => index([pointTo(`${at}`, { mediaType: CACHE })]);
    const caches = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`cache-${at}`, cacheOf(at)]));
    const { record } = await write('app', { main: image({ labels: { [TITLE]: 'App' } }), ...caches });
    expect(record).toMatchObject({ title: 'App', types: ['image', CACHE] });
  });

  test('is that of a chart’s highest version, whose plus is an underscore in its tag', async () => {
    const { fixture, write, find } = registry();
    const chart = (version: string) => {
      const config = fixture.json({ name: 'shop', version, description: `Shop ${version}` });
      return fixture.json({
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digestOf(config) },
      });
    };
    const versions = ['1.10.0+b1', '1.9.0+b3', '1.9.0', '1.10.0-rc.1+b9'];
    const tags = Object.fromEntries(versions.map((version) => [version.replace('+', '_'), chart(version)]));
    const { record } = await write('charts/shop', tags);
    expect(record?.tags.map(({ chart }) => chart?.version).sort()).toEqual(versions.toSorted());
    expect(record).toMatchObject({
      summary: 'Shop 1.10.0+b1',
      labels: { 'org.opencontainers.image.version': '1.10.0+b1' },
      types: ['helm'],
    });
    for (const query of ['tag:1.10.0+b1', 'tag:1.10.0_b1', 'tag:1.10.0+*', 'type:helm tag:1.10.0-rc.1+b9'])
      expect(find(query)).toEqual(['charts/shop']);
    expect(find('tag:1.10.0')).toEqual([]);
  });

  test('is nothing where all that there is says nothing of its own; its name, tags and type are found', async () => {
    const { artefact, index, write, find } = registry();
    await write('cache', { v1: index([pointTo('config', { mediaType: CACHE })]) });
    await write('sboms', { v1: artefact('application/spdx+json', { annotations: { [TITLE]: 'SBOM' } }) });
    expect(find('cache')).toEqual(['cache']);
    expect(find('type:image')).toEqual([]);
    expect(find(`type:${CACHE} tag:v1`)).toEqual(['cache']);
    expect(find('type:application/spdx+json')).toEqual(['sboms']);
    expect(find('SBOM')).toEqual(['sboms']);
    expect(find(`label:${TITLE}`)).toEqual([]);
  });

  test('may be that of an accelerated image, where that alone has a tag', async () => {
    const { image, write, find } = registry();
    const subject = { digest: digestOf('elsewhere') };
    const { record } = await write('only', { 'v1-nydus': image({ labels: { a: '' }, manifest: { subject } }) });
    expect(record).toMatchObject({ types: ['image'], platforms: ['linux/amd64'], referrers: [] });
    expect(find('label:a tag:v1-nydus')).toEqual(['only']);
    expect(find('label:a=')).toEqual(['only']);
    expect(find('label:a=b')).toEqual([]);
  });
});

describe('a tag that looks like a digest', () => {
  test('is that of an image where a mirror has tagged one so, with its own digest or another', async () => {
    const { image, index, write, find } = registry();
    const one = image({ labels: { [TITLE]: 'One' } });
    const many = index([pointTo(image({ platform: 'linux/arm64' }), on('linux/arm64'))]);
    const own = { [`sha256-${hexOf(one)}`]: one, [`sha256-${hexOf(many)}.imgpkg`]: many };
    const other = { [`sha512-${'a'.repeat(64)}`]: many, [`sha256-${'b'.repeat(64)}`]: one };
    expect((await write('mirror', own)).tags).toEqual(Object.keys(own).sort());
    expect((await write('copied', other)).tags).toEqual(Object.keys(other).sort());
    expect(find('type:image arch:arm64 tag:sha256*')).toEqual(['mirror']);
    expect(find('type:image arch:arm64 tag:sha512*')).toEqual(['copied']);
    expect(find('One type:image')).toEqual(['copied']);
  });

  test('speaks for a repository only where nothing else does', async () => {
    const { image, write } = registry();
    const [app, old] = [image({ labels: { [TITLE]: 'App' } }), image({ labels: { [TITLE]: 'Old' } })];
    expect((await write('app', { main: app, [`sha256-${hexOf(old)}`]: old })).record).toMatchObject({ title: 'App' });
  });

  test.each(['src', 'dockerfile', 'image-locations.imgpkg', 'git', 'vex', 'sig', 'att', 'sbom', 'cosign'])(
    'and ends with .%s is a companion and hidden, also where it is pushed last and looks like an image',
    async (suffix) => {
      const { image, write, find } = registry();
      const app = image({ labels: { [TITLE]: 'App' } });
      const companion = image({ labels: { [TITLE]: 'Companion' } });
      for (const algorithm of ['sha256', 'sha512', 'blake3']) {
        const { record, tags } = await write('app', { pr: app, [`${algorithm}-${hexOf(app)}.${suffix}`]: companion });
        expect(tags).toEqual(['pr']);
        expect(record).toMatchObject({ title: 'App', types: ['image'], pushedAtMs: 1 });
      }
      expect(find('tag:sha*')).toEqual([]);
      expect(find('companion')).toEqual([]);
    },
  );

  test('is a companion where it points to a list of referrers, to an empty one, or to what refers to that digest', async () => {
    const { image, artefact, index, write } = registry();
    const app = image();
    const subject = { digest: digestOf(app) };
    const pointed: readonly [string, readonly string[]][] = [
      [index([]), []],
      [index([pointTo('s', { artifactType: NOTATION })]), ['signature']],
      [index([pointTo(artefact(NOTATION, { subject }))]), ['signature']],
      [artefact('application/spdx+json', { subject }), ['sbom']],
      [image({ labels: { fast: '' }, manifest: { subject } }), []],
    ];
    for (const [content, marks] of pointed) {
      const { record, tags } = await write('app', { v1: app, [`sha256-${hexOf(app)}`]: content });
      expect(tags).toEqual(['v1']);
      expect(record).toMatchObject({ types: ['image'], referrers: marks });
    }
  });

  test('is not all that may be beside an image: so are tables of contents', async () => {
    const { image, write } = registry();
    const { record, tags } = await write('app', { main: image({ labels: { a: '' } }), 'main-esgztoc': image() });
    expect(tags).toEqual(['main']);
    expect(record).toMatchObject({ labels: { a: '' } });
  });

  test('leaves a repository of companions alone without anything to find', async () => {
    const { image, index, write, find } = registry();
    const hex = 'c'.repeat(64);
    await write('gone', { [`sha256-${hex}.sig`]: image(), [`sha256-${hex}`]: index([]) });
    expect(find('gone')).toEqual([]);
  });
});

describe('a mark', () => {
  const marked = async (make: (all: ReturnType<typeof registry>, app: string, hex: string) => Tags) => {
    const all = registry();
    const app = all.image();
    const { record } = await all.write('app', { v1: app, ...make(all, app, hexOf(app)) });
    return record?.referrers;
  };

  const bundleOf = (annotations: Readonly<Record<string, string>>) =>
    pointTo('bundle', { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json', annotations });
  const statement = (type: string) =>
    bundleOf({ 'dev.sigstore.bundle.content': 'dsse-envelope', 'dev.sigstore.bundle.predicateType': type });

  test('is left by cosign’s tags, by what is in them, and under a prefix as well', async () => {
    expect(await marked(({ image }, _, hex) => ({ [`sha256-${hex}.sig`]: image() }))).toEqual(['signature']);
    expect(await marked(({ image }, _, hex) => ({ [`sha256-${hex}.sbom`]: image() }))).toEqual(['sbom']);
    expect(await marked(({ image }, _, hex) => ({ [`sha256-${hex}.att`]: image() }))).toEqual(['attestation']);
    expect(await marked(({ image }, _, hex) => ({ [`acme-sha256-${hex}.sig`]: image() }))).toEqual(['signature']);
    const layer = { mediaType: 'application/vnd.dsse.envelope.v1+json', digest: 'sha256:1' };
    const layers = [{ ...layer, annotations: { predicateType: SPDX } }];
    expect(await marked(({ image }, _, hex) => ({ [`sha256-${hex}.att`]: image({ layers }) }))).toEqual([
      'attestation',
      'sbom',
    ]);
  });

  test.each([
    ['a signed message', bundleOf({ 'dev.sigstore.bundle.content': 'message-signature' }), 'signature'],
    ['cosign’s signature', statement('https://sigstore.dev/cosign/sign/v1'), 'signature'],
    ['provenance', statement(SLSA), 'attestation'],
    ['an SBOM', statement('https://cyclonedx.org/bom'), 'sbom'],
  ])('is left by a bundle of Sigstore’s that is %s', async (_, bundle, mark) => {
    expect(await marked(({ index }, app) => ({ [`sha256-${hexOf(app)}`]: index([bundle]) }))).toEqual([mark]);
  });

  test('is left by what BuildKit attached within any tag’s index', async () => {
    const carrying = (predicate: string) =>
      marked(({ image, index, attested }) => {
        const arm = image({ platform: 'linux/arm64' });
        return { old: index([pointTo(arm, on('linux/arm64')), attested(arm, predicate)]) };
      });
    expect(await carrying(SPDX)).toEqual(['sbom']);
    expect(await carrying(SLSA)).toEqual(['attestation']);
  });

  test('counts while what it marks has a tag, or is below an index that has', async () => {
    const { image, artefact, index, write, find } = registry();
    const [amd, arm] = [image(), image({ platform: 'linux/arm64' })];
    const inner = index([pointTo(arm, on('linux/arm64'))]);
    const both = index([pointTo(amd, on('linux/amd64')), pointTo(inner, { mediaType: OCI_INDEX })]);
    const signed = { [`sha256-${hexOf(arm)}.sig`]: image({ labels: { sig: '' } }) };
    const sbom = artefact('application/spdx+json', { subject: { digest: digestOf(inner) } });
    const listed = { [`sha256-${hexOf(amd)}`]: index([pointTo('a', { artifactType: IN_TOTO })]) };
    await write('app', { v1: both, sbom, ...signed, ...listed });
    expect(find('signed:yes sbom:yes attested:yes')).toEqual(['app']);
    await write('app', { v1: amd, sbom, ...signed, ...listed });
    expect(find('attested:yes signed:no sbom:no')).toEqual(['app']);
    await write('app', { v1: image({ labels: { other: '' } }), sbom, ...signed, ...listed });
    expect(find('signed:no sbom:no attested:no')).toEqual(['app']);
  });

  test('of a companion is none of the repository', async () => {
    const { image, write } = registry();
    const app = image();
    const sbom = image({ labels: { sbom: '' } });
    const tags = {
      v1: app,
      [`sha256-${hexOf(app)}.sbom`]: sbom,
      [`sha256-${hexOf(sbom)}.sig`]: image({ labels: { sig: '' } }),
    };
    expect((await write('app', tags)).record?.referrers).toEqual(['sbom']);
  });

  test('counts for digests that are longer than their tags, which OCI cuts', () => {
    const digest = `sha512:${'ab'.repeat(64)}`;
    const list = { name: `sha512-${'ab'.repeat(32)}`, digest: `sha256:${'c'.repeat(64)}`, pushedAtMs: 2 };
    const referrers = [{ digest: 'sha256:1', type: NOTATION, marks: ['signature' as const] }];
    const { record, companions } = deriveRecord({
      name: 'app',
      isPrivate: false,
      tags: [{ name: 'v1', digest, pushedAtMs: 1 }, list, { ...list, digest, name: `${list.name}.imgpkg` }],
      manifests: new Map([[list.digest, { facts: { kind: 'artefact', type: NOTATION, referrers }, problems: [] }]]),
      representative: undefined,
    });
    expect(record.tags.map(({ name }) => name)).toEqual([`${list.name}.imgpkg`, 'v1']);
    expect(record.referrers).toEqual(['signature']);
    expect(companions).toEqual([list]);
  });
});
