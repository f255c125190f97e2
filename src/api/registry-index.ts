import type { RegistryIndexSpec, RegistryIndexStatus } from './generated.ts';

export const GROUP = 'registryindex.dev';
export const VERSION = 'v1alpha1';
export const KIND = 'RegistryIndex';
export const PLURAL = 'registryindexes';
export const API_VERSION = `${GROUP}/${VERSION}`;

/** The part of `metadata` that the operator reads. Times are RFC 3339 texts. */
export interface ResourceMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RegistryIndex {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: typeof KIND;
  readonly metadata: ResourceMetadata;
  readonly spec: RegistryIndexSpec;
  readonly status?: RegistryIndexStatus;
}
