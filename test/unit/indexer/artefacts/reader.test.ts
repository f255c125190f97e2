import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ReadManifest } from '../../../../src/indexer/artefacts/reader.ts';
import {
  EMPTY,
  IN_TOTO,
  LAYER,
  manifestsIn,
  OCI_CONFIG,
  OCI_INDEX,
  on,
  pointTo,
} from '../../../support/registry/manifests.ts';
import { createRegistryFixture, indexerOn } from '../../../support/registry/registry-fixture.ts';
import { digestOf } from '../../../support/registry/registry-model.ts';

const { signal } = new AbortController();
const OCI = 'org.opencontainers.image';
const SPDX = 'https://spdx.dev/Document';
const SLSA = 'https://slsa.dev/provenance/v1';
const DOCKER = 'application/vnd.docker';

function registry() {
  const fixture = createRegistryFixture();
  const blobKeyOf = (content: string) => [...fixture.objects].find(([, { body }]) => body.toString() === content)?.[0];
  /** What a process that remembers nothing reads of it, and by how many requests. */
  const read = async (content: string): Promise<ReadManifest & { gets: number }> => {
    const { artefacts, storage } = indexerOn(fixture.objects);
    const answer = await artefacts.read(digestOf(content), signal);
    return { ...answer, gets: storage.requests.gets };
  };
  const lose = (content: string) => fixture.objects.delete(blobKeyOf(content) ?? '');
  const spoil = (content: string) => {
    const key = blobKeyOf(content);
    if (key) fixture.objects.set(key, { body: Buffer.from('<html>'), lastModifiedMs: 1 });
  };
  return { fixture, ...manifestsIn(fixture), read, lose, spoil };
}

describe('an image', () => {
  test('tells its size, when it was made, and what it is based on, by two requests', async () => {
    const { image, read } = registry();
    const config = { created: '2026-03-01T10:00:00Z' };
    const labels = { [`${OCI}.base.name`]: 'docker.io/library/alpine:3', [`${OCI}.base.digest`]: 'sha256:ba5e' };
    const layers = [1_000, 234].map((size) => ({ mediaType: LAYER, digest: 'sha256:1', size }));
    const content = image({ labels, layers, config, platform: 'linux/aarch64' });
    const { inspected, artefact, gets } = await read(content);
    const configSize: number = JSON.parse(content).config.size;
    expect(inspected).toEqual({
      facts: {
        kind: 'image',
        platforms: ['linux/arm64'],
        sizeBytes: 1_234 + configSize,
        createdAtMs: Date.UTC(2026, 2, 1, 10),
        base: { name: 'docker.io/library/alpine:3', digest: 'sha256:ba5e' },
      },
      problems: [],
    });
    expect(artefact).toMatchObject({ type: 'image', labels });
    expect(gets).toBe(2);
  });

  test.each([
    ['application/octet-stream', `${DOCKER}.distribution.manifest.v2+json`],
    ['application/json', `${DOCKER}.distribution.manifest.v2+json`],
    ['text/html', undefined],
    ['text/html; charset=utf-8', undefined],
    ['text/plain', undefined],
    ['', undefined],
    [undefined, undefined],
    [`${DOCKER}.container.image.v1+json; charset=utf-8`, undefined],
  ])('may have a config that is called %s', async (configType, mediaType) => {
    const { fixture, image, read } = registry();
    const { config, ...manifest } = JSON.parse(image({ labels: { a: 'b' } }));
    const content = fixture.json({ ...manifest, mediaType, config: { ...config, mediaType: configType } });
    expect(await read(content)).toMatchObject({
      inspected: { facts: { kind: 'image', platforms: ['linux/amd64'] }, problems: [] },
      artefact: { type: 'image', labels: { a: 'b' } },
      gets: 2,
    });
  });

  test('is none where its config, of no particular type, is none', async () => {
    const { fixture, read } = registry();
    const layers = [{ mediaType: LAYER, digest: 'sha256:1', size: 1 }];
    for (const config of ['{}', '[1]', 'no JSON', '{"rootfs":{}}']) {
      const blob = fixture.json(config);
      const content = fixture.json({
        config: { mediaType: 'application/octet-stream', digest: digestOf(blob) },
        layers,
      });
      const { inspected } = await read(content);
      expect(inspected).toMatchObject({ facts: { kind: 'artefact', type: 'application/octet-stream' }, problems: [] });
    }
  });
});

describe('what is no image', () => {
  test.each([
    ['cosign’s signature', OCI_CONFIG, 'application/vnd.dev.cosign.simplesigning.v1+json', 'signature'],
    ['cosign’s SBOM', OCI_CONFIG, 'text/spdx+json', 'sbom'],
    ['an attestation of BuildKit’s', OCI_CONFIG, IN_TOTO, 'attestation'],
    ['Notation’s signature', 'application/vnd.cncf.notary.signature', 'application/jose+json', 'signature'],
    ['an SBOM with an empty config', EMPTY, 'application/vnd.cyclonedx+json', 'sbom'],
  ])('as %s is an artefact without text, and a mark', async (_, configType, layer, mark) => {
    const { image, read } = registry();
    const layers = [{ mediaType: layer, digest: 'sha256:1', size: 1 }];
    const manifest = { annotations: { [`${OCI}.title`]: 'Not me' } };
    const { inspected, artefact, gets } = await read(image({ configType, layers, manifest }));
    expect(inspected.facts).toMatchObject({ kind: 'artefact', isAuxiliary: true, marks: [mark] });
    expect(artefact).toMatchObject({ title: undefined, labels: {}, platforms: [] });
    expect(gets).toBe(1);
  });

  test.each([
    ['a WebAssembly module', 'application/vnd.wasm.config.v0+json', 'application/wasm'],
    ['a Singularity image', 'application/vnd.sylabs.sif.config.v1+json', 'application/vnd.sylabs.sif.layer.v1.sif'],
    ['sources of Flux', 'application/vnd.cncf.flux.config.v1+json', 'application/vnd.cncf.flux.content.v1.tar+gzip'],
    ['a plugin of Docker’s', `${DOCKER}.plugin.v1+json`, `${DOCKER}.image.rootfs.diff.tar.gzip`],
  ])('as %s has its own type and text, and its config is not read', async (_, configType, layer) => {
    const { image, read } = registry();
    const layers = [{ mediaType: layer, digest: 'sha256:1', size: 1 }];
    const content = image({ configType, layers, manifest: { annotations: { [`${OCI}.title`]: 'Module' } } });
    const { inspected, artefact, gets } = await read(content);
    expect(inspected.facts).toMatchObject({ kind: 'artefact', type: configType });
    expect(inspected.facts).not.toHaveProperty('isAuxiliary');
    expect(artefact).toMatchObject({ type: configType, title: 'Module' });
    expect(gets).toBe(1);
  });

  test('may be from before artefacts were images', async () => {
    const { fixture, read } = registry();
    const content = fixture.json({
      mediaType: 'application/vnd.oci.artifact.manifest.v1+json',
      artifactType: 'application/vnd.example.report',
      blobs: [{ mediaType: 'application/json', digest: 'sha256:1', size: 5 }],
      subject: { digest: 'sha256:5' },
    });
    expect((await read(content)).inspected.facts).toEqual({
      kind: 'artefact',
      type: 'application/vnd.example.report',
      isAuxiliary: true,
      sizeBytes: 5,
      subject: 'sha256:5',
    });
  });

  test('as a cache in an index is of the type of its config, and nothing below it is read', async () => {
    const { index, read, fixture } = registry();
    const layer = fixture.json({ config: { digest: 'sha256:1' }, layers: [] });
    const config = fixture.json({ layers: [] });
    const content = index([
      { mediaType: LAYER, digest: digestOf(layer), size: 1 },
      { mediaType: 'application/vnd.buildkit.cacheconfig.v0', digest: digestOf(config), size: 1 },
    ]);
    const { inspected, gets } = await read(content);
    expect(inspected).toEqual({
      facts: { kind: 'artefact', type: 'application/vnd.buildkit.cacheconfig.v0', isAuxiliary: true },
      problems: [],
    });
    expect(gets).toBe(1);
  });

  test('as a cache whose children do not say what they are is no image, and that they are no manifests is no fault', async () => {
    const { index, read, fixture } = registry();
    const layer = { digest: digestOf(fixture.json(['a layer'])) };
    const config = { digest: digestOf(fixture.json({ layers: [] })) };
    const typed = { ...config, mediaType: 'application/vnd.buildkit.cacheconfig.v0' };
    const facts = { kind: 'artefact', isAuxiliary: true };
    expect(await read(index([layer, typed]))).toMatchObject({
      inspected: { facts: { ...facts, type: typed.mediaType }, problems: [] },
      gets: 1,
    });
    expect((await read(index([layer, config]))).inspected).toMatchObject({ facts, problems: [] });
    const many = Array.from({ length: 20 }, (_, at) => ({ digest: digestOf(fixture.json([at])) }));
    expect((await read(index(many))).inspected).toMatchObject({ facts, problems: [] });
  });

  test('as a cache that is an image by its manifest is one by its config', async () => {
    const { image, read } = registry();
    const { inspected } = await read(image({ configType: 'application/vnd.buildkit.cacheconfig.v0' }));
    expect(inspected.facts).toMatchObject({ type: 'application/vnd.buildkit.cacheconfig.v0', isAuxiliary: true });
  });
});

describe('a chart', () => {
  const HELM = 'application/vnd.cncf.helm';

  test('tells all that an index of charts says of it, and where its archive is', async () => {
    const { fixture, read } = registry();
    const chart = {
      apiVersion: 'v2',
      name: 'shop',
      version: '1.2.3+build.7',
      appVersion: 9,
      description: 'Sells.',
      type: 'application',
      keywords: ['shop'],
      home: 'https://shop.example',
      sources: ['https://git.example'],
      icon: 'https://shop.example/icon.svg',
      deprecated: true,
      kubeVersion: '>=1.25',
      maintainers: [{ name: 'A', email: 'a@example', url: 'https://a.example', age: 7 }, 'nobody'],
      annotations: { category: 'Retail', empty: '' },
      dependencies: [
        { name: 'db', version: '~1', repository: 'oci://x', condition: 'db.enabled', alias: 'd', tags: ['t'] },
      ],
      unknown: { field: 1 },
    };
    const config = fixture.json(chart);
    const layers = [
      { mediaType: `${HELM}.chart.content.v1.tar+gzip`, digest: 'sha256:a4c', size: 4_000 },
      { mediaType: `${HELM}.chart.provenance.v1.prov`, digest: 'sha256:9', size: 500 },
    ];
    const content = fixture.json({
      config: { mediaType: `${HELM}.config.v1+json`, digest: digestOf(config), size: 100 },
      layers,
      annotations: { [`${OCI}.created`]: '2026-01-02T00:00:00Z' },
    });
    const { inspected, artefact, gets } = await read(content);
    const { unknown: _, ...rest } = chart;
    expect(inspected).toEqual({
      facts: {
        kind: 'chart',
        chart: { ...rest, appVersion: '9', maintainers: [{ name: 'A', email: 'a@example', url: 'https://a.example' }] },
        archive: { digest: 'sha256:a4c', sizeBytes: 4_000 },
        sizeBytes: 4_600,
        createdAtMs: Date.UTC(2026, 0, 2),
        carries: ['signature'],
      },
      problems: [],
    });
    expect(artefact).toMatchObject({ type: 'helm', title: 'shop', labels: { [`${OCI}.version`]: '1.2.3+build.7' } });
    expect(gets).toBe(2);
  });

  test('without a name or version is one all the same, and its config is at fault', async () => {
    const { fixture, read } = registry();
    const config = fixture.json({ description: 'nameless' });
    const content = fixture.json({ config: { mediaType: `${HELM}.config.v1+json`, digest: digestOf(config) } });
    expect((await read(content)).inspected).toMatchObject({
      facts: { kind: 'chart' },
      problems: [{ kind: 'Malformed', digest: digestOf(config) }],
    });
  });
});

describe('an index', () => {
  test('tells platforms in their normal form, and of the image for linux/amd64 its size, time and base', async () => {
    const { image, index, read } = registry();
    const labels = { [`${OCI}.base.name`]: 'base' };
    const amd = image({ labels: { from: 'amd64', ...labels }, config: { created: '2026-01-01T00:00:00Z' } });
    const arm = image({ labels: { from: 'arm64' }, platform: 'linux/arm64' });
    const content = index([pointTo(arm, on('linux/aarch64')), pointTo(amd, on('linux/x86_64'))]);
    const { inspected, artefact, gets } = await read(content);
    expect(inspected.facts).toMatchObject({
      kind: 'image',
      platforms: ['linux/amd64', 'linux/arm64'],
      createdAtMs: Date.UTC(2026),
      base: { name: 'base' },
      children: [digestOf(amd), digestOf(arm)].sort(),
      sizeBytes: 100 + JSON.parse(amd).config.size,
    });
    expect(artefact?.labels).toMatchObject({ from: 'amd64' });
    expect(gets).toBe(3);
  });

  test('may be of Docker’s type, and say nothing of its children’s', async () => {
    const { image, fixture, read } = registry();
    const amd = image();
    const mediaType = `${DOCKER}.distribution.manifest.list.v2+json`;
    for (const child of [`${DOCKER}.distribution.manifest.v2+json`, undefined]) {
      const manifests = [{ ...pointTo(amd, on('linux/amd64')), mediaType: child }];
      const { inspected } = await read(fixture.json({ schemaVersion: 2, mediaType, manifests }));
      expect(inspected.facts).toMatchObject({ kind: 'image', platforms: ['linux/amd64'] });
    }
  });

  test('may be sparse: the next child speaks, and that others are missing is nothing wrong with it', async () => {
    const { image, index, read, lose } = registry();
    const amd = image({ labels: { from: 'amd64' } });
    const arm = image({ labels: { from: 'arm64' }, platform: 'linux/arm64' });
    const content = index([pointTo(amd, on('linux/amd64')), pointTo(arm, on('linux/arm64'))]);
    lose(amd);
    expect(await read(content)).toMatchObject({
      inspected: { facts: { kind: 'image', platforms: ['linux/amd64', 'linux/arm64'] }, problems: [] },
      artefact: { labels: { from: 'arm64' } },
    });
    lose(arm);
    const bare = await read(content);
    expect(bare.inspected.facts).toMatchObject({ kind: 'image', platforms: ['linux/amd64', 'linux/arm64'] });
    expect(bare.inspected.problems.map(({ kind, digest }) => [kind, digest])).toEqual([
      ['Missing', digestOf(amd)],
      ['Missing', digestOf(arm)],
    ]);
  });

  test('has the next child speak where one is broken, which is named', async () => {
    const { image, index, read, spoil, lose } = registry();
    const amd = image({ labels: { from: 'amd64' } });
    const arm = image({ labels: { from: 'arm64' }, platform: 'linux/arm64' });
    const config = JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      rootfs: { type: 'layers', diff_ids: [] },
      config: { Labels: { from: 'amd64' } },
    });
    const content = index([pointTo(amd, on('linux/amd64')), pointTo(arm, on('linux/arm64'))]);
    lose(config);
    expect(await read(content)).toMatchObject({ inspected: { problems: [] }, artefact: { labels: { from: 'arm64' } } });
    spoil(amd);
    expect(await read(content)).toMatchObject({
      inspected: { problems: [{ kind: 'Malformed', digest: digestOf(amd) }] },
      artefact: { labels: { from: 'arm64' } },
    });
  });

  test('may have children that do not say what they run on: their configs do', async () => {
    const { image, index, read } = registry();
    const all = ['linux/s390x', 'linux/arm/v6', 'windows/amd64'].map((platform) => image({ platform }));
    const { inspected, gets } = await read(index(all.map((child) => pointTo(child))));
    expect(inspected.facts).toMatchObject({ platforms: ['linux/arm/v6', 'linux/s390x', 'windows/amd64'] });
    expect(gets).toBe(7);
  });

  test('may hold indexes, with platforms of their own or without, to any depth that anybody uses', async () => {
    const { image, index, attested, read } = registry();
    const pair = (platform: string) => {
      const one = image({ labels: { at: platform }, platform });
      return [pointTo(one, on(platform)), attested(one, SLSA)];
    };
    const nested = (platform: string) => pointTo(index(pair(platform)), { mediaType: OCI_INDEX, ...on(platform) });
    const byPlatform = index([nested('linux/arm64'), nested('linux/amd64')], {
      annotations: { [`${OCI}.title`]: 'Top' },
    });
    const flat = index([...pair('linux/arm64'), ...pair('linux/amd64')]);
    const wrap = (content: string): string => index([pointTo(content, { mediaType: OCI_INDEX })]);
    for (const content of [byPlatform, flat, wrap(flat), wrap(wrap(wrap(flat))), wrap(byPlatform)])
      expect(await read(content)).toMatchObject({
        inspected: {
          facts: { kind: 'image', platforms: ['linux/amd64', 'linux/arm64'], carries: ['attestation'] },
          problems: [],
        },
        artefact: { type: 'image', labels: { at: 'linux/amd64' } },
      });
    expect(await read(byPlatform)).toMatchObject({ artefact: { title: 'Top' }, gets: 5 });
  });

  test('carries what the statements attached to it are', async () => {
    const { image, index, attested, read, lose, fixture } = registry();
    const amd = image();
    const carried = async (...predicates: string[]) => {
      const content = index([pointTo(amd, on('linux/amd64')), attested(amd, ...predicates)]);
      const { inspected, gets } = await read(content);
      expect(gets).toBe(4);
      return inspected.facts?.carries;
    };
    expect(await carried(SPDX)).toEqual(['sbom']);
    expect(await carried(SLSA)).toEqual(['attestation']);
    expect(await carried(SPDX, 'https://slsa.dev/provenance/v0.2')).toEqual(['attestation', 'sbom']);
    const lost = attested(amd, SPDX, 'x');
    const [, manifest = ''] =
      [...fixture.objects.values()]
        .map(({ body }) => [digestOf(body), body.toString()])
        .find(([digest]) => digest === lost.digest) ?? [];
    lose(manifest);
    const { inspected } = await read(index([pointTo(amd, on('linux/amd64')), lost]));
    expect(inspected).toMatchObject({ facts: { carries: ['attestation'] }, problems: [] });
  });

  test('carries all of several statements that are attached to one image, each by itself', async () => {
    const { image, index, attested, read } = registry();
    const [amd, arm] = [image(), image({ platform: 'linux/arm64' })];
    const children = [pointTo(amd, on('linux/amd64')), pointTo(arm, on('linux/arm64'))];
    const beside = [attested(amd, SLSA), attested(arm, SLSA), attested(amd, SPDX)];
    const { inspected, gets } = await read(index([...children, ...beside]));
    expect(inspected.facts?.carries).toEqual(['attestation', 'sbom']);
    expect(gets).toBe(5);
    const other = await read(index([...children, attested(arm, SPDX)]));
    expect(other.inspected.facts?.carries).toEqual(['sbom']);
  });

  test('carries attestations that are artefacts with a subject, as BuildKit writes them now, or lack annotations', async () => {
    const { image, artefact, index, read } = registry();
    const amd = image();
    const type = 'application/vnd.docker.attestation.manifest.v1+json';
    const layers = [{ mediaType: IN_TOTO, digest: 'sha256:1', annotations: { 'in-toto.io/predicate-type': SPDX } }];
    const attestation = artefact(type, { subject: { digest: digestOf(amd) }, layers });
    const unknown = on('unknown/unknown');
    for (const fields of [{ artifactType: type, ...unknown }, unknown, {}])
      expect(
        (await read(index([pointTo(amd, on('linux/amd64')), pointTo(attestation, fields)]))).inspected,
      ).toMatchObject({
        facts: { kind: 'image', platforms: ['linux/amd64'], carries: ['sbom'] },
        problems: [],
      });
  });

  test('without any child is none of an image', async () => {
    const { index, read } = registry();
    const { inspected, artefact } = await read(index([]));
    expect(inspected.facts).toMatchObject({ kind: 'artefact', type: OCI_INDEX, isAuxiliary: true, referrers: [] });
    expect(artefact).toMatchObject({ type: OCI_INDEX, title: undefined });
  });

  test('of charts is a chart, and one that says what it is, is that', async () => {
    const { fixture, image, index, read } = registry();
    const config = fixture.json({ name: 'shop', version: '1' });
    const chart = fixture.json({
      config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: digestOf(config) },
    });
    expect(await read(index([pointTo(chart)]))).toMatchObject({ artefact: { type: 'helm', title: 'shop' } });
    const typed = index([pointTo(image(), on('linux/amd64'))], { artifactType: 'application/vnd.example.bundle' });
    expect(await read(typed)).toMatchObject({
      inspected: { facts: { kind: 'artefact', platforms: ['linux/amd64'] } },
      artefact: { type: 'application/vnd.example.bundle' },
    });
  });

  test('of more children than any registry serves keeps all of their platforms, and what is kept is bounded', async () => {
    const { image, index, read } = registry();
    const amd = image({ labels: { from: 'amd64' } });
    const others = Array.from({ length: 299 }, (_, at) => pointTo(`missing ${at}`, on(`linux/arm64/v${at % 40}`)));
    const { inspected, artefact } = await read(index([...others, pointTo(amd, on('linux/amd64'))]));
    expect(inspected.facts?.platforms).toHaveLength(41);
    expect(inspected.facts?.children).toHaveLength(64);
    expect(artefact?.labels).toEqual({ from: 'amd64' });
  });

  test('that is hostile costs no more than some dozen requests', async () => {
    const { image, index, read } = registry();
    const leaf = (at: string) => image({ labels: { at }, platform: 'unknown/unknown' });
    const grow = (depth: number, at = ''): string =>
      depth === 0
        ? leaf(at)
        : index(
            Array.from({ length: 4 }, (_, child) =>
              pointTo(grow(depth - 1, `${at}${child}`), { mediaType: depth === 1 ? undefined : OCI_INDEX }),
            ),
          );
    const wide = index(Array.from({ length: 500 }, (_, at) => pointTo(leaf(`wide ${at}`))));
    const deep = Array.from({ length: 50 }).reduce<string>(
      (inner) => index([pointTo(inner, { mediaType: OCI_INDEX })]),
      leaf('deep'),
    );
    for (const content of [grow(5), wide, deep]) expect((await read(content)).gets).toBeLessThanOrEqual(64);
    const { inspected } = await read(deep);
    expect(inspected).toMatchObject({ facts: { kind: 'image' }, problems: [{ kind: 'Unsupported' }] });
  });

  test('is read without throwing, whatever its children are', async () => {
    const { image, artefact, index, read } = registry();
    const known = [image(), artefact('application/spdx+json'), index([]), 'missing'];
    const child = fc.record(
      {
        mediaType: fc.constantFrom<unknown>(OCI_INDEX, LAYER, 'x', 7),
        digest: fc.oneof(
          fc.constantFrom(...known).map((content) => digestOf(content)),
          fc.jsonValue(),
        ),
        platform: fc.oneof(
          fc.constantFrom({ os: 'linux', architecture: 'amd64' }, { os: 'unknown', architecture: 'unknown' }),
          fc.jsonValue(),
        ),
        artifactType: fc.oneof(fc.constantFrom('application/vnd.dev.sigstore.bundle.v0.3+json', 'x/y'), fc.jsonValue()),
        annotations: fc.oneof(fc.constant({ 'vnd.docker.reference.type': 'attestation-manifest' }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(child, fc.jsonValue()), { maxLength: 5 }),
        fc.jsonValue(),
        async (manifests, extra) => {
          const { inspected } = await read(
            index(manifests, { annotations: extra, artifactType: extra, subject: extra }),
          );
          expect(inspected.facts?.kind).toMatch(/^(image|chart|artefact)$/);
          expect(JSON.parse(JSON.stringify(inspected.facts))).toEqual(inspected.facts);
        },
      ),
    );
  });
});

describe('a list of referrers', () => {
  const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

  test('tells what each is by its descriptor, and reads only those that their descriptors do not tell', async () => {
    const { artefact, index, read, image } = registry();
    const subject = { digest: digestOf(image()) };
    const annotations = { 'dev.sigstore.bundle.content': 'dsse-envelope', 'dev.sigstore.bundle.predicateType': SPDX };
    const untold = artefact(BUNDLE, { subject, annotations });
    const content = index([
      pointTo('a', { artifactType: 'application/vnd.cncf.notary.signature' }),
      pointTo('b', {
        artifactType: BUNDLE,
        annotations: { ...annotations, 'dev.sigstore.bundle.predicateType': SLSA },
      }),
      pointTo('c', { artifactType: 'application/vnd.example.report' }),
      pointTo(untold, { artifactType: BUNDLE }),
      pointTo('lost', { artifactType: BUNDLE }),
    ]);
    const { inspected, gets } = await read(content);
    expect(inspected.problems).toEqual([]);
    expect(inspected.facts).toMatchObject({
      kind: 'artefact',
      type: 'application/vnd.cncf.notary.signature',
      isAuxiliary: true,
      referrers: [
        { digest: digestOf('a'), marks: ['signature'] },
        { digest: digestOf('b'), type: BUNDLE, marks: ['attestation'] },
        { digest: digestOf('c'), type: 'application/vnd.example.report', marks: [] },
        { digest: digestOf(untold), marks: ['sbom'] },
        { digest: digestOf('lost'), marks: ['signature'] },
      ],
    });
    expect(gets).toBe(3);
  });

  test('may leave out what its children are: then they say what they refer to', async () => {
    const { artefact, index, read, image } = registry();
    const subject = { digest: digestOf(image()) };
    const signature = artefact('application/vnd.cncf.notary.signature', { subject });
    const { inspected } = await read(index([pointTo(signature)]));
    expect(inspected.facts).toMatchObject({ referrers: [{ digest: digestOf(signature), marks: ['signature'] }] });
  });
});
