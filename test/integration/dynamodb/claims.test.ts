import { DeleteTableCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { IndexLocation } from '../../../src/api/settings.ts';
import type { Index } from '../../../src/dynamodb/open.ts';
import type { ClaimState } from '../../../src/dynamodb/state/claim.ts';
import type { ReplaceableClaim } from '../../../src/dynamodb/state/claim-store.ts';
import type { TableClaim } from '../../../src/dynamodb/state/ownership.ts';
import { eventually } from '../../support/eventually.ts';
import { DYNAMODBS, type IndexService, startIndexService, unmanaged } from '../../support/index/dynamodb-service.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const { claim } = unmanaged;
const other: TableClaim = { owner: { ...claim.owner, namespace: 'neighbours' }, versionTable: 'other-version' };
const mine = { ...claim.owner, versionTable: claim.versionTable };

describe.each(DYNAMODBS)('on %s', (_, start) => {
  let service: IndexService;

  beforeAll(async () => {
    service = await startIndexService(start);
    // What has just started may take its time for the first answer.
    await eventually(() => service.index.tables(unmanaged).describe('version', signal));
  });

  afterAll(() => service.stop());

  /** Opened with tables of its own, whose repository table is just made; answers what CreateTable said of it. */
  async function made(repositoryTable: string): Promise<{ index: Index; location: IndexLocation; identity: string }> {
    const location = { ...service.location, repositoryTable, versionTable: `${repositoryTable}-version` };
    const index = service.open(location);
    const tables = index.tables(unmanaged);
    await tables.create('version', signal);
    return { index, location, identity: await tables.create('repository', signal) };
  }

  async function described(index: Index) {
    const tables = index.tables(unmanaged);
    return {
      version: await tables.describe('version', signal),
      repository: await tables.describe('repository', signal),
    };
  }

  async function read(index: Index): Promise<ClaimState> {
    return index.claims(claim).read(await described(index), signal);
  }

  async function write(index: Index, by: TableClaim, identity: string): Promise<void> {
    const seen = (await read(index)) as ReplaceableClaim;
    await index.claims(by).write(seen, identity, signal);
  }

  describe('where CreateTable keeps no tags', () => {
    test('what CreateTable answers is the identity that the table has from then on', async () => {
      const { index, identity } = await made('claims-identity');
      for (let look = 0; look < 3; look += 1) expect((await described(index)).repository).toMatchObject({ identity });
    });

    test('of many that make one table one does, and of many that claim it one does', async () => {
      const { index, identity } = await made('claims-race');
      const again = await Promise.allSettled(
        Array.from({ length: 4 }, () => index.tables(unmanaged).create('repository', signal)),
      );
      expect(again.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
      const seen = (await read(index)) as ReplaceableClaim;
      const claims = Array.from({ length: 8 }, (_, i) =>
        index.claims({ ...claim, versionTable: `version-${i}` }).write(seen, identity, signal),
      );
      const results = await Promise.allSettled(claims);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    test('an owner is taken over from only while it is the one that was seen', async () => {
      const { index, identity } = await made('claims-adopted');
      await write(index, other, identity);
      const seen = (await read(index)) as ReplaceableClaim;
      await index.claims(claim).write(seen, identity, signal);
      expect(await read(index)).toEqual({ kind: 'said', says: mine, by: 'item', place: 'item' });
      const late = index.claims(other).write(seen, identity, signal);
      await expect(late).rejects.toMatchObject({ failure: { kind: 'conflict' } });
    });

    test('a table that somebody restored with all its items is known for a copy', async () => {
      const { index, location, identity } = await made('claims-restored');
      await write(index, claim, identity);
      const TableName = location.repositoryTable;
      const { Items = [] } = await service.peer.send(new ScanCommand({ TableName }));
      expect(Items).toHaveLength(1);
      await service.peer.send(new DeleteTableCommand({ TableName }));
      await index.tables(unmanaged).create('repository', signal);
      for (const Item of Items) await service.peer.send(new PutItemCommand({ TableName, Item }));
      expect(await read(index)).toEqual({ kind: 'copied', says: mine, place: 'item' });
    });
  });
});
