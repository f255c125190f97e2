import fc from 'fast-check';
import type { AccessRule, AccessRules } from '../../../src/api/access-rules.ts';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { Caller } from '../../../src/server/access/rules.ts';

const USERS = ['ann', 'bob', 'eve', '*', '**'] as const;
const GROUPS = ['payments', 'web', 'ann'] as const;
const PARTS = ['a', 'b', 'ab', 'hr', 'team'] as const;

const user = fc.constantFrom(...USERS);
const group = fc.constantFrom(...GROUPS);
const part = fc.constantFrom(...PARTS);
const name = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const star = fc.constantFrom('*', '**', '');
const pattern = fc.oneof(
  name,
  fc.constantFrom('**', '*', 'hr/**', 'a/*', '**/a', '*/b/*', 'team/**'),
  fc.tuple(star, part, star, fc.constantFrom('/', ''), part, star).map((parts) => parts.join('')),
);

const rule: fc.Arbitrary<AccessRule> = fc.record(
  {
    names: fc.array(pattern, { minLength: 1, maxLength: 3 }),
    except: fc.array(pattern, { maxLength: 2 }),
    anonymous: fc.boolean(),
    authenticated: fc.boolean(),
    users: fc.array(user, { maxLength: 2 }),
    groups: fc.array(group, { maxLength: 2 }),
  },
  { requiredKeys: ['names'] },
);

export const randomRules: fc.Arbitrary<AccessRules> = fc.record(
  { rules: fc.array(rule, { maxLength: 4 }), groups: fc.dictionary(group, fc.array(user, { maxLength: 3 })) },
  { requiredKeys: [] },
);

export const repositoryNames = fc.uniqueArray(fc.record({ name, isPrivate: fc.boolean() }), {
  maxLength: 20,
  selector: (one) => one.name,
});

export const callers: fc.Arbitrary<Caller> = fc.oneof(
  fc.constant<Caller>({ kind: 'anonymous' }),
  fc.record({
    kind: fc.constant('authenticated' as const),
    user: fc.option(user, { nil: undefined }),
    groups: fc.array(group, { maxLength: 2 }),
  }),
);

interface Known {
  readonly record: RepositoryRecord;
  /** Whether the registry lets everybody pull. */
  readonly isPublic: boolean;
}

/** Whether a caller may know of a repository, from looking at each rule in the words of its description. */
export function mayKnow({ rules, groups }: AccessRules, caller: Caller, { record, isPublic }: Known): boolean {
  const isLoggedIn = caller.kind === 'authenticated';
  if (!rules) return isLoggedIn || (isPublic && !record.isPrivate);
  for (const one of rules) {
    const isNamed = one.names.some((wanted) => fitsWhole(wanted, record.name));
    const isLeftOut = (one.except ?? []).some((unwanted) => fitsWhole(unwanted, record.name));
    if (!isNamed || isLeftOut) continue;
    if (one.anonymous && !record.isPrivate) return true;
    if (!isLoggedIn) continue;
    if (one.authenticated) return true;
    if (one.users?.some((wanted) => wanted === caller.user)) return true;
    for (const wanted of one.groups ?? []) {
      if (caller.groups.includes(wanted)) return true;
      if (caller.user !== undefined && groups?.[wanted]?.includes(caller.user)) return true;
    }
  }
  return false;
}

/** By a regular expression, which the engine's matching is not. */
function fitsWhole(pattern: string, name: string): boolean {
  const parts = pattern.split(/(\*{2,}|\*)/).map((one) => (one === '*' ? '[^/]*' : one.startsWith('*') ? '.*' : one));
  return new RegExp(`^${parts.join('')}$`, 's').test(name);
}
