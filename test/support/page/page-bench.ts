import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import bcrypt from 'bcryptjs';
import type { AccessRules } from '../../../src/api/access-rules.ts';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { createAccess } from '../../../src/server/access/create-access.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type BenchOptions, createServerBench } from '../search/search-server.ts';
import { NOW_MS } from './page-records.ts';

export interface PageBench {
  readonly url: string;
  close(): Promise<void>;
}

const REGISTRY = 'https://registry.acme.example';
const RECHECK_SECONDS = 300;

/** The page over these records, at NOW_MS. */
export async function openPageBench(
  records: readonly RepositoryRecord[],
  options: BenchOptions = {},
): Promise<PageBench> {
  const bench = createServerBench(records, { now: () => NOW_MS, registryUrl: REGISTRY, ...options });
  const url = await bench.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => bench.close(0) };
}

/** The same for callers who log in with their own name as their password. */
export async function openPageBenchFor(
  users: readonly string[],
  rules: AccessRules,
  records: readonly RepositoryRecord[],
): Promise<PageBench> {
  const directory = await tempDirectory('page');
  const file = join(directory.path, 'htpasswd');
  await writeFile(file, users.map((user) => `${user}:${bcrypt.hashSync(user, 4)}\n`).join(''));
  const access = createAccess({
    settings: { mode: 'Htpasswd', file, recheckSeconds: RECHECK_SECONDS },
    rules: () => rules,
    operatorKey: () => undefined,
    cursorSecret: () => undefined,
    metricsRegistry: createMetricsRegistry(),
    now: Date.now,
  });
  const bench = await openPageBench(records, { access });
  return {
    url: bench.url,
    async close() {
      await bench.close();
      await access.close();
      await directory.remove();
    },
  };
}
