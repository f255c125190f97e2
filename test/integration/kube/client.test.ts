import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { createKubeClient, type KubeClient } from '../../../src/kube/client/client.ts';
import { DEPLOYMENT, keyOf, NAMESPACE, SECRET, SERVICE } from '../../../src/kube/resource.ts';
import { createAuthority } from '../../env/certificates.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { eachOf } from '../../support/each-of.ts';
import { type Api, defineThings, NAMESPACE_NAME, objectOf, startApi, THING } from '../../support/kube/live-api.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const ours = { fieldManager: 'ours', force: true };

let api: Api;
let client: KubeClient;

beforeAll(async () => {
  api = await startApi(signal);
  client = api.client;
});
afterAll(() => api.stop());

function deployment(name: string) {
  const containers = [{ name: 'app', image: 'app:1' }];
  const template = { metadata: { labels: { app: name } }, spec: { containers } };
  return objectOf(DEPLOYMENT, name, { spec: { selector: { matchLabels: { app: name } }, template } });
}

describe('objects', () => {
  test('are made, read, and removed once and again', async () => {
    const made = await client.create(SECRET, objectOf(SECRET, 'a', { stringData: { token: 'x' } }), signal);
    expect(await client.get(SECRET, keyOf(made), signal)).toEqual(made);
    expect(typeof made.metadata.creationTimestamp).toBe('string');
    await client.remove(SECRET, keyOf(made), {}, signal);
    expect(await client.get(SECRET, keyOf(made), signal)).toBeUndefined();
    await expect(client.remove(SECRET, keyOf(made), {}, signal)).resolves.toBeUndefined();
  });

  test('of one list come page after page, as a selector has them, each with its type', async () => {
    const many = Array.from({ length: 520 }, (_, i) => objectOf(SECRET, `many-${i}`));
    const label = (object: (typeof many)[number]) => ({
      ...object,
      metadata: { ...object.metadata, labels: { many: 'yes' } },
    });
    await eachOf(many, 8, (object) => client.create(SECRET, label(object), signal));
    const { items, resourceVersion } = await client.list(SECRET, NAMESPACE_NAME, { labelSelector: 'many=yes' }, signal);
    expect(items).toHaveLength(520);
    expect(new Set(items.map(({ metadata }) => metadata.name)).size).toBe(520);
    expect(items[0]).toMatchObject({ apiVersion: 'v1', kind: 'Secret' });
    expect(Number(resourceVersion)).toBeGreaterThan(0);
  });

  test('the cluster is told by the uid of kube-system', async () => {
    const system = await client.get(NAMESPACE, { namespace: '', name: 'kube-system' }, signal);
    expect(await client.clusterUid(signal)).toBe(system?.metadata.uid);
  });
});

describe('server-side apply', () => {
  test('the same again changes nothing', async () => {
    const first = await client.apply(DEPLOYMENT, deployment('twice'), ours, signal);
    const second = await client.apply(DEPLOYMENT, deployment('twice'), ours, signal);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test('leaves alone what others have set, and takes away what we set before', async () => {
    const wanted = deployment('shared');
    await client.apply(
      DEPLOYMENT,
      { ...wanted, metadata: { ...wanted.metadata, labels: { tier: 'web' } } },
      ours,
      signal,
    );
    const theirs = { metadata: { annotations: { mesh: 'on' } }, spec: { replicas: 3, minReadySeconds: 7 } };
    await client.patch(DEPLOYMENT, keyOf(wanted), theirs, signal);
    const after = await client.apply(DEPLOYMENT, wanted, ours, signal);
    expect(after).toMatchObject({
      metadata: { annotations: { mesh: 'on' } },
      spec: { replicas: 3, minReadySeconds: 7 },
    });
    expect(after.metadata.labels).toBeUndefined();
  });

  test('of a field that another manager owns is a Conflict, unless forced', async () => {
    const mine = objectOf(SERVICE, 'web', { spec: { type: 'ClusterIP', ports: [{ port: 80 }] } });
    await client.apply(SERVICE, mine, { fieldManager: 'theirs' }, signal);
    const changed = { ...mine, spec: { type: 'NodePort', ports: [{ port: 80 }] } };
    const refused = client.apply(SERVICE, changed, { fieldManager: 'ours' }, signal);
    await expect(refused).rejects.toMatchObject({ status: 409, reason: 'Conflict' });
    expect(await client.apply(SERVICE, changed, ours, signal)).toMatchObject({ spec: { type: 'NodePort' } });
  });

  test('of a status touches nothing else, and keeps fields this program has never heard of', async () => {
    await defineThings(client, signal);
    const thing = objectOf(THING, 'a', { spec: { color: 'red', novel: { deep: [1, null, 'x'] } } });
    const made = await client.create(THING, thing, signal);
    const status = { ...objectOf(THING, 'a'), status: { phase: 'Ready' } };
    const after = await client.applyStatus(THING, status, ours, signal);
    expect(after).toMatchObject({ spec: made.spec, status: { phase: 'Ready' } });
    expect(after.metadata.generation).toBe(made.metadata.generation);
  });
});

describe('refusals', () => {
  test('the two meanings of 409 are told apart', async () => {
    const made = await client.create(SECRET, objectOf(SECRET, 'twice'), signal);
    const again = client.create(SECRET, objectOf(SECRET, 'twice'), signal);
    await expect(again).rejects.toMatchObject({ status: 409, reason: 'AlreadyExists' });
    await client.patch(SECRET, keyOf(made), { metadata: { labels: { new: 'yes' } } }, signal);
    const stale = { metadata: { resourceVersion: made.metadata.resourceVersion, labels: { new: 'no' } } };
    await expect(client.patch(SECRET, keyOf(made), stale, signal)).rejects.toMatchObject({
      status: 409,
      reason: 'Conflict',
    });
  });

  test('an object with another uid is not removed', async () => {
    const made = await client.create(SECRET, objectOf(SECRET, 'mine'), signal);
    const wrong = client.remove(SECRET, keyOf(made), { uid: '00000000-0000-0000-0000-000000000000' }, signal);
    await expect(wrong).rejects.toMatchObject({ status: 409, reason: 'Conflict' });
    await client.remove(SECRET, keyOf(made), { uid: made.metadata.uid }, signal);
    expect(await client.get(SECRET, keyOf(made), signal)).toBeUndefined();
  });

  test('an invalid object names the fields', async () => {
    const invalid = objectOf(SERVICE, 'wrong', { spec: { ports: [{ port: 99_999 }] } });
    await expect(client.create(SERVICE, invalid, signal)).rejects.toMatchObject({
      status: 422,
      reason: 'Invalid',
      causes: expect.arrayContaining([expect.stringContaining('spec.ports[0].port: ')]),
    });
  });

  test('a patch of what is not there is NotFound', async () => {
    const patched = client.patch(SECRET, { namespace: NAMESPACE_NAME, name: 'nobody' }, { data: {} }, signal);
    await expect(patched).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
  });

  test('somebody without rights is Forbidden', async () => {
    const { certFile, keyFile } = await api.authority.issue({ name: 'nobody' });
    const stranger = connect(api.authority.certFile, { certFile, keyFile });
    await expect(stranger.clusterUid(signal)).rejects.toMatchObject({ status: 403, reason: 'Forbidden' });
  });
});

function connect(caFile: string, user: { certFile?: string; keyFile?: string } = {}): KubeClient {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'test', server: api.server, skipTLSVerify: false, caFile },
    { name: 'u', ...user },
  );
  return createKubeClient({ config, userAgent: 'kube-test' });
}

describe('connections', () => {
  test('are few for many requests', async () => {
    let connected = 0;
    const count = () => {
      connected += 1;
    };
    subscribe('undici:client:connected', count);
    for (let round = 0; round < 30; round++)
      await Promise.all(Array.from({ length: 10 }, () => client.clusterUid(signal)));
    unsubscribe('undici:client:connected', count);
    expect(connected).toBeLessThan(25);
  });

  test('follow a certificate authority that is rotated under the same name', async () => {
    const directory = await tempDirectory('rotation');
    const stranger = await createAuthority(directory.path);
    const caFile = join(directory.path, 'current.crt');
    await copyFile(stranger.certFile, caFile);
    const { certFile, keyFile } = await api.authority.issue({ name: 'rotating', organization: 'system:masters' });
    const rotating = connect(caFile, { certFile, keyFile });
    await expect(rotating.clusterUid(signal)).rejects.toThrow('no answer from the API server');
    await copyFile(api.authority.certFile, caFile);
    expect(await rotating.clusterUid(signal)).toBe(await client.clusterUid(signal));
    await directory.remove();
  });
});
