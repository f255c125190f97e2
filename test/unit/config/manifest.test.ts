import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../../src/config/config-error.ts';
import { parseManifest, readManifest } from '../../../src/config/manifest.ts';

const head = 'apiVersion: registryindex.dev/v1alpha1\nkind: RegistryIndex\n';

describe('a manifest', () => {
  test('is the resource of a cluster as a file', () => {
    const manifest = parseManifest(`${head}metadata: { name: images }\nspec: { bucket: b, storage: { layout: V2 } }\n`);
    expect(manifest).toEqual({
      name: 'images',
      namespace: 'default',
      spec: { bucket: 'b', storage: { layout: 'V2' } },
    });
  });

  test('may leave out what the environment fills, even everything', () => {
    expect(parseManifest(head)).toEqual({ name: 'registry-index', namespace: 'default', spec: {} });
  });

  test('may be in a file with other resources', () => {
    const others = 'apiVersion: v1\nkind: Secret\n---\n';
    expect(parseManifest(`${others}${head}spec: { bucket: b }\n---\n`).spec).toEqual({ bucket: 'b' });
  });
});

describe('a mistake is named', () => {
  test.each([
    ['a word of a closed list', 'spec: { storage: { layout: V3 } }', 'spec.storage.layout must be one of Auto, V2, V1'],
    ['a field that does not exist', 'spec: { buckt: b }', 'spec has no field buckt'],
    ['a field that does not exist deeper down', 'spec: { storage: { root: b } }', 'spec.storage has no field root'],
    ['a wrong type', 'spec: { bucket: 7 }', 'spec.bucket must be string'],
    ['a number out of bounds', 'spec: { backfill: { workers: 65 } }', 'spec.backfill.workers must be <= 64'],
    [
      'a field that another one wants',
      'spec: { dynamodb: { billing: {} } }',
      "spec.dynamodb.billing must have required property 'mode'",
    ],
    [
      'a pattern that fits nothing',
      'spec: { search: { access: { mode: Registry, rules: [{ names: [/hr/**], authenticated: true }] } } }',
      'search.access.rules[0] has the pattern "/hr/**", which fits no name: leave out the slash at its beginning',
    ],
    ['a spec that is none', 'spec: [a]', 'spec must be object'],
  ])('%s', (_what, spec, sentence) => {
    expect(() => parseManifest(`${head}${spec}\n`)).toThrow(new ConfigError(sentence));
  });

  test.each([
    ['none', 'kind: Pod\n', 'found 0'],
    ['one of another version', head.replace('v1alpha1', 'v9'), 'found 0'],
    ['two', `${head}---\n${head}`, 'found 2'],
    ['an empty file', '', 'found 0'],
  ])('%s instead of one resource', (_what, text, sentence) => {
    expect(() => parseManifest(text)).toThrow(`wanted one RegistryIndex of registryindex.dev/v1alpha1, ${sentence}`);
  });

  test('YAML that cannot be read, with its line', () => {
    expect(() => parseManifest(`${head}spec: { bucket: [}\n`)).toThrow(/line 3/);
  });

  test('a file that cannot be read, with its path', async () => {
    await expect(readManifest('/nowhere/at/all.yaml')).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'cannot read /nowhere/at/all.yaml: there is no such file',
    });
  });
});
