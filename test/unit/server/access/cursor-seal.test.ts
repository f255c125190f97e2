import { describe, expect, test } from '@jest/globals';
import { createCursorSeal } from '../../../../src/server/access/cursor-seal.ts';
import { basic, createAccessBench } from '../../../support/access/access-bench.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

describe('a sealed cursor', () => {
  const cursor = '["relevance",false,3,1400,1000,"base/node"]';

  test('is opened by all pods that know the secret, and by no others', () => {
    const [one, other, stranger] = ['secret', 'secret', 'another'].map((secret) => createCursorSeal(() => secret));
    const sealed = one?.seal(cursor) ?? '';
    expect([other?.open(sealed), other?.seal(cursor)]).toEqual([cursor, sealed]);
    expect(stranger?.open(sealed)).toBeUndefined();
    expect(Buffer.from(sealed, 'base64url').includes('node')).toBe(false);
  });

  test('that was changed, or was never sealed, opens as nothing', () => {
    const { seal, open } = createCursorSeal(() => undefined);
    const bytes = Buffer.from(seal(cursor), 'base64url');
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(open(changed.toString('base64url'))).toBeUndefined();
    }
    for (const other of ['', 'x', Buffer.from(cursor).toString('base64url')]) expect(open(other)).toBeUndefined();
    expect(open(bytes.toString('base64url'))).toBe(cursor);
  });

  test('leads on while the secret is not known for a while', () => {
    let secret: string | undefined = 'secret';
    const { seal, open } = createCursorSeal(() => secret);
    const sealed = seal(cursor);
    secret = undefined;
    expect(open(sealed)).toBe(cursor);
  });
});

describe('a page that a caller sees a part of', () => {
  const built = { labels: { 'org.opencontainers.image.base.name': 'registry.example.com/base/node:22' } };
  const records = [
    searchRecord('base/node', { pushedAtMs: 2_000 }),
    searchRecord('base/ruby'),
    ...['hr/pay', 'hr/salaries', 'hr/staff'].map((name) => searchRecord(name, built)),
  ];
  const rules = { rules: [{ names: ['base/**'], users: ['eve'] }] };
  const eve = basic('eve', 'secret');

  test.each(['/v1/search?q=base&n=1', '/api/v1/search?q=base&n=1'])(
    '%s says nowhere how much is built on it',
    async (url) => {
      const { get } = createAccessBench({ records, rules });
      const { next, results } = JSON.parse((await get(url, eve)).body);
      expect(results).toMatchObject([{ name: 'base/node' }]);
      expect(Buffer.from(next, 'base64url').toString()).not.toMatch(/relevance|node/);
      const after = await get(`${url}&cursor=${next}`, eve);
      expect(JSON.parse(after.body).results).toMatchObject([{ name: 'base/ruby' }]);
    },
  );

  test('and goes on from no place that was made up', async () => {
    const { get } = createAccessBench({ records, rules });
    const cursor = Buffer.from('["relevance",false,1,0,0,""]').toString('base64url');
    const { status, body } = await get(`/v1/search?q=base&cursor=${cursor}`, eve);
    expect([status, JSON.parse(body).errors[0].code]).toEqual([400, 'CURSOR_INVALID']);
  });
});
