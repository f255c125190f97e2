import type { RegistryIndex } from '../api/registry-index.ts';
import type { Settings } from '../api/settings.ts';
import type { Marker } from '../dynamodb/state/marker.ts';
import type { PodSecrets } from './credentials.ts';
import type { OperatorDeps } from './deps.ts';
import type { IndexServices } from './index-pool.ts';

/** One look at one resource, with all that its steps share. */
export interface Pass {
  readonly deps: OperatorDeps;
  readonly index: RegistryIndex;
  readonly settings: Settings;
  readonly services: IndexServices;
  readonly podSecrets: PodSecrets;
  readonly signal: AbortSignal;
}

/** A pass whose tables are ours. */
export interface ClaimedPass extends Pass {
  readonly marker: Marker;
}
