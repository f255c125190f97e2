import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findLogin } from '../../../src/registry-login/find-login.ts';
import { askHelper } from '../../../src/registry-login/helper.ts';
import { entryIn } from '../../../src/registry-login/login-file.ts';
import { tokenRequest } from '../../../src/registry-login/token.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';

const url = new URL('https://registry.example.com:5000');
const HOST = url.host;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const password = (user: string, secret: string) => ({ kind: 'password', login: { user, password: secret } });
const fileOf = (user: string, key = HOST) => JSON.stringify({ auths: { [key]: { auth: base64(`${user}:p`) } } });

let temp: TempDirectory;
beforeEach(async () => {
  temp = await tempDirectory('logins');
});
afterEach(() => temp.remove());

describe('what a file of docker login or podman login says', () => {
  const written = (auths: object, repository?: string, of = url) => entryIn({ auths }, { url: of, repository }).written;
  const login = (user: string) => ({ auth: base64(`${user}:p`) });

  test.each([
    HOST,
    `${HOST}/`,
    `https://${HOST}`,
    `https://${HOST}/`,
    `https://${HOST}/v1/`,
    `http://${HOST}/v2/`,
    HOST.toUpperCase(),
  ])('is found under %s', (key) => {
    const auths = { 'registry.example.com': login('other'), [`${HOST}0`]: login('other'), [key]: login('ann') };
    expect(written(auths)).toEqual(password('ann', 'p'));
  });

  test('is found with the port that https has anyway', () => {
    const plain = new URL('https://registry.example.com');
    expect(written({ 'registry.example.com:443': login('ann') }, undefined, plain)).toEqual(password('ann', 'p'));
    expect(written({ 'registry.example.com:80': login('ann') }, undefined, plain)).toBeUndefined();
  });

  test("is the host's own, else that of the longest namespace that the repository is in", () => {
    const namespaces = { [`${HOST}/a`]: login('a'), [`${HOST}/a/b`]: login('b'), [`${HOST}/z/z/z`]: login('z') };
    expect(written({ ...namespaces, [HOST]: login('own') }, 'a/b/c')).toEqual(password('own', 'p'));
    expect(written(namespaces, 'a/b/c')).toEqual(password('b', 'p'));
    expect(written(namespaces, 'a/bc')).toEqual(password('a', 'p'));
    expect(written(namespaces, 'ab')).toBeUndefined();
    expect(written(namespaces)).toEqual(password('z', 'p'));
  });

  test.each([
    [{ auth: base64('ann:se:cret') }, password('ann', 'se:cret')],
    [{ username: 'bob', password: 'p' }, password('bob', 'p')],
    [
      { auth: base64('ann:'), identitytoken: 'refresh' },
      { kind: 'identityToken', token: 'refresh' },
    ],
    [{ registrytoken: 't' }, { kind: 'token', token: 't' }],
    [{}, undefined],
    [{ auth: '%' }, undefined],
    [{ auth: base64(':p') }, undefined],
    ['nonsense', undefined],
  ])('%j is %j', (entry, proof) => {
    expect(written({ [HOST]: entry })).toEqual(proof);
  });

  test('names a helper for the host before the one for all hosts', () => {
    const helperOf = (file: Record<string, unknown>) => entryIn(file, { url }).helper;
    expect(helperOf({ credHelpers: { [HOST]: 'own' }, credsStore: 'all' })).toBe('own');
    expect(helperOf({ credHelpers: { other: 'own' }, credsStore: 'all' })).toBe('all');
    expect(helperOf({ auths: { [HOST]: {} } })).toBeUndefined();
  });
});

describe('the login is that of the first place that has one', () => {
  test('environment, DOCKER_AUTH_CONFIG, the named file, REGISTRY_AUTH_FILE, podman, docker', async () => {
    const at = async (path: string, user: string) => {
      await mkdir(join(temp.path, path, '..'), { recursive: true });
      await writeFile(join(temp.path, path), fileOf(user));
      return join(temp.path, path);
    };
    const authFile = await at('named.json', 'flag');
    const REGISTRY_AUTH_FILE = await at('variable.json', 'variable');
    await at('run/containers/auth.json', 'runtime');
    await at('config/containers/auth.json', 'config');
    await at('docker/config.json', 'docker');
    const places: [Record<string, string>, string | undefined, string][] = [
      [{ REGISTRY_INDEX_USERNAME: 'environment', REGISTRY_INDEX_PASSWORD: 'p' }, authFile, 'environment'],
      [{ REGISTRY_USERNAME: 'registry', REGISTRY_PASSWORD: 'p' }, authFile, 'registry'],
      [{ DOCKER_AUTH_CONFIG: fileOf('json') }, authFile, 'json'],
      [{ REGISTRY_AUTH_FILE }, authFile, 'flag'],
      [{ REGISTRY_AUTH_FILE }, undefined, 'variable'],
      [{ XDG_RUNTIME_DIR: join(temp.path, 'run') }, undefined, 'runtime'],
      [{ XDG_RUNTIME_DIR: temp.path, XDG_CONFIG_HOME: join(temp.path, 'config') }, undefined, 'config'],
      [
        { XDG_RUNTIME_DIR: temp.path, XDG_CONFIG_HOME: temp.path, DOCKER_CONFIG: join(temp.path, 'docker') },
        undefined,
        'docker',
      ],
    ];
    const seen: Record<string, string> = {};
    for (const [env, file, user] of places.toReversed()) {
      Object.assign(seen, env);
      const found = await findLogin({ url }, { authFile: file, env: seen });
      expect(found?.proof).toEqual(password(user, 'p'));
      expect(found?.description).toMatch(new RegExp(`^${user} of `));
    }
  });

  test('a place that knows other hosts only is passed over', async () => {
    const named = join(temp.path, 'named.json');
    await writeFile(named, fileOf('other', 'elsewhere.example.com'));
    await writeFile(join(temp.path, 'config.json'), fileOf('docker'));
    const env = {
      DOCKER_AUTH_CONFIG: fileOf('other', 'elsewhere.example.com'),
      DOCKER_CONFIG: temp.path,
      XDG_RUNTIME_DIR: temp.path,
      XDG_CONFIG_HOME: temp.path,
    };
    expect((await findLogin({ url }, { authFile: named, env }))?.proof).toEqual(password('docker', 'p'));
    expect(await findLogin({ url: new URL('https://nowhere') }, { authFile: named, env })).toBeUndefined();
  });

  test('a file that is named and cannot be used is told by its name, without what is in it', async () => {
    const file = join(temp.path, 'auth.json');
    const read = (env: NodeJS.ProcessEnv, authFile?: string) => findLogin({ url }, { authFile, env });
    await expect(read({}, file)).rejects.toThrow(`cannot read ${file} (ENOENT)`);
    await expect(read({ REGISTRY_AUTH_FILE: file })).rejects.toThrow(`cannot read ${file} (ENOENT)`);
    await writeFile(file, 'secret, but no JSON');
    await expect(read({}, file)).rejects.toThrow(`${file}: the file is not JSON; wanted is what docker login`);
    await expect(read({ DOCKER_AUTH_CONFIG: 'secret' })).rejects.toThrow('DOCKER_AUTH_CONFIG: the value is not JSON');
  });
});

describe('a helper', () => {
  const ask = (name: string) => askHelper(name, HOST, { PATH: `${temp.path}:${process.env.PATH}` });

  async function helper(script: string): Promise<void> {
    const path = join(temp.path, 'docker-credential-test');
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  }

  test('is asked for the host on its input', async () => {
    await helper(
      `[ "$1" = get ] && read -r host; echo "{\\"ServerURL\\":\\"$host\\",\\"Username\\":\\"$host\\",\\"Secret\\":\\"s\\"}"`,
    );
    expect(await ask('test')).toEqual(password(HOST, 's'));
  });

  test('may keep an identity token', async () => {
    await helper(`echo '{"ServerURL":"x","Username":"<token>","Secret":"refresh"}'`);
    expect(await ask('test')).toEqual({ kind: 'identityToken', token: 'refresh' });
  });

  test('that knows nothing of the host leaves it to what the file says itself', async () => {
    await helper(`echo 'credentials not found in native keychain'; exit 1`);
    expect(await ask('test')).toBeUndefined();
    const file = { credsStore: 'test', auths: { [HOST]: { auth: base64('ann:p') } } };
    await writeFile(join(temp.path, 'config.json'), JSON.stringify(file));
    const found = await findLogin(
      { url },
      {
        env: {
          PATH: `${temp.path}:${process.env.PATH}`,
          DOCKER_CONFIG: temp.path,
          XDG_RUNTIME_DIR: temp.path,
          XDG_CONFIG_HOME: temp.path,
        },
      },
    );
    expect(found?.proof).toEqual(password('ann', 'p'));
  });

  test.each([
    [
      `echo 'the keychain is locked' >&2; exit 3`,
      'docker-credential-test, which keeps the login of registry.example.com:5000, failed (3): the keychain is locked',
    ],
    [`echo 'password=hunter22' >&2; exit 1`, 'failed (1): password: [hidden]'],
    [`echo no`, 'docker-credential-test: the answer is not JSON'],
    [`head -c 200000 /dev/zero`, 'failed (ERR_CHILD_PROCESS_STDIO_MAXBUFFER)'],
  ])('%s is told', async (script, sentence) => {
    await helper(script);
    await expect(ask('test')).rejects.toThrow(sentence);
  });

  test('that is not there, or no name of a program, is told', async () => {
    await expect(ask('nowhere-to-be-found')).rejects.toThrow('failed (ENOENT)');
    await expect(ask('../../bin/sh')).rejects.toThrow('is no name of a program');
    await expect(ask('x; rm -r y')).rejects.toThrow('is no name of a program');
  });
});

test('an identity token is sent as a form, a password in its header', () => {
  const place = {
    kind: 'bearer',
    realm: new URL('https://auth/token?a=1'),
    service: 's',
    scope: 'registry:catalog:*',
  } as const;
  const bought = tokenRequest(place, { kind: 'identityToken', token: 'refresh' });
  expect(bought).toMatchObject({ method: 'POST', url: place.realm });
  expect(Object.fromEntries(new URLSearchParams(bought.body))).toEqual({
    ...{ grant_type: 'refresh_token', client_id: 'registry-index', refresh_token: 'refresh' },
    ...{ service: 's', scope: 'registry:catalog:*' },
  });
  const asked = tokenRequest(place, { kind: 'password', login: { user: 'ann', password: 'p' } });
  expect(asked).toMatchObject({
    method: 'GET',
    body: undefined,
    headers: { authorization: `Basic ${base64('ann:p')}` },
  });
  expect(asked.url.search).toBe('?a=1&scope=registry%3Acatalog%3A*&service=s');
});
