import { expect, test } from '@jest/globals';
import type { AccessSpec } from '../../../src/api/access-rules.ts';
import { type AccessFlags, accessFrom } from '../../../src/config/access.ts';
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
