import type { AccessRule, AccessRules } from '../../api/access-rules.ts';
import type { Grant, Visibility } from '../../search/api.ts';

export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'authenticated';
      /** Undefined where the registry accepts a credential without a name. */
      readonly user: string | undefined;
      /** Those that came with the request, as of a proxy that has logged the caller in. */
      readonly groups: readonly string[];
    };

export const ANONYMOUS_CALLER: Caller = { kind: 'anonymous' };

/**
 * What a caller sees: the union of the rules that hold for them. Private repositories of docker-registry v1 are given
 * to callers who are logged in alone. `isPublic` says whether the registry lets everybody pull, which counts only where
 * there are no rules.
 */
export function visibilityOf({ rules, groups = {} }: AccessRules, caller: Caller, isPublic = false): Visibility {
  if (rules === undefined) return withoutRules(caller, isPublic);
  const memberships = groupsOf(groups, caller);
  return rules.flatMap((rule) => grantOf(rule, caller, memberships) ?? []);
}

function withoutRules({ kind }: Caller, isPublic: boolean): Visibility {
  if (kind === 'authenticated') return [{ names: undefined, showPrivate: true }];
  return isPublic ? [{ names: undefined, showPrivate: false }] : [];
}

function groupsOf(groups: NonNullable<AccessRules['groups']>, caller: Caller): ReadonlySet<string> {
  if (caller.kind === 'anonymous') return new Set();
  const { user } = caller;
  const named = Object.entries(groups).filter(([, members]) => user !== undefined && members.includes(user));
  return new Set([...caller.groups, ...named.map(([group]) => group)]);
}

function grantOf(rule: AccessRule, caller: Caller, memberships: ReadonlySet<string>): Grant | undefined {
  const showPrivate = holdsForLoggedIn(rule, caller, memberships);
  if (!showPrivate && rule.anonymous !== true) return undefined;
  const { names, except = [] } = rule;
  return {
    names: names.includes('**') ? undefined : [...new Set(names)].toSorted(),
    ...(except.length > 0 ? { except: [...new Set(except)].toSorted() } : {}),
    showPrivate,
  };
}

/** Whether the rule gives the caller anything because of who they are. */
function holdsForLoggedIn(rule: AccessRule, caller: Caller, memberships: ReadonlySet<string>): boolean {
  if (caller.kind === 'anonymous') return false;
  const { authenticated = false, users = [], groups = [] } = rule;
  if (authenticated) return true;
  return (caller.user !== undefined && users.includes(caller.user)) || groups.some((group) => memberships.has(group));
}
