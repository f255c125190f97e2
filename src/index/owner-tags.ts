import type { Owner } from './marker.ts';

/** Tags that tell a person in the AWS console whose a table is. They prove nothing: the marker decides. */
export function ownerTags({ cluster, namespace, name }: Owner): Readonly<Record<string, string>> {
  return {
    'registryindex.dev/cluster': cluster,
    'registryindex.dev/namespace': namespace,
    'registryindex.dev/name': name,
  };
}
