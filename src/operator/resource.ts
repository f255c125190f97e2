import { API_VERSION, GROUP, KIND, PLURAL, type RegistryIndex, VERSION } from '../api/registry-index.ts';
import { isRecord } from '../json/is-record.ts';
import type { KubeObject, ResourceType } from '../kube/resource.ts';

export const REGISTRY_INDEX: ResourceType = { group: GROUP, version: VERSION, plural: PLURAL, kind: KIND };

/**
 * A RegistryIndex as the API server gave it; undefined for nothing and for another kind. The server has checked it
 * against the schema that our types are generated from, so only what every object has is checked here.
 */
export function parseRegistryIndex(object: KubeObject | undefined): RegistryIndex | undefined {
  return object && isRegistryIndex(object) ? object : undefined;
}

function isRegistryIndex(object: object): object is RegistryIndex {
  const { apiVersion, kind, metadata, spec } = object as Partial<Record<keyof RegistryIndex, unknown>>;
  return apiVersion === API_VERSION && kind === KIND && isRecord(metadata) && 'uid' in metadata && isRecord(spec);
}
