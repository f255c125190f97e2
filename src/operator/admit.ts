import type { RegistryIndexSpec } from '../api/generated.ts';
import type { RegistryIndex } from '../api/registry-index.ts';
import { allowsAmbient, allowsEndpoint, type Policy } from './policy.ts';

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** Why this resource cannot be acted on as it stands, with what to mend; undefined when it can. */
export function admit({ spec, metadata }: RegistryIndex, policy: Policy): Refusal | undefined {
  return refuseAccess(spec) ?? refuseEndpoint(spec, policy) ?? refuseAmbient(spec, metadata.namespace, policy);
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

function refuseEndpoint({ dynamodb, storage }: RegistryIndexSpec, policy: Policy): Refusal | undefined {
  const custom = [
    { field: 'dynamodb.endpoint', url: dynamodb?.endpoint },
    { field: 'storage.endpoint', url: storage?.endpoint },
  ];
  const forbidden = custom.find(({ url }) => url !== undefined && !allowsEndpoint(policy, url));
  if (!forbidden) return undefined;
  return {
    reason: 'EndpointNotAllowed',
    message: `${forbidden.field} ${forbidden.url} is not allowed here; add it to allowedEndpoints of the operator's chart`,
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
