import { setTimeout as wait } from 'node:timers/promises';
import type { RegistryIndexSpec } from '../../../src/api/generated.ts';
import { type KubeObject, keyOf } from '../../../src/kube/resource.ts';
import { parseRegistryIndex, REGISTRY_INDEX } from '../../../src/operator/resource.ts';
import { relayTo } from '../../support/network/relay.ts';
import { applyOne, healthyOne } from './fleet.ts';
import { holds, type Run, until } from './measure.ts';

/** Until what is retried shows the same for good. */
const SETTLE_MS = 15_000;
const NAMESPACE = 'team-0';

/** What `kubectl get ri` shows of ten resources, each in another state; docs/operations.md has it. */
export async function showStates(run: Run): Promise<string> {
  const { stage, nodes } = run;
  const relay = await relayTo(stage.dynamodb.endpoint);
  await relay.up();
  const one = (name: string, own: Partial<RegistryIndexSpec> = {}): KubeObject => {
    const object = healthyOne(stage, name, 0);
    return { ...object, spec: { ...(object.spec as object), ...own } };
  };
  const deleting = one('deleting', { deletionPolicy: 'Delete', dynamodb: { endpoint: relay.endpoint } });
  const suspended = one('suspended');
  const degraded = one('degraded', { search: { ingress: { host: 'registry.example.com' } } });
  const first = [one('ready'), suspended, degraded, deleting];
  nodes.hold('filling');
  run.operators.push(await stage.startOperator('states'));
  for (const object of first) await applyOne(stage, object);
  await until(() => first.every((object) => holds(run, object, 'Ready')));
  const others = [
    one('filling'),
    one('not-allowed', { dynamodb: { endpoint: 'http://192.0.2.1:8000' } }),
    one('no-secret', { credentials: { secretRef: { name: 'missing' } } }),
    one('no-role', { credentials: { roleArn: 'arn:aws:iam::123456789012:role/team' } }),
    one('same-tables', { database: 'ready' }),
    one('unreachable', { dynamodb: { endpoint: stage.dead.urls.closing } }),
  ];
  for (const object of others) await applyOne(stage, object);
  await applyOne(stage, one('suspended', { suspend: true }));
  await relay.down();
  await stage.api.client.remove(REGISTRY_INDEX, keyOf(deleting), {}, AbortSignal.timeout(60_000));
  await until(() => others.every((object) => hasSaidReady(run, object)));
  await wait(SETTLE_MS);
  return stage.api.kubectl('get', 'ri', '-n', NAMESPACE);
}

function hasSaidReady({ nodes }: Run, object: KubeObject): boolean {
  const { conditions = [] } = parseRegistryIndex(nodes.indexes.get(keyOf(object)))?.status ?? {};
  return conditions.some(({ type }) => type === 'Ready');
}
