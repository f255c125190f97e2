import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { askSearch } from '../../../src/commands/ask-search.ts';
import { queryCommand } from '../../../src/commands/query.ts';
import { searchUrlOf } from '../../../src/commands/search-url.ts';
import { FILTERS } from '../../../src/search/query/filters.ts';
import { ATTACK_NAMES, attack, FEW_BYTES } from '../../support/network/hostile-server.ts';
import { listen, portOf } from '../../support/network/listen.ts';
import { searchRecord } from '../../support/search/search-records.ts';
import { createServerBench } from '../../support/search/search-server.ts';

const { app } = createServerBench([
  searchRecord('payments/api', { summary: 'Takes payments', pushedAtMs: 1_000 }),
  searchRecord('payments/worker', { pushedAtMs: 2_000 }),
  searchRecord('shop'),
]);
const printed: string[] = [];
let url: string;

beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${portOf(app.server)}`;
});

beforeEach(() => {
  printed.splice(0);
  jest.spyOn(console, 'log').mockImplementation((line) => printed.push(line));
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => app.close());

async function query(...args: string[]): Promise<string[]> {
  await queryCommand()
    .exitOverride()
    .parseAsync(['--url', url, ...args], { from: 'user' });
  return printed;
}

describe('a service that wants a login', () => {
  let guarded: string;
  const server = createServer((request, response) => {
    const isAnn = request.headers.authorization === `Basic ${Buffer.from('ann:secret').toString('base64')}`;
    response.statusCode = isAnn ? 200 : 401;
    const refusal = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] };
    response.end(JSON.stringify(isAnn ? { num_results: 1, results: [{ name: 'hr/salaries' }] } : refusal));
  });
  const { DOCKER_CONFIG, REGISTRY_USERNAME, REGISTRY_PASSWORD } = process.env;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-index-query-'));
    guarded = `http://127.0.0.1:${await listen(server)}`;
    Object.assign(process.env, { DOCKER_CONFIG: folder, REGISTRY_USERNAME: '', REGISTRY_PASSWORD: '' });
  });

  afterEach(async () => {
    for (const [name, value] of Object.entries({ DOCKER_CONFIG, REGISTRY_USERNAME, REGISTRY_PASSWORD }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  const logIn = (file: string, auth: string) =>
    writeFile(join(folder, file), JSON.stringify({ auths: { [new URL(guarded).host]: { auth: btoa(auth) } } }));

  test('gets the name and password of docker login, of a file, or of the environment', async () => {
    await logIn('other.json', 'ann:secret');
    expect(await query('--url', guarded, '--auth-file', join(folder, 'other.json'))).toContain('hr/salaries');
    await logIn('config.json', 'ann:secret');
    expect(await query('--url', guarded)).toContain('hr/salaries');
    await rm(join(folder, 'config.json'));
    Object.assign(process.env, { REGISTRY_USERNAME: 'ann', REGISTRY_PASSWORD: 'secret' });
    expect(await query('--url', guarded)).toContain('hr/salaries');
  });

  test('is answered with how to log in, and says so when it refuses a password', async () => {
    await expect(query('--url', guarded)).rejects.toThrow(`${guarded} wants a login: use docker login for that host`);
    await logIn('config.json', 'ann:wrong');
    await expect(query('--url', guarded)).rejects.toThrow('it refuses the name and password that were found');
  });
});

describe('registry-index query', () => {
  test('prints what it finds, and how much of it', async () => {
    expect(await query('payments', '--limit', '1')).toEqual(['payments/worker', '1 of 2']);
  });

  test('sends all its words as one query', async () => {
    expect(await query('payments', 'takes')).toEqual(['payments/api  Takes payments', '1 of 1']);
    expect(await query('payments -takes')).toContain('payments/worker');
  });

  test('points at a mistake in the query', async () => {
    const message = 'unknown filter `arhc:` at position 9; did you mean `arch:`?';
    await expect(query('payments arhc:arm64')).rejects.toThrow(`${message}\n\n  payments arhc:arm64\n           ^`);
  });

  test('names the service that does not answer', async () => {
    await expect(query('--url', 'http://127.0.0.1:1')).rejects.toThrow('http://127.0.0.1:1 does not answer');
    await expect(query('--url', 'nowhere')).rejects.toThrow(
      '--url wants the http:// or https:// URL of a search service',
    );
  });

  test('explains every filter', () => {
    const help: string[] = [];
    const command = queryCommand().configureOutput({ writeOut: (text) => help.push(text) });
    command.outputHelp();
    for (const key of FILTERS.keys()) expect(help.join('')).toContain(`\n  ${key}:`);
  });
});

describe('--url', () => {
  test.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/v1/search?q=a+b'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/v1/search?q=a+b'],
    ['https://host/index', 'https://host/index/v1/search?q=a+b'],
    ['https://host/index/', 'https://host/index/v1/search?q=a+b'],
    ['https://host/a/b//', 'https://host/a/b/v1/search?q=a+b'],
    ['https://host/a%20b', 'https://host/a%20b/v1/search?q=a+b'],
    ['https://host/index/v1/search', 'https://host/index/v1/search?q=a+b'],
    ['https://host/v1/', 'https://host/v1/search?q=a+b'],
    ['HTTPS://Host', 'https://host/v1/search?q=a+b'],
    [' http://host ', 'http://host/v1/search?q=a+b'],
    ['http://[::1]:8080', 'http://[::1]:8080/v1/search?q=a+b'],
    ['http://[fe80::1]/x', 'http://[fe80::1]/x/v1/search?q=a+b'],
    ['http://host:65535', 'http://host:65535/v1/search?q=a+b'],
    ['https://host/@team', 'https://host/@team/v1/search?q=a+b'],
  ])('%s asks %s', (service, asked) => {
    expect(searchUrlOf(service, { q: 'a b' }).href).toBe(asked);
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
    expect(() => searchUrlOf(service, {})).toThrow(sentence);
  });

  test.each(['http://me:secret@host', 'me:secret@host:8080', 'https://secret@host/index', '//me:secret@host'])(
    'with a password is refused without repeating it',
    (service) => {
      expect(() => searchUrlOf(service, {})).toThrow('no user name and no password');
      expect(() => searchUrlOf(service, {})).not.toThrow('secret');
    },
  );

  test('may have a path, below which everything is asked', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end('{"num_results":0,"results":[]}');
    });
    const at = `http://127.0.0.1:${await listen(server)}/deep/index/`;
    expect(await query('pay', '--url', at)).toEqual(['0 of 0']);
    expect(asked).toEqual(['/deep/index/v1/search?q=pay&n=25&sort=relevance']);
    server.closeAllConnections();
    server.close();
  });
});

describe('a redirect is told, and not followed', () => {
  async function messageOf(status: number, location: string | undefined): Promise<string> {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status, location === undefined ? {} : { location }).end('<a href="x">Moved</a>');
    });
    const at = `http://127.0.0.1:${await listen(server)}`;
    const message = await query('pay', '--url', `${at}/old`).then(String, (error: Error) => error.message);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(asked).toHaveLength(1);
    return message.replaceAll(at, 'URL');
  }

  test.each([
    [
      301,
      'https://host/index/v1/search?q=pay',
      'redirects to https://host/index/v1/search; write --url https://host/index',
    ],
    [302, 'https://host:8443/v1/search', 'redirects to https://host:8443/v1/search; write --url https://host:8443'],
    [307, '/new/v1/search?q=pay', 'redirects to URL/new/v1/search; write --url URL/new'],
    [308, '//other/v1/search', 'redirects to http://other/v1/search; write --url http://other'],
    [302, 'https://login.example/?state=secret', 'redirects to https://login.example/; redirects are not followed'],
    [303, 'https://me:secret@host/v1/search', 'redirects to https://host/v1/search; write --url https://host'],
    [301, '/old/v1/search?q=pay', 'redirects to URL/old/v1/search; redirects are not followed'],
    [301, 'javascript:alert(1)', 'which is no address of a search service'],
    [301, 'http://', 'which is no address of a search service'],
  ])('%i to %s', async (status, location, sentence) => {
    const message = await messageOf(status, location);
    expect(message).toMatch(new RegExp(`^URL/old answered ${status} and redirects to `));
    expect(message).toContain(sentence);
    expect(message).not.toContain('secret');
  });

  test('without a target is no answer of a search service', async () => {
    expect(await messageOf(301, undefined)).toBe(
      'URL/old answered 301: that is no answer of a search service; --url says where one is',
    );
  });
});

describe('what another server answers', () => {
  /** What is printed, or the message of the error that ends it, when a server says this. */
  async function printedOf(answer: unknown, status = 200): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(answer)));
    const other = `http://127.0.0.1:${await listen(server)}`;
    const lines = await query('pay', '--url', other).then(
      (rows) => rows.join('\n'),
      (error: Error) => error.message,
    );
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return lines.replaceAll(other, 'URL');
  }

  const evil = '\u001b]0;owned\u0007\u001b[2J\u009b1mred\r\nfake/row\u202etxt.exe\u2066\u200d\ufeff\u2028\u0000';
  const row = (name: unknown, description: unknown = '') => ({ name, description });

  test.each<[string, unknown, number]>([
    ['a name', { num_results: 1, results: [row(evil, 'any')] }, 200],
    ['a description', { num_results: 1, results: [row('a', evil)] }, 200],
    ['a correction', { num_results: 0, results: [], corrected: evil }, 200],
    ['an error', { errors: [{ message: evil }] }, 500],
    ['a mistake', { errors: [{ message: evil, detail: { position: 1 } }] }, 400],
    ['what is not asked for', { num_results: evil, results: evil, more: evil }, 200],
  ])('in %s neither drives the terminal nor makes lines of its own', async (_, answer, status) => {
    const shown = await printedOf(answer, status);
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(shown).not.toMatch(/^fake/m);
  });

  test('is printed no longer and no more often than search would say it', async () => {
    const results = Array.from({ length: 150 }, () => row('n'.repeat(2_000), 'd'.repeat(5_000)));
    const lines = (await printedOf({ num_results: 150, results })).split('\n');
    expect(lines).toHaveLength(26);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_300);
    expect(lines.at(-1)).toBe('25 of 150');
  });

  test.each([-1, 1.5, 1e300, '3', null])('that it has found %j is not believed', async (num_results) => {
    expect(await printedOf({ num_results, results: [] })).toMatch(/^URL answered 200: that is no answer of a search/);
  });

  test.each([-1, 1e9, 1e300, '1', null])('of a mistake at position %j points into the query', async (position) => {
    const message = await printedOf({ errors: [{ message: 'wrong', detail: { position } }] }, 400);
    expect(message.length).toBeLessThan(100);
    expect(message).toContain('wrong');
  });

  test('in rows that are none is left out', async () => {
    const results = [null, 3, 'x', row(7), { name: 'a' }, row('b', 7)];
    expect(await printedOf({ num_results: 6, results })).toBe('a\nb\n2 of 6');
  });

  test.each(ATTACK_NAMES)('ends with a sentence when it is %s', async (name) => {
    const ask = (at: string) => askSearch(new URL('/v1/search?q=pay', at), undefined, AbortSignal.timeout(2_000));
    const { outcome, requests, written } = await attack(name, ask);
    expect(outcome).toMatchObject({ name: 'ConfigError', message: expect.stringContaining('--url says where') });
    expect(requests).toHaveLength(1);
    if (/^(a body|an error)/.test(name)) expect(written).toBeLessThan(FEW_BYTES);
  });
});
