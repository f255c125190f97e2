import { setTimeout as wait } from 'node:timers/promises';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { FEED_SHARDS } from '../../../src/dynamodb/state/ownership.ts';
import { startNudger } from '../../../src/indexer/nudge/nudger.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';
import { freePort } from '../../env/free-port.ts';
import { startLiveIndex } from '../../support/index/live-index.ts';
import { corpus, pushTo } from '../search/corpus.ts';
import { fillIndex } from '../search/fill-index.ts';
import { repeatedMix } from '../search/mix.ts';
import { pacedLatency, WARM_UP_SECONDS } from '../search/pace.ts';
import { plainClasses } from '../search/queries.ts';
import { type Distribution, medianOf } from '../support/distribution.ts';
import { startSearchPod } from './search-pod.ts';
import { KEY } from './stage.ts';

export const CHANGES = ['nothing', 'the feed', 'nudges'] as const;
/** What brings the pushes to the pod of search; `nothing`: there are none. */
export type Changes = (typeof CHANGES)[number];

/** A pod of search that is asked steadily. */
export interface AskedFigures {
  readonly changes: Changes;
  /** CPU seconds of the pod for the requests of a second, however long this machine takes to send them. */
  readonly cores: number;
  readonly pushesPerSecond: number;
  /** Of each answer, from when its request was due. */
  readonly after: Distribution;
}

export interface NudgeFigures {
  readonly repositories: number;
  readonly asked: readonly AskedFigures[];
}

export const REQUESTS_A_SECOND = 1_000;
const PUSHES_A_SECOND = 100;
/** They take turns, for a machine may be twice as quick in one minute as in the next. */
const ROUNDS = 3;
const SECONDS = 8;
const TICK_MS = 5;
const MAX_UNDER_WAY = 16;
const { signal } = new AbortController();

/** What it costs a pod of search that no answer is given for long after a nudge: queries are worked out more often. */
export async function measureNudges(repositories: number): Promise<NudgeFigures> {
  await using parts = new AsyncDisposableStack();
  const live = parts.adopt(await startLiveIndex(), ({ stop }) => stop());
  await fillIndex(live, repositories);
  await live.mark({ nudgeKey: KEY, feedShards: FEED_SHARDS });
  const nudgePort = await freePort();
  const { credentials, ...location } = live.location;
  const start = { location, credentials, settings: {}, nudgePort };
  const pod = parts.adopt(await startSearchPod(start), ({ stop }) => stop());
  const nudger = parts.adopt(startNudger([{ host: '127.0.0.1', port: nudgePort }], createMetricsRegistry()), (each) =>
    each.close(),
  );
  nudger.useKey(KEY);
  const written = [...corpus(repositories)];
  const paths = repeatedMix(plainClasses(written.map(({ name }) => name)).flatMap(({ queries }) => queries));
  const records = live.index.records(FEED_SHARDS);

  const write = async (record: RepositoryRecord) => {
    const seen = await records.read(record.name, signal);
    const hintedAtMs = Date.now();
    if (seen) await records.replace({ ...seen, record, listedAtMs: hintedAtMs, hintedAtMs }, seen, signal);
  };
  let pushed = 0;
  const pushOne = async (changes: Changes) => {
    const record = written[pushed % written.length];
    pushed += 1;
    if (!record) return;
    await write(pushTo(record, pushed));
    if (changes === 'nudges') nudger.nudge(record.name);
  };
  const measureOnce = async (changes: Changes): Promise<AskedFigures> => {
    const stop = new AbortController();
    const [beganMs, before, pushedBefore] = [performance.now(), await pod.usage(), pushed];
    const pushing = changes === 'nothing' ? undefined : repeatSteadily(() => pushOne(changes), stop.signal);
    const load = { url: pod.url, paths, perSecond: REQUESTS_A_SECOND, seconds: SECONDS };
    const after = await pacedLatency(load);
    stop.abort();
    await pushing;
    const seconds = (performance.now() - beganMs) / 1_000;
    const cores = ((await pod.usage()).cpuSeconds - before.cpuSeconds) / (WARM_UP_SECONDS + SECONDS);
    return { changes, cores, pushesPerSecond: (pushed - pushedBefore) / seconds, after };
  };

  for (const changes of CHANGES) await measureOnce(changes);
  const rounds: AskedFigures[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    for (const changes of CHANGES) rounds.push(await measureOnce(changes));
  const ofChanges = (wanted: Changes) => rounds.filter(({ changes }) => changes === wanted);
  const asked = CHANGES.map((wanted) => medianOf(ofChanges(wanted), ({ cores }) => cores));
  return { repositories, asked };
}

/** PUSHES_A_SECOND times a second, as far as this machine can, until it aborts; resolves once all of it is done. */
async function repeatSteadily(work: () => Promise<void>, until: AbortSignal): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const beganMs = performance.now();
  for (let begun = 0; !until.aborted; await wait(TICK_MS)) {
    const due = Math.floor(((performance.now() - beganMs) / 1_000) * PUSHES_A_SECOND);
    for (; begun < due && underWay.size < MAX_UNDER_WAY; begun += 1) {
      const one = work().finally(() => underWay.delete(one));
      underWay.add(one);
    }
  }
  await Promise.all(underWay);
}
