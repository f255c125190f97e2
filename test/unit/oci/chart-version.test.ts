import { describe, expect, test } from '@jest/globals';
import { chartVersionOf } from '../../../src/oci/chart-version.ts';
import type { ManifestFacts } from '../../../src/oci/manifest-facts.ts';

const FACTS: ManifestFacts = {
  kind: 'chart',
  chart: { name: 'shop', version: '1.2.3+build.5', description: 'A shop', sources: ['https://example.com'] },
  archive: { digest: 'sha256:ab', sizeBytes: 5 },
  createdAtMs: 7,
};

describe('the chart version of a tag', () => {
  test('is that of Chart.yaml, with the digest of the archive, where the tag is named after it', () => {
    expect(chartVersionOf('1.2.3_build.5', FACTS)).toStrictEqual({
      ...{ name: 'shop', version: '1.2.3+build.5', description: 'A shop' },
      ...{ archive: 'sha256:ab', createdAtMs: 7 },
    });
    const bare: ManifestFacts = { kind: 'chart', chart: { name: 'shop', version: '1.0.0' } };
    expect(chartVersionOf('1.0.0', bare)).toStrictEqual({ name: 'shop', version: '1.0.0' });
  });

  test.each<[string, ManifestFacts | undefined]>([
    ['latest', FACTS],
    ['1.2.3+build.5', FACTS],
    ['1.2.3', FACTS],
    ['1.2.3_build.5', undefined],
    ['1.2.3_build.5', { kind: 'chart' }],
    ['1.2.3_build.5', { kind: 'image' }],
  ])('is none of tag %s of %j', (tag, facts) => {
    expect(chartVersionOf(tag, facts)).toBeUndefined();
  });
});
