import { expect, test } from '@jest/globals';
import { inactiveFields } from '../../../src/operator/degraded.ts';
import { registryIndex } from './support/resources.ts';

test('fields that nothing acts on yet are named', () => {
  const { spec } = registryIndex({
    spec: { resync: { schedule: '0 3 * * *' }, search: { ingress: { host: 'registry.example.com' } } },
  });
  expect(inactiveFields(spec)).toEqual(['search.ingress', 'resync']);
  expect(inactiveFields(registryIndex().spec)).toEqual([]);
});
