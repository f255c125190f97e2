/** Long-lived or session credentials; undefined elsewhere means the SDK's ambient chain (IRSA, Pod Identity, profile). */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface ServiceCredentials {
  readonly dynamodb: AwsCredentials | undefined;
  readonly s3: AwsCredentials | undefined;
}

/** Variables of the environment, or the decoded entries of a Secret: the same names mean the same in both. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Names that `credentialsFrom` reads; a pod gets these, and no others, of a Secret. */
export const CREDENTIAL_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_KEY',
  'AWS_SECRET',
  'DYNAMODB_ACCESS_KEY',
  'DYNAMODB_SECRET_ACCESS_KEY',
  'REGISTRY_STORAGE_S3_ACCESSKEY',
  'REGISTRY_STORAGE_S3_SECRETKEY',
] as const;

/**
 * Credentials of both services. DynamoDB's own words come before AWS's, those of docker-registry v1 and those of
 * distribution, as the original module fell back from its own keys to the registry's.
 */
export function credentialsFrom(variables: Variables): ServiceCredentials {
  const s3 =
    pair(variables, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN') ??
    pair(variables, 'AWS_KEY', 'AWS_SECRET') ??
    pair(variables, 'REGISTRY_STORAGE_S3_ACCESSKEY', 'REGISTRY_STORAGE_S3_SECRETKEY');
  return { dynamodb: pair(variables, 'DYNAMODB_ACCESS_KEY', 'DYNAMODB_SECRET_ACCESS_KEY') ?? s3, s3 };
}

function pair(variables: Variables, id: string, secret: string, token?: string): AwsCredentials | undefined {
  const accessKeyId = variables[id];
  const secretAccessKey = variables[secret];
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = token && variables[token];
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
