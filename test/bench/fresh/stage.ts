import { resolve } from 'node:path';
import { SETTINGS_VARIABLE, type Source, sourceIdentity, TOKEN_VARIABLE } from '../../../src/api/settings.ts';
import { FEED_SHARDS } from '../../../src/dynamodb/state/ownership.ts';
import { DEFAULT_RESOURCES } from '../../../src/operator/indexer-service/manifests.ts';
import { heapOptions } from '../../../src/operator/kube-objects/worker-pod.ts';
import type { ReplicaSettings } from '../../../src/search/replica/replica-settings.ts';
import { freePort } from '../../env/free-port.ts';
import { answersHttp } from '../../env/http-probe.ts';
import { startProcess } from '../../env/process.ts';
import { type Registry, startRegistry } from '../../env/registry.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { type S3Server, startVersityGw } from '../../env/versitygw.ts';
import { type LiveIndex, startLiveIndex } from '../../support/index/live-index.ts';
import { fillIndex } from '../search/fill-index.ts';
import { type SearchPod, startSearchPod } from './search-pod.ts';

/** Everything between a push and its hit, each in a process of its own. */
export interface Stage {
  readonly live: LiveIndex;
  readonly s3: S3Server;
  /** Replicas of one registry; each sends its events, one after another, to an indexer of its own. */
  readonly registries: readonly Registry[];
  readonly source: Source;
  /** One of the indexers. */
  readonly indexerUrl: string;
  /** Metrics of all indexers. */
  readonly monitoringUrls: readonly string[];
  pods(): readonly SearchPod[];
  /** Begins again with one search pod for each of these ways. */
  restartPods(ways: readonly Way[], settings?: Partial<ReplicaSettings>): Promise<void>;
  stop(): Promise<void>;
}

/** How a search pod hears of a push: only from the feed where no nudge reaches it. */
export type Way = 'nudge' | 'feed';

export const NUDGED = ['nudge', 'nudge', 'nudge'] as const satisfies readonly Way[];

export const BUCKET = 'registry';
export const TOKEN = 'a-token-of-this-benchmark';
export const KEY = 'a-key-of-this-benchmark';
const MAIN = resolve(import.meta.dirname, '../../../src/main.ts');
/** Each tells an indexer of its own. */
export const REGISTRIES = 2;

export async function startStage(repositories: number): Promise<Stage> {
  const parts = new AsyncDisposableStack();
  const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    parts.defer(() => part.stop());
    return part;
  };
  const s3 = keep(await startVersityGw({ buckets: [BUCKET] }));
  const live = keep(await startLiveIndex());
  const source = sourceOf(s3);
  await fillIndex(live, repositories);
  await live.mark({ source: sourceIdentity(source), nudgeKey: KEY, feedShards: FEED_SHARDS });
  const nudged = await Promise.all(NUDGED.map(freePort));
  const indexers = await Promise.all(
    Array.from({ length: REGISTRIES }, async (_, at) =>
      keep(await startIndexerProcess({ live, s3, source, nudged, at })),
    ),
  );
  const registries = await Promise.all(
    indexers.map(async ({ url }) => {
      const notifications = { url: `${url}/notifications`, token: TOKEN };
      return keep(await startRegistry({ s3, bucket: BUCKET, notifications }));
    }),
  );
  let pods: SearchPod[] = [];
  const stopPods = async () => void (await Promise.all(pods.splice(0).map(({ stop }) => stop())));
  parts.defer(stopPods);
  return {
    ...{ live, s3, registries, source, indexerUrl: indexers[0]?.url ?? '' },
    monitoringUrls: indexers.map(({ monitoringUrl }) => monitoringUrl),
    pods: () => pods,
    async restartPods(ways, settings = {}) {
      await stopPods();
      const { credentials, ...location } = live.location;
      const job = { location, credentials, settings };
      const start = async (way: Way, at: number) => {
        const port = way === 'nudge' ? nudged[at] : undefined;
        return startSearchPod({ ...job, nudgePort: port ?? (await freePort()) });
      };
      pods = await Promise.all(ways.map(start));
    },
    stop: () => parts.disposeAsync(),
  };
}

export function sourceOf({ region, endpoint }: Pick<S3Server, 'region' | 'endpoint'>): Source {
  return { kind: 's3', bucket: BUCKET, region, endpoint, forcePathStyle: true, rootDirectory: '', layout: 'V2' };
}

interface IndexerProcess {
  readonly live: LiveIndex;
  readonly s3: S3Server;
  readonly source: Source;
  readonly nudged: readonly number[];
  readonly at: number;
}

/** The sum of what a metric says at all indexers. */
export async function totalOf({ monitoringUrls }: Stage, metric: RegExp): Promise<number> {
  const texts = await Promise.all(monitoringUrls.map(async (url) => (await fetch(url)).text()));
  return texts.flatMap((text) => [...text.matchAll(metric)]).reduce((sum, [, value]) => sum + Number(value), 0);
}

/** The command `indexer`, as the operator starts it. */
async function startIndexerProcess({ live, s3, source, nudged, at }: IndexerProcess) {
  const { path: directory, remove } = await tempDirectory('bench-indexer');
  const { credentials, ...location } = live.location;
  const [port, monitoringPort] = [await freePort(), await freePort()];
  const monitoringUrl = `http://127.0.0.1:${monitoringPort}/metrics`;
  const { stop } = await startProcess({
    name: 'indexer',
    command: process.execPath,
    args: [
      ...[MAIN, 'indexer', '--host', '127.0.0.1', '--port', `${port}`, '--monitoring-port', `${monitoringPort}`],
      ...['--identity', `indexer-${at}`, ...nudged.flatMap((each) => ['--nudge', `127.0.0.1:${each}`])],
    ],
    directory,
    env: {
      [SETTINGS_VARIABLE]: JSON.stringify({ index: location, source }),
      [TOKEN_VARIABLE]: TOKEN,
      NODE_OPTIONS: heapOptions(DEFAULT_RESOURCES).join(' '),
      DYNAMODB_ACCESS_KEY: credentials.accessKeyId,
      DYNAMODB_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
    ready: () => answersHttp(`http://127.0.0.1:${port}/`),
  });
  return {
    url: `http://127.0.0.1:${port}`,
    monitoringUrl,
    async stop() {
      await stop();
      await remove();
    },
  };
}
