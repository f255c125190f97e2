import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** What must not outlive this process: a child by its pid, or anything that a command takes away again. */
export type Obligation =
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'command'; readonly argv: readonly string[] };

export type KeeperMessage = { readonly keep: string; readonly obligation: Obligation } | { readonly release: string };

const PROGRAM = join(import.meta.dirname, 'keeper-process.ts');

let keeper: ChildProcess | undefined;
let kept = 0;
let lastId = 0;

/**
 * Has `obligation` met when this process ends in any way, SIGKILL included: a small process beside it, which no Ctrl-C
 * reaches, does so as soon as the pipe between the two breaks. Call the returned function once it is met in the
 * ordinary way.
 */
export function keep(obligation: Obligation): () => void {
  keeper ??= startKeeper();
  const id = String(++lastId);
  kept++;
  send({ keep: id, obligation });
  let released = false;
  return () => {
    if (released) return;
    released = true;
    kept--;
    send({ release: id });
    if (kept === 0) endKeeper();
  };
}

function send(message: KeeperMessage): void {
  keeper?.stdin?.write(`${JSON.stringify(message)}\n`);
}

function startKeeper(): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  child.unref();
  const { stdin } = child;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return child;
}

function endKeeper(): void {
  keeper?.stdin?.end();
  keeper = undefined;
}
