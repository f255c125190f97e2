import type { AccessRules } from '../../../src/api/access-rules.ts';
import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import type { Access } from '../../../src/server/access/access.ts';
import { ATTEMPT_LIMITS, createAttempts } from '../../../src/server/access/attempts.ts';
import type { Authenticator, Verdict } from '../../../src/server/access/authenticator.ts';
import { type CheckResult, createCallerCheck } from '../../../src/server/access/caller-check.ts';
import { createControlledAccess } from '../../../src/server/access/controlled-access.ts';
import type { Presented } from '../../../src/server/access/credential.ts';
import { createCursorSeal } from '../../../src/server/access/cursor-seal.ts';
import { createKnownCallers } from '../../../src/server/access/known-callers.ts';
import { createViews } from '../../../src/server/access/views.ts';
import { createServerBench } from '../search/search-server.ts';

/** One who knows users by their passwords, and can be away. */
export interface FakeAuthenticator extends Authenticator {
  readonly users: Map<string, string>;
  readonly asked: Presented[];
  away: boolean;
  open: boolean;
  /** Answers wait for it. */
  gate: Promise<void>;
  renewed: number;
}

export function fakeAuthenticator(users: Readonly<Record<string, string>> = { eve: 'secret', ann: 'pass' }) {
  const fake: FakeAuthenticator = {
    users: new Map(Object.entries(users)),
    asked: [],
    away: false,
    open: false,
    gate: Promise.resolve(),
    renewed: 0,
    async check(credential): Promise<Verdict> {
      fake.asked.push(credential);
      await fake.gate;
      if (fake.away) return { kind: 'unavailable', problem: AWAY };
      if (credential.kind === 'bearer') return bearer(credential.token);
      const { name, password } = credential;
      if (fake.users.get(name) !== password) return { kind: 'refused' };
      return { kind: 'known', caller: { kind: 'authenticated', user: name, groups: [] } };
    },
    challenge: ({ hadToken }) => (hadToken ? 'Bearer realm="r",error="insufficient_scope"' : 'Bearer realm="r"'),
    isPublic: () => (fake.away && fake.asked.length === 0 ? undefined : fake.open),
    problem: () => (fake.away ? AWAY : undefined),
    generation: () => fake.renewed,
    close: async () => undefined,
  };
  return fake;
}

const AWAY = { reason: 'RegistryUnreachable', message: 'away' };

/** `anonymous`, or a user until a time, as in `eve.1000`; others are wrong. */
function bearer(token: string): Verdict {
  if (token === 'anonymous') return { kind: 'known', caller: { kind: 'anonymous' } };
  const [user = '', until = ''] = token.split('.');
  if (until === '') return { kind: 'refused' };
  return { kind: 'known', caller: { kind: 'authenticated', user, groups: [] }, expiresAtMs: Number(until) };
}

export interface FakeAccessOptions {
  readonly authenticator: FakeAuthenticator;
  readonly rules: () => AccessRules | undefined;
  readonly operatorKey?: string | undefined;
  readonly now: () => number;
  readonly onCheck?: (result: CheckResult) => void;
}

/** Access controlled by rules, for those whom the authenticator knows. */
export function createFakeAccess({ authenticator, rules, operatorKey, now, onCheck = () => {} }: FakeAccessOptions) {
  const views = createViews(rules);
  const known = createKnownCallers(now);
  const attempts = createAttempts(ATTEMPT_LIMITS, now);
  const check = createCallerCheck({ authenticator, known, attempts, views, recheckMs: 60_000, onCheck, now });
  const controlled = createControlledAccess({ authenticator, check, views, operatorKey: () => operatorKey });
  const access: Access = { ...controlled, cursors: createCursorSeal(() => 'known to all pods') };
  return { access, known };
}

export interface AccessBenchOptions {
  readonly rules?: AccessRules | undefined;
  readonly records: readonly RepositoryRecord[];
  readonly operatorKey?: string;
  readonly corsOrigins?: readonly string[];
}

/** A server with controlled access, and its clock. */
export function createAccessBench(options: AccessBenchOptions, authenticator = fakeAuthenticator()) {
  const clock = { nowMs: 1_000_000 };
  const live = { rules: options.rules };
  const results: CheckResult[] = [];
  const { access, known } = createFakeAccess({
    authenticator,
    rules: () => live.rules,
    operatorKey: options.operatorKey,
    now: () => clock.nowMs,
    onCheck: (result) => results.push(result),
  });
  const { app } = createServerBench(options.records, { access, corsOrigins: options.corsOrigins ?? [] });
  const get = async (url: string, authorization?: string, headers: Readonly<Record<string, string>> = {}) => {
    const sent = { ...headers, ...(authorization === undefined ? {} : { authorization }) };
    const answer = await app.inject({ url, headers: sent });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  };
  const names = async (authorization?: string) => {
    const { status, body } = await get('/v2/_catalog', authorization);
    return status === 200 ? JSON.parse(body).repositories : status;
  };
  return { app, authenticator, clock, live, results, known, get, names };
}

export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
