import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { stringify } from 'yaml';
import { runCommand } from '../../env/command.ts';
import { type ControlPlane, startControlPlane } from '../../env/control-plane.ts';
import { goTool } from '../../env/go-tools.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { type RunProcess, startRun } from '../../support/standalone/run-process.ts';

const BUCKET = 'charts';
const PASSWORD = 'a-password';
const CHARTS = [
  { namespace: 'charts', name: 'shop', versions: ['1.0.0', '1.1.0', '1.2.3+build.5', '2.0.0-rc.1'] },
  { namespace: 'team-a/charts', name: 'shop', versions: ['9.0.0'] },
  { namespace: 'hidden', name: 'vault', versions: ['1.0.0'] },
];
const RULES = [
  { names: ['charts/**', 'team-a/**'], anonymous: true },
  { names: ['**'], authenticated: true },
];

let s3: S3Server;
let registry: Registry;
let controlPlane: ControlPlane;
let temp: Awaited<ReturnType<typeof tempDirectory>>;
const searches = new Map<string, RunProcess>();

beforeAll(async () => {
  temp = await tempDirectory('helm');
  controlPlane = await startControlPlane();
  const htpasswd = join(temp.path, 'htpasswd');
  await writeFile(htpasswd, `ann:${bcrypt.hashSync(PASSWORD, 4)}\n`);
  s3 = await startVersityGw({ buckets: [BUCKET] });
  registry = await startRegistry({ s3, bucket: BUCKET, auth: { htpasswd } });
  await pushCharts();
  for (const mode of ['Htpasswd', 'Registry']) searches.set(mode, await startSearch(mode, htpasswd));
});

afterAll(async () => {
  for (const search of searches.values()) await search.interrupt();
  await controlPlane?.stop();
  await registry?.stop();
  await s3?.stop();
  await temp?.remove();
});

/** A helm with files of its own, by the name of the tool. */
async function helmOf(tool: 'helm-3' | 'helm', who: string) {
  const command = await goTool(tool);
  const home = join(temp.path, `${tool}-${who}`);
  const env = {
    KUBECONFIG: controlPlane.kubeconfigPath,
    HELM_CACHE_HOME: `${home}/cache`,
    HELM_CONFIG_HOME: `${home}/config`,
    HELM_DATA_HOME: `${home}/data`,
  };
  const helm = (...args: readonly string[]) => runCommand(command, args, { env });
  const insecure = tool === 'helm' ? '--plain-http' : '--insecure';
  const login = () => helm('registry', 'login', registry.host, insecure, '-u', 'ann', '-p', PASSWORD);
  return { helm, login, home };
}

async function pushCharts(): Promise<void> {
  const { helm, login, home } = await helmOf('helm', 'pusher');
  await login();
  for (const { namespace, name, versions } of CHARTS)
    for (const version of versions) {
      const source = join(home, namespace, version, name);
      await writeChart(source, { name, version, appVersion: `app-${version}`, description: `${name} of ${namespace}` });
      const packed = join(home, 'packed', namespace);
      await helm('package', source, '-d', packed);
      await helm('push', '--plain-http', join(packed, `${name}-${version}.tgz`), `oci://${registry.host}/${namespace}`);
    }
}

async function writeChart(folder: string, chart: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(join(folder, 'templates'), { recursive: true });
  await writeFile(join(folder, 'Chart.yaml'), stringify({ apiVersion: 'v2', ...chart }));
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { version: '{{ .Chart.Version }}' },
  };
  await writeFile(join(folder, 'templates', 'configmap.yaml'), stringify(configMap));
}

async function startSearch(mode: string, htpasswd: string): Promise<RunProcess> {
  const manifest = join(temp.path, `${mode}.yaml`);
  const secret = mode === 'Htpasswd' ? { htpasswdSecretRef: { name: 'users', key: 'htpasswd' } } : {};
  const spec = {
    database: 'charts',
    region: s3.region,
    bucket: BUCKET,
    registry: { url: registry.url },
    storage: { endpoint: s3.endpoint, forcePathStyle: true },
    search: { access: { mode, ...secret, rules: RULES } },
  };
  const head = { apiVersion: 'registryindex.dev/v1alpha1', kind: 'RegistryIndex', metadata: { name: 'charts' } };
  await writeFile(manifest, stringify({ ...head, spec }));
  const args = ['-f', manifest, '--dynamodb', 'embedded', '--data', join(temp.path, mode)];
  const env = { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.secretAccessKey };
  return startRun(mode === 'Htpasswd' ? [...args, '--htpasswd-file', htpasswd] : args, env, /backfill complete/);
}

/** Names and versions, as a table of `helm search repo` has them. */
const rowsOf = (table: string) =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(/\s+/).slice(0, 3).join(' '));

describe.each([
  ['helm-3', 'Htpasswd'],
  ['helm-3', 'Registry'],
  ['helm', 'Htpasswd'],
  ['helm', 'Registry'],
] as const)('%s, with access by %s', (tool, mode) => {
  let helm: Awaited<ReturnType<typeof helmOf>>['helm'];
  let home: string;
  let url: string;

  beforeAll(async () => {
    const client = await helmOf(tool, mode);
    ({ helm, home } = client);
    url = `${searches.get(mode)?.url}/helm`;
    await client.login();
    await helm('repo', 'add', 'all', url);
    await helm('repo', 'add', 'mine', url, '--username', 'ann', '--password', PASSWORD);
    await helm('repo', 'add', 'charts', `${url}/charts`);
    await mkdir(home, { recursive: true });
  });

  test('finds the charts that everybody may see, and with a login the others as well', async () => {
    const shops = ['charts/shop 1.2.3+build.5 app-1.2.3+build.5', 'team-a/charts/shop 9.0.0 app-9.0.0'];
    const vault = 'hidden/vault 1.0.0 app-1.0.0';
    expect(rowsOf(await helm('search', 'repo', 'all/'))).toEqual(shops.map((row) => `all/${row}`));
    expect(rowsOf(await helm('search', 'repo', 'mine/')).sort()).toEqual(
      [...shops, vault].map((row) => `mine/${row}`).sort(),
    );
    expect(rowsOf(await helm('search', 'repo', 'charts/shop', '--versions', '--devel'))).toEqual(
      expect.arrayContaining(['charts/shop 2.0.0-rc.1 app-2.0.0-rc.1', 'charts/shop 1.0.0 app-1.0.0']),
    );
  });

  test('is refused with a wrong password', async () => {
    await expect(helm('repo', 'add', 'wrong', url, '--username', 'ann', '--password', 'x')).rejects.toThrow('401');
  });

  test.each([
    [['charts/shop'], 'shop-1.2.3+build.5.tgz'],
    [['charts/shop', '--devel'], 'shop-2.0.0-rc.1.tgz'],
    [['charts/shop', '--version', '>=1.0.0 <1.2.0'], 'shop-1.1.0.tgz'],
    [['all/team-a/charts/shop'], 'shop-9.0.0.tgz'],
    [['mine/hidden/vault'], 'vault-1.0.0.tgz'],
    [['shop', '--repo', 'URL/charts', '--version', '1.1.0'], 'shop-1.1.0.tgz'],
  ])('pulls %j', async (args, file) => {
    const folder = join(home, 'pulled', `${args}`.replaceAll(/\W/g, '-'));
    await mkdir(folder, { recursive: true });
    await helm('pull', ...args.map((arg) => arg.replace('URL', url)), '--plain-http', '-d', folder);
    expect(await readdir(folder)).toEqual([file]);
  });

  test('would install a chart', async () => {
    const version = ['--version', '1.1.0', '--plain-http'];
    const would = await helm('install', 'x', 'charts/shop', ...version, '--namespace', 'default', '--dry-run=server');
    expect(would).toMatch(/STATUS: pending-install.*version: "?1\.1\.0/s);
  });

  test('takes a chart of the index for a dependency', async () => {
    const app = join(home, 'app');
    const dependency = { name: 'shop', version: '>=1.0.0', repository: `${url}/charts` };
    await writeChart(app, { name: 'app', version: '0.1.0', dependencies: [dependency] });
    await helm('dependency', 'update', app, '--plain-http');
    expect(await readdir(join(app, 'charts'))).toEqual(['shop-1.2.3+build.5.tgz']);
  });
});
