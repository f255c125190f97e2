import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { freePort } from '../../env/free-port.ts';
import { goTool } from '../../env/go-tools.ts';
import { answersHttp } from '../../env/http-probe.ts';
import { type RunningProcess, startProcess } from '../../env/process.ts';
import { push } from '../../env/push.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { until } from '../../support/eventually.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly volumes: readonly string[];
}

const FILE = join(import.meta.dirname, '../../../examples/compose/compose.yaml');
/** What the image of distribution begins with. */
const IMAGE_CONFIG =
  '{version: 0.1, storage: {filesystem: {rootdirectory: /var/lib/registry}}, http: {addr: ":5000", secret: s}}';

let folder: TempDirectory;
let registry: RunningProcess;
let registryUrl: string;
let run: RunProcess;

/** Each with its folder in place of the volume, and its own ports in place of those between containers. */
beforeAll(async () => {
  folder = await tempDirectory('compose');
  const volume = join(folder.path, 'registry');
  const [port, notifications] = [await freePort(), await freePort()];
  const host = `127.0.0.1:${port}`;
  const here = (text: string) =>
    text
      .replaceAll('/var/lib/registry', volume)
      .replaceAll('/home/nonroot', join(folder.path, 'index'))
      .replaceAll('http://registry-index:8082', `http://127.0.0.1:${notifications}`)
      .replaceAll('0.0.0.0', '127.0.0.1')
      .replace(/\$\{\w+:-([^}]+)\}/g, '$1');
  const { services }: { services: Readonly<Record<string, Service>> } = parse(here(await readFile(FILE, 'utf8')));
  const search = services['registry-index'];
  // A new volume is empty until something is pushed.
  await mkdir(volume);
  run = await startRun(
    [...(search?.command?.slice(1) ?? []), `--notifications-port=${notifications}`],
    search?.environment,
    /notifications are taken at/,
  );
  registryUrl = `http://${host}`;
  const configFile = join(folder.path, 'config.yml');
  await writeFile(configFile, here(IMAGE_CONFIG).replace(':5000', host));
  registry = await startProcess({
    name: 'registry',
    command: await goTool('registry'),
    args: ['serve', configFile],
    directory: folder.path,
    env: { ...services.registry?.environment },
    ready: () => answersHttp(`${registryUrl}/v2/`),
  });
});

afterAll(async () => {
  await run?.interrupt();
  await registry?.stop();
  await folder?.remove();
});

test('what is pushed to the registry of the compose file is found by its search', async () => {
  const artefact = image({ platforms: ['linux/amd64'], created: new Date(0), content: 'compose' });
  await push(registryUrl, 'team/shop', 'v1', artefact);
  await until(async () => (await (await fetch(`${run.url}/v1/search?q=tag:v1`)).text()).includes('team/shop'));
});

test('the search may only read what the registry writes', async () => {
  const { services }: { services: Readonly<Record<string, Service>> } = parse(await readFile(FILE, 'utf8'));
  expect(services['registry-index']?.volumes).toContain('registry:/var/lib/registry:ro');
});
