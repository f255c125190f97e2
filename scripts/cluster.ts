/**
 * `npm run cluster:up` and `cluster:down`: a cluster to try things in, held by a process of its own until it is taken
 * down.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { endProcess } from '../test/env/process-end.ts';
import { serve } from './playground/serve.ts';
import { LOG_FILE, openLog, readState, removeState } from './playground/state.ts';

const POLL_MS = 200;
const DOWN_WITHIN_MS = 60_000;

const commands: Readonly<Record<string, () => Promise<void>>> = { up, down, serve };
const command = process.argv.length === 3 ? commands[process.argv[2] ?? ''] : undefined;
if (command === undefined) {
  console.error('npm run cluster:up | cluster:down   (neither takes an option)');
  process.exitCode = 2;
} else {
  await command();
}

async function up(): Promise<void> {
  const running = await readState();
  if (running === undefined) await launch();
  else console.log(running.instructions ?? `It is being made: ${LOG_FILE}`);
}

async function down(): Promise<void> {
  const running = await readState();
  if (running !== undefined) await endProcess(running.pid, DOWN_WITHIN_MS);
  await removeState();
  console.log(running === undefined ? 'No cluster was running.' : 'The cluster is gone.');
}

/** Starts the process that holds the cluster, shows what it says, and leaves it alone once all is there. */
async function launch(): Promise<void> {
  const log = await openLog();
  const child = spawn(process.execPath, ['scripts/cluster.ts', 'serve'], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const abandon = () => child.kill('SIGTERM');
  process.once('SIGINT', abandon).once('SIGTERM', abandon);
  let shown = 0;
  let instructions: string | undefined;
  while (instructions === undefined && child.exitCode === null && child.signalCode === null) {
    await wait(POLL_MS);
    shown = await show(shown);
    instructions = (await readState())?.instructions;
  }
  child.unref();
  if (instructions === undefined) process.exitCode = 1;
  console.log(instructions ?? 'The cluster could not be made.');
}

/** Prints what the log has beyond `shown` characters; gives how many there are. */
async function show(shown: number): Promise<number> {
  const log = await readFile(LOG_FILE, 'utf8');
  process.stdout.write(log.slice(shown));
  return log.length;
}
