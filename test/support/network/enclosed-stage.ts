import { image } from '../../../src/standalone/sample/artefacts.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../env/dynamodb-local.ts';
import { type EnclosedNetwork, openEnclosedNetwork } from '../../env/enclosed-network.ts';
import { type ForwardProxy, startForwardProxy } from '../../env/forward-proxy.ts';
import { push } from '../../env/push.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { type RunProcess, startRun } from '../standalone/run-process.ts';

const BUCKET = 'registry';

/** A registry with `team/shop` and all that an index of it needs, and a network from which only a proxy leads there. */
export interface EnclosedStage {
  readonly network: EnclosedNetwork;
  readonly dynamodb: DynamoDbLocal;
  readonly s3: S3Server;
  readonly registry: Registry;
  readonly proxy: ForwardProxy;
  /** What `run` and `verify` need to know; the endpoints are those of the services unless others lead to them. */
  environment(endpoints?: { readonly dynamodb: string; readonly s3: string }): NodeJS.ProcessEnv;
  /** Starts `run` inside. */
  run(args: readonly string[], env: NodeJS.ProcessEnv, until?: RegExp): Promise<RunProcess>;
  /** What a search of `run` answers to the world outside. */
  search(run: RunProcess, query: string): Promise<string>;
  /** What the proxy was asked for so far that has `place` in it. */
  askedFor(place: string): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * Where `reachable` is false, the services listen on loopback, which nothing leads to from inside, not even the proxy.
 */
export async function startEnclosedStage({ reachable }: { readonly reachable: boolean }): Promise<EnclosedStage> {
  const parts = new AsyncDisposableStack();
  const kept = <T extends { stop(): Promise<void> }>(part: T) => parts.adopt(part, ({ stop }) => stop());
  const network = kept(await openEnclosedNetwork());
  const listen = reachable ? { host: network.outsideAddress } : {};
  const dynamodb = kept(await startDynamoDbLocal(listen));
  const s3 = kept(await startVersityGw({ buckets: [BUCKET], ...listen }));
  const registry = kept(await startRegistry({ s3, bucket: BUCKET, ...listen }));
  const proxy = kept(await startForwardProxy({ host: network.gatewayAddress }));
  await push(
    registry.url,
    'team/shop',
    'v1',
    image({ platforms: ['linux/amd64'], created: new Date(0), content: 'shop' }),
  );
  return {
    network,
    dynamodb,
    s3,
    registry,
    proxy,
    environment: (endpoints = { dynamodb: dynamodb.endpoint, s3: s3.endpoint }) => ({
      DYNAMODB_DATABASE: 'enclosed',
      DYNAMODB_REGION: dynamodb.region,
      DYNAMODB_ENDPOINT: endpoints.dynamodb,
      DYNAMODB_ACCESS_KEY: dynamodb.accessKeyId,
      DYNAMODB_SECRET_ACCESS_KEY: dynamodb.secretAccessKey,
      REGISTRY_STORAGE_S3_BUCKET: BUCKET,
      REGISTRY_STORAGE_S3_REGION: s3.region,
      REGISTRY_STORAGE_S3_REGIONENDPOINT: endpoints.s3,
      REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'true',
      REGISTRY_STORAGE_S3_ACCESSKEY: s3.accessKeyId,
      REGISTRY_STORAGE_S3_SECRETKEY: s3.secretAccessKey,
    }),
    run: (args, env, until) => startRun(['--host', '::', ...args], env, until, network.launcher),
    async search({ url }, query) {
      return (await fetch(`http://${network.insideAddress}:${new URL(url).port}/v1/search?q=${query}`)).text();
    },
    askedFor: async (place) => (await proxy.requests()).filter((request) => request.includes(place)),
    stop: () => parts.disposeAsync(),
  };
}
