import { randomUUID } from 'node:crypto';
import type { KubeConfig } from '@kubernetes/client-node';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Registry } from 'prom-client';
import { ConfigError } from '../config/config-error.ts';
import { parsePodSettings } from '../config/pod-settings.ts';
import { createSharedClients, type SharedClients } from '../dynamodb/clients.ts';
import { openIndex } from '../dynamodb/open.ts';
import { buildHealthServer } from '../http/health-server.ts';
import { exposeSockets } from '../http/socket-metrics.ts';
import { createKubeClient } from '../kube/client/client.ts';
import { loadKubeConfig } from '../kube/client/connection.ts';
import { createKubeMetrics } from '../kube/metrics.ts';
import { isObjectName } from '../kube/resource.ts';
import { createIndexPool, type OpenOptions } from '../operator/index-pool.ts';
import type { PodSettings } from '../operator/kube-objects/pod-settings.ts';
import { amountOf } from '../operator/kube-objects/quantity.ts';
import { createIndexMetrics } from '../operator/metrics.ts';
import { type OperatorOptions, runOperator } from '../operator/run.ts';
import { createOperatorState } from '../operator/state.ts';
import type { ByNamespace } from '../operator/validation/by-namespace.ts';
import { parseEndpointPattern } from '../operator/validation/endpoint-pattern.ts';
import { isHostPattern } from '../operator/validation/hosts.ts';
import { DEFAULT_LIMITS, isLimitName, type Limits } from '../operator/validation/limits.ts';
import type { AmbientCredentials } from '../operator/validation/policy.ts';
import { isRolePattern } from '../operator/validation/roles.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetricsRegistry } from '../telemetry/metrics.ts';
import { keepOldHeapSmall, keepYoungHeapSmall } from './heap.ts';
import { logLevelOption, portOption, wholeNumber } from './options.ts';
import { stopSignal } from './stop-signal.ts';

interface OperatorFlags {
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly namespace: string;
  readonly identity: string;
  readonly lease: string;
  readonly watchNamespace: readonly string[];
  readonly clusterId?: string;
  readonly ambientCredentials: AmbientCredentials;
  readonly allowedEndpoint: readonly string[];
  readonly allowedHost: ByNamespace;
  readonly allowedRole: ByNamespace;
  readonly limit: Limits;
  readonly podDefaults: PodSettings;
  readonly readPods?: boolean;
  readonly recheckSeconds: number;
  readonly monitoringPort: number;
  readonly logLevel: string;
}

const CLOSE_GRACE_MS = 5_000;

const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS).join(', ');
const AMBIENT: readonly AmbientCredentials[] = ['ReleaseNamespace', 'All', 'None'];

export function operatorCommand(): Command {
  return new Command('operator')
    .description('keep the index of every RegistryIndex in a Kubernetes cluster as it should be')
    .requiredOption('--image <image>', 'image of the pods that it creates; the same as its own')
    .option('--image-pull-policy <policy>', 'pull policy of these pods')
    .addOption(new Option('--namespace <name>', 'namespace of this release').env('POD_NAMESPACE').default('default'))
    .addOption(new Option('--identity <name>', 'name of this replica').env('POD_NAME').default('registry-index'))
    .option('--lease <name>', 'name of the Lease that the replicas compete for', 'registry-index')
    .addOption(
      new Option('--watch-namespace <name...>', 'whose RegistryIndexes it looks after; all namespaces if none is named')
        .argParser(namespaceOption)
        .default([]),
    )
    .option('--cluster-id <text>', 'what tells this cluster from others that use the same tables; read if left out')
    .addOption(
      new Option('--ambient-credentials <where>', "which namespaces may use this operator's own AWS credentials")
        .choices(AMBIENT)
        .default('ReleaseNamespace'),
    )
    .addOption(
      new Option('--allowed-endpoint <url...>', 'S3- or DynamoDB-compatible service that may be named; * for any part')
        .argParser(allowedEndpoint)
        .default([]),
    )
    .addOption(
      new Option(
        '--allowed-host <namespace=host...>',
        'where search of a namespace may answer; * for all, *.example.com',
      )
        .argParser(byNamespace(isHostPattern, 'a host, such as team=search.example.com'))
        .default({}),
    )
    .addOption(
      new Option('--allowed-role <namespace=arn...>', 'role of IAM that may be assumed for a namespace; * for parts')
        .argParser(byNamespace(isRolePattern, 'the ARN of a role, such as team=arn:aws:iam::123456789012:role/team-*'))
        .default({}),
    )
    .addOption(
      new Option('--limit <name=amount...>', `the most that one RegistryIndex may ask for: ${LIMIT_NAMES}`)
        .argParser(limitOption)
        .default({}),
    )
    .addOption(
      new Option('--pod-defaults <json>', 'settings of all pods that it creates, as in spec.podTemplate')
        .argParser(podDefaultsOption)
        .default({}),
    )
    .option('--read-pods', 'say in conditions why pods do not start; needs the right to list pods')
    .option(
      '--recheck-seconds <seconds>',
      'how often healthy tables are checked; at most ten a second in all',
      wholeNumber(1),
      30,
    )
    .addOption(portOption('--monitoring-port <port>', 'health and metrics', 9090))
    .addOption(logLevelOption('info'))
    .action(operate);
}

function namespaceOption(name: string, before: readonly string[]): readonly string[] {
  if (!isObjectName(name)) throw new InvalidArgumentError('wanted the name of a namespace.');
  return before.includes(name) ? before : [...before, name];
}

/** Refused here, because a pattern that cannot be read would silently allow nothing. */
function allowedEndpoint(text: string, before: readonly string[]): readonly string[] {
  if (text !== '*' && parseEndpointPattern(text) === undefined)
    throw new InvalidArgumentError('wanted a URL such as http://minio.storage:9000, with * for any part, or * alone.');
  return [...before, text];
}

/** Refused here, as above. */
function byNamespace(isPattern: (text: string) => boolean, wanted: string) {
  return (text: string, before: ByNamespace): ByNamespace => {
    const [namespace = '', pattern = ''] = text.split(/=(.*)/s);
    if ((namespace !== '*' && !isObjectName(namespace)) || !isPattern(pattern))
      throw new InvalidArgumentError(`wanted a namespace or *, and ${wanted}.`);
    return { ...before, [namespace]: [...(before[namespace] ?? []), pattern] };
  };
}

function limitOption(text: string, before: Limits): Limits {
  const [name = '', amount = ''] = text.split('=', 2);
  if (!isLimitName(name) || !((amountOf(amount) ?? 0) > 0))
    throw new InvalidArgumentError(`wanted one of ${LIMIT_NAMES}, with an amount, such as podMemory=64Gi.`);
  return { ...before, [name]: amount };
}

function podDefaultsOption(text: string): PodSettings {
  const found = parsePodSettings(text);
  if (typeof found === 'string') throw new InvalidArgumentError(found);
  return found;
}

async function operate(flags: OperatorFlags): Promise<void> {
  keepYoungHeapSmall();
  keepOldHeapSmall();
  const stop = stopSignal();
  const config = kubeConfig();
  const metricsRegistry = createMetricsRegistry({ process: true });
  let ready = false;
  const { listen, guard, close } = buildHealthServer({ metricsRegistry, isReady: () => ready && !stop.aborted });
  exposeSockets(metricsRegistry, { monitoring: guard });
  await listen({ host: '::', port: flags.monitoringPort });
  const onReady = () => {
    ready = true;
  };
  try {
    await runOperator({ ...optionsOf(flags, metricsRegistry, config), onReady }, stop);
  } finally {
    await close(CLOSE_GRACE_MS);
  }
}

function optionsOf(
  flags: OperatorFlags,
  metricsRegistry: Registry,
  config: KubeConfig,
): Omit<OperatorOptions, 'onReady'> {
  const kubeMetrics = createKubeMetrics(metricsRegistry);
  const client = { config, userAgent: 'registry-index', metrics: kubeMetrics.rest };
  return {
    client: createKubeClient({ ...client, holdsBack: true }),
    leaseClient: createKubeClient(client),
    kubeMetrics,
    indexMetrics: createIndexMetrics(metricsRegistry),
    pool: createIndexPool(openForOperator(createSharedClients())),
    state: createOperatorState(),
    policy: {
      ambientCredentials: flags.ambientCredentials,
      releaseNamespace: flags.namespace,
      allowedEndpoints: flags.allowedEndpoint,
      allowedHosts: flags.allowedHost,
      allowedRoles: flags.allowedRole,
      limits: flags.limit,
    },
    podDefaults: flags.podDefaults,
    readsPods: flags.readPods ?? false,
    image: { name: flags.image, pullPolicy: flags.imagePullPolicy },
    lease: { namespace: flags.namespace, name: flags.lease },
    watchNamespaces: flags.watchNamespace,
    clusterId: flags.clusterId || undefined,
    identity: `${flags.identity}_${randomUUID()}`,
    recheckMs: flags.recheckSeconds * 1_000,
    log: createLogger({ level: flags.logLevel }),
  };
}

function kubeConfig(): KubeConfig {
  try {
    return loadKubeConfig();
  } catch (error) {
    throw new ConfigError('no cluster to work in: KUBECONFIG cannot be read', error);
  }
}

/** The operator reads ownership records, claims and progress alone. A tenant's endpoint must not fill its memory. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

function openForOperator({ take }: SharedClients) {
  return ({ location, settings, credentials }: OpenOptions) => {
    const { tables, claims, ownership, ranges, resyncs, events, close } = openIndex({
      location,
      credentials,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      connect: take,
    });
    return { tables: tables(settings), claims: claims(settings.claim), ownership, ranges, resyncs, events, close };
  };
}
