import type { IndexLocation } from '../../../src/api/settings.ts';
import type { AccessKeys } from '../../../src/aws/credentials.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import { openIndex } from '../../../src/dynamodb/open.ts';
import type { ReplicaSettings } from '../../../src/search/replica/replica-settings.ts';
import { startSearch } from '../../../src/server/search-process.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { createMetricsRegistry } from '../../../src/telemetry/metrics.ts';

export interface SearchJob {
  readonly location: IndexLocation;
  readonly credentials: AccessKeys;
  readonly settings: Partial<ReplicaSettings>;
  readonly nudgePort: number;
}

export interface SearchReady {
  readonly url: string;
}

/** What was asked of DynamoDB so far. */
export interface Reads {
  readonly requests: number;
  readonly units: number;
}

/** What a pod has used so far. */
export interface Usage extends Reads {
  readonly cpuSeconds: number;
}

/**
 * A search pod: what the command `search` runs, with settings that its command line does not have, until its parent
 * disconnects.
 */
process.once('message', async ({ location, credentials, settings, nudgePort }: SearchJob) => {
  const meter = createMeter();
  const index = openIndex({ location, credentials, meter });
  const host = '127.0.0.1';
  const { url, isReady } = await startSearch(
    {
      ...{ index: { ...index, records: index.recordsForSearch }, settings },
      ...{ log: createLogger({ level: 'silent' }), metricsRegistry: createMetricsRegistry() },
      ...{ listen: { host, port: 0 }, nudgeListen: { host, port: nudgePort } },
    },
    new AbortController().signal,
  );
  const announce = setInterval(() => {
    if (!isReady()) return;
    clearInterval(announce);
    process.send?.({ url } satisfies SearchReady);
  }, 20);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const cpuSeconds = (user + system) / 1e6;
    process.send?.({ requests: meter.reads, units: meter.readUnits, cpuSeconds } satisfies Usage);
  });
});
process.once('disconnect', () => process.exit());
