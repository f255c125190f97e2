import type { RegistryIndex } from '../../../src/api/registry-index.ts';
import type { Tools } from './kubectl.ts';
import { NAMESPACE } from './stage.ts';

/** The resource as the cluster holds it; throws when there is none. */
export async function readIndex({ read }: Tools, name: string): Promise<RegistryIndex> {
  const index = await read('registryindex', name, '-n', NAMESPACE);
  if (!index) throw new Error(`there is no RegistryIndex ${name}`);
  return index as RegistryIndex;
}

/** The condition as `True/Reason`, so that a failed expectation shows both. */
export async function condition(tools: Tools, name: string, type: string): Promise<string> {
  const { status } = await readIndex(tools, name);
  const found = status?.conditions?.find((candidate) => candidate.type === type);
  return found ? `${found.status}/${found.reason}` : 'none';
}

export async function message(tools: Tools, name: string, type: string): Promise<string | undefined> {
  const { status } = await readIndex(tools, name);
  return status?.conditions?.find((candidate) => candidate.type === type)?.message;
}

export async function waitReady(tools: Tools, name: string, withinSeconds = 600): Promise<void> {
  await tools.kubectl('-n', NAMESPACE, 'wait', '--for=condition=Ready', `ri/${name}`, `--timeout=${withinSeconds}s`);
}
