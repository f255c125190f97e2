/** Long-lived or session credentials. */
export interface AccessKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A role of IAM, as `sts:AssumeRole` asks for it. */
export interface AssumedRole {
  readonly arn: string;
  /** What the role's trust policy may ask for. */
  readonly externalId: string | undefined;
  /** Whose requests they are in CloudTrail: 2 to 64 letters, digits and `+=,.@-_`. */
  readonly sessionName: string;
}

/** A role, and the keys that assume it; ambient credentials do where these are undefined. */
export interface RoleCredentials {
  readonly role: AssumedRole;
  readonly keys: AccessKeys | undefined;
}

/** Undefined elsewhere means the SDK's ambient chain (IRSA, Pod Identity, profile). */
export type AwsCredentials = AccessKeys | RoleCredentials;

export interface ServiceCredentials {
  readonly dynamodb: AwsCredentials | undefined;
  readonly s3: AwsCredentials | undefined;
}

/** Variables of the environment, or the decoded entries of a Secret: the same names mean the same in both. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Names that `keysFrom` reads; a pod gets these, and no others, of a Secret. */
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

/** What names the role that a pod assumes. No Secret can: the operator decides which roles are allowed. */
export const ROLE_VARIABLES = {
  arn: 'REGISTRY_INDEX_ROLE_ARN',
  externalId: 'REGISTRY_INDEX_ROLE_EXTERNAL_ID',
  sessionName: 'REGISTRY_INDEX_ROLE_SESSION_NAME',
} as const satisfies Readonly<Record<keyof AssumedRole, string>>;

/** Credentials of both services from the environment: keys, a role, or a role that is assumed with the keys. */
export function credentialsFrom(env: Variables): ServiceCredentials {
  const { dynamodb, s3 } = keysFrom(env);
  const role = roleFrom(env);
  return { dynamodb: assumedWith(dynamodb, role), s3: assumedWith(s3, role) };
}

export function assumedWith(keys: AccessKeys | undefined, role: AssumedRole | undefined): AwsCredentials | undefined {
  return role ? { role, keys } : keys;
}

function roleFrom(env: Variables): AssumedRole | undefined {
  const arn = env[ROLE_VARIABLES.arn];
  if (!arn) return undefined;
  const sessionName = env[ROLE_VARIABLES.sessionName] || 'registry-index';
  return { arn, externalId: env[ROLE_VARIABLES.externalId] || undefined, sessionName };
}

export interface ServiceKeys {
  readonly dynamodb: AccessKeys | undefined;
  readonly s3: AccessKeys | undefined;
}

/**
 * Keys of both services. DynamoDB's own words come before AWS's, those of docker-registry v1 and those of
 * distribution, as the original module fell back from its own keys to the registry's.
 */
export function keysFrom(variables: Variables): ServiceKeys {
  const s3 =
    pair(variables, 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN') ??
    pair(variables, 'AWS_KEY', 'AWS_SECRET') ??
    pair(variables, 'REGISTRY_STORAGE_S3_ACCESSKEY', 'REGISTRY_STORAGE_S3_SECRETKEY');
  return { dynamodb: pair(variables, 'DYNAMODB_ACCESS_KEY', 'DYNAMODB_SECRET_ACCESS_KEY') ?? s3, s3 };
}

function pair(variables: Variables, id: string, secret: string, token?: string): AccessKeys | undefined {
  const accessKeyId = variables[id];
  const secretAccessKey = variables[secret];
  if (!accessKeyId || !secretAccessKey) return undefined;
  const sessionToken = token && variables[token];
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
