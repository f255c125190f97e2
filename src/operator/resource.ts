import { API_VERSION, KIND, type RegistryIndex } from '../api/registry-index.ts';
import { isRecord } from '../json/is-record.ts';
import type { KubeObject } from '../kube/resource.ts';

/**
 * A RegistryIndex as the API server gave it. The server has checked it against the schema that our types are made
 * from, so only what every object has is looked at here; undefined for nothing and for something else.
 */
export function parseRegistryIndex(object: KubeObject | undefined): RegistryIndex | undefined {
  return object && isRegistryIndex(object) ? object : undefined;
}

function isRegistryIndex(object: object): object is RegistryIndex {
  const { apiVersion, kind, metadata, spec } = object as Partial<Record<keyof RegistryIndex, unknown>>;
  return apiVersion === API_VERSION && kind === KIND && isRecord(metadata) && 'uid' in metadata && isRecord(spec);
}
