import { Command, Option } from 'commander';
import { createKubeClient } from '../kube/client/client.ts';
import { loadKubeConfig } from '../kube/client/connection.ts';
import { type ReleaseCheck, releaseChecks } from '../operator/check-release.ts';
import { stopSignal } from './stop-signal.ts';

interface CheckFlags {
  readonly operator: string;
  readonly namespace: string;
}

const EXIT_FAILED = 1;

export function checkReleaseCommand(): Command {
  return new Command('check-release')
    .description('see whether a release of the chart works, as "helm test" does; changes nothing')
    .requiredOption(
      '--operator <url>',
      "the Service of the operator's metrics, such as http://registry-index-metrics:9090",
    )
    .addOption(
      new Option('--namespace <name>', 'where it offers RegistryIndexes to the API server')
        .env('POD_NAMESPACE')
        .default('default'),
    )
    .action(checkRelease);
}

async function checkRelease({ operator, namespace }: CheckFlags): Promise<void> {
  const client = createKubeClient({ config: loadKubeConfig(), userAgent: 'registry-index' });
  const checks = releaseChecks({ client, operatorUrl: operator.replace(/\/+$/, ''), namespace });
  const stop = stopSignal();
  for (const check of checks) if (!(await holds(check, stop))) process.exitCode = EXIT_FAILED;
}

async function holds({ name, run }: ReleaseCheck, stop: AbortSignal): Promise<boolean> {
  try {
    await run(stop);
    console.log(`✓ ${name}`);
    return true;
  } catch (error) {
    console.log(`✗ ${name}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}
