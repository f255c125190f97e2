import '../../support/native-errors.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SETTINGS_VARIABLE } from '../../../src/api/settings.ts';
import {
  CHART,
  type FaultStage,
  NAMES,
  type NewTables,
  recordsIn,
  startFaultStage,
  tagsByRegistry,
  tagsOf,
} from '../../support/faults/stage.ts';
import type { Decide } from '../../support/network/faulty-proxy.ts';

const PROGRAM = join(import.meta.dirname, '../../../src/main.ts');
let stage: FaultStage;

beforeAll(async () => {
  stage = await startFaultStage();
});

afterAll(() => stage?.stop());

/** The process that a Job's pod runs. */
function startWorker({ location }: NewTables): ChildProcess {
  const { source, s3Credentials, tableCredentials } = stage;
  const env = {
    ...process.env,
    [SETTINGS_VARIABLE]: JSON.stringify({ source, index: location }),
    AWS_ACCESS_KEY_ID: s3Credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
    DYNAMODB_ACCESS_KEY: tableCredentials.accessKeyId,
    DYNAMODB_SECRET_ACCESS_KEY: tableCredentials.secretAccessKey,
  };
  return spawn(process.execPath, [PROGRAM, 'backfill', '--concurrency=4', '--log-level=silent'], {
    env,
    stdio: 'ignore',
  });
}

/** Runs a worker that is killed as soon as its n-th request, to whichever service, arrives; says how it ended. */
async function runUntil(tables: NewTables, requests: number): Promise<number | NodeJS.Signals> {
  const worker = startWorker(tables);
  let left = requests;
  const killing: Decide = () => {
    left -= 1;
    if (left <= 0) worker.kill('SIGKILL');
    return { kind: 'pass' };
  };
  stage.storage.plan(killing);
  stage.tables.plan(killing);
  const [code, signal] = await once(worker, 'exit');
  return signal ?? code;
}

test('a worker that is killed after ever more requests, and run again each time, leaves the index of one that was not', async () => {
  const [undisturbed, disturbed] = [await stage.newTables('whole'), await stage.newTables('killed')];
  expect(await runUntil(undisturbed, Number.POSITIVE_INFINITY)).toBe(0);
  const ends: (number | NodeJS.Signals)[] = [];
  for (let requests = 2; ends.at(-1) !== 0; requests = Math.ceil(requests * 1.8)) {
    expect(ends.every((end) => end === 'SIGKILL')).toBe(true);
    ends.push(await runUntil(disturbed, requests));
  }
  expect(ends.length).toBeGreaterThan(4);
  const found = await recordsIn(disturbed);
  expect(found).toEqual(await recordsIn(undisturbed));
  expect(tagsOf(found)).toEqual(await tagsByRegistry(stage.registryUrl, [...NAMES, CHART]));
});
