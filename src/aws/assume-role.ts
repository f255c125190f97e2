import type { FromTemporaryCredentialsOptions } from '@aws-sdk/credential-providers';
import { classify } from './classify.ts';
import type { AssumedRole, RoleCredentials } from './credentials.ts';
import { ServiceError } from './errors.ts';
import type { BoundedHttpHandler } from './http-handler.ts';
import { placeOf } from './place.ts';

export interface StsOptions {
  readonly region: string;
  /** That of the client which signs with the role: STS is asked through the same proxies, with the same limits. */
  readonly requestHandler: BoundedHttpHandler;
}

/**
 * Gives an SDK client keys of a role, which STS makes for an hour; the client asks again before they expire. Rejects
 * with a ServiceError about the role.
 */
export function assumeRole({ role, keys }: RoleCredentials, { region, requestHandler }: StsOptions) {
  const { arn, externalId, sessionName } = role;
  const options = {
    params: { RoleArn: arn, RoleSessionName: sessionName, ...(externalId ? { ExternalId: externalId } : {}) },
    ...(keys ? { masterCredentials: keys } : {}),
    clientConfig: { region, requestHandler },
  };
  let provider: ReturnType<typeof loadProvider> | undefined;
  return async () => {
    provider ??= loadProvider(options);
    const ask = await provider;
    return ask().catch((error: unknown) => {
      throw failureOf(error, role, region);
    });
  };
}

/** Loaded when a role is asked for first: it brings clients of services that are not asked otherwise. */
async function loadProvider(options: FromTemporaryCredentialsOptions) {
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  return fromTemporaryCredentials(options);
}

function failureOf(error: unknown, { arn, externalId }: AssumedRole, region: string): ServiceError {
  const found = classify(error, { thing: `role ${arn}`, at: placeOf('STS', { endpoint: undefined, region }) });
  if (found.failure.reason !== 'AccessDenied') return found;
  const trust = `its trust policy must allow them${externalId ? `, with the external id ${externalId}` : ''}`;
  const message = `the credentials in use may not assume role ${arn}: they need sts:AssumeRole on it, and ${trust}`;
  return new ServiceError({ kind: 'denied', reason: 'RoleRefused', message }, error);
}
