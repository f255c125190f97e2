import type { Reflector } from '../kube/cache/reflector.ts';
import type { KubeClient } from '../kube/client/client.ts';
import type { EventRecorder } from '../kube/events/events.ts';
import type { SearchProbe } from '../table-lifecycle/search-status.ts';
import type { IndexPool } from './index-pool.ts';
import type { PodImage } from './kube-objects/pod-template.ts';
import type { Memory } from './state.ts';
import type { Policy } from './validation/policy.ts';

/** Everything a pass needs from outside. Caches are kept by watching; the rest is asked for. */
export interface OperatorDeps {
  readonly client: KubeClient;
  readonly caches: {
    readonly jobs: Reflector;
    readonly cronJobs: Reflector;
    readonly deployments: Reflector;
    readonly services: Reflector;
  };
  readonly events: EventRecorder;
  readonly pool: IndexPool;
  readonly memory: Memory;
  readonly probe: SearchProbe;
  readonly policy: Policy;
  /** The image of the pods that are made: the operator's own. */
  readonly image: PodImage;
  /** Uid of the namespace kube-system: what tells this cluster from another. */
  readonly cluster: string;
  /** How often a healthy index is looked at for what no watch tells, such as tables deleted by hand. */
  readonly recheckMs: number;
  /** Whether this replica still holds the lease, by the clock and not only by its timers. */
  readonly isLeading: () => boolean;
  readonly now: () => Date;
}
