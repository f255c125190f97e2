import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { printAge } from '../../../../src/client/print/columns.ts';
import { columnWidths, inCells } from '../../../../src/client/print/table.ts';
import { type FakeService, startFakeService } from '../../../support/client/fake-service.ts';
import { type RunOptions, runQuery } from '../../../support/client/query-bench.ts';

const NOW_MS = Date.parse('2026-11-20T00:00:00Z');
const DIGEST = `sha256:${'a'.repeat(64)}`;
const ROWS = [
  {
    ...{ name: 'payments/api', description: 'Takes payments, "all" of them', tag: '1.4', digest: DIGEST, tags: 3 },
    ...{
      pushed: '2026-11-18T10:00:00.000Z',
      platforms: ['linux/amd64', 'linux/arm64'],
      types: ['image'],
      marks: ['signed'],
    },
    labels: { team: 'core' },
  },
  {
    name: 'база/данных',
    description: '数据库 cafe\u0301',
    pushed: '2026-11-19T23:59:00.000Z',
    tags: 1,
    platforms: [],
    types: [],
    marks: [],
    labels: {},
  },
];

let service: FakeService;
let rows: readonly object[] = ROWS;

beforeAll(async () => {
  service = await startFakeService((url) => {
    if (url.pathname !== '/api/v1/search') return undefined;
    const n = Number(url.searchParams.get('n'));
    const at = Number(url.searchParams.get('cursor') ?? 0);
    const next = at + n < rows.length ? `${at + n}` : undefined;
    return { json: { query: '', hints: [], total: rows.length, results: rows.slice(at, at + n), next } };
  });
});

afterAll(() => service.stop());

const query = (args: readonly string[], options: RunOptions = {}) => {
  rows = ROWS;
  return runQuery(['--url', service.url, ...args], { nowMs: NOW_MS, ...options });
};

describe('in a pipe', () => {
  test('a table is tabs, whole texts and times after RFC 3339; the total stands on stderr', async () => {
    const { out, err, code } = await query([]);
    expect(out).toBe(
      'NAME\tTAG\tPUSHED\tPLATFORMS\tDESCRIPTION\n' +
        'payments/api\t1.4\t2026-11-18T10:00:00.000Z\tlinux/amd64,linux/arm64\tTakes payments, "all" of them\n' +
        'база/данных\t\t2026-11-19T23:59:00.000Z\t\t数据库 cafe\u0301\n',
    );
    expect([err, code]).toEqual(['2 of 2\n', 0]);
  });

  test('a wide one has all that is known', async () => {
    const { out } = await query(['-o', 'wide', '--no-headers', '-n', '1']);
    expect(out.split('\t')).toEqual(
      expect.arrayContaining([
        'payments/api',
        'image',
        'signed',
        DIGEST,
        'team=core',
        'Takes payments, "all" of them\n',
      ]),
    );
  });

  test('json is the rows of the service as one array', async () => {
    for (const flags of [['-o', 'json'], ['--json']]) expect(JSON.parse((await query(flags)).out)).toEqual(ROWS);
  });

  test('yaml is the same', async () => {
    expect(parse((await query(['-o', 'yaml'])).out)).toEqual(ROWS);
  });

  test('names have the host in front, for docker pull', async () => {
    expect((await query(['-o', 'name'])).out).toBe(`${service.host}/payments/api\n${service.host}/база/данных\n`);
  });

  test('csv is after RFC 4180', async () => {
    const { out } = await query(['-o', 'csv', '-n', '1']);
    expect(out).toBe(
      'NAME,TAG,PUSHED,PLATFORMS,TYPES,MARKS,DIGEST,LABELS,DESCRIPTION\r\n' +
        `payments/api,1.4,2026-11-18T10:00:00.000Z,"linux/amd64,linux/arm64",image,signed,${DIGEST},team=core,"Takes payments, ""all"" of them"\r\n`,
    );
  });

  test.each([
    ['=HYPERLINK("//x")', `"'=HYPERLINK(""//x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    [' @SUM(A1)', "'@SUM(A1)"],
    ['1=1', '1=1'],
  ])('csv has %j as a text for spreadsheets', async (description, cell) => {
    rows = [{ name: 'a', description }];
    const { out } = await runQuery(['--url', service.url, '-o', 'csv', '--no-headers']);
    expect(out).toBe(`a,,,,,,,,${cell}\r\n`);
  });

  test.each([
    ['json', '[]\n'],
    ['yaml', '[]\n'],
    ['name', ''],
  ])('%s of nothing is %j', async (form, expected) => {
    rows = [];
    const { out, err, code } = await runQuery(['--url', service.url, '-o', form]);
    expect([out, err, code]).toEqual([expected, '0 of 0\n', 0]);
  });
});

describe('on a terminal', () => {
  test('columns are aligned by cells, with ages, and cut to its width', async () => {
    const { out } = await query([], { columns: 72 });
    expect(out).toBe(
      [
        'NAME          TAG  PUSHED  PLATFORMS                DESCRIPTION',
        'payments/api  1.4  38h     linux/amd64,linux/arm64  Takes payments, "al…',
        'база/данных        60s                              数据库 cafe\u0301',
        '',
      ].join('\n'),
    );
  });

  test('--no-trunc and a wide table cut nothing', async () => {
    for (const flags of [['--no-trunc'], ['-o', 'wide']])
      expect((await query(flags, { columns: 40 })).out).toContain('Takes payments, "all" of them');
  });

  test('is coloured unless it is not to be', async () => {
    expect((await query([], { columns: 80, hasColors: true })).out).toContain('\u001b[1mpayments/api\u001b[22m');
    expect((await query([], { columns: 80 })).out).not.toContain('\u001b');
    expect((await query(['-o', 'json'], { columns: 80, hasColors: true })).out).not.toContain('\u001b');
  });
});

describe('widths', () => {
  test('the last columns are cut first, none to less than eight cells', () => {
    const line = ['x'.repeat(20), 'x'.repeat(20), 'x'.repeat(20)];
    expect(columnWidths([line])).toEqual([20, 20, 20]);
    expect(columnWidths([line], 50)).toEqual([20, 18, 8]);
    expect(columnWidths([line], 44)).toEqual([20, 12, 8]);
    expect(columnWidths([line], 10)).toEqual([8, 8, 8]);
  });

  test.each([
    ['数据库', 6, '数据库'],
    ['数据库', 5, '数据…'],
    ['数据库', 4, '数… '],
    ['cafe\u0301s', 5, 'cafe\u0301s'],
    ['cafe\u0301s!', 5, 'cafe\u0301…'],
    ['👩‍👩‍👧 family', 4, '👩‍👩‍👧 …'],
    ['ab', 4, 'ab  '],
  ])('%j in %i cells is %j', (text, width, expected) => {
    expect(inCells(text, width)).toBe(expected);
  });

  test.each([
    [-5, '0s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [7_200_000, '2h'],
    [47 * 3_600_000, '47h'],
    [48 * 3_600_000, '2d'],
    [729 * 86_400_000, '729d'],
    [730 * 86_400_000, '2y'],
  ])('an age of %i ms is %s', (ms, age) => {
    expect(printAge(ms)).toBe(age);
  });
});

describe('rows', () => {
  test('are as many as are asked for', async () => {
    expect((await query(['-n', '1'])).err).toBe('1 of 2\n');
    expect((await query(['-n', '-1'])).code).toBe(2);
  });

  test('are all of them with 0, by cursor, as they come', async () => {
    rows = Array.from({ length: 1_203 }, (_, i) => ({ ...ROWS[0], name: `n${i}` }));
    const before = service.asked.length;
    const { out, err } = await runQuery(['--url', service.url, '-n', '0', '-o', 'json']);
    expect(JSON.parse(out)).toEqual(rows);
    expect(err).toBe('1203 of 1203\n');
    expect(service.asked.slice(before)).toEqual([
      '/api/v1/search?q=&sort=relevance&n=500',
      '/api/v1/search?q=&sort=relevance&n=500&cursor=500',
      '/api/v1/search?q=&sort=relevance&n=500&cursor=1000',
    ]);
  });

  test('come in the order that is asked for', async () => {
    await query(['--sort', '-pushed', 'pay']);
    expect(service.asked.at(-1)).toBe('/api/v1/search?q=pay&sort=-pushed&n=25');
    expect(await query(['--sort', 'size'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('wanted is one of relevance,'),
    });
  });

  test('-q says nothing beside them', async () => {
    expect((await query(['-q'])).err).toBe('');
  });
});
