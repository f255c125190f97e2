import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';

interface GoTool {
  /** Folder under test/env/tools with the go.mod that pins it. */
  readonly module: string;
  readonly package: string;
  readonly minutes: number;
  /** Files of a package of our own. */
  readonly sources?: readonly string[];
}

const kubernetes = (command: string, minutes = 1): GoTool => ({
  module: 'kubernetes',
  package: `k8s.io/kubernetes/cmd/${command}`,
  minutes,
});

const tools = {
  'kube-apiserver': kubernetes('kube-apiserver', 5),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  kubelet: kubernetes('kubelet'),
  'kube-proxy': kubernetes('kube-proxy'),
  kubectl: kubernetes('kubectl'),
  'helm-3': { module: 'helm-3', package: 'helm.sh/helm/v3/cmd/helm', minutes: 3 },
  helm: { module: 'helm', package: 'helm.sh/helm/v4/cmd/helm', minutes: 3 },
  registry: { module: 'registry', package: 'github.com/distribution/distribution/v3/cmd/registry', minutes: 2 },
  'registry-2': { module: 'registry-2', package: '.', minutes: 1, sources: ['main.go'] },
  kstatus: { module: 'kstatus', package: '.', minutes: 1, sources: ['main.go'] },
  versitygw: { module: 'versitygw', package: 'github.com/versity/versitygw/cmd/versitygw', minutes: 2 },
  crane: { module: 'crane', package: 'github.com/google/go-containerregistry/cmd/crane', minutes: 1 },
  oras: { module: 'oras', package: 'oras.land/oras/cmd/oras', minutes: 1 },
  regctl: { module: 'regctl', package: 'github.com/regclient/regclient/cmd/regctl', minutes: 1 },
  coredns: { module: 'coredns', package: 'github.com/coredns/coredns', minutes: 3 },
  kind: { module: 'kind', package: 'sigs.k8s.io/kind', minutes: 1 },
  actionlint: { module: 'actionlint', package: 'github.com/rhysd/actionlint/cmd/actionlint', minutes: 1 },
  cosign: { module: 'cosign', package: 'github.com/sigstore/cosign/v2/cmd/cosign', minutes: 5 },
} satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof tools;

const MODULES = join(import.meta.dirname, 'tools');
const BUILD_TIMEOUT_MS = 30 * 60_000;

/** The path of a tool's binary, built from its pinned module the first time. */
export async function goTool(name: GoToolName): Promise<string> {
  const tool: GoTool = tools[name];
  const moduleDirectory = join(MODULES, tool.module);
  const linkerFlags = await linkerFlagsOf(tool);
  const minutes = tool.minutes === 1 ? 'a minute' : `${tool.minutes} minutes`;
  const directory = await cached({
    name,
    files: ['go.mod', 'go.sum', ...(tool.sources ?? [])].map((file) => join(moduleDirectory, file)),
    also: [tool.package, linkerFlags],
    notice: `building ${name} … (about ${minutes} the first time)`,
    async build(target) {
      await requireParts('go');
      const args = ['build', '-buildvcs=false', '-trimpath', '-ldflags', linkerFlags, '-o', join(target, name)];
      await runCommand('go', [...args, tool.package], {
        directory: moduleDirectory,
        env: { CGO_ENABLED: '0' },
        timeoutMs: BUILD_TIMEOUT_MS,
      });
    },
  });
  return join(directory, name);
}

/** Kubernetes takes its version from the linker; without one its parts refuse to work together. */
async function linkerFlagsOf({ module }: GoTool): Promise<string> {
  if (module !== 'kubernetes') return '-s -w';
  const pinned = await readFile(join(MODULES, module, 'go.mod'), 'utf8');
  const [, version, major, minor] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(pinned) ?? [];
  if (version === undefined) throw new Error('test/env/tools/kubernetes/go.mod does not say which version it pins.');
  const set = (name: string, value = '') => `-X k8s.io/component-base/version.${name}=${value}`;
  return ['-s -w', set('gitVersion', version), set('gitMajor', major), set('gitMinor', minor)].join(' ');
}
