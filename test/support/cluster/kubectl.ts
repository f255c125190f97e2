import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { runCommand } from '../../env/command.ts';
import { goTool } from '../../env/go-tools.ts';
import { tempDirectory } from '../../env/temp-directory.ts';

/** Longer than kubectl and helm are told to wait, so that they say themselves for what they wait in vain. */
const TIMEOUT_MS = 11 * 60_000;

/** The real kubectl and helm on one cluster. */
export interface Tools {
  kubectl(...args: string[]): Promise<string>;
  helm(...args: string[]): Promise<string>;
  /** `kubectl apply` of these objects; rejects with what the API server says. */
  apply(...objects: object[]): Promise<string>;
  /** `kubectl get -o json`, or undefined when there is none. */
  read(...args: string[]): Promise<unknown>;
}

export function toolsFor(kubeconfigPath: string): Tools {
  const env = { KUBECONFIG: kubeconfigPath, KUBECACHEDIR: join(dirname(kubeconfigPath), 'kubectl-cache') };
  const kubectl = async (...args: string[]) =>
    runCommand(await goTool('kubectl'), args, { env, timeoutMs: TIMEOUT_MS });
  return {
    kubectl,
    helm: async (...args) => runCommand(await goTool('helm'), args, { env, timeoutMs: TIMEOUT_MS }),
    async apply(...objects) {
      const { path, remove } = await tempDirectory('manifests');
      const file = join(path, 'objects.yaml');
      await writeFile(file, objects.map((object) => stringify(object)).join('---\n'));
      return kubectl('apply', '-f', file).finally(remove);
    },
    async read(...args) {
      const text = await kubectl('get', '--ignore-not-found', '-o', 'json', ...args);
      return text.trim() === '' ? undefined : JSON.parse(text);
    },
  };
}
