import { isRecord } from '../../json/is-record.ts';
import { withoutHistory } from '../../kube/cache/reflector.ts';
import type { KubeObject } from '../../kube/resource.ts';

/** The entries of `managedFields` that have the number of replicas. */
export function replicasOwners({ metadata: { managedFields = [] } }: KubeObject) {
  return managedFields.filter(isRecord).filter(({ fieldsV1 }) => {
    const spec = isRecord(fieldsV1) ? fieldsV1['f:spec'] : undefined;
    return isRecord(spec) && 'f:replicas' in spec;
  });
}

/** What is kept of a Deployment: of all that `managedFields` say, who has set the number of replicas. */
export function withReplicasOwners(deployment: KubeObject): KubeObject {
  const { metadata, ...rest } = withoutHistory(deployment);
  const managedFields = replicasOwners(deployment).map(({ manager, operation }) => ({
    manager,
    operation,
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
  }));
  return { ...rest, metadata: { ...metadata, managedFields } };
}
