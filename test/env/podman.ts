import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';

/** What `podman search TERM` prints; TERM begins with a registry, spoken to over plain HTTP: `127.0.0.1:5000/nginx`. */
export async function podmanSearch(term: string, options: readonly string[] = []): Promise<string> {
  await requireParts('podman');
  return runCommand('podman', ['search', '--tls-verify=false', ...options, term], { timeoutMs: 120_000 });
}
