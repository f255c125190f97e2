/** What the chart allows to namespaces, by their names; `*` for what all of them may. */
export type ByNamespace = Readonly<Record<string, readonly string[]>>;

export function allowedIn(allowed: ByNamespace, namespace: string): string[] {
  return [namespace, '*'].flatMap((key) => (Object.hasOwn(allowed, key) ? (allowed[key] ?? []) : []));
}
