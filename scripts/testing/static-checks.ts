import { runCommand } from '../../test/env/command.ts';
import { goTool } from '../../test/env/go-tools.ts';
import { type Count, sum } from './count.ts';

interface Check {
  readonly name: string;
  run(): Promise<unknown>;
}

const CHART = 'charts/registry-index';

const checks: readonly Check[] = [
  { name: 'types', run: () => runCommand('node_modules/.bin/tsc', []) },
  { name: 'lint, format', run: lint },
  { name: 'import direction', run: () => runCommand(process.execPath, ['scripts/codemap.ts']) },
  {
    name: 'generated files are up to date',
    run: () => runCommand(process.execPath, ['scripts/generate.ts', '--check']),
  },
  { name: 'npm ci takes the lock file', run: () => runCommand('npm', ['ci', '--dry-run', '--offline']) },
  { name: 'helm lint', run: lintChart },
];

/** Each check counts as one test. */
export async function runStaticChecks(): Promise<Count> {
  const counts: Count[] = [];
  for (const check of checks) counts.push(await runCheck(check));
  return sum(counts);
}

async function runCheck({ name, run }: Check): Promise<Count> {
  try {
    await run();
    console.log(`  ✓ ${name}`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.log(`  ✗ ${name}\n${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1 };
  }
}

/** Of the code, and of the workflows. */
async function lint(): Promise<void> {
  await runCommand('node_modules/.bin/biome', ['check', '--error-on-warnings']);
  await runCommand(await goTool('actionlint'), []);
}

async function lintChart(): Promise<void> {
  const helm = await goTool('helm');
  await runCommand(helm, ['lint', CHART, '--strict', '--set', 'image.repository=registry.example.com/registry-index']);
}
