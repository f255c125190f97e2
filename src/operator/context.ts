import type { RegistryIndex } from '../api/registry-index.ts';
import type { Settings } from '../api/settings.ts';
import type { SearchProbe } from '../client/search-status.ts';
import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import type { KubeClient } from '../kube/client/client.ts';
import type { EventRecorder } from '../kube/events/events.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Caches } from './caches.ts';
import type { IndexPool, IndexServices } from './index-pool.ts';
import type { CaVersions } from './kube-objects/ca-bundle.ts';
import type { PodRoles, PodSecrets } from './kube-objects/pod-secrets.ts';
import type { PodSettings } from './kube-objects/pod-settings.ts';
import type { PodImage } from './kube-objects/pod-template.ts';
import type { OperatorState } from './state.ts';
import type { Policy } from './validation/policy.ts';

/** What the steps of one reconciliation of one resource share. */
export interface ReconcileContext {
  readonly deps: OperatorDeps;
  readonly index: RegistryIndex;
  readonly settings: Settings;
  readonly services: IndexServices;
  readonly podSecrets: PodSecrets;
  readonly podRoles?: PodRoles;
  /** Versions of Secrets are made with it; undefined until an ownership record was seen. */
  readonly versionKey?: string | undefined;
  /** Versions of the certificates that pods trust, where they trust more than public authorities. */
  readonly caVersions?: CaVersions;
  readonly signal: AbortSignal;
}

/** Once the tables are ours. */
export interface OwnedContext extends ReconcileContext {
  readonly ownership: OwnershipRecord;
}

/** Everything a reconciliation needs from outside. Caches are kept by watches; the rest is asked for. */
export interface OperatorDeps {
  readonly client: KubeClient;
  readonly caches: Omit<Caches, 'indexes'>;
  readonly events: EventRecorder;
  readonly log: Logger;
  readonly pool: IndexPool;
  readonly state: OperatorState;
  readonly probe: SearchProbe;
  readonly policy: Policy;
  /** The operator's own image, which its pods run too. */
  readonly image: PodImage;
  /** Whether it may list pods, to say why they do not start. */
  readonly readsPods: boolean;
  /** The chart's settings of all pods that the operator makes. */
  readonly podDefaults: PodSettings;
  /** Uid of the namespace kube-system, which identifies the cluster. */
  readonly cluster: string;
  /** How often a healthy index is checked for what no watch reports, such as tables deleted by hand. */
  readonly recheckMs: () => number;
  /** Whether this replica still holds the lease, by the clock and not only by its timers. */
  readonly isLeading: () => boolean;
  readonly now: () => Date;
}
