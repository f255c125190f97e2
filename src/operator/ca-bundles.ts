import type { Problem } from '../api/conditions.ts';
import { hashOf } from '../api/names.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import type { OperatorDeps } from './context.ts';
import { type CaReference, type CaVersions, caReferenceOf } from './kube-objects/ca-bundle.ts';
import type { PodComponent, SecretEntries } from './kube-objects/pod-secrets.ts';
import { podSettings } from './kube-objects/pod-settings.ts';
import { readSecret } from './secrets.ts';

const COMPONENTS: readonly PodComponent[] = ['backfill', 'indexer', 'search'];

/**
 * Reads the certificates that the pods of a resource are to trust. Returns a Problem if they are not there: pods would
 * wait for them without a word, or start and trust nobody.
 */
export async function readCaVersions(
  deps: Pick<OperatorDeps, 'client' | 'state' | 'now' | 'podDefaults'>,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<CaVersions | Problem> {
  const { namespace, deletionTimestamp } = index.metadata;
  const versions: Partial<Record<PodComponent, string>> = {};
  if (deletionTimestamp) return versions;
  for (const component of COMPONENTS) {
    const reference = caReferenceOf(podSettings(index.spec, component, deps.podDefaults));
    if (!reference) continue;
    const { kind, name, key } = reference;
    const found = await readSecret(deps, index, { kind, name, keys: [key] }, signal);
    const pem = found?.entries[key];
    if (!pem?.includes('-----BEGIN CERTIFICATE-----')) return problemOf(reference, found, namespace);
    versions[component] = hashOf(pem);
  }
  return versions;
}

function problemOf({ kind, name, key }: CaReference, found: SecretEntries | undefined, namespace: string): Problem {
  const what = `${kind} ${name}, which caBundle names,`;
  if (!found) return { reason: 'CaBundleNotFound', message: `${what} does not exist in namespace ${namespace}` };
  const message = `${what} must hold certificates in PEM in its entry ${key}; caBundle.${kind === 'Secret' ? 'secretRef' : 'configMapRef'}.key names another`;
  return { reason: 'CaBundleInvalid', message };
}
