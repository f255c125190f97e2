import { type Reflector, type ReflectorOptions, startReflector } from './reflector.ts';

/** Copies of all objects of a type in these namespaces, as one; of all namespaces if none is named. */
export function startReflectors(
  options: Omit<ReflectorOptions, 'namespace'>,
  namespaces: readonly string[],
  signal: AbortSignal,
): Reflector {
  if (namespaces.length === 0) return startReflector(options, signal);
  const each = new Map(namespaces.map((namespace) => [namespace, startReflector({ ...options, namespace }, signal)]));
  const all = [...each.values()];
  return {
    get: (key) => each.get(key.namespace)?.get(key),
    list: () => all.flatMap((reflector) => reflector.list()),
    synced: allOf(all.map(({ synced }) => synced)),
    stopped: allOf(all.map(({ stopped }) => stopped)),
  };
}

async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.all(promises);
}
