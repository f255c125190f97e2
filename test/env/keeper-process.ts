/**
 * The process beside a test process: see keeper.ts. Reads obligations from stdin and meets what is left when stdin
 * ends.
 */
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { KeeperMessage, Obligation } from './keeper.ts';
import { endProcess } from './process-end.ts';

const kept = new Map<string, Obligation>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const message: KeeperMessage = JSON.parse(line);
  if ('keep' in message) kept.set(message.keep, message.obligation);
  else kept.delete(message.release);
}
for (const obligation of [...kept.values()].reverse()) await meet(obligation);

async function meet(obligation: Obligation): Promise<void> {
  if (obligation.kind === 'process') return endProcess(obligation.pid, 1_000);
  const [command = 'true', ...args] = obligation.argv;
  spawnSync(command, args, { stdio: 'ignore', timeout: 90_000 });
}
