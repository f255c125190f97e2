import { describe, expect, test } from '@jest/globals';
import { readCaVersions } from '../../../src/operator/ca-bundles.ts';
import type { PodSettings } from '../../../src/operator/kube-objects/pod-settings.ts';
import { kubeClient, operatorDeps } from '../../support/operator/operator-deps.ts';
import { registryIndex } from '../../support/operator/resources.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const inConfigMap: PodSettings = { caBundle: { configMapRef: { name: 'company-ca' } } };
const inSecret: PodSettings = { caBundle: { secretRef: { name: 'company-ca', key: 'root.pem' } } };

function reading(data: object | undefined, podDefaults: PodSettings, spec: object = {}) {
  const get = async ({ kind }: { readonly kind: string }) =>
    data && { apiVersion: 'v1', kind, metadata: { namespace: 'team', name: 'company-ca' }, data: { ...data } };
  const deps = { ...operatorDeps({ client: kubeClient({ get }) }), podDefaults };
  return readCaVersions(deps, registryIndex({ spec }), AbortSignal.any([]));
}

describe('the certificates that pods trust', () => {
  test('are asked of nobody where none are named', async () => {
    expect(await reading(undefined, {})).toEqual({});
  });

  test('of a ConfigMap give each kind of pods a version, which changes with them alone', async () => {
    const first = await reading({ 'ca.crt': PEM, other: '1' }, inConfigMap);
    expect(Object.keys(first).sort()).toEqual(['backfill', 'indexer', 'search']);
    expect(await reading({ 'ca.crt': PEM, other: '2' }, inConfigMap)).toEqual(first);
    expect(await reading({ 'ca.crt': PEM + PEM }, inConfigMap)).not.toEqual(first);
  });

  test('may be in a Secret, under a key of their own', async () => {
    const data = { 'root.pem': Buffer.from(PEM).toString('base64') };
    expect(await reading(data, inSecret)).toEqual(await reading({ 'ca.crt': PEM }, inConfigMap));
  });

  test('may be those of one kind of pods', async () => {
    const versions = await reading({ 'ca.crt': PEM }, {}, { search: { podTemplate: inConfigMap } });
    expect(Object.keys(versions)).toEqual(['search']);
  });

  test.each([
    [
      undefined,
      inConfigMap,
      'CaBundleNotFound',
      'ConfigMap company-ca, which caBundle names, does not exist in namespace',
    ],
    [
      {},
      inConfigMap,
      'CaBundleInvalid',
      'must hold certificates in PEM in its entry ca.crt; caBundle.configMapRef.key',
    ],
    [{ 'ca.crt': 'no PEM' }, inConfigMap, 'CaBundleInvalid', 'must hold certificates in PEM'],
    [{ 'root.pem': PEM }, inSecret, 'CaBundleInvalid', 'in its entry root.pem; caBundle.secretRef.key names another'],
  ])('as %j of %j are %s', async (data, defaults, reason, message) => {
    expect(await reading(data, defaults)).toEqual({ reason, message: expect.stringContaining(message) });
  });
});
