import { expect, test } from '@jest/globals';
import type { AccessSpec } from '../../../src/api/access-rules.ts';
import { type AccessFlags, accessFrom, checkAccessFiles } from '../../../src/config/access.ts';
import { ConfigError } from '../../../src/config/config-error.ts';

const ref = { name: 'a', key: 'b' };
const rules = [{ names: ['**'], anonymous: true }];

function settingsFor(access: AccessSpec | undefined, flags: AccessFlags) {
  return accessFrom(access ? { search: { access } } : {}, flags).settings;
}

test('everybody may search where neither manifest nor command line says otherwise', () => {
  expect(settingsFor(undefined, {})).toEqual({ mode: 'Anonymous' });
});

test('a registry or a file of users on the command line lets their users search', () => {
  const registry = { mode: 'Registry', url: 'https://r.example', recheckSeconds: 60 };
  expect(settingsFor(undefined, { accessRegistry: 'https://r.example' })).toMatchObject(registry);
  expect(settingsFor(undefined, { accessRegistry: 'https://r.example', accessCaFile: 'ca' })).toMatchObject({
    caFile: 'ca',
  });
  expect(settingsFor(undefined, { htpasswdFile: 'users' })).toEqual({
    mode: 'Htpasswd',
    file: 'users',
    recheckSeconds: 60,
  });
});

test('files stand where the manifest names Secrets, and its rules hold', () => {
  const access: AccessSpec = { mode: 'Htpasswd', htpasswdSecretRef: ref, recheckSeconds: 10, rules };
  expect(accessFrom({ search: { access } }, { htpasswdFile: 'users' })).toEqual({
    settings: { mode: 'Htpasswd', file: 'users', recheckSeconds: 10 },
    rules: { rules, groups: undefined },
  });
  const forwardedUser = { secretRef: ref, userHeader: 'X-Auth-Request-User' };
  expect(settingsFor({ mode: 'ForwardedUser', forwardedUser }, { proxySecretFile: 'secret' })).toEqual({
    mode: 'ForwardedUser',
    secretFile: 'secret',
    headers: {
      user: 'x-auth-request-user',
      groups: 'x-forwarded-groups',
      secret: 'x-registry-index-proxy-secret',
    },
  });
});

test.each<[AccessSpec, string]>([
  [{ mode: 'Htpasswd', htpasswdSecretRef: ref }, '--htpasswd-file'],
  [{ mode: 'ForwardedUser', forwardedUser: { secretRef: ref } }, '--proxy-secret-file'],
  [{ mode: 'Registry', registry: { url: 'https://r.example', caSecretRef: ref } }, '--access-ca-file'],
  [{ mode: 'Registry' }, 'needs the address of the registry'],
])('what is missing is said: %j', (access, says) => {
  expect(() => settingsFor(access, {})).toThrow(ConfigError);
  expect(() => settingsFor(access, {})).toThrow(says);
});

test.each([
  ['registry.example.com', '--access-registry registry.example.com has no scheme: write http'],
  ['ftp://r.example', '--access-registry ftp://r.example'],
])('the address %s of a registry is refused with what to write', (accessRegistry, message) => {
  expect(() => settingsFor(undefined, { accessRegistry })).toThrow(message);
});

test('so is that of a token server', () => {
  const registry = { url: 'https://r.example', tokenURL: 'auth.example/token' };
  expect(() => settingsFor({ mode: 'Registry', registry }, {})).toThrow('search.access.registry.tokenURL');
});

test('a file of users that cannot be read is named', async () => {
  await expect(checkAccessFiles({ htpasswdFile: '/no/such/users' })).rejects.toThrow(
    '--htpasswd-file /no/such/users cannot be read (ENOENT)',
  );
  await expect(checkAccessFiles({ htpasswdFile: import.meta.filename })).resolves.toBeUndefined();
});
