import { expect, test } from '@jest/globals';
import { type Source, sourceIdentity } from '../../../../src/api/settings.ts';
import type { OwnershipState } from '../../../../src/dynamodb/state/ownership.ts';
import { hindranceOf } from '../../../../src/indexer/resync/worker.ts';
import { ownershipRecordOf } from '../../../support/index/index-records.ts';

const source: Source = { kind: 'directory', path: '/registry', rootDirectory: '', layout: 'V2' };
const filled = { ...ownershipRecordOf(1), complete: true, source: sourceIdentity(source) };
const ours = (fields: Partial<typeof filled>): OwnershipState => ({
  kind: 'ours',
  ownership: { ...filled, ...fields },
});

test.each<{ tables: string; state: OwnershipState; hindrance: RegExp }>([
  { tables: 'not claimed', state: { kind: 'none' }, hindrance: /missing or not ours/ },
  { tables: 'of the original module', state: { kind: 'legacy' }, hindrance: /not ours/ },
  { tables: 'of something else', state: { kind: 'foreign', why: 'w' }, hindrance: /not ours/ },
  { tables: 'being filled', state: ours({ complete: false }), hindrance: /are being filled/ },
  { tables: 'of another source', state: ours({ source: 's3://other#V2' }), hindrance: /filled from s3:\/\/other#V2/ },
])('tables that are $tables are not compared', ({ state, hindrance }) => {
  expect(hindranceOf(state, source)).toMatch(hindrance);
});

test('filled tables of this source are', () => {
  expect(hindranceOf(ours({}), source)).toBeUndefined();
});
