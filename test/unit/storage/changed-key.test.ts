import { describe, expect, test } from '@jest/globals';
import type { LayoutName } from '../../../src/api/settings.ts';
import { createChangedKeyReader } from '../../../src/storage/changed-key.ts';

const V2 = 'docker/registry/v2/repositories';
const TAG = `${V2}/team/app/_manifests/tags/v1`;
const V1 = 'registry/repositories/team/app';

const read = (key: string, layout: LayoutName = 'Auto', rootDirectory = '') =>
  createChangedKeyReader({ rootDirectory, layout })(key);

describe('the key of a changed object', () => {
  test('names repository and tag where it is the current link of a tag', () => {
    expect(read(`${TAG}/current/link`)).toEqual({ name: 'team/app', tag: 'v1' });
    expect(read(`some where/${TAG}/current/link`, 'V2', 'some where')).toEqual({ name: 'team/app', tag: 'v1' });
  });

  test('names the repository where it is a file of its own folder, of docker-registry', () => {
    for (const file of ['tag_v1', 'tagv1_json', '_index_images', 'json', '_private'])
      expect(read(`${V1}/${file}`)).toEqual({ name: 'team/app', tag: undefined });
    expect(read('old/repositories/team/a%252Fb/tag_v1', 'V1', 'old')).toEqual({ name: 'team/a/b', tag: undefined });
    expect(read('repositories/team/app/tag_v1')).toEqual({ name: 'team/app', tag: undefined });
  });

  test.each([
    `${TAG}/index/sha256/${'a'.repeat(64)}/link`,
    `${V2}/team/app/_layers/sha256/${'a'.repeat(64)}/link`,
    `${V2}/team/app/_uploads/1/data`,
    `${V2}/Team/app/_manifests/tags/v1/current/link`,
    `${V2}/team/app/_manifests/tags/-/current/link`,
    'docker/registry/v2/blobs/sha256/aa/data',
    `other/${TAG}/current/link`,
    `${V1}/deeper/tag_v1`,
    `${V1}/`,
    'registry/images/abc/json',
    '',
    '/',
  ])('says nothing where no tag has changed: %s', (key) => {
    expect(read(key)).toBeUndefined();
  });

  test('is read by the layout that the source has', () => {
    expect(read(`${TAG}/current/link`, 'V1')).toBeUndefined();
    expect(read(`${V1}/tag_v1`, 'V2')).toBeUndefined();
  });
});
