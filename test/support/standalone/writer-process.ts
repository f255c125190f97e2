/** Writes items one after the other into the folder that is named, and prints the number of each that was written. */
import { openIndex } from '../../../src/dynamodb/open.ts';
import { openDataFolder } from '../../../src/standalone/embedded/database.ts';
import { EMBEDDED_CREDENTIALS, openEmbeddedDynamoDb } from '../../../src/standalone/embedded/dynamodb.ts';
import { makeTables } from '../index/embedded-service.ts';
import { recordOf } from '../index/index-records.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const { signal } = new AbortController();
const { file } = await openDataFolder(path);
const { endpoint, answer } = openEmbeddedDynamoDb(file);
const location = { repositoryTable: 'test-repository', versionTable: 'test-version', region: 'eu-west-1', endpoint };
const index = openIndex({ location, credentials: EMBEDDED_CREDENTIALS, answer });
if (first === '0') await makeTables(index, signal);
const records = index.records(4, { concurrency: 8, writeUnitsPerSecond: undefined });
for (let number = Number(first); ; number += 1) {
  const result = await records.create(
    { record: recordOf(`team/app-${number}`), epoch: 1, fingerprint: 'f', listedAtMs: 1 },
    signal,
  );
  if (result === 'written') process.stdout.write(`${number}\n`);
}
