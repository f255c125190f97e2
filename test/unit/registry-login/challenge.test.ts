import { describe, expect, test } from '@jest/globals';
import { readChallenge } from '../../../src/registry-login/token.ts';

const registry = new URL('https://registry.example.com:5000');

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

  test.each([
    ['Basic realm="r", Bearer realm="https://auth.example.com/token",service="s"'],
    ['Bearer realm="https://auth.example.com/token",service="s", Basic realm="r"'],
    ['Negotiate YII=, Bearer service=s , realm = "https://auth.example.com/token",Digest realm="d, Bearer realm=x"'],
  ])('is found among others in one header, as a proxy joins them: %s', (header) => {
    expect(read(header)).toMatchObject({ kind: 'bearer', service: 's' });
    expect(read(header)).toMatchObject({ realm: new URL('https://auth.example.com/token') });
  });

  test('does not send the password of a registry with TLS to a server without', () => {
    const header = 'Bearer realm="http://auth.example.com/token"';
    expect(read(header)).toEqual({ kind: 'unknown' });
    expect(read(header, new URL('http://localhost:5000'))).toMatchObject({ kind: 'bearer' });
  });
});
