import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readChallenge } from '../../../src/verify/registry-client.ts';
import { credentialsIn, readRegistryCredentials } from '../../../src/verify/registry-credentials.ts';
import { tempDirectory } from '../../env/temp-directory.ts';

const registry = new URL('https://registry.example.com:5000');
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the challenge of a registry', () => {
  const read = (header: string, of = registry) => readChallenge(header, { registry: of, scope: 'repository:a:pull' });

  test('leads to its token server, with the scope that it names or else our own', () => {
    const header = 'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:b:pull"';
    expect(read(header)).toMatchObject({ kind: 'bearer', service: 'registry', scope: 'repository:b:pull' });
    expect(read('bearer realm="https://auth.example.com/token"')).toEqual({
      kind: 'bearer',
      realm: new URL('https://auth.example.com/token'),
      service: undefined,
      scope: 'repository:a:pull',
    });
  });

  test('wants a password where it is Basic, and is of no use otherwise', () => {
    expect(read('Basic realm="a registry"')).toEqual({ kind: 'basic' });
    for (const header of ['', 'Negotiate', 'Bearer', 'Bearer realm="file:///etc/passwd"'])
      expect(read(header)).toEqual({ kind: 'unknown' });
  });

  test('does not send the password of a registry with TLS to a server without', () => {
    const header = 'Bearer realm="http://auth.example.com/token"';
    expect(read(header)).toEqual({ kind: 'unknown' });
    expect(read(header, new URL('http://localhost:5000'))).toMatchObject({ kind: 'bearer' });
  });
});

describe('credentials for a registry', () => {
  test('are those of its address in what docker login and podman login write', () => {
    const auths = {
      'registry.example.com': { auth: base64('other:wrong') },
      'https://registry.example.com:5000/v1/': { auth: base64('ann:se:cret') },
    };
    expect(credentialsIn({ auths }, registry)).toEqual({ user: 'ann', password: 'se:cret' });
    expect(credentialsIn({ auths: { [registry.host]: { username: 'bob', password: 'p' } } }, registry)).toEqual({
      user: 'bob',
      password: 'p',
    });
  });

  test.each([
    {},
    { auths: [] },
    { auths: { 'registry.example.com:5000': {} } },
    { auths: { 'registry.example.com:5000': { auth: '%' } } },
  ])('are none in %j', (file) => {
    expect(credentialsIn(file, registry)).toBeUndefined();
  });

  test('come from the environment first, then from the file that is named, then from where docker keeps them', async () => {
    const { path, remove } = await tempDirectory('docker');
    const file = join(path, 'config.json');
    const read = (env: NodeJS.ProcessEnv, authFile?: string) => readRegistryCredentials({ registry, authFile, env });
    expect(await read({ DOCKER_CONFIG: path })).toBeUndefined();
    await expect(read({}, file)).rejects.toThrow(`cannot read ${file} (ENOENT)`);
    await writeFile(file, JSON.stringify({ auths: { [registry.host]: { auth: base64('ann:secret') } } }));
    const ann = { user: 'ann', password: 'secret' };
    expect(await read({ DOCKER_CONFIG: path })).toEqual(ann);
    expect(await read({ REGISTRY_AUTH_FILE: file })).toEqual(ann);
    expect(await read({}, file)).toEqual(ann);
    const own = { REGISTRY_USERNAME: 'bob', REGISTRY_PASSWORD: 'p' };
    expect(await read(own, file)).toEqual({ user: 'bob', password: 'p' });
    await writeFile(file, 'secret, but no JSON');
    await expect(read({}, file)).rejects.toThrow(/is not JSON; wanted is what docker login/);
    await remove();
  });
});
