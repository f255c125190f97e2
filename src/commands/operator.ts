import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { openIndex } from '../index/open-index.ts';
import { createKubeClient } from '../kube/client.ts';
import { loadKubeConfig } from '../kube/kube-config.ts';
import { createKubeMetrics } from '../kube/metrics.ts';
import { createIndexPool, type OpenOptions } from '../operator/index-pool.ts';
import { createMemory } from '../operator/memory.ts';
import { createIndexMetrics } from '../operator/metrics.ts';
import type { AmbientCredentials } from '../operator/policy.ts';
import { runOperator } from '../operator/run.ts';
import { buildHealthServer } from '../telemetry/health-server.ts';
import { createLogger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { logLevelOption, portOption, wholeNumber } from './options.ts';
import { stopSignal } from './stop-signal.ts';

interface OperatorFlags {
  readonly image: string;
  readonly imagePullPolicy?: string;
  readonly namespace: string;
  readonly identity: string;
  readonly lease: string;
  readonly ambientCredentials: AmbientCredentials;
  readonly allowedEndpoint: readonly string[];
  readonly recheckSeconds: number;
  readonly monitoringPort: number;
  readonly logLevel: string;
}

const AMBIENT: readonly AmbientCredentials[] = ['ReleaseNamespace', 'All', 'None'];

export function operatorCommand(): Command {
  return new Command('operator')
    .description('keep the index of every RegistryIndex in a Kubernetes cluster as it should be')
    .requiredOption('--image <image>', 'image of the pods that are made; the same as this one')
    .option('--image-pull-policy <policy>', 'pull policy of these pods')
    .addOption(new Option('--namespace <name>', 'namespace of this release').env('POD_NAMESPACE').default('default'))
    .addOption(new Option('--identity <name>', 'name of this replica').env('POD_NAME').default('registry-index'))
    .option('--lease <name>', 'name of the Lease that the replicas compete for', 'registry-index')
    .addOption(
      new Option('--ambient-credentials <where>', "which namespaces may use this operator's own AWS credentials")
        .choices(AMBIENT)
        .default('ReleaseNamespace'),
    )
    .option(
      '--allowed-endpoint <url...>',
      'S3- or DynamoDB-compatible service that may be named; * for any characters',
      [],
    )
    .option('--recheck-seconds <seconds>', 'how often healthy tables are looked at', wholeNumber(1), 30)
    .addOption(portOption('--monitoring-port <port>', 'health and metrics', 9090))
    .addOption(logLevelOption('info'))
    .action(operate);
}

async function operate(flags: OperatorFlags): Promise<void> {
  const stop = stopSignal();
  const log = createLogger({ level: flags.logLevel });
  const registry = createMetrics({ process: true });
  const kubeMetrics = createKubeMetrics(registry);
  let ready = false;
  const health = buildHealthServer({ registry, isReady: () => ready && !stop.aborted });
  await health.listen({ host: '::', port: flags.monitoringPort });
  await runOperator(
    {
      client: createKubeClient({ config: loadKubeConfig(), userAgent: 'registry-index', metrics: kubeMetrics.rest }),
      kubeMetrics,
      indexMetrics: createIndexMetrics(registry),
      pool: createIndexPool(openForOperator),
      memory: createMemory(),
      policy: {
        ambientCredentials: flags.ambientCredentials,
        releaseNamespace: flags.namespace,
        allowedEndpoints: flags.allowedEndpoint,
      },
      image: { name: flags.image, pullPolicy: flags.imagePullPolicy },
      lease: { namespace: flags.namespace, name: flags.lease },
      identity: `${flags.identity}_${randomUUID()}`,
      recheckMs: flags.recheckSeconds * 1_000,
      log,
      onReady: () => {
        ready = true;
      },
    },
    stop,
  );
  await health.close();
}

function openForOperator({ location, settings, credentials }: OpenOptions) {
  const { tables, marker, ranges, close } = openIndex({ location, credentials });
  return { tables: tables(settings), marker, ranges, close };
}
