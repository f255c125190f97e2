import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChild } from './child.ts';
import { type Count, countJest, type JestResults } from './count.ts';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const TIMEOUT_MS = 45 * 60_000;

export interface JestPart {
  readonly project: string;
  readonly flags: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs one project of jest.config.mjs and counts what came of it. */
export async function runJestPart({ project, flags, env = {} }: JestPart, signal: AbortSignal): Promise<Count> {
  const directory = await mkdtemp(join(tmpdir(), 'registry-index-jest-'));
  const resultsFile = join(directory, 'results.json');
  try {
    const args = [...JEST, '--selectProjects', project, '--json', `--outputFile=${resultsFile}`, ...flags];
    const exitCode = await runChild(process.execPath, args, { signal, timeoutMs: TIMEOUT_MS, env });
    return countJest(await readResults(resultsFile), exitCode);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readResults(file: string): Promise<JestResults | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
