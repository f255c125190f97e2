import { beforeEach, describe, expect, test } from '@jest/globals';
import { settingsOf } from '../../../src/api/settings.ts';
import { createIndexPool, type IndexPool, type OpenOptions } from '../../../src/operator/index-pool.ts';
import { tableSettings } from '../../../src/table-lifecycle/table-settings.ts';
import { services } from '../../support/operator/operator-deps.ts';
import { CLAIM, registryIndex } from '../../support/operator/resources.ts';

let closed: string[];
let pool: IndexPool;

beforeEach(() => {
  closed = [];
  pool = createIndexPool(({ credentials }) =>
    services({
      close: () => void closed.push(credentials && 'accessKeyId' in credentials ? credentials.accessKeyId : 'ambient'),
    }),
  );
});

function options(accessKeyId: string): OpenOptions {
  const { spec } = registryIndex();
  const credentials = { accessKeyId, secretAccessKey: 'secret' };
  return { location: settingsOf(spec).index, settings: tableSettings(spec, CLAIM), credentials };
}

describe('the connections of a resource', () => {
  test('are reused by the next reconciliation', () => {
    expect(pool.open('a', options('one'))).toBe(pool.open('a', options('one')));
    expect(closed).toEqual([]);
  });

  test('are opened again for other credentials, and the old ones closed', () => {
    const before = pool.open('a', options('one'));
    expect(pool.open('a', options('two'))).not.toBe(before);
    expect(closed).toEqual(['one']);
  });

  test('are its own', () => {
    expect(pool.open('a', options('one'))).not.toBe(pool.open('b', options('one')));
  });

  test('are closed with the resource, and all at the end', () => {
    for (const uid of ['a', 'b', 'c']) pool.open(uid, options(uid));
    pool.close('b');
    pool.close('b');
    pool.closeAll();
    expect(closed).toEqual(['b', 'a', 'c']);
  });
});
