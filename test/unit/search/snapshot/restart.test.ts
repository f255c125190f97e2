import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createSnapshots } from '../../../../src/search/snapshot/snapshots.ts';
import { createReplicaBench, type ReplicaBench } from '../../../support/search/search-replica.ts';
import { createSearchTables, ownershipRecordOf, type SearchTables } from '../../../support/search/search-tables.ts';
import { canMount, smallDisk } from '../../../support/small-disk.ts';

const NOW = 1_000_000_000;
const DAY_MS = 24 * 60 * 60_000;
const MEBIBYTE = 1024 * 1024;

let directory: string;
let tables: SearchTables;
let warnings: string[];
let started: ReplicaBench[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'snapshot-'));
  tables = createSearchTables();
  warnings = [];
  started = [];
});

afterEach(async () => {
  for (const { replica } of started) await replica.close();
  await rm(directory, { recursive: true });
});

const snapshotPath = () => join(directory, 'index.snapshot');

/** A replica that was just started at `nowMs`. */
function start(nowMs: number, limitBytes = MEBIBYTE): ReplicaBench {
  const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(line) });
  let bench: ReplicaBench | undefined;
  const now = () => bench?.deps.now() ?? nowMs;
  bench = createReplicaBench(tables, nowMs, createSnapshots({ directory, limitBytes, log, now }));
  started.push(bench);
  return bench;
}

/** A replica that has loaded a and bb and was shut down. */
async function stopped(): Promise<void> {
  tables.write('a', NOW - 5_000);
  tables.write('bb', NOW - 4_000);
  const bench = start(NOW);
  await bench.pass(0);
  await bench.pass();
  await bench.replica.close();
}

describe('a replica that starts again', () => {
  test('has everything without reading the table, changes and deletions of its first life included', async () => {
    tables.write('a', NOW - 5_000);
    tables.write('bb', NOW - 4_000);
    const first = start(NOW);
    await first.pass(0);
    tables.write('c', NOW + 500);
    tables.write('bb', NOW + 600, { deleted: true });
    tables.write('a', NOW + 700, { summary: 'changed' });
    await first.pass();
    await first.replica.close();
    const second = start(NOW + 5_000);
    await second.pass(0);
    expect(second.found()).toEqual(['a', 'c']);
    expect(second.hits('changed')).toBe(1);
    expect(tables.scans()).toBe(1);
    expect(warnings).toEqual([]);
  });

  test('shows nothing that is out of date: what was written meanwhile is taken over first', async () => {
    await stopped();
    tables.write('c', NOW + 60_000);
    tables.write('a', NOW + 60_500, { deleted: true });
    const second = start(NOW + 120_000);
    await second.pass(0);
    expect(second.found()).toEqual(['bb', 'c']);
    expect(tables.scans()).toBe(1);
  });

  test('finds what a writer with a slow clock wrote right after the stop', async () => {
    tables.write('a', NOW);
    const first = start(NOW + 500);
    await first.pass(0);
    await first.pass(120_000);
    tables.write('new', NOW + 120_000);
    await first.pass();
    await first.replica.close();
    tables.write('slow', NOW + 119_000 - 20_000);
    const second = start(NOW + 500_000);
    await second.pass(0);
    expect(second.found()).toEqual(['a', 'new', 'slow']);
  });

  test('compares everything soon, so that what the feed no longer tells is mended', async () => {
    await stopped();
    tables.expire('a');
    tables.write('missed', NOW - 3_000_000);
    const second = start(NOW + 60_000);
    await second.pass(0);
    expect(second.found()).toEqual(['a', 'bb']);
    for (let pass = 0; pass < 5; pass += 1) await second.pass();
    expect(second.found()).toEqual(['bb', 'missed']);
  });

  test('goes on writing the snapshot it has read', async () => {
    await stopped();
    const second = start(NOW + 10_000);
    await second.pass(0);
    tables.write('c', NOW + 10_500);
    await second.pass();
    await second.replica.close();
    const third = start(NOW + 20_000);
    await third.pass(0);
    expect(third.found()).toEqual(['a', 'bb', 'c']);
    expect(tables.scans()).toBe(1);
  });

  test('reads on from the last snapshot when it was killed, and misses nothing', async () => {
    await stopped();
    const second = start(NOW + 10_000);
    await second.pass(0);
    tables.write('c', NOW + 10_500);
    tables.write('a', NOW + 10_600, { deleted: true });
    await second.pass();
    const third = start(NOW + 20_000);
    await third.pass(0);
    expect(third.found()).toEqual(['bb', 'c']);
    expect(tables.scans()).toBe(1);
  });

  test('knows of its deletions: what was deleted before does not come back from the feed', async () => {
    await stopped();
    const second = start(NOW + 10_000);
    await second.pass(0);
    tables.write('a', NOW + 10_500, { deleted: true });
    await second.pass();
    await second.replica.close();
    const third = start(NOW + 20_000);
    await third.pass(0);
    await third.pass();
    expect(third.found()).toEqual(['bb']);
    expect(tables.scans()).toBe(1);
  });

  test('serves nothing before it has read the ownership record', async () => {
    await stopped();
    tables.fail('throttled');
    const second = start(NOW + 10_000);
    await expect(second.pass(0)).rejects.toThrow('slow down');
    expect(second.replica.current()).toBeUndefined();
    tables.fail('none');
    await second.pass();
    expect(second.found()).toEqual(['a', 'bb']);
    expect(tables.scans()).toBe(1);
  });
});

describe('a snapshot is not used', () => {
  async function expectDiscarded(second: ReplicaBench, why: string) {
    await second.pass(0);
    expect(second.found()).toEqual(['a', 'bb']);
    expect(tables.scans()).toBe(2);
    expect(warnings.join()).toContain(why);
  }

  test.each([
    ['epoch', { epoch: 2 }],
    ['beginning of the build', { startedAtMs: 77 }],
    ['table', { repositoryTable: 'table-2' }],
    ['source', { source: 's3://other/#V2' }],
  ])('when it is of another %s', async (_what, fields) => {
    await stopped();
    tables.setOwnership(ownershipRecordOf(fields));
    for (const name of ['a', 'bb']) tables.write(name, NOW, { epoch: 2 });
    const epoch = 'epoch' in fields ? 2 : 1;
    for (const name of ['a', 'bb']) tables.write(name, NOW, { epoch });
    await expectDiscarded(start(NOW + 10_000), 'it is of another build or table');
  });

  test('when it is older than the feed remembers deletions', async () => {
    await stopped();
    await expectDiscarded(start(NOW + 7 * DAY_MS), 'it is too old');
  });

  test('when the clock says that it is of the future', async () => {
    await stopped();
    await expectDiscarded(start(NOW - DAY_MS), 'it is later than the clock');
  });

  test.each([0, 20, 200, -1])('when a bit of its byte %i has changed', async (at) => {
    await stopped();
    const bytes = await readFile(snapshotPath());
    const place = at < 0 ? bytes.length + at : at;
    bytes.writeUInt8(bytes.readUInt8(place) ^ 64, place);
    await writeFile(snapshotPath(), bytes);
    await expectDiscarded(start(NOW + 10_000), 'its checksum is not that of its content');
  });

  test.each([0, 3, 100])('when it was cut off after %i bytes', async (bytes) => {
    await stopped();
    await truncate(snapshotPath(), bytes);
    await expectDiscarded(start(NOW + 10_000), 'its checksum is not that of its content');
  });

  test('when it is no snapshot at all', async () => {
    await stopped();
    await writeFile(snapshotPath(), 'x'.repeat(1_000));
    await expectDiscarded(start(NOW + 10_000), 'its checksum is not that of its content');
  });

  test('and is replaced by a new one', async () => {
    await stopped();
    await writeFile(snapshotPath(), '');
    const second = start(NOW + 10_000);
    await expectDiscarded(second, 'its checksum');
    await second.pass();
    await second.replica.close();
    const third = start(NOW + 20_000);
    await third.pass(0);
    expect(third.found()).toEqual(['a', 'bb']);
    expect(tables.scans()).toBe(2);
  });
});

describe('without a disk that can be written to', () => {
  test('the index is loaded and followed all the same', async () => {
    await writeFile(join(directory, 'file'), '');
    directory = join(directory, 'file');
    tables.write('a', NOW - 5_000);
    const bench = start(NOW);
    await bench.pass(0);
    tables.write('b', NOW + 500);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'b']);
    expect(warnings.join()).toContain('Failed to write a snapshot');
    directory = join(directory, '..');
  });

  if (canMount)
    test('a disk that runs full ends the snapshot and not the search', async () => {
      const disk = await smallDisk(join(directory, 'full'), 24);
      directory = disk.path;
      for (let at = 0; at < 900; at += 1) tables.write(`${randomUUID()}/${randomUUID()}`, NOW - 5_000);
      const bench = start(NOW);
      await bench.pass(0);
      await bench.pass();
      tables.write('late', NOW + 1_500);
      await bench.pass();
      const written = await readdir(directory);
      await disk.remove();
      directory = join(directory, '..');
      expect(bench.found()).toHaveLength(901);
      expect(warnings.join()).toContain('Failed to write a snapshot; the next start takes longer');
      expect(written).toEqual([]);
    });

  test('a snapshot that would be larger than its limit is not written, and leaves nothing behind', async () => {
    tables.write('a', NOW - 5_000);
    const bench = start(NOW, 100);
    await bench.pass(0);
    await bench.pass();
    tables.write('b', NOW + 1_500);
    await bench.pass();
    expect(bench.found()).toEqual(['a', 'b']);
    expect(warnings.join()).toContain('it is larger than 100 bytes');
    expect(await readdir(directory)).toEqual([]);
  });
});
