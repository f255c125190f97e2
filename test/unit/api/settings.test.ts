import { describe, expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { settingsOf, sourceIdentity, tableNames } from '../../../src/api/settings.ts';

const spec: RegistryIndexSpec = { database: 'docker-registry', region: 'eu-west-1', bucket: 'my-registry' };
const identityOf = (storage: RegistryIndexSpec['storage'] = {}, bucket = spec.bucket) =>
  sourceIdentity(settingsOf({ ...spec, bucket, storage }).source);

test('what is left out has its default', () => {
  expect(settingsOf(spec)).toEqual({
    source: {
      kind: 's3',
      bucket: 'my-registry',
      region: 'eu-west-1',
      endpoint: undefined,
      forcePathStyle: false,
      rootDirectory: '',
      layout: 'Auto',
    },
    index: {
      repositoryTable: 'docker-registry-repository',
      versionTable: 'docker-registry-version',
      region: 'eu-west-1',
      endpoint: undefined,
    },
  });
});

test('write units are known if the table is provisioned', () => {
  const billing = { mode: 'Provisioned', readUnits: 5, writeUnits: 50 } as const;
  expect(settingsOf({ ...spec, dynamodb: { billing } }).writeUnits).toBe(50);
  expect(settingsOf({ ...spec, dynamodb: { billing: { mode: 'OnDemand' } } }).writeUnits).toBeUndefined();
});

test('the bucket may be in another region than the tables', () => {
  const { source, index } = settingsOf({ ...spec, storage: { region: 'us-west-2' } });
  expect([source, index]).toMatchObject([{ region: 'us-west-2' }, { region: 'eu-west-1' }]);
});

test('each table may have a name of its own', () => {
  expect(tableNames({ database: 'd', versionTable: 'v' })).toEqual({
    repositoryTable: 'd-repository',
    versionTable: 'v',
  });
});

test('slashes around the root directory mean nothing', () => {
  expect(settingsOf({ ...spec, storage: { rootDirectory: '//a/b/' } }).source.rootDirectory).toBe('a/b');
});

describe('two sources are the same one', () => {
  test.each<[string, RegistryIndexSpec['storage']]>([
    ['when only the way to it differs', { forcePathStyle: true, region: 'us-west-2' }],
    ['when only slashes differ', { rootDirectory: '/' }],
  ])('%s', (_when, storage) => {
    expect(identityOf(storage)).toBe(identityOf());
  });

  test('when the endpoints differ by a slash at the end', () => {
    expect(identityOf({ endpoint: 'http://minio:9000/' })).toBe(identityOf({ endpoint: 'http://minio:9000' }));
  });

  test('never when what is read differs', () => {
    const all = [
      identityOf(),
      identityOf({}, 'another'),
      identityOf({ rootDirectory: 'a' }),
      identityOf({ layout: 'V2' }),
      identityOf({ endpoint: 'http://minio:9000' }),
      sourceIdentity({ kind: 'directory', path: '/my-registry', rootDirectory: '', layout: 'Auto' }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
