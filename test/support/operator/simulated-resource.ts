import type { RegistryIndexSpec, RegistryIndexStatus } from '../../../src/api/generated.ts';
import { settingsOf } from '../../../src/api/settings.ts';
import { ServiceError } from '../../../src/aws/errors.ts';
import type { Owner } from '../../../src/dynamodb/state/ownership.ts';
import type { ReconcileContext } from '../../../src/operator/context.ts';
import { deleteTables } from '../../../src/operator/deletion/delete-tables.ts';
import { nextStatus } from '../../../src/operator/status/status.ts';
import type { StepResult } from '../../../src/operator/status/step-result.ts';
import { mostUrgent } from '../../../src/operator/status/summary.ts';
import { ensureTables, type TablesResult } from '../../../src/operator/tables/ensure-tables.ts';
import { kubeClient, noPodSecrets, operatorDeps, services } from './operator-deps.ts';
import { registryIndex } from './resources.ts';
import { Crash, type CrashPoint, type Names, type SimulatedDynamoDb } from './simulated-dynamodb.ts';

export interface ResourceOptions {
  readonly owner: Owner;
  readonly names: Names;
  readonly nowMs: () => number;
  /** Waits until the next request may be sent. */
  readonly turn?: () => Promise<void>;
}

/** One resource and its operator in a simulated world; a process that ends is started anew by the next pass. */
export interface SimulatedResource {
  spec: RegistryIndexSpec;
  /** Applied, and not gone yet. */
  readonly isThere: boolean;
  readonly status: RegistryIndexStatus | undefined;
  /** What the last pass said of the tables, unless it came to no end. */
  readonly said: TablesResult | undefined;
  apply(): void;
  /** Asks for its deletion. */
  remove(): void;
  /** As `reconcile` makes it; what it says reaches the status unless the process ended before. */
  context(crash?: CrashPoint): Promise<StepResult | undefined>;
}

export function simulateResource(world: SimulatedDynamoDb, options: ResourceOptions): SimulatedResource {
  const { owner, names, nowMs, turn } = options;
  const claim = { owner, versionTable: names.version };
  const client = world.client({ names, claim, ...(turn ? { turn } : {}) });
  let life: 'absent' | 'there' | 'leaving' = 'absent';
  let lives = 0;
  let status: RegistryIndexStatus | undefined;
  let said: TablesResult | undefined;
  let uid = '';
  const removeFinalizer = async () => {
    life = 'absent';
    return { apiVersion: 'v1', kind: 'RegistryIndex', metadata: { namespace: owner.namespace, name: owner.name } };
  };
  const deps = operatorDeps({
    cluster: owner.cluster,
    now: () => new Date(nowMs()),
    client: kubeClient({ patch: removeFinalizer, get: async () => undefined }),
  });

  function passOf(): ReconcileContext {
    const { namespace, name } = owner;
    const spec = { ...self.spec, repositoryTable: names.repository, versionTable: names.version };
    const index = registryIndex({ spec, metadata: { namespace, name, uid }, ...(status ? { status } : {}) });
    const settings = settingsOf(index.spec);
    const shared = { podSecrets: noPodSecrets, signal: AbortSignal.any([]) };
    return { deps, index, settings, services: services(client), ...shared };
  }

  async function work(): Promise<StepResult> {
    const context = passOf();
    if (life === 'leaving') return deleteTables(context);
    said = undefined;
    said = await ensureTables(context);
    status = nextStatus(context.index, [said], { outcome: mostUrgent([said]), now: deps.now() });
    return said;
  }

  const self: SimulatedResource = {
    spec: registryIndex().spec,
    get isThere() {
      return life !== 'absent';
    },
    get status() {
      return status;
    },
    get said() {
      return said;
    },
    apply() {
      if (life !== 'absent') return;
      life = 'there';
      lives += 1;
      uid = `uid-${owner.name}-${lives}`;
      status = undefined;
      said = undefined;
    },
    remove() {
      if (life !== 'there') return;
      life = self.spec.deletionPolicy === 'Delete' ? 'leaving' : 'absent';
      said = undefined;
    },
    async context(crash) {
      if (life === 'absent') return undefined;
      client.crash = crash;
      try {
        return await work();
      } catch (error) {
        if (error instanceof Crash || error instanceof ServiceError) return undefined;
        throw error;
      } finally {
        client.crash = undefined;
      }
    },
  };
  return self;
}
