import { describe, expect, test } from '@jest/globals';
import { CA_ANNOTATION, SECRET_ANNOTATION } from '../../../../src/api/names.ts';
import { SETTINGS_VARIABLE } from '../../../../src/api/settings.ts';
import { CREDENTIAL_VARIABLES } from '../../../../src/aws/credentials.ts';
import { backfillJob } from '../../../../src/operator/backfill/job.ts';
import type { PodRuntime, podTemplate } from '../../../../src/operator/kube-objects/pod-template.ts';
import { searchDeployment } from '../../../../src/operator/search-service/manifests.ts';
import { type Resource, registryIndex } from '../../../support/operator/resources.ts';

const MEANS = { image: { name: 'registry-index:1', pullPolicy: 'Always' }, secret: undefined };
const secret = { name: 'keys', entries: { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'very-secret' } };

type Template = ReturnType<typeof podTemplate>;

const kinds = [
  {
    kind: 'backfill',
    template: (of: Resource, runtime: PodRuntime) => backfillJob(registryIndex(of), 1, runtime).spec,
  },
  {
    kind: 'search',
    template: (of: Resource, runtime: PodRuntime) => searchDeployment(registryIndex(of), runtime).spec,
  },
].map(({ kind, template }) => ({
  kind,
  podOf: (of: Resource = {}, runtime: PodRuntime = MEANS) => (template(of, runtime) as { template: Template }).template,
}));

describe.each(kinds)('pods of $kind', ({ kind, podOf }) => {
  test('are told the role that they assume, which settings of the pod cannot change', () => {
    const role = { arn: 'arn:aws:iam::123456789012:role/r', externalId: 'c/team/r', sessionName: `${kind}@team.r` };
    const env = [{ name: 'REGISTRY_INDEX_ROLE_ARN', value: 'arn:aws:iam::123456789012:role/admin' }];
    const { spec } = podOf({ spec: { podTemplate: { env } } }, { ...MEANS, role });
    expect(spec.containers[0]?.env.filter(({ name }) => name.startsWith('REGISTRY_INDEX_ROLE'))).toEqual([
      { name: 'REGISTRY_INDEX_ROLE_ARN', value: role.arn },
      { name: 'REGISTRY_INDEX_ROLE_EXTERNAL_ID', value: role.externalId },
      { name: 'REGISTRY_INDEX_ROLE_SESSION_NAME', value: role.sessionName },
    ]);
  });

  test('are admitted by the restricted Pod Security Standard', () => {
    const { spec } = podOf();
    expect(spec).toMatchObject({ securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } });
    for (const container of spec.containers)
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      });
    expect(spec).toEqual(
      expect.not.objectContaining({
        volumes: expect.arrayContaining([expect.not.objectContaining({ emptyDir: expect.anything() })]),
      }),
    );
    expect(JSON.stringify(spec)).not.toMatch(/hostNetwork|hostPID|hostIPC|hostPort|hostPath/);
  });

  test('get no token of the API server, which they do not need', () => {
    expect(podOf().spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });

  test('run the image of the operator itself', () => {
    expect(podOf().spec.containers).toMatchObject([{ image: 'registry-index:1', imagePullPolicy: 'Always' }]);
  });

  test('find proxies in their variables, those of the resource joined with those of the chart', () => {
    const proxy = { httpsProxy: 'http://proxy:3128', noProxy: '.svc' };
    const runtime = { ...MEANS, defaults: { proxy } };
    const { spec } = podOf({ spec: { podTemplate: { proxy: { noProxy: '10.0.0.0/8' } } } }, runtime);
    const variables = spec.containers[0]?.env.filter(({ name }) => name.endsWith('_PROXY'));
    expect(variables).toEqual([
      { name: 'HTTPS_PROXY', value: 'http://proxy:3128' },
      { name: 'NO_PROXY', value: '10.0.0.0/8' },
    ]);
  });

  test.each([
    [{ configMapRef: { name: 'ca' } }, { configMap: { name: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }],
    [{ secretRef: { name: 'ca', key: 'x' } }, { secret: { secretName: 'ca', items: [{ key: 'x', path: 'ca.crt' }] } }],
  ])('trust the certificates of %j, and are replaced when these change', (caBundle, volume) => {
    const { spec, metadata } = podOf({ spec: { podTemplate: { caBundle } } }, { ...MEANS, caVersion: 'v1' });
    const [container] = spec.containers;
    const mountPath = '/etc/registry-index/ca-bundle';
    expect(spec).toHaveProperty('volumes', expect.arrayContaining([{ name: 'ca-bundle', ...volume }]));
    expect(container).toHaveProperty(
      'volumeMounts',
      expect.arrayContaining([{ name: 'ca-bundle', mountPath, readOnly: true }]),
    );
    expect(container?.env).toContainEqual({ name: 'NODE_EXTRA_CA_CERTS', value: `${mountPath}/ca.crt` });
    expect(metadata.annotations).toMatchObject({ [CA_ANNOTATION]: 'v1' });
  });

  test('get the location of the tables from one variable', () => {
    const [settings] = podOf().spec.containers[0]?.env ?? [];
    expect(settings?.name).toBe(SETTINGS_VARIABLE);
    expect(settings).toHaveProperty('value', expect.stringContaining('"repositoryTable":"docker-registry-repository"'));
  });

  test('without a Secret have no credentials but their own', () => {
    expect(JSON.stringify(podOf().spec)).not.toContain('secretKeyRef');
  });

  test('get only references to a Secret, to entries that are credentials', () => {
    const env = podOf({}, { ...MEANS, secret }).spec.containers[0]?.env;
    const references = env?.filter((variable) => 'valueFrom' in variable) ?? [];
    expect(references.map(({ name }) => name)).toEqual([...CREDENTIAL_VARIABLES]);
    for (const { name, ...rest } of references)
      expect(rest).toEqual({ valueFrom: { secretKeyRef: { name: 'keys', key: name, optional: true } } });
  });

  test('are replaced when what they use of their Secret has changed, and reveal nothing of it', () => {
    const versionOf = (entries: Record<string, string>, versionKey = 'a-key') => {
      const { metadata } = podOf({}, { ...MEANS, secret: { name: 'keys', entries }, versionKey });
      return 'annotations' in metadata ? metadata.annotations : undefined;
    };
    const before = versionOf(secret.entries);
    expect(before).toEqual({ [SECRET_ANNOTATION]: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(versionOf({ AWS_SECRET_ACCESS_KEY: 'very-secret', AWS_ACCESS_KEY_ID: 'id' })).toEqual(before);
    expect(versionOf({ ...secret.entries, AWS_SECRET_ACCESS_KEY: 'another' })).not.toEqual(before);
    expect(versionOf(secret.entries, 'another-key')).not.toEqual(before);
    expect(podOf().metadata).not.toHaveProperty('annotations');
    expect(podOf({}, { ...MEANS, secret }).metadata).not.toHaveProperty('annotations');
  });

  test('have a ServiceAccount of their own where one is given', () => {
    const common = { serviceAccountName: 'common' };
    const own = { serviceAccountName: 'own' };
    expect(podOf({ spec: { ...common, [kind]: own } }).spec).toHaveProperty('serviceAccountName', 'own');
    expect(podOf({ spec: common }).spec).toHaveProperty('serviceAccountName', 'common');
  });

  test('have limits unless others are given', () => {
    expect(podOf().spec.containers[0]?.resources).toHaveProperty('limits.memory');
    const resources = { limits: { memory: '3Gi' } };
    expect(podOf({ spec: { [kind]: { resources } } }).spec.containers[0]?.resources).toEqual(resources);
  });
});

test('search does not get the location of the bucket', () => {
  const deployment = searchDeployment(registryIndex({ spec: { bucket: 'the-bucket' } }), MEANS);
  expect(JSON.stringify(deployment)).not.toContain('the-bucket');
});
