import type { PartName as Prerequisite } from '../../test/env/debian.ts';
import { requireParts } from '../../test/env/debian.ts';
import { dynamoDbLibraries } from '../../test/env/dynamodb-local.ts';
import { type GoToolName, goTool } from '../../test/env/go-tools.ts';
import { legacyPackages } from '../../test/env/legacy-registry.ts';
import type { Count } from './count.ts';
import { runJestPart } from './jest-part.ts';
import { recordingCalls } from './recorded-calls.ts';
import { runStaticChecks } from './static-checks.ts';

export interface TestPart {
  readonly name: string;
  readonly about: string;
  /** Installs and builds what the tests start, so that no test waits for a compiler. */
  prepare(): Promise<void>;
  run(signal: AbortSignal): Promise<Count>;
}

const SERVERS: readonly GoToolName[] = [
  'versitygw',
  'registry',
  'registry-2',
  'kube-apiserver',
  'kube-controller-manager',
  'kubectl',
  'helm',
  'helm-3',
  'kstatus',
  'crane',
  'oras',
  'regctl',
];
const CLUSTER: readonly GoToolName[] = [...(['kube-scheduler', 'kubelet', 'kube-proxy', 'coredns', 'cosign'] as const)];
const SERVER_PARTS: readonly Prerequisite[] = ['openssl', 'etcd', 'docker', 'podman', 'chromium', 'prometheus'];
const CLUSTER_PARTS: readonly Prerequisite[] = ['containerd', 'runc', 'cni', 'network', 'buildah', 'busybox', 'skopeo'];

export const parts: readonly TestPart[] = [
  {
    name: 'static',
    about: 'types, lint, import direction, generated files, lock file, helm lint',
    prepare: async () => undefined,
    run: runStaticChecks,
  },
  {
    name: 'unit',
    about: 'everything that needs no server; done in seconds',
    prepare: async () => undefined,
    run: (signal) => runJestPart({ project: 'unit', flags: ['--maxWorkers=2'] }, signal),
  },
  {
    name: 'integration',
    about:
      'against real servers: S3, DynamoDB Local, registry v3, an API server, docker and podman search, a browser, docker-registry v1',
    async prepare() {
      await prepare(SERVER_PARTS, SERVERS);
      await legacyPackages();
    },
    // Mostly they wait for servers: two at a time leave the processors idle for more than half of the time.
    run: (signal) =>
      recordingCalls('every right', (env) =>
        runJestPart({ project: 'integration', flags: ['--maxWorkers=4'], env }, signal),
      ),
  },
  {
    name: 'e2e',
    about: 'the image and the chart in a real cluster',
    prepare: () => prepare([...SERVER_PARTS, ...CLUSTER_PARTS], [...SERVERS, ...CLUSTER]),
    run: (signal) =>
      recordingCalls('every process', (env) => runJestPart({ project: 'e2e', flags: ['--runInBand'], env }, signal)),
  },
];

async function prepare(prerequisites: readonly Prerequisite[], tools: readonly GoToolName[]): Promise<void> {
  await requireParts(...prerequisites);
  await dynamoDbLibraries();
  for (const tool of tools) await goTool(tool);
}
