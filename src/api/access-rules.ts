import type { RegistryIndexSpec } from './generated.ts';

export type AccessSpec = NonNullable<NonNullable<RegistryIndexSpec['search']>['access']>;

/** What a rule lets some callers see. Rules only add: nothing that one gives is taken away by another. */
export interface AccessRule {
  /** Patterns of whole names: `*` stands for any characters but `/`, `**` for any at all. */
  readonly names: readonly string[];
  /** Patterns of names that this rule does not give. */
  readonly except?: readonly string[] | undefined;
  /** Holds for everybody, logged in or not. */
  readonly anonymous?: boolean | undefined;
  /** Holds for everybody who is logged in. */
  readonly authenticated?: boolean | undefined;
  readonly users?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** Who sees what. */
export interface AccessRules {
  /** Left out: callers who are logged in see everything; others do where everybody may pull. */
  readonly rules?: readonly AccessRule[] | undefined;
  /** Members of groups, by the name of the group. */
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The rules of a resource; undefined where its callers are not identified. */
export function accessRulesOf({ search }: Pick<RegistryIndexSpec, 'search'>): AccessRules | undefined {
  const access = search?.access;
  if (!access || access.mode === 'Anonymous') return undefined;
  const { rules, groups } = access;
  return { rules, groups };
}

/** The rules as the ownership record carries them to search pods; equal for equal rules. */
export function printAccessRules({ rules, groups }: AccessRules): string {
  const ordered = groups && Object.fromEntries(Object.entries(groups).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ rules: rules?.map(orderedRule), groups: ordered });
}

/** The API server gives fields in an order of its own. */
function orderedRule({ names, except, anonymous, authenticated, users, groups }: AccessRule): AccessRule {
  return { names, except, anonymous, authenticated, users, groups };
}
