import { existsSync } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ServiceError } from '../../aws/errors.ts';
import { folderFailure, folderUnusable } from '../folder-failure.ts';

/** The format of what is in the file; a program reads no other. */
const FORMAT = 1;
const FILE = 'index.db';
/** Where versions before SQLite kept LevelDB's files. */
const FORMER = 'dynamodb';
/** How long a write waits for that of another thread. */
const BUSY_MS = 10_000;

const SCHEMA = `
  CREATE TABLE tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL, tags TEXT NOT NULL);
  CREATE TABLE items (tableId INTEGER NOT NULL, key NOT NULL, indexHash, indexRange, body BLOB NOT NULL, PRIMARY KEY (tableId, key));
  CREATE INDEX byIndex ON items (tableId, indexHash, indexRange, key) WHERE indexHash IS NOT NULL AND indexRange IS NOT NULL;
  PRAGMA user_version = ${FORMAT};
`;

/** A folder that no other `run` uses until it is closed. */
export interface DataFolder {
  /** The file of the database, which any thread of this process may open. */
  readonly file: string;
  /** Whether an index of another version was thrown away, so that it is filled again. */
  readonly isStartedOver: boolean;
  close(): void;
}

/**
 * Makes a folder ready for use: takes its lock, checks its version and makes the schema. Rejects with a sentence if the
 * folder cannot be used.
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const use = { path: folder, option: '--data' };
  let lock: DatabaseSync | undefined;
  try {
    await mkdir(folder, { recursive: true });
    await refuseNetwork(folder);
    lock = takeLock(join(folder, 'lock'));
    const file = join(folder, FILE);
    const isStartedOver = await discardFormer(folder);
    prepare(file);
    const held = lock;
    return { file, isStartedOver, close: () => held.isOpen && held.close() };
  } catch (error) {
    lock?.close();
    throw folderFailure(error, use) ?? error;
  }
}

/** Whether a folder has an index that this version, or a newer one, has made. */
export function hasIndex(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/** Opens the database in this thread, or one in memory without a file. */
export function openDatabase(file = ':memory:'): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_MS });
  // A process that is killed leaves a whole database; a loss of power loses the last writes, in order.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  if (formatOf(database) === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
  return database;
}

function formatOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

/** The system releases it when the process ends, however it ends. */
function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function prepare(file: string): void {
  const database = openDatabase(file);
  try {
    const format = formatOf(database);
    if (format > FORMAT) throw newer(file);
  } finally {
    database.close();
  }
}

async function discardFormer(folder: string): Promise<boolean> {
  const former = join(folder, FORMER);
  if (!existsSync(former)) return false;
  await rm(former, { recursive: true });
  return true;
}

function newer(file: string): ServiceError {
  return folderUnusable(
    `${file} was written by a newer version of this program; run that, or choose another folder with --data`,
  );
}

/** Numbers by which Linux names file systems of the network: NFS, SMB (three of them), AFS, Ceph. */
const NETWORK: ReadonlySet<number> = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400]);

/** SQLite's log is shared memory, which no file system of the network has. */
async function refuseNetwork(folder: string): Promise<void> {
  const { type } = await statfs(folder);
  if (NETWORK.has(type >>> 0))
    throw folderUnusable(
      `${folder} is on a file system of the network, where the data would not be safe; choose a local folder with --data`,
    );
}
