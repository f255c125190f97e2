import { runCommand } from './command.ts';

/** True where a Docker engine answers that can run containers, as on most developers' machines. */
export async function hasDockerEngine(): Promise<boolean> {
  const answer = runCommand('docker', ['info', '--format', '{{.ServerVersion}}'], { timeoutMs: 60_000 });
  return answer.then(
    (version) => version.trim() !== '',
    () => false,
  );
}
