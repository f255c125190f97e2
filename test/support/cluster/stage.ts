import { type Cluster, startCluster } from '../../env/cluster.ts';
import { type Dockerd, startDockerd } from '../../env/dockerd.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { buildImage } from '../../env/image.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { startCallRecorder } from './call-recorder.ts';
import { startServiceRelay } from './service-relay.ts';

/** Everything that the product meets in the wild: a cluster, a registry on S3, DynamoDB, and the people's clients. */
export interface Stage {
  readonly cluster: Cluster;
  readonly image: string;
  /** Where pods find both services: as they are, or behind what records their calls. */
  readonly endpoints: { readonly dynamodb: string; readonly s3: string };
  readonly dynamodb: DynamoDbLocal;
  readonly s3: S3Server;
  readonly registry: Registry;
  readonly dockerd: Dockerd;
  stop(): Promise<void>;
}

export const NAMESPACE = 'registry-index';
/** The index whose indexer the registry sends its notifications to, once there is one. */
export const NOTIFIED = 'demo';
/** What the registry authenticates with there. */
export const NOTIFICATIONS_TOKEN = 'token-of-the-registry';

export const BUCKET = 'registry';
/** A bucket that the registry does not use, for whatever a test wants to lay out itself. */
export const SCRATCH_BUCKET = 'scratch';

export async function startStage(): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    stack.defer(() => part.stop());
    return part;
  };
  try {
    const image = await buildImage();
    const cluster = keep(await startCluster());
    await cluster.loadImage(image.archive);
    const host = cluster.hostAddress;
    const dynamodb = keep(await startDynamoDbLocal({ host }));
    const s3 = keep(await startVersityGw({ buckets: [BUCKET, SCRATCH_BUCKET], host }));
    const indexer = { namespace: NAMESPACE, name: `${NOTIFIED}-indexer`, port: 8080 };
    const relay = keep(await startServiceRelay(cluster, indexer));
    const notifications = { url: `${relay.url}/notifications`, token: NOTIFICATIONS_TOKEN };
    const registry = keep(await startRegistry({ s3, bucket: BUCKET, notifications }));
    const recorded = async (target: string) => {
      const { REGISTRY_INDEX_TEST_CALLS: folder } = process.env;
      return folder === undefined ? target : keep(await startCallRecorder(target, host, folder)).endpoint;
    };
    const endpoints = { dynamodb: await recorded(dynamodb.endpoint), s3: await recorded(s3.endpoint) };
    const dockerd = keep(await startDockerd({ insecureRegistries: [cluster.serviceRange] }));
    return { cluster, image: image.name, endpoints, dynamodb, s3, registry, dockerd, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}
