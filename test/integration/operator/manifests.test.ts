import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCommand } from '../../env/command.ts';
import { type ApiServer, startApiServer } from '../../support/operator/api-server.ts';
import { CONFIGURATIONS } from '../../support/registry/configurations.ts';

let server: ApiServer;
let folder: string;

beforeAll(async () => {
  [server, folder] = await Promise.all([startApiServer(), mkdtemp(join(tmpdir(), 'registry-index-manifests-'))]);
});

afterAll(() => Promise.all([server.stop(), rm(folder, { recursive: true })]));

test.each(CONFIGURATIONS)('the API server takes what the command prints for: $title', async (configuration) => {
  const { files, flavor, service, env = {}, spec } = configuration;
  const args: string[] = [];
  for (const [index, text] of files.entries()) {
    const path = join(folder, `file${index}`);
    await writeFile(path, text);
    args.push('--from', path);
  }
  if (flavor) args.push('--flavor', flavor);
  if (service) args.push('--service', service);
  const command = ['src/main.ts', 'manifest', '--name', 'demo', '--namespace', 'default', ...args];
  const printed = await runCommand(process.execPath, command, { env: { ...env } });
  const manifest = join(folder, 'registryindex.yaml');
  await writeFile(manifest, printed);
  const taken = await server.kubectl('create', '--dry-run=server', '-o', 'json', '-f', manifest);
  expect(JSON.parse(taken).spec).toMatchObject(spec);
});

test.each(['examples/aws/registryindex.yaml', 'examples/minio/registryindex.yaml'])(
  'the API server takes %s',
  async (file) => {
    await server.kubectl('create', 'namespace', 'registry-index').catch((error: Error) => {
      if (!/AlreadyExists/.test(error.message)) throw error;
    });
    const taken = await server.kubectl('create', '--dry-run=server', '-o', 'name', '-f', file);
    expect(taken).toMatch(/registryindex\.registryindex\.dev\/my-registry/);
  },
);
