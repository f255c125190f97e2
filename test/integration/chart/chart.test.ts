import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { MEMORY_ENV } from '../../bench/operator/operator-program.ts';
import { runCommand } from '../../env/command.ts';
import { goTool } from '../../env/go-tools.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { CHART, RELEASE_NAMESPACE, type Rendering, render } from '../../support/chart/render.ts';

const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

const variants = {
  plain: {},
  off: { enabled: false },
  named: { nameOverride: 'index', namespaceOverride: 'elsewhere' },
  fullyNamed: { fullnameOverride: 'search-of-images' },
  marked: {
    commonLabels: { 'example.com/team': 'platform', 'app.kubernetes.io/name': 'not-ours' },
    commonAnnotations: { 'example.com/owner': 'jo' },
    podLabels: { 'example.com/cost': 'low', 'app.kubernetes.io/component': 'not-ours' },
    crds: { install: true, annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false' } },
  },
  mirrored: { image: { registry: 'mirror.example.com:5000', repository: 'tools/ri', tag: '1.2.3', digest: DIGEST } },
  pinned: { image: { repository: 'tools/ri', digest: DIGEST } },
  unkept: { crds: { install: true, keep: false } },
  scoped: { watchNamespaces: ['team-a', 'team-b', 'team-a'] },
  scopedWithId: { watchNamespaces: ['team-a'], clusterId: 'production' },
  extended: {
    extraObjects: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-object' } },
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "registry-index.fullname" . }}-text\n',
    ],
  },
};

let rendered: Readonly<Record<keyof typeof variants, Rendering>>;

beforeAll(async () => {
  rendered = await render(variants);
});

const operator = (rendering: Rendering) => rendering.object('Deployment') as unknown as OperatorDeployment;

interface OperatorDeployment {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly {
          readonly image: string;
          readonly args: readonly string[];
          readonly env: readonly object[];
        }[];
      };
    };
  };
}

const imageOf = (rendering: Rendering) => operator(rendering).spec.template.spec.containers[0]?.image;

describe('as a part of another chart', () => {
  test('it is rendered where its condition holds', () => {
    expect(operator(rendered.plain)).toBeDefined();
  });

  test('it is left out where its condition does not hold', () => {
    expect(rendered.off.objects).toEqual([]);
  });
});

describe('names', () => {
  test('nameOverride stands for the name of the chart, namespaceOverride for the namespace of the release', () => {
    const { metadata } = rendered.named.object('Deployment');
    expect(metadata).toMatchObject({ name: 'test-index', namespace: 'elsewhere' });
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'index' });
    expect(rendered.named.text).not.toContain(RELEASE_NAMESPACE);
  });

  test('fullnameOverride stands for all of the name', () => {
    expect(rendered.fullyNamed.object('Deployment').metadata.name).toBe('search-of-images');
    expect(rendered.fullyNamed.text).not.toContain('test-registry-index');
  });

  test('the arguments name the Lease that the operator may hold', () => {
    for (const rendering of [rendered.plain, rendered.named, rendered.fullyNamed]) {
      const { rules } = rendering.object('Role', '-leader') as unknown as { rules: { resourceNames?: string[] }[] };
      const lease = rules.flatMap(({ resourceNames = [] }) => resourceNames);
      expect(operator(rendering).spec.template.spec.containers[0]?.args).toContain(`--lease=${lease}`);
    }
  });
});

test('the threads of the operator share one arena of memory, as where its memory is measured', () => {
  const env = operator(rendered.plain).spec.template.spec.containers[0]?.env;
  expect(env).toEqual(expect.arrayContaining(Object.entries(MEMORY_ENV).map(([name, value]) => ({ name, value }))));
});

describe('rights', () => {
  const kinds = ({ objects }: Rendering) =>
    objects
      .filter(({ kind, metadata }) => /Role/.test(kind) && !/-leader$|-(view|edit|test)$/.test(metadata.name))
      .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}`);

  test('are those of the whole cluster where no namespace is named', () => {
    expect(kinds(rendered.plain)).toEqual(['ClusterRole ', 'ClusterRoleBinding ']);
  });

  test('are a Role in each namespace that is named, none of the cluster, and one to tell the cluster by', () => {
    const both = (namespace: string) => [`Role ${namespace}`, `RoleBinding ${namespace}`];
    expect(kinds(rendered.scoped).sort()).toEqual(
      [...both('kube-system'), ...both('team-a'), ...both('team-b')].sort(),
    );
    expect(kinds(rendered.scopedWithId).sort()).toEqual(both('team-a'));
    const args = operator(rendered.scoped).spec.template.spec.containers[0]?.args;
    expect(args).toEqual(expect.arrayContaining(['--watch-namespace=team-a', '--watch-namespace=team-b']));
    expect(operator(rendered.scopedWithId).spec.template.spec.containers[0]?.args).toContain('--cluster-id=production');
    const rules = (rendering: Rendering, kind: string, nameEnd: string) =>
      rendering.objects.find((one) => one.kind === kind && one.metadata.name.endsWith(nameEnd))?.rules;
    expect(rules(rendered.scopedWithId, 'Role', 'registry-index')).toEqual(
      rules(rendered.plain, 'ClusterRole', 'registry-index'),
    );
  });
});

describe('labels and annotations', () => {
  test('common ones are on every object', () => {
    for (const { metadata } of rendered.marked.objects) {
      expect(metadata.labels).toMatchObject({ 'example.com/team': 'platform' });
      expect(metadata.annotations).toMatchObject({ 'example.com/owner': 'jo' });
    }
  });

  test('none of them replaces a label by which pods are selected', () => {
    const { selector, template } = operator(rendered.marked).spec;
    expect(selector.matchLabels).toEqual(operator(rendered.plain).spec.selector.matchLabels);
    expect(template.metadata.labels).toMatchObject({ ...selector.matchLabels, 'example.com/cost': 'low' });
  });

  test('the CRD is kept at an uninstall unless it is not wanted, and has annotations of its own', () => {
    expect(rendered.marked.object('CustomResourceDefinition').metadata.annotations).toEqual({
      'helm.sh/resource-policy': 'keep',
      'argocd.argoproj.io/sync-options': 'Prune=false',
      'example.com/owner': 'jo',
    });
    expect(rendered.unkept.object('CustomResourceDefinition').metadata.annotations).toBeUndefined();
  });

  test('a version as Flux makes it, with the digest of the artefact, gives labels that the API server takes', async () => {
    const { path, remove } = await tempDirectory('chart');
    await cp(CHART, path, { recursive: true });
    const chart = await readFile(join(CHART, 'Chart.yaml'), 'utf8');
    await writeFile(
      join(path, 'Chart.yaml'),
      chart.replace(/^(version|appVersion): (.*)/gm, `$1: $2+${'0a1b2c3d4e5f'.repeat(5)}`),
    );
    const args = ['template', 'test', path, '--set', 'image.repository=r.example.com/ri'];
    const output = await runCommand(await goTool('helm'), args).finally(remove);
    const values = [...output.matchAll(/^\s+(?:helm\.sh\/chart|app\.kubernetes\.io\/version): "?([^"\n]*)"?$/gm)];
    expect(values.length).toBeGreaterThan(0);
    for (const [, value] of values) expect(value).toMatch(LABEL_VALUE);
  });
});

describe('the image', () => {
  test('is the version of the chart where nothing else is said', () => {
    expect(imageOf(rendered.plain)).toMatch(/^registry\.example\.com\/registry-index:\d+\.\d+\.\d+$/);
  });

  test('comes from another registry, with tag and digest', () => {
    expect(imageOf(rendered.mirrored)).toBe(`mirror.example.com:5000/tools/ri:1.2.3@${DIGEST}`);
  });

  test('has no tag that is not its own where only the digest is said', () => {
    expect(imageOf(rendered.pinned)).toBe(`tools/ri@${DIGEST}`);
  });

  test('of the pods that the operator makes is the same', () => {
    for (const rendering of [rendered.plain, rendered.mirrored, rendered.pinned])
      expect(operator(rendering).spec.template.spec.containers[0]?.args).toContain(`--image=${imageOf(rendering)}`);
  });
});

test('extraObjects are rendered, as objects or text, with the templates in them', () => {
  expect(rendered.extended.object('ConfigMap', '-object').metadata.name).toBe('test-object');
  expect(rendered.extended.object('ConfigMap', '-text').metadata.name).toBe('test-registry-index-text');
});
