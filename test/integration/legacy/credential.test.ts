import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { createAuthority } from '../../env/certificates.ts';
import { type LegacyRegistry, startLegacyRegistry } from '../../env/legacy-registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { startVersityGw } from '../../env/versitygw.ts';
import { DEPARTMENT_RULES } from '../../support/access/department-rules.ts';
import { eventually, until } from '../../support/eventually.ts';
import { startTlsFront } from '../../support/network/tls-front.ts';
import { startLiveSearch } from '../../support/search/live-search.ts';
import { createSearchTables } from '../../support/search/search-tables.ts';

const BUCKET = 'legacy';
const SEARCH_BACKEND = join(import.meta.dirname, '..', '..', '..', 'search_backend');
/** Old Pythons find no address in a certificate. */
const HOST = 'localhost';

const parts = new AsyncDisposableStack();
let credential: string;
let registry: LegacyRegistry;

beforeAll(async () => {
  const kept = <T extends { stop(): Promise<void> }>(part: T) => parts.adopt(part, ({ stop }) => stop());
  const { path } = parts.adopt(await tempDirectory('credential'), ({ remove }) => remove());
  const [file, htpasswd] = [join(path, 'authorization'), join(path, 'htpasswd')];
  credential = file;
  await writeFile(htpasswd, `joe:${bcrypt.hashSync('secret', 4)}\n`);
  const tables = createSearchTables();
  for (const name of ['hr/pay', 'library/alpine', 'team/web']) tables.write(name, Date.now());
  const settings = { mode: 'Htpasswd', file: htpasswd, recheckSeconds: 60 } as const;
  const search = kept(await startLiveSearch(tables, { access: { settings, rules: DEPARTMENT_RULES } }));
  await until(() => search.isReady());
  const authority = await createAuthority(path);
  const certificate = await authority.issue({ name: 'search', alternativeNames: [`DNS:${HOST}`] });
  const front = kept(await startTlsFront(search.url, HOST, certificate));
  const s3 = kept(await startVersityGw({ buckets: [BUCKET] }));
  await writeFile(credential, '');
  registry = kept(
    await startLegacyRegistry({
      s3,
      bucket: BUCKET,
      searchBackend: 'registry_index_search',
      pythonPath: SEARCH_BACKEND,
      env: {
        REGISTRY_INDEX_URL: front.endpoint,
        REGISTRY_INDEX_AUTHORIZATION_FILE: credential,
        SSL_CERT_FILE: authority.certFile,
      },
    }),
  );
});

afterAll(() => parts.disposeAsync());

async function found(): Promise<string[]> {
  const response = await fetch(`${registry.url}/v1/search?q=`, { headers: { connection: 'close' } });
  const { results }: { results: { name: string }[] } = JSON.parse(await response.text());
  return results.map(({ name }) => name).sort();
}

test('docker-registry v1 finds what its own credential may see, through TLS, and nothing with a wrong one', async () => {
  await writeFile(credential, 'joe:secret\n');
  await eventually(async () => expect(await found()).toEqual(['library/alpine', 'team/web']));
  await writeFile(credential, 'joe:wrong\n');
  await eventually(async () => expect(await found()).toEqual([]));
});
