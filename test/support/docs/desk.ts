import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { runCommand } from '../../env/command.ts';
import { startControlPlane } from '../../env/control-plane.ts';
import { goTool } from '../../env/go-tools.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { NO_LOGINS } from '../client/query-bench.ts';
import { toolsFor } from '../cluster/kubectl.ts';
import { startRun } from '../standalone/run-process.ts';
import { blocksOf } from './commands.ts';

/**
 * What a reader of the documents has: a shell with the commands, the files that pages speak of, a cluster, a search.
 */
export interface Desk {
  /** Where the sample registry's search answers. */
  readonly host: string;
  /** Types a line into a shell in a folder of its own; rejects with what it printed when it fails. */
  type(line: string): Promise<string>;
  close(): Promise<void>;
}

const ROOT = resolve(import.meta.dirname, '../../..');
const NAMESPACE = 'registry-index';
/** What the README says to type, and to save as registryindex.yaml. */
const INSTALL = [
  'upgrade',
  '--install',
  'registry-index',
  'charts/registry-index',
  '-n',
  NAMESPACE,
  '--create-namespace',
];
const MANIFEST = blocksOf('README.md').find(({ text }) => text.includes('kind: RegistryIndex'))?.text ?? '';

/** What a later page adds to it. */
const NOTIFICATIONS = '  notifications: {tokenSecretRef: {name: registry-token, key: token}}\n';

const CONFIGURATION = `version: 0.1
storage: {s3: {region: eu-west-1, bucket: acme-images}}
http: {addr: ":5000", host: "https://registry.acme.example"}
`;
const COMPOSE = `services:
  registry:
    image: registry:3
    environment: {REGISTRY_STORAGE_S3_REGION: eu-west-1, REGISTRY_STORAGE_S3_BUCKET: acme-images}
`;
/** With the flavors of docker-registry v1, where a command names one. */
const OLD_CONFIGURATION = `prod: {storage: s3, s3_bucket: acme-images, s3_region: eu-west-1, storage_path: /registry}
`;

const FILES: Readonly<Record<string, string>> = {
  'registryindex.yaml': `${MANIFEST.trimEnd()}\n${NOTIFICATIONS}`,
  'config.yml': CONFIGURATION,
  'registry.env': 'REGISTRY_STORAGE_S3_BUCKET=acme-images\n',
  'compose.yaml': COMPOSE,
  'ca.crt': "an authority of one's own\n",
};

export async function openDesk(): Promise<Desk> {
  const stack = new AsyncDisposableStack();
  try {
    const temp = await tempDirectory('desk');
    stack.defer(temp.remove);
    const [controlPlane, search] = await Promise.all([
      startControlPlane(),
      startRun(['--sample', '--data', join(temp.path, 'sample')], {}, /backfill complete/),
    ]);
    stack.defer(controlPlane.stop);
    stack.defer(() => search.interrupt().then(() => undefined));
    const tools = toolsFor(controlPlane.kubeconfigPath);
    const folder = await layOut(join(temp.path, 'desk'));
    await tools.helm(...INSTALL, '--set=image.repository=registry.example.com/registry-index');
    await tools.apply(...objects());
    for (const name of ['my-registry', 'my-registry-2'])
      await tools.kubectl('-n', NAMESPACE, 'patch', 'ri', name, '--subresource=status', '--type=merge', '-p', READY);
    const env = {
      ...NO_LOGINS,
      PATH: `${await commandsIn(join(temp.path, 'bin'))}:${process.env.PATH}`,
      KUBECONFIG: controlPlane.kubeconfigPath,
      KUBECACHEDIR: join(dirname(controlPlane.kubeconfigPath), 'kubectl-cache'),
      REGISTRY_INDEX_URL: search.url,
    };
    let lines = 0;
    return {
      host: search.host,
      async type(line) {
        lines += 1;
        const directory = join(temp.path, `line-${lines}`);
        await cp(folder, directory, { recursive: true, verbatimSymlinks: true });
        if (line.includes('--flavor')) await writeFile(join(directory, 'config.yml'), OLD_CONFIGURATION);
        return runCommand('bash', ['-euo', 'pipefail', '-c', line], { directory, env, timeoutMs: 60_000 });
      },
      close: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The folder of a checkout, and beside it what a reader has saved there. */
async function layOut(folder: string): Promise<string> {
  await mkdir(folder);
  for (const name of ['charts', 'examples']) await symlink(join(ROOT, name), join(folder, name));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text);
  await runCommand(await goTool('helm'), ['package', join(ROOT, 'charts/registry-index')], { directory: folder });
  return folder;
}

/** kubectl, helm and the program of this checkout, by the names that documents have for them. */
async function commandsIn(bin: string): Promise<string> {
  await mkdir(bin);
  for (const name of ['kubectl', 'helm'] as const) await symlink(await goTool(name), join(bin, name));
  const program = join(bin, 'registry-index');
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'src/main.ts')}" "$@"\n`);
  await chmod(program, 0o755);
  return bin;
}

/** As the operator says it of an index that is ready. */
const READY = JSON.stringify({
  status: {
    observedGeneration: 1,
    conditions: [
      { type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
  },
});

/** What the pages have made before, and what the operator would make of it. */
function objects(): object[] {
  const { metadata, ...index } = parse(MANIFEST);
  const labels = { app: 'docker-registry' };
  const pods = { metadata: { labels }, spec: { containers: [{ name: 'search', image: 'registry-index' }] } };
  return [
    { ...index, metadata },
    { ...index, metadata: { ...metadata, name: 'my-registry-2' } },
    {
      ...namespaced('apps/v1', 'Deployment', 'my-registry-search', NAMESPACE),
      spec: { selector: { matchLabels: labels }, template: pods },
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'registry' } },
    { ...namespaced('v1', 'ConfigMap', 'registry-config', 'registry', labels), data: { 'config.yml': CONFIGURATION } },
  ];
}

function namespaced(apiVersion: string, kind: string, name: string, namespace: string, labels: object = {}) {
  return { apiVersion, kind, metadata: { name, namespace, labels } };
}
