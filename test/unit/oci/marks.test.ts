import { describe, expect, test } from '@jest/globals';
import { digestKey, digestTagOf, markOfSuffix } from '../../../src/oci/companion.ts';
import type { Mark } from '../../../src/oci/manifest-facts.ts';
import { isUntold, markOfPredicate, markOfType, marksOf } from '../../../src/oci/marks.ts';

const HEX = 'a'.repeat(64);

describe('a tag that is named after a digest', () => {
  test.each([
    [`sha256-${HEX}`, `sha256:${HEX}`, undefined],
    [`sha512-${HEX}`, `sha512:${HEX}`, undefined],
    [`blake3-${HEX}`, `blake3:${HEX}`, undefined],
    [`sha256-${HEX}.sig`, `sha256:${HEX}`, 'sig'],
    [`sha512-${HEX}.att`, `sha512:${HEX}`, 'att'],
    [`sha256-${HEX}.sbom`, `sha256:${HEX}`, 'sbom'],
    [`sha256-${HEX}.src`, `sha256:${HEX}`, 'src'],
    [`sha256-${HEX}.dockerfile`, `sha256:${HEX}`, 'dockerfile'],
    [`sha256-${HEX}.image-locations.imgpkg`, `sha256:${HEX}`, 'image-locations.imgpkg'],
    [`team-sha256-${HEX}.sig`, `sha256:${HEX}`, 'sig'],
  ])('%s is told by its name', (tag, subject, suffix) => {
    expect(digestTagOf(tag)).toEqual({ subject, suffix });
  });

  test.each([
    'latest',
    'sha256-abc',
    `sha256-${'A'.repeat(64)}`,
    `sha256-${HEX}-amd64`,
    `build-${HEX}`,
    HEX,
    `sha256-${HEX}.`,
    `team-sha256-${HEX}.other`,
    `team-sha256-${HEX}`,
  ])('%s is not', (tag) => {
    expect(digestTagOf(tag)).toBeUndefined();
  });

  test('is compared by 64 digits, for OCI cuts longer ones', () => {
    expect(digestKey(`sha512:${HEX}${HEX}`)).toBe(`sha512:${HEX}`);
    expect(digestKey(`sha256:${HEX}`)).toBe(`sha256:${HEX}`);
  });

  test.each([
    ['sig', 'signature'],
    ['cosign', 'signature'],
    ['att', 'attestation'],
    ['sbom', 'sbom'],
    ['src', undefined],
    ['vex', undefined],
  ])('with the suffix %s is a %s', (suffix, mark) => {
    expect(markOfSuffix(suffix)).toBe(mark);
  });
});

describe('an attachment', () => {
  test.each<[string | undefined, Mark | undefined]>([
    ['application/vnd.dev.cosign.artifact.sig.v1+json', 'signature'],
    ['application/vnd.dev.cosign.artifact.att.v1+json', 'attestation'],
    ['application/vnd.dev.cosign.artifact.sbom.v1+json', 'sbom'],
    ['application/vnd.dev.cosign.simplesigning.v1+json', 'signature'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', 'signature'],
    ['application/vnd.cncf.notary.signature', 'signature'],
    ['application/vnd.cyclonedx+json', 'sbom'],
    ['application/spdx+json', 'sbom'],
    ['text/spdx', 'sbom'],
    ['application/vnd.syft+json', 'sbom'],
    ['application/vnd.goharbor.harbor.sbom.v1', 'sbom'],
    ['application/vnd.in-toto+json', 'attestation'],
    ['application/vnd.dsse.envelope.v1+json', 'attestation'],
    ['application/vnd.docker.attestation.manifest.v1+json', 'attestation'],
    ['application/vnd.example.scan-report', undefined],
    ['application/sarif+json', undefined],
    ['application/vnd.oci.image.config.v1+json', undefined],
    [undefined, undefined],
  ])('of the type %s is a %s', (type, mark) => {
    expect(markOfType(type)).toBe(mark);
  });

  test.each<[string, Mark]>([
    ['https://spdx.dev/Document', 'sbom'],
    ['https://spdx.dev/Document/v2.3', 'sbom'],
    ['https://cyclonedx.org/bom', 'sbom'],
    ['https://cyclonedx.org/bom/v1.4', 'sbom'],
    ['https://slsa.dev/provenance/v0.2', 'attestation'],
    ['https://slsa.dev/provenance/v1', 'attestation'],
    ['https://slsa.dev/verification_summary/v1', 'attestation'],
    ['https://cosign.sigstore.dev/attestation/vuln/v1', 'attestation'],
    ['https://openvex.dev/ns', 'attestation'],
    ['https://in-toto.io/attestation/test-result/v0.1', 'attestation'],
    ['https://sigstore.dev/cosign/sign/v1', 'signature'],
  ])('with the predicate %s is a %s', (predicate, mark) => {
    expect(markOfPredicate(predicate)).toBe(mark);
  });

  const bundle = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const content = 'dev.sigstore.bundle.content';
  const predicateType = 'dev.sigstore.bundle.predicateType';
  test.each<[string, Record<string, string>, Mark[]]>([
    ['a signed message', { [content]: 'message-signature' }, ['signature']],
    ['a statement', { [content]: 'dsse-envelope' }, ['attestation']],
    [
      'a statement of provenance',
      { [content]: 'dsse-envelope', [predicateType]: 'https://slsa.dev/provenance/v1' },
      ['attestation'],
    ],
    [
      'a statement that is an SBOM',
      { [content]: 'dsse-envelope', [predicateType]: 'https://spdx.dev/Document/v2.3' },
      ['sbom'],
    ],
    [
      'a statement that is a signature',
      { [content]: 'dsse-envelope', [predicateType]: 'https://sigstore.dev/cosign/sign/v1' },
      ['signature'],
    ],
    ['an SBOM that says no more', { [predicateType]: 'https://cyclonedx.org/bom' }, ['sbom']],
    ['of which nothing is said', {}, ['signature']],
  ])('that is a Sigstore bundle, %s, is what its annotations say', (_, annotations, marks) => {
    const labels = new Map(Object.entries(annotations));
    for (const type of [bundle, 'application/vnd.dev.sigstore.bundle+json;version=0.2']) {
      expect(marksOf({ type, annotations: labels, layerTypes: [], predicates: [] })).toEqual(marks);
      expect(isUntold(type, labels)).toBe(labels.size === 0);
    }
  });

  test('is what its statements are, else what it is called, else what its layers are', () => {
    const none = { type: undefined, annotations: new Map(), layerTypes: [], predicates: [] };
    const predicates = ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v1'];
    expect(marksOf({ ...none, type: 'application/vnd.in-toto+json', predicates })).toEqual(['attestation', 'sbom']);
    expect(marksOf({ ...none, type: 'application/spdx+json', layerTypes: ['text/cosign'] })).toEqual(['sbom']);
    expect(marksOf({ ...none, layerTypes: ['application/vnd.cyclonedx+json', 'x/y'] })).toEqual(['sbom']);
    expect(marksOf(none)).toEqual([]);
  });
});
