import type { RegistryIndexSpec } from '../../api/generated.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { mistakeInBucket, mistakeInSource } from '../../api/source-mistakes.ts';
import { refuseDestinations, refuseUrls } from './destinations.ts';
import { refuseLimits } from './limits.ts';
import { refuseNames } from './names.ts';
import { allowsAmbient, type Policy } from './policy.ts';

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/**
 * Why this resource cannot be acted on as it stands, with what to mend; undefined when it can. What the schema says is
 * said again here: the API server does not look at what was stored before, and before Kubernetes 1.30 a rule that such
 * a resource breaks would keep it from ever being written again.
 */
export function admit({ spec, metadata }: RegistryIndex, policy: Policy): Refusal | undefined {
  return (
    refuseAccess(spec) ??
    refuseNames(spec) ??
    refuseUrls(spec) ??
    refuseSource(spec) ??
    refuseDestinations(spec, policy) ??
    refuseLimits(spec, policy.limits ?? {}) ??
    refuseAmbient(spec, metadata.namespace, policy)
  );
}

/** What could only be found to be empty, or not be found. */
function refuseSource(spec: RegistryIndexSpec): Refusal | undefined {
  const message = mistakeInSource(spec);
  if (message === undefined) return undefined;
  return { reason: mistakeInBucket(spec.bucket) ? 'NameInvalid' : 'SourceInvalid', message };
}

/** Who asks for access control must not get an open search instead. */
function refuseAccess({ search }: RegistryIndexSpec): Refusal | undefined {
  if (search?.access?.mode !== 'Registry') return undefined;
  return {
    reason: 'UnsupportedAccess',
    message:
      'this version cannot check who searches: leave search.access out, and let only those reach the search service who may see all names',
  };
}

/** Ambient credentials are the operator's own: nobody may make it their deputy from a namespace it does not serve. */
function refuseAmbient({ credentials }: RegistryIndexSpec, namespace: string, policy: Policy): Refusal | undefined {
  if (credentials || allowsAmbient(policy, namespace)) return undefined;
  return {
    reason: 'CredentialsRequired',
    message: `the operator's own credentials do not serve namespace ${namespace}; name a Secret in credentials.secretRef, or change ambientCredentials of the operator's chart`,
  };
}
