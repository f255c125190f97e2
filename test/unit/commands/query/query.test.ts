import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { connect } from '../../../../src/client/connection.ts';
import { FILTERS } from '../../../../src/search/query/filters.ts';
import { tempDirectory } from '../../../env/temp-directory.ts';
import { type FakeService, type Reply, startFakeService } from '../../../support/client/fake-service.ts';
import { runQuery } from '../../../support/client/query-bench.ts';
import { ATTACK_NAMES, attack, FEW_BYTES } from '../../../support/network/hostile-server.ts';
import '../../../support/native-errors.ts';

const basic = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
const row = (name: unknown, description: unknown = '') => ({ name, description });
const found = (...results: unknown[]): Reply => ({ json: { total: results.length, results, hints: [] } });
const refusal = (status: number, message: string, more: object = {}, code = 'ANY'): Reply => ({
  status,
  json: { errors: [{ code, message, ...more }] },
});

let service: FakeService | undefined;
afterEach(() => service?.stop());

async function serviceThat(reply: Parameters<typeof startFakeService>[0]): Promise<FakeService> {
  service = await startFakeService(reply);
  return service;
}

describe('exit status and what is said', () => {
  test('a mistake in the query is 2, and shown under it, by cells', async () => {
    const message = 'unknown filter `arhc:`';
    const { url } = await serviceThat(() => refusal(400, message, { detail: { position: 4 } }));
    expect(await runQuery(['--url', url, '数据库 arhc:arm64'])).toEqual({
      ...{ out: '', code: 2 },
      err: `error: ${message}\n\n  数据库 arhc:arm64\n         ^\n`,
    });
  });

  test.each([-1, 1e9, 1e300, '1', null])('a position of %j points into the query', async (position) => {
    const { url } = await serviceThat(() => refusal(400, 'wrong', { detail: { position } }));
    const { err, code } = await runQuery(['--url', url, 'pay']);
    expect(err.length).toBeLessThan(60);
    expect([err.startsWith('error: wrong'), code]).toEqual([true, 2]);
  });

  test('a service that is not there is 3', async () => {
    const { err, code } = await runQuery(['--url', 'http://127.0.0.1:1', 'pay']);
    expect([code, err]).toEqual([
      3,
      'error: http://127.0.0.1:1 does not answer (ECONNREFUSED); --url says where the search service is\n',
    ]);
  });

  test.each([
    [503, 'the index is not loaded yet', 3],
    [500, 'something went wrong here', 3],
    [403, 'only a proxy', 4],
    [429, 'too many wrong passwords', 4],
  ])('%i is told: %s', async (status, message, code) => {
    const { url } = await serviceThat(() => refusal(status, message));
    expect(await runQuery(['--url', url])).toMatchObject({ code, err: expect.stringContaining(message) });
  });

  test('nothing found is 0, or 1 where that is asked for; hints are on stderr', async () => {
    const { url } = await serviceThat(() => ({ json: { total: 0, results: [], hints: ['no name has "mysql"'] } }));
    expect(await runQuery(['--url', url, '-o', 'name', 'mysql'])).toEqual({
      out: '',
      code: 0,
      err: 'no name has "mysql"\n0 of 0\n',
    });
    expect(await runQuery(['--url', url, '-q', '--fail-on-no-result', 'mysql'])).toMatchObject({
      code: 1,
      err: 'error: nothing was found\n',
    });
  });

  test('a correction and an index that is being filled are told', async () => {
    const { url } = await serviceThat(() => ({
      json: {
        total: 1,
        results: [row('mirror/postgres')],
        corrected: 'postgres',
        hints: ['nothing matches "postgers"; this is for "postgres"'],
        incomplete: true,
      },
    }));
    expect((await runQuery(['--url', url, 'postgers'])).err).toBe(
      'nothing matches "postgers"; this is for "postgres"\nthe index is being filled: more may be found later\n1 of 1\n',
    );
  });

  test('wrong flags are 2', async () => {
    for (const flags of [
      ['--limit', 'x'],
      ['-o', 'xml'],
      ['--nope'],
      ['tags'],
      ['digest', 'x', '--sort', 'name'],
      ['--username', 'ann'],
      ['--url', 'nowhere'],
    ])
      expect(await runQuery(flags)).toMatchObject({ code: 2, err: expect.stringContaining('error: ') });
  });

  test('the help has every filter and every exit status', async () => {
    const { out } = await runQuery(['--help']);
    for (const key of FILTERS.keys()) expect(out).toContain(`\n  ${key}:`);
    for (const code of [0, 1, 2, 3, 4]) expect(out).toMatch(new RegExp(`^ {2}${code} {2}\\S`, 'm'));
  });
});

describe('a service that wants a login', () => {
  const guarded = () =>
    serviceThat((_, { headers }) =>
      headers.authorization === basic('ann:secret') ? found(row('hr/pay')) : refusal(401, 'log in'),
    );

  test.each<[string, Record<string, string>]>([
    ['REGISTRY_INDEX_USERNAME', { REGISTRY_INDEX_USERNAME: 'ann', REGISTRY_INDEX_PASSWORD: 'secret' }],
    ['REGISTRY_USERNAME', { REGISTRY_USERNAME: 'ann', REGISTRY_PASSWORD: 'secret' }],
  ])('gets the login of %s', async (_, env) => {
    const { url } = await guarded();
    expect((await runQuery(['--url', url, '-o', 'name'], { env })).out).toMatch(/hr\/pay\n$/);
  });

  test('gets the login of a file, before it has asked for one', async () => {
    const { host, asked } = await guarded();
    const temp = await tempDirectory('query');
    const file = join(temp.path, 'auth.json');
    await writeFile(file, JSON.stringify({ auths: { [host]: { auth: btoa('ann:secret') } } }));
    for (const flag of ['--authfile', '--auth-file'])
      expect((await runQuery(['--url', `http://${host}`, flag, file, '-o', 'name'])).out).toMatch(/hr\/pay\n$/);
    expect(asked).toHaveLength(2);
    await temp.remove();
  });

  test('gets a password and a token of standard input', async () => {
    const { url } = await guarded();
    const flags = ['--url', url, '--username', 'ann', '--password-stdin', '-o', 'name'];
    expect((await runQuery(flags, { stdin: 'secret\n' })).out).toMatch(/hr\/pay\n$/);
    expect(await runQuery(flags, { stdin: '' })).toMatchObject({ code: 2 });
    await service?.stop();
    const other = await serviceThat((_, { headers }) =>
      headers.authorization === 'Bearer t' ? found(row('a')) : refusal(401, 'log in'),
    );
    for (const [token, stdin] of [
      ['t', ''],
      ['-', 't\n'],
    ] as const)
      expect((await runQuery(['--url', other.url, '--token', token], { stdin })).code).toBe(0);
  });

  test('refuses with 4, and it is said whose login that was and how to use another', async () => {
    const { url, host } = await guarded();
    const none = await runQuery(['--url', url]);
    expect(none).toMatchObject({
      code: 4,
      err: expect.stringContaining(`no login was found: use docker login ${host}`),
    });
    const env = { REGISTRY_INDEX_USERNAME: 'bob', REGISTRY_INDEX_PASSWORD: 'hunter22' };
    const { code, err } = await runQuery(['--url', url], { env });
    expect([code, err]).toEqual([
      4,
      expect.stringContaining(`the login was bob of REGISTRY_INDEX_USERNAME: to use another, docker login ${host}`),
    ]);
    expect(err).not.toContain('hunter22');
  });

  test('an identity token buys a token where /v2/ says', async () => {
    const bodies: string[] = [];
    const { host, asked } = await serviceThat((url, { headers, method }, body) => {
      const challenge = { 'www-authenticate': `Bearer realm="http://${headers.host}/token",service="s"` };
      if (url.pathname === '/v2/') return { status: 401, headers: challenge };
      if (url.pathname === '/token' && method === 'POST') bodies.push(body);
      if (url.pathname === '/token')
        return body.includes('refresh_token=refresh') ? { json: { access_token: 'bought' } } : refusal(401, 'no');
      return headers.authorization === 'Bearer bought' ? found(row('hr/pay')) : refusal(401, 'log in');
    });
    const login = (identitytoken: string) => ({
      env: { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: { auth: btoa('ann:'), identitytoken } } }) },
    });
    expect((await runQuery(['--url', `http://${host}`, '-o', 'name'], login('refresh'))).out).toBe(`${host}/hr/pay\n`);
    expect(Object.fromEntries(new URLSearchParams(bodies[0]))).toMatchObject({
      grant_type: 'refresh_token',
      service: 's',
      scope: 'registry:catalog:search',
    });
    const refused = await runQuery(['--url', `http://${host}`], login('expired'));
    expect(refused).toMatchObject({
      code: 4,
      err: expect.stringContaining('answered 401, and no token, to a token of DOCKER_AUTH_CONFIG'),
    });
    expect(asked.filter((path) => path.startsWith('POST'))).toHaveLength(2);
  });

  test('that names a token server of another machine without https buys it no token', async () => {
    const { host, asked } = await serviceThat(() => {
      // A name that is not known to be of this machine, and leads here.
      const realm = `http://0.0.0.0:${host.split(':')[1]}/token`;
      return { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } };
    });
    const auths = { [host]: { auth: btoa('ann:'), identitytoken: 'refresh' } };
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) };
    expect(await runQuery(['--url', `http://${host}`], { env })).toMatchObject({
      code: 4,
      err: expect.stringContaining('would be sent a token of DOCKER_AUTH_CONFIG, which is only sent over https'),
    });
    expect(asked).toEqual(['/v2/']);
  });

  test.each(['ab c', 'abc\n', 'é'])('is not asked with %j, which is no token', async (token) => {
    const { url, asked } = await serviceThat(() => found());
    const env = { REGISTRY_INDEX_TOKEN: token };
    expect(await runQuery(['--url', url], { env })).toEqual({
      ...{ out: '', code: 2 },
      err: 'error: the token that was given holds a blank, a line break or another character that is in no token\n',
    });
    expect(asked).toEqual([]);
  });

  test('gets no password in plain text from another machine', async () => {
    const shown: (string | undefined)[] = [];
    const { host } = await serviceThat((_, { headers }) => {
      shown.push(headers.authorization);
      return refusal(401, 'log in');
    });
    const port = host.split(':')[1];
    const env = { REGISTRY_INDEX_USERNAME: 'ann', REGISTRY_INDEX_PASSWORD: 'secret' };
    // A name that is not known to be of this machine, and leads here.
    const { err, code } = await runQuery(['--url', `http://0.0.0.0:${port}`], { env });
    expect(shown).toEqual([undefined]);
    expect([code, err]).toEqual([4, expect.stringContaining('is only sent over https')]);
  });
});

describe('tags and digests', () => {
  const tag = {
    name: '1.4',
    digest: 'sha256:aa',
    pushed: '2026-11-18T10:00:00.000Z',
    platforms: ['linux/amd64'],
    same: ['latest'],
    size: 123_456_789,
  };

  test('tags are listed, in the order and of the kind that is asked for', async () => {
    const { url, asked, host } = await serviceThat(({ pathname }) =>
      pathname === '/api/v1/repositories/team/api'
        ? { json: { name: 'team/api', tags: { total: 1, sort: 'pushed', results: [tag] } } }
        : undefined,
    );
    expect((await runQuery(['tags', 'team/api', '--url', url, '--no-headers'])).out).toBe(
      '1.4\t2026-11-18T10:00:00.000Z\t123MB\tlinux/amd64\tlatest\n',
    );
    expect((await runQuery(['tags', `http://${host}/team/api`, '-o', 'name'])).out).toBe(`${host}/team/api:1.4\n`);
    await runQuery(['--sort', '-version', 'tags', 'team/api', '--tag', '1.*', '-n', '7', '--url', url]);
    expect(asked.at(-1)).toBe('/api/v1/repositories/team/api?sort=-version&tag=1.*&n=7');
    expect(await runQuery(['tags', 'team/api', '--sort', 'relevance', '--url', url])).toMatchObject({ code: 2 });
  });

  test.each([
    ['tags', '..'],
    ['tags', 'a/../hr/pay'],
    ['tags', './a'],
    ['digest', '..'],
  ])('%s %s names nothing, and leads to no other route', async (...words) => {
    const { url, asked } = await serviceThat(() => found(row('a')));
    const { code, err } = await runQuery([...words, '--url', url]);
    expect([code, err, asked]).toEqual([2, expect.stringContaining('no name has a part .'), []]);
  });

  test('who has a digest is listed', async () => {
    const digest = `sha256:${'e'.repeat(64)}`;
    const { url, asked, host } = await serviceThat(() => ({
      json: { digest, total: 1, results: [{ name: 'team/api', tags: ['1.4', 'latest'], tagCount: 2 }] },
    }));
    expect((await runQuery(['digest', 'sha256:eeeeeeee', '--url', url, '--no-headers'])).out).toBe(
      'team/api\t1.4,latest\n',
    );
    expect((await runQuery(['digest', 'sha256:eeeeeeee', '--url', url, '-o', 'name'])).out).toBe(
      `${host}/team/api@${digest}\n`,
    );
    expect(asked[0]).toBe('/api/v1/digests/sha256%3Aeeeeeeee?n=25');
  });

  test('what is not there is an empty list, with a sentence', async () => {
    const { url } = await serviceThat(() => refusal(404, 'there is no such repository', {}, 'NAME_UNKNOWN'));
    expect(await runQuery(['tags', 'nope', '--url', url, '-o', 'json'])).toEqual({
      out: '[]\n',
      code: 0,
      err: 'there is no such repository\n0 of 0\n',
    });
    expect((await runQuery(['tags', 'nope', '--url', url, '--fail-on-no-result'])).code).toBe(1);
  });
});

describe('what another server answers', () => {
  const evil = '\u001b]0;owned\u0007\u001b[2J\u009b1mred\r\nfake/row\u202etxt.exe\u2066\u200d\ufeff\u2028\u0000';

  test.each<[string, Reply]>([
    ['a name', { json: { total: 1, results: [row(evil, 'any')] } }],
    ['a description', { json: { total: 1, results: [row('a', evil)] } }],
    [
      'a tag, a label and a platform',
      { json: { total: 1, results: [{ ...row('a'), tag: evil, labels: { [evil]: evil }, platforms: [evil] }] } },
    ],
    ['a correction', { json: { total: 0, results: [], corrected: evil } }],
    ['an error', refusal(500, evil)],
    ['a mistake', refusal(400, evil, { detail: { position: 1 } })],
  ])('in %s neither drives the terminal nor makes lines of its own', async (_, reply) => {
    const { url } = await serviceThat(() => reply);
    for (const form of ['table', 'wide', 'csv', 'json', 'yaml', 'name']) {
      const { out, err } = await runQuery(['--url', url, '-o', form, 'pay'], { columns: 100 });
      expect((out + err).replace(/[\n\t]|\r\n/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(out + err).not.toMatch(/^fake/m);
    }
  });

  test('is no longer and no more than was asked for', async () => {
    const results = Array.from({ length: 150 }, () => row('n'.repeat(2_000), 'd'.repeat(5_000)));
    const { url } = await serviceThat(() => ({ json: { total: 150, results } }));
    const { out, err } = await runQuery(['--url', url]);
    expect(out.split('\n')).toHaveLength(27);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(1_300);
    expect(err).toBe('25 of 150\n');
  });

  test.each([-1, 1.5, 1e300, '3', null])('is not believed when it says that it has found %j', async (total) => {
    const { url } = await serviceThat(() => ({ json: { total, results: [] } }));
    expect(await runQuery(['--url', url])).toMatchObject({
      code: 3,
      err: expect.stringContaining('that is no answer of a search service'),
    });
  });

  test.each<Reply>([{ text: '<html>' }, { json: null }, { json: [] }, { status: 404, text: 'nginx' }])(
    '%j is no answer of a search service',
    async (reply) => {
      const { url } = await serviceThat(() => reply);
      expect(await runQuery(['--url', url])).toMatchObject({
        code: 3,
        err: expect.stringContaining('no answer of a search service'),
      });
    },
  );

  test('in rows that are none is left out', async () => {
    const { url } = await serviceThat(() => found(null, 3, 'x', row(7), { name: 'a' }, row('b', 7)));
    expect((await runQuery(['--url', url, '--no-headers'])).out).toBe('a\t\t\t\t\nb\t\t\t\t\n');
  });

  test('pages without an end and without rows end', async () => {
    const { url, asked } = await serviceThat(() => ({ json: { total: 5, results: [], next: 'again' } }));
    expect((await runQuery(['--url', url, '-n', '0'])).code).toBe(0);
    expect(asked).toHaveLength(1);
  });

  test.concurrent.each(ATTACK_NAMES)('ends with a sentence when it is %s', async (name) => {
    const ask = async (at: string) => {
      const connection = await connect({ services: [new URL(at)], login: undefined, timeoutMs: 2_000 });
      const answer = await connection.get('api/api/v1/search', { q: 'pay' });
      return answer.kind === 'found' ? answer.json : answer;
    };
    const { outcome, requests, written } = await attack(name, ask);
    if (outcome !== undefined && outcome !== null)
      expect(outcome).toMatchObject({ message: expect.stringContaining('--url says where') });
    expect(requests).toHaveLength(1);
    if (/^(a body|an error)/.test(name)) expect(written).toBeLessThan(FEW_BYTES);
  });
});

describe('a redirect is told, and not followed', () => {
  test.each([
    [
      301,
      'https://host/index/api/v1/search?q=pay',
      'redirects to https://host/index/api/v1/search; write --url https://host/index',
    ],
    [307, '/new/api/v1/search?q=pay', 'redirects to URL/new/api/v1/search; write --url URL/new'],
    [308, '//other/api/v1/search', 'redirects to http://other/api/v1/search; write --url http://other'],
    [302, 'https://login.example/?state=secret', 'redirects to https://login.example/; redirects are not followed'],
    [303, 'https://me:secret@host/api/v1/search', 'redirects to https://host/api/v1/search; write --url https://host'],
    [301, '/old/api/v1/search?q=pay', 'redirects to URL/old/api/v1/search; redirects are not followed'],
    [301, 'javascript:alert(1)', 'which is no address of a search service'],
    [301, 'http://', 'which is no address of a search service'],
  ])('%i to %s', async (status, location, sentence) => {
    const { url, asked } = await serviceThat(() => ({ status, headers: { location }, text: '<a href="x">Moved</a>' }));
    const { err, code } = await runQuery(['--url', `${url}/old`, 'pay']);
    expect(err.replaceAll(url, 'URL')).toContain(`error: URL/old answered ${status} and redirects to `);
    expect(err.replaceAll(url, 'URL')).toContain(sentence);
    expect(err).not.toContain('secret');
    expect([asked.length, code]).toEqual([1, 2]);
  });
});
