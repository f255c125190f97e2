import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  APPLIED_ANNOTATION,
  type Component,
  childName,
  INDEX_LABEL,
  labelsOf,
  UID_LABEL,
} from '../../../src/api/names.ts';
import { isRecord } from '../../../src/json/is-record.ts';
import {
  CRON_JOB,
  DEPLOYMENT,
  JOB,
  type KubeObject,
  keyOf,
  POD,
  type ResourceType,
  SERVICE,
} from '../../../src/kube/resource.ts';
import { FIELD_MANAGER } from '../../../src/operator/kube-objects/children.ts';
import { eventually, until } from '../../support/eventually.ts';
import { type Cluster, startCluster } from '../../support/operator/cluster.ts';
import { fieldOf, type Resource, resourceIn } from '../../support/operator/live-resource.ts';
import type { OperatorProcess } from '../../support/operator/operator-process.ts';
import { fill, startPods } from '../../support/operator/pods.ts';

const SELECTOR = 'spec.selector';
const TEMPLATE_LABELS = 'spec.template.metadata.labels';

let cluster: Cluster;
let operator: OperatorProcess;

beforeAll(async () => {
  cluster = await startCluster();
  operator = await cluster.startOperator();
});

afterAll(() => cluster?.stop());

const soon = () => AbortSignal.timeout(120_000);

async function childOf({ namespace, name }: Resource, type: ResourceType): Promise<KubeObject> {
  const component: Component = type.kind === 'CronJob' ? 'resync' : 'search';
  const found = await cluster.client.get(type, { namespace, name: childName(name, component) }, soon());
  if (!found) throw new Error(`there is no ${type.kind} of ${name}`);
  return found;
}

const podTemplate = { spec: { restartPolicy: 'Never', containers: [{ name: 'theirs', image: 'theirs' }] } };

/** What somebody else made, with all of our labels. */
function theirs(
  type: ResourceType,
  name: string,
  { of, component }: { of: string; component: Component },
  spec: object,
) {
  const group = type.group === '' ? 'v1' : `${type.group}/${type.version}`;
  const metadata = { namespace: 'default', name, labels: labelsOf(of, component) };
  return cluster.client.create(type, { apiVersion: group, kind: type.kind, metadata, spec }, soon());
}

/** All but what controllers of Kubernetes write. */
async function untouched(type: ResourceType, before: KubeObject): Promise<void> {
  const live = await cluster.client.get(type, keyOf(before), soon());
  const { metadata, spec } = live ?? { metadata: undefined, spec: undefined };
  expect({ spec, labels: metadata?.labels, owners: metadata?.ownerReferences, uid: metadata?.uid }).toEqual({
    spec: before.spec,
    labels: before.metadata.labels,
    owners: undefined,
    uid: before.metadata.uid,
  });
}

async function passesGoBy(count = 5): Promise<void> {
  const before = await operator.passes();
  await until(async () => (await operator.passes()) >= before + count);
}

describe('what somebody else made with our labels is left as it is', () => {
  test('a Deployment with the name of ours, which is named', async () => {
    const labels = { app: 'theirs' };
    const spec = {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: podTemplate.spec.containers } },
    };
    const name = 'their-deployment';
    const before = await theirs(DEPLOYMENT, `${name}-search`, { of: name, component: 'search' }, spec);
    const resource = resourceIn(cluster, name);
    await resource.apply();
    await eventually(async () =>
      expect(await resource.condition('SearchAvailable')).toMatch(
        /^False\/ChildNotOurs: Deployment their-deployment-search exists and is not of this RegistryIndex, but of nobody; delete it/,
      ),
    );
    await untouched(DEPLOYMENT, before);
    await cluster.client.remove(DEPLOYMENT, keyOf(before), {}, soon());
    await eventually(async () =>
      expect((await childOf(resource, DEPLOYMENT)).metadata.uid).not.toBe(before.metadata.uid),
    );
  });

  test('a CronJob with the name of ours, also when the resource is suspended', async () => {
    const name = 'their-cron-job';
    const spec = { schedule: '0 0 29 2 *', jobTemplate: { spec: { template: podTemplate } } };
    const before = await theirs(CRON_JOB, `${name}-resync`, { of: name, component: 'resync' }, spec);
    const resource = resourceIn(cluster, name);
    await resource.apply();
    await fill(cluster, resource);
    await eventually(async () =>
      expect(await resource.condition('Degraded')).toMatch(/^True\/ChildNotOurs: CronJob their-cron-job-resync exists/),
    );
    await resource.change({ suspend: true });
    await eventually(async () => expect(await resource.condition('Reconciling')).toMatch(/^False\/Suspended/));
    await untouched(CRON_JOB, before);
  });

  test('a Job with the labels of a backfill', async () => {
    const name = 'their-job';
    const spec = { suspend: true, template: podTemplate };
    const before = await theirs(JOB, 'any-job', { of: name, component: 'backfill' }, spec);
    const resource = resourceIn(cluster, name);
    await resource.apply();
    await fill(cluster, resource);
    await passesGoBy();
    await untouched(JOB, before);
  });
});

describe('two resources whose names are shortened to the same label', () => {
  test('have children and pods of their own', async () => {
    const label = labelsOf('col.lide', 'search')[INDEX_LABEL] ?? '';
    const both = [resourceIn(cluster, 'col.lide'), resourceIn(cluster, label)];
    for (const resource of both) await resource.apply();
    const services = await eventually(() => Promise.all(both.map((resource) => childOf(resource, SERVICE))));
    const deployments = await eventually(() => Promise.all(both.map((resource) => childOf(resource, DEPLOYMENT))));
    for (const [i, service] of services.entries()) {
      const labelSelector = Object.entries(Object(fieldOf(service, SELECTOR)))
        .map(([key, value]) => `${key}=${value}`)
        .join(',');
      const pods = await eventually(async () => {
        const { items } = await cluster.client.list(POD, 'default', { labelSelector }, soon());
        if (items.length === 0) throw new Error('there are no pods yet');
        return items;
      });
      for (const pod of pods) expect(pod.metadata.name.startsWith(`${deployments[i]?.metadata.name}-`)).toBe(true);
    }
  });
});

describe('an upgrade from a version whose pods have no uid', () => {
  /** As the version before left it: applied by the same field manager, without the label. */
  async function asBefore(type: ResourceType, { apiVersion, kind, metadata, spec }: KubeObject): Promise<void> {
    const without = JSON.parse(JSON.stringify(spec), (key, value: unknown) => (key === UID_LABEL ? undefined : value));
    const { namespace, name, labels, ownerReferences } = metadata;
    const annotations = { [APPLIED_ANNOTATION]: 'before' };
    const kept = { namespace, name, ...(labels ? { labels } : {}), ...(ownerReferences ? { ownerReferences } : {}) };
    const object = { apiVersion, kind, metadata: { ...kept, annotations }, spec: without };
    await cluster.client.apply(type, object, { fieldManager: FIELD_MANAGER, force: true }, soon());
  }

  const hasUid = async (resource: Resource, type: ResourceType, path: string) => {
    const labels = fieldOf(await childOf(resource, type), path);
    return isRecord(labels) && UID_LABEL in labels;
  };

  test('replaces the pods once, and leads to the old ones until the new ones are ready', async () => {
    const resource = resourceIn(cluster, 'upgraded');
    await resource.apply();
    await eventually(() => Promise.all([childOf(resource, DEPLOYMENT), childOf(resource, SERVICE)]));
    await operator.stop();
    await asBefore(DEPLOYMENT, await childOf(resource, DEPLOYMENT));
    await asBefore(SERVICE, await childOf(resource, SERVICE));
    expect(await hasUid(resource, SERVICE, SELECTOR)).toBe(false);
    const rolledOut = async () => {
      await startPods(cluster, resource, 'search');
      const { metadata, status } = await childOf(resource, DEPLOYMENT);
      expect(status).toMatchObject({
        observedGeneration: metadata.generation,
        replicas: 1,
        updatedReplicas: 1,
        availableReplicas: 1,
      });
    };
    await eventually(rolledOut);
    const before = await childOf(resource, DEPLOYMENT);
    const [old] = await resource.children(POD, 'search');

    operator = await cluster.startOperator('upgraded');
    await until(() => hasUid(resource, DEPLOYMENT, TEMPLATE_LABELS));
    await passesGoBy();
    expect(await hasUid(resource, SERVICE, SELECTOR)).toBe(false);
    const pods = await resource.children(POD, 'search');
    expect(pods.map(({ metadata }) => metadata.name)).toContain(old?.metadata.name);

    await eventually(rolledOut);
    await until(() => hasUid(resource, SERVICE, SELECTOR));
    const after = await childOf(resource, DEPLOYMENT);
    expect(after.metadata.uid).toBe(before.metadata.uid);
    await passesGoBy();
    expect((await childOf(resource, DEPLOYMENT)).metadata.generation).toBe(after.metadata.generation);
  });
});
