import { mistakeInAccess } from '../../api/access-mistakes.ts';
import type { Problem } from '../../api/conditions.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';
import { mistakeInOrigins } from '../../api/origin-mistakes.ts';
import { mistakeInQueue } from '../../api/queue-place.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { corsOriginsOf } from '../../api/settings.ts';
import { mistakeInBucket, mistakeInSource } from '../../api/source-mistakes.ts';
import { validateDestinations, validateUrls } from './destinations.ts';
import { validateLimits } from './limits.ts';
import { validateNames } from './names.ts';
import { allowsAmbient, type Policy } from './policy.ts';
import { validateRoles } from './roles.ts';

/**
 * The first problem of a resource, with what to mend; undefined if the operator may act on it. Rules of the schema are
 * checked here again, because the API server does not check what was stored before the rule was there.
 */
export function validate({ spec, metadata }: RegistryIndex, policy: Policy): Problem | undefined {
  return (
    validateAccess(spec) ??
    validateNames(spec) ??
    validateUrls(spec) ??
    validateSource(spec) ??
    validateOrigins(spec) ??
    validateQueue(spec) ??
    validateDestinations(spec, policy) ??
    validateLimits(spec, policy.limits ?? {}) ??
    validateRoles(spec, metadata.namespace, policy.allowedRoles ?? {}) ??
    validateAmbient(spec, metadata.namespace, policy)
  );
}

/** A bucket or folder that is mistyped would only look empty. */
function validateSource(spec: RegistryIndexSpec): Problem | undefined {
  const message = mistakeInSource(spec);
  if (message === undefined) return undefined;
  return { reason: mistakeInBucket(spec.bucket) ? 'NameInvalid' : 'SourceInvalid', message };
}

/** An origin that no browser sends would allow nothing, without a word. */
function validateOrigins(spec: RegistryIndexSpec): Problem | undefined {
  const message = mistakeInOrigins(corsOriginsOf(spec));
  return message === undefined ? undefined : { reason: 'OriginInvalid', message };
}

/** A queue that is mistyped would only be silent. */
function validateQueue({ notifications }: RegistryIndexSpec): Problem | undefined {
  const message = notifications?.sqs && mistakeInQueue(notifications.sqs);
  return message === undefined ? undefined : { reason: 'QueueInvalid', message };
}

/** A pattern that fits nothing by mistake would hide or show what it should not, without a word. */
function validateAccess(spec: RegistryIndexSpec): Problem | undefined {
  const message = mistakeInAccess(spec);
  return message === undefined ? undefined : { reason: 'AccessInvalid', message };
}

/**
 * Ambient credentials are the operator's own. Other namespaces must not use the operator as their deputy; a role that
 * is allowed to them knows by the external id for whom it is assumed.
 */
function validateAmbient({ credentials }: RegistryIndexSpec, namespace: string, policy: Policy): Problem | undefined {
  if (credentials?.secretRef || credentials?.roleArn || allowsAmbient(policy, namespace)) return undefined;
  return {
    reason: 'CredentialsRequired',
    message: `the operator's own credentials do not serve namespace ${namespace}; name a Secret in credentials.secretRef or an allowed role in credentials.roleArn, or change ambientCredentials of the operator's chart`,
  };
}
