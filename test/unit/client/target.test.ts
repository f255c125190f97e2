import { describe, expect, test } from '@jest/globals';
import { parseService, urlBelow } from '../../../src/client/service-url.ts';
import { targetOf } from '../../../src/client/target.ts';

const isFilter = (name: string) => ['platform', 'name', 'ns', 'digest'].includes(name);
const read = (text: string, url?: string, env = {}) => {
  const { services, text: rest } = targetOf([text], { url, env, isFilter });
  return [...services.map(({ href }) => href), rest];
};

describe('[HOST/]WORDS', () => {
  test.each([
    ['registry.example.com/pay', ['https://registry.example.com/', 'pay']],
    ['registry.example.com/', ['https://registry.example.com/', '']],
    ['registry.example.com:5000/pay api', ['https://registry.example.com:5000/', 'pay api']],
    ['registry:5000/pay', ['https://registry:5000/', 'pay']],
    ['localhost/pay', ['https://localhost/', 'http://localhost/', 'pay']],
    ['localhost:8080/team/pay', ['https://localhost:8080/', 'http://localhost:8080/', 'team/pay']],
    ['127.0.0.1:8080/pay', ['https://127.0.0.1:8080/', 'http://127.0.0.1:8080/', 'pay']],
    ['[::1]:8080/pay', ['https://[::1]:8080/', 'http://[::1]:8080/', 'pay']],
    ['http://registry.example.com/pay', ['http://registry.example.com/', 'pay']],
    ['https://localhost:8080', ['https://localhost:8080/', '']],
    ['10.0.0.1/pay', ['https://10.0.0.1/', 'pay']],
  ])('%s is asked of the host', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    'team/pay',
    'pay',
    '',
    'platform:linux/arm64',
    'name:5000/api',
    '-ns:team/a',
    'label:a/b',
    'java.util',
    'node:22',
    'node:v22/x',
    '"registry.example.com/pay"',
    'FROM docker.io/postgres:16',
    'docker pull registry.example.com:5000/base/node:22',
  ])('%s has no host', (text) => {
    expect(read(text)).toEqual(['http://127.0.0.1:8080/', text]);
  });

  test('--url wins, then the host, then REGISTRY_INDEX_URL', () => {
    const env = { REGISTRY_INDEX_URL: 'https://index.example.com/below' };
    expect(read('a.example.com/pay', 'https://b.example.com', env)).toEqual([
      'https://b.example.com/',
      'a.example.com/pay',
    ]);
    expect(read('a.example.com/pay', undefined, env)).toEqual(['https://a.example.com/', 'pay']);
    expect(read('pay', undefined, env)).toEqual(['https://index.example.com/below', 'pay']);
    expect(read('pay', '', env)).toEqual(['https://index.example.com/below', 'pay']);
  });
});

describe('--url', () => {
  const search = (service: string) => urlBelow(parseService(service), 'api/v1/search', { q: 'a b' }).href;

  test.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/api/v1/search?q=a+b'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/api/v1/search?q=a+b'],
    ['https://host/index', 'https://host/index/api/v1/search?q=a+b'],
    ['https://host/a/b//', 'https://host/a/b/api/v1/search?q=a+b'],
    ['https://host/a%20b', 'https://host/a%20b/api/v1/search?q=a+b'],
    ['https://host/index/v1/search', 'https://host/index/api/v1/search?q=a+b'],
    ['https://host/index/api/v1/search', 'https://host/index/api/v1/search?q=a+b'],
    ['https://host/api/', 'https://host/api/v1/search?q=a+b'],
    ['https://host/v1/', 'https://host/api/v1/search?q=a+b'],
    ['HTTPS://Host', 'https://host/api/v1/search?q=a+b'],
    [' http://host ', 'http://host/api/v1/search?q=a+b'],
    ['http://[fe80::1]/x', 'http://[fe80::1]/x/api/v1/search?q=a+b'],
    ['http://host:65535', 'http://host:65535/api/v1/search?q=a+b'],
    ['https://host/@team', 'https://host/@team/api/v1/search?q=a+b'],
  ])('%s asks %s', (service, asked) => {
    expect(search(service)).toBe(asked);
  });

  test.each([
    ['localhost:8080', 'write http://localhost:8080, or https://localhost:8080'],
    ['host/index', 'write http://host/index, or https://host/index'],
    ['//host:1', 'write http://host:1'],
    ['10.0.0.1', 'write http://10.0.0.1'],
    ['[::1]:8080', 'write http://[::1]:8080'],
    ['http://::1:8080', 'write it in brackets, as in http://[::1]:8080'],
    ['http://fe80::1', 'write it in brackets'],
    ['http://host:0', 'ports are 1 to 65535'],
    ['http://host:65536', 'ports are 1 to 65535'],
    ['http://[::1]:99999', 'ports are 1 to 65535'],
    ['http://host:port', '--url wants the http://'],
    ['http://', '--url wants the http://'],
    ['http:/host', '--url wants the http://'],
    ['http:\\\\host', '--url wants the http://'],
    ['http://ho st', '--url wants the http://'],
    ['ftp://host', '--url wants the http://'],
    ['file:///etc/passwd', '--url wants the http://'],
    ['', '--url wants the http://'],
    ['http://host/index?q=x', 'is more than an address: write http://host/index'],
    ['http://host:8080/v1/search?q=x', 'is more than an address: write http://host:8080'],
    ['http://host/#top', 'is more than an address: write http://host'],
  ])('%s is refused with what to write', (service, sentence) => {
    expect(() => parseService(service)).toThrow(sentence);
  });

  test.each(['http://me:secret@host', 'me:secret@host:8080', 'https://secret@host/index', '//me:secret@host'])(
    'with a password is refused without repeating it',
    (service) => {
      expect(() => parseService(service)).toThrow('no user name and no password');
      expect(() => parseService(service)).not.toThrow('secret');
    },
  );
});
