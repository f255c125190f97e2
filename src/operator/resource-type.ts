import { GROUP, KIND, PLURAL, VERSION } from '../api/registry-index.ts';
import type { ResourceType } from '../kube/resource.ts';

export const REGISTRY_INDEX: ResourceType = { group: GROUP, version: VERSION, plural: PLURAL, kind: KIND };
