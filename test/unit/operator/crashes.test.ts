import { describe, expect, test } from '@jest/globals';
import { RESYNC_ANNOTATION } from '../../../src/api/names.ts';
import { claimTags } from '../../../src/dynamodb/state/claim.ts';
import { NOW_MS, ownership } from '../../support/operator/resources.ts';
import type { CrashPoint, WorldOptions } from '../../support/operator/simulated-dynamodb.ts';
import { type PlannedCrash, type SimulatedLife, startLife } from '../../support/operator/simulated-life.ts';

/** How a resource comes to a point of its life, and what happens to it there. */
interface Story {
  readonly what: string;
  before?(life: SimulatedLife): Promise<void>;
  happens(life: SimulatedLife): void;
}

const DAY_MS = 24 * 60 * 60_000;

async function filled(life: SimulatedLife): Promise<void> {
  life.apply({ deletionPolicy: 'Delete' });
  await life.comeToRest();
}

const notified = { notifications: { tokenSecretRef: { name: 'registry-token', key: 'token' } } };

const stories: readonly Story[] = [
  { what: 'is created and filled', happens: (life) => life.apply({ deletionPolicy: 'Delete' }) },
  {
    what: 'is compared with its bucket, as an annotation asks',
    before: filled,
    happens: (life) => life.apply({ deletionPolicy: 'Delete' }, { [RESYNC_ANNOTATION]: 'now' }),
  },
  {
    what: 'gets other pods and keeps its tables',
    before: filled,
    happens: (life) => life.apply({ search: { replicas: 2, resources: { limits: { memory: '2Gi' } } } }),
  },
  {
    what: 'wants notifications, and gets an indexer',
    before: filled,
    happens: (life) => {
      life.makeSecret('registry-token', { token: 'any' });
      life.apply({ deletionPolicy: 'Delete', ...notified });
    },
  },
  {
    what: 'wants no notifications any more',
    async before(life) {
      life.makeSecret('registry-token', { token: 'any' });
      life.apply({ deletionPolicy: 'Delete', ...notified });
      await life.comeToRest();
    },
    happens: (life) => life.apply({ deletionPolicy: 'Delete' }),
  },
  {
    what: 'gets another bucket and is filled from it',
    before: filled,
    happens: (life) => life.apply({ deletionPolicy: 'Delete', bucket: 'another' }),
  },
  {
    what: 'loses its repository table, which is made and filled again',
    before: filled,
    happens: (life) => {
      life.dynamodb.drop(life.names.repository);
      life.advance(5_000);
    },
  },
  {
    what: 'adopts the tables of an owner that is gone',
    happens: (life) => {
      const owner = { cluster: 'lost-cluster', namespace: 'theirs', name: 'index' };
      const claim = { owner, versionTable: life.names.version };
      const item = { says: { ...owner, versionTable: life.names.version }, table: 'left-behind' };
      const { repository, version } = life.names;
      life.dynamodb.place(repository, {
        ...{ role: 'repository', identity: 'left-behind', isFilled: true, tags: claimTags(claim) },
        item,
      });
      const seen = ownership({ owner, repositoryTable: 'left-behind', ownerSeenAtMs: NOW_MS - 2 * DAY_MS });
      life.dynamodb.place(version, { role: 'version', ownership: { kind: 'ours', ownership: seen } });
      life.apply({ adoptionPolicy: 'IfOwnerGone' });
    },
  },
  { what: 'is deleted with its tables', before: filled, happens: (life) => life.remove() },
];

/** What there is in the end, and how many writes the operator needed. */
async function tell({ before, happens }: Story, tags: WorldOptions['tags'], crash?: PlannedCrash) {
  const life = startLife(tags);
  await before?.(life);
  life.plan(crash);
  happens(life);
  await life.comeToRest();
  return { end: life.look(), writes: life.writes() };
}

const POINTS: readonly CrashPoint[] = ['before', 'after'];

describe('an operator that ends at any of its writes, before or after it, comes to the same end: a resource', () => {
  describe.each(['kept', 'unsupported'] as const)('where tags are %s', (tags) => {
    test.each(stories)('$what', async (story) => {
      const { end, writes } = await tell(story, tags);
      expect(writes).toBeGreaterThan(1);
      for (let write = 1; write <= writes; write += 1)
        for (const point of POINTS) {
          const told = await tell(story, tags, { write, point });
          expect({ write, point, end: told.end }).toEqual({ write, point, end });
        }
    });
  });
});

test('each life has an end of its own', async () => {
  const ends = [];
  for (const story of stories) ends.push(JSON.stringify((await tell(story, 'kept')).end));
  expect(new Set(ends).size).toBe(stories.length);
});
