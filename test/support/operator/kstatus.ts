import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { goTool } from '../../env/go-tools.ts';

/** How Helm, Flux and kpt read an object: `InProgress`, `Current`, `Failed` or `Terminating`. */
export async function kstatusOf(object: KubeObject): Promise<string> {
  const child = spawn(await goTool('kstatus'), { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(`${JSON.stringify(object)}\n`);
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return output.trim();
}
