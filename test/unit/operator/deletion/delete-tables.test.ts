import { beforeEach, describe, expect, test } from '@jest/globals';
import { settingsOf } from '../../../../src/api/settings.ts';
import type { ClaimState } from '../../../../src/dynamodb/state/claim.ts';
import type { OwnershipRecord } from '../../../../src/dynamodb/state/ownership.ts';
import type { TableState } from '../../../../src/dynamodb/tables/tables.ts';
import { deleteTables } from '../../../../src/operator/deletion/delete-tables.ts';
import { type FakeDeps, noPodSecrets, operatorDeps, services } from '../../../support/operator/operator-deps.ts';
import {
  CLAIM,
  missing,
  NOW_MS,
  OWNER,
  ownership,
  registryIndex,
  said,
  table,
} from '../../../support/operator/resources.ts';

/** What one look finds. */
interface Look {
  readonly version?: TableState;
  readonly repository?: TableState;
  readonly claimed?: ClaimState;
  readonly ownership?: Partial<OwnershipRecord>;
}

let deleted: string[];
let nowMs: number;
let isLeading: boolean;
let deps: FakeDeps;

beforeEach(() => {
  deleted = [];
  nowMs = NOW_MS;
  isLeading = true;
  deps = operatorDeps({ now: () => new Date(nowMs), isLeading: () => isLeading });
});

/** One pass, whose looks find one thing after the other; the last for all that follow. */
function context(...looks: readonly [Look, ...Look[]]) {
  const index = registryIndex({ spec: { deletionPolicy: 'Delete' } });
  let looked = -1;
  const look = (): Look => looks[Math.min(looked, looks.length - 1)] ?? {};
  const simulated = services({
    tables: {
      ...services().tables,
      describe: async (role) => {
        if (role === 'version') looked += 1;
        return (role === 'version' ? look().version : look().repository) ?? table(`${role}-1`);
      },
      remove: async (role) => void deleted.push(role),
    },
    claims: { ...services().claims, read: async () => look().claimed ?? said(CLAIM) },
    ownership: {
      ...services().ownership,
      readToClaim: async () => ({ kind: 'ours', ownership: ownership({ intent: 'deleting', ...look().ownership }) }),
    },
  });
  const shared = { deps, index, settings: settingsOf(index.spec), podSecrets: noPodSecrets };
  return deleteTables({ ...shared, services: simulated, signal: AbortSignal.any([]) });
}

test('the repository table is deleted if two observations, one right before, call for it', async () => {
  await context({});
  expect(deleted).toEqual(['repository']);
});

describe('nothing is deleted if the observation right before finds', () => {
  test.each<[string, Look]>([
    ['that the table names another owner', { claimed: said({ ...CLAIM, owner: { ...OWNER, name: 'other' } }) }],
    ['that the table says nothing', { claimed: { kind: 'none', place: 'tags', free: false, tagsHidden: false } }],
    ['another table of that name', { repository: table('repository-2') }],
    ['that it is being deleted already', { repository: table('repository-1', { status: 'deleting' }) }],
    ['that the ownership record has another owner', { ownership: { owner: { ...OWNER, name: 'other' } } }],
    ['that the resource is there again', { ownership: { intent: 'none' } }],
  ])('%s', async (_, second) => {
    expect(await context({}, second)).toMatchObject({ outcome: { kind: 'after' } });
    expect(deleted).toEqual([]);
  });

  test('that the lease may be lost', async () => {
    isLeading = false;
    await context({});
    expect(deleted).toEqual([]);
  });
});

test('the version table is deleted at once if the repository table of its ownership record is gone', async () => {
  await context({ repository: missing });
  expect(deleted).toEqual(['version']);
});

test('it waits for a second observation, seconds later, if a table that was announced does not show', async () => {
  const announced: Look = { repository: missing, ownership: { repositoryTable: undefined } };
  expect(await context(announced)).toMatchObject({ outcome: { kind: 'after', ms: 2_000 } });
  expect(deleted).toEqual([]);
  nowMs += 2_000;
  await context(announced);
  expect(deleted).toEqual(['version']);
});
