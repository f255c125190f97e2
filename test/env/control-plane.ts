import type { Authority } from './certificates.ts';
import { startApiServer, startControllerManager, startEtcd, startScheduler } from './control-plane-parts.ts';
import { type ControlPlaneOptions, planControlPlane } from './control-plane-plan.ts';
import { requireParts } from './debian.ts';
import type { RunningProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';

export interface ControlPlane {
  readonly server: string;
  readonly kubeconfigPath: string;
  /** Holds the logs and `pki`. */
  readonly directory: string;
  readonly authority: Authority;
  stop(): Promise<void>;
}

/** Starts etcd and a real API server, and what else of a control plane is asked for; TLS is verified both ways. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  await requireParts('etcd', 'openssl');
  const temp = await tempDirectory('control-plane');
  const plan = await planControlPlane(temp.path, options);
  const running: RunningProcess[] = [];
  const stop = async () => {
    for (const process of running.toReversed()) await process.stop();
    await temp.remove();
  };
  try {
    running.push(await startEtcd(plan), await startApiServer(plan));
    if (plan.scheduler) running.push(await startScheduler(plan));
    if (plan.controllers) running.push(await startControllerManager(plan));
  } catch (error) {
    await stop();
    throw error;
  }
  const { server, kubeconfigPath, directory, authority } = plan;
  return { server, kubeconfigPath, directory, authority, stop };
}
