import type { AccessRule, AccessRules } from '../../../src/api/access-rules.ts';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { Caller } from '../../../src/server/access/rules.ts';
import { NAME_PATTERNS, randomRepository, randomUrl } from '../search/random-requests.ts';
import type { Chance } from '../search/random-search.ts';
import { basic } from './access-bench.ts';

/** Repositories, who may see which of them, and what is asked of them by each of some callers. */
export interface LeakWorld {
  readonly records: readonly RepositoryRecord[];
  readonly access: AccessRules;
  /** Whether the registry lets everybody pull. */
  readonly isPublic: boolean;
  /** Whether the first backfill runs. */
  readonly incomplete: boolean;
  readonly logins: 'checked' | 'forwarded';
  readonly callers: readonly AskingCaller[];
  readonly requests: readonly WorldRequest[];
}

export interface AskingCaller {
  readonly caller: Caller;
  /** By which the server knows them. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface WorldRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Some are never seen as they stand here, because a name is no pattern. */
export const USERS = ['ann', 'bob', 'eve', '*', '**'] as const;
export const PASSWORD = 'secret';
export const PROXY_SECRET = 'the proxy has a secret of its own';
const GROUPS = ['payments', 'web', 'ann'] as const;
const REQUESTS_OF_A_WORLD = 40;

export function randomWorld(chance: Chance): LeakWorld {
  const records = chance.some(2, 40, () => randomRepository(chance));
  const distinct = [...new Map(records.map((record) => [record.name, record])).values()];
  const logins = chance.pick(['checked', 'forwarded'] as const);
  return {
    records: distinct,
    access: randomRules(chance),
    // A proxy says nothing of the registry.
    isPublic: logins === 'checked' && chance.once(3),
    incomplete: chance.once(8),
    logins,
    callers: logins === 'checked' ? CHECKED : forwardedCallers(chance),
    requests: Array.from({ length: REQUESTS_OF_A_WORLD }, () => randomRequest(chance, distinct)),
  };
}

function randomRules(chance: Chance): AccessRules {
  if (chance.once(12)) return {};
  const groups = Object.fromEntries(GROUPS.map((group) => [group, chance.some(0, 2, () => chance.pick(USERS))]));
  return { groups, rules: chance.some(0, 5, () => randomRule(chance)) };
}

function randomRule(chance: Chance): AccessRule {
  return {
    names: chance.some(1, 2, () => chance.pick(NAME_PATTERNS)),
    ...(chance.once(3) && { except: chance.some(1, 2, () => chance.pick(NAME_PATTERNS)) }),
    ...(chance.once(2) && { anonymous: true }),
    ...(chance.once(3) && { authenticated: true }),
    ...(chance.once(2) && { users: chance.some(1, 2, () => chance.pick(USERS)) }),
    ...(chance.once(3) && { groups: [chance.pick(GROUPS)] }),
  };
}

const NOBODY: Caller = { kind: 'anonymous' };

function user(name: string, groups: readonly string[] = []): Caller {
  return { kind: 'authenticated', user: name, groups };
}

const CHECKED: readonly AskingCaller[] = [
  { caller: NOBODY, headers: {} },
  // As docker sends it that is logged out.
  { caller: NOBODY, headers: { authorization: basic('', '') } },
  { caller: NOBODY, headers: { authorization: 'Bearer anonymous' } },
  ...USERS.map((name) => ({ caller: user(name), headers: { authorization: basic(name, PASSWORD) } })),
  { caller: user('eve'), headers: { authorization: `Bearer eve.${Date.UTC(2100)}` } },
];

function forwardedCallers(chance: Chance): AskingCaller[] {
  const secret = { 'x-registry-index-proxy-secret': PROXY_SECRET };
  const users = USERS.map((name) => {
    const groups = chance.some(0, 2, () => chance.pick(GROUPS));
    const headers = { ...secret, 'x-forwarded-user': name, 'x-forwarded-groups': groups.join(', ') };
    return { caller: user(name, groups), headers };
  });
  return [{ caller: NOBODY, headers: {} }, { caller: NOBODY, headers: secret }, ...users];
}

function randomRequest(chance: Chance, records: readonly RepositoryRecord[]): WorldRequest {
  const url = randomUrl(chance, records);
  if (isPage(url)) return { url, headers: { accept: 'text/html' } };
  return { url, headers: chance.once(3) ? { 'user-agent': 'docker/28.0' } : {} };
}

/** What answers with HTML to browsers. */
export function isPage(url: string): boolean {
  return /^\/(?:\?|[rd]\/)/.test(url);
}
