import { BUCKET, NAMESPACE, NOTIFICATIONS_TOKEN, type Stage } from './stage.ts';

/** A namespace in which only pods of the restricted standard may run. */
export const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};

/** The credentials of DynamoDB Local and of the S3 server, each in its own words. */
export function secret({ dynamodb, s3 }: Stage, name = 'aws') {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: NAMESPACE },
    stringData: {
      DYNAMODB_ACCESS_KEY: dynamodb.accessKeyId,
      DYNAMODB_SECRET_ACCESS_KEY: dynamodb.secretAccessKey,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
  };
}

export function registryIndex({ dynamodb, endpoints }: Stage, name: string, spec: object = {}) {
  return {
    apiVersion: 'registryindex.dev/v1alpha1',
    kind: 'RegistryIndex',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      database: name,
      region: dynamodb.region,
      bucket: BUCKET,
      storage: { endpoint: endpoints.s3, forcePathStyle: true },
      dynamodb: { endpoint: endpoints.dynamodb },
      credentials: { secretRef: { name: 'aws' } },
      ...spec,
    },
  };
}

const TOKEN = { name: 'registry-token', key: 'token' } as const;

/** What the registry sends with its notifications. */
export const tokenSecret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: TOKEN.name, namespace: NAMESPACE },
  stringData: { [TOKEN.key]: NOTIFICATIONS_TOKEN },
};

/** Fields of a spec by which pushes are found at once. */
export const notified = { notifications: { tokenSecretRef: TOKEN } };
