import { ATTEMPT_LIMITS, createAttempts } from '../../../src/server/access/attempts.ts';
import { type Client, createCallerCheck } from '../../../src/server/access/caller-check.ts';
import { soleAuthorization } from '../../../src/server/access/credential.ts';
import { createKnownCallers } from '../../../src/server/access/known-callers.ts';
import { createViews } from '../../../src/server/access/views.ts';
import { basic, fakeAuthenticator } from '../../support/access/access-bench.ts';

const CHECKS = 200_000;
/** As a token with some claims has. */
const TOKEN_CHARACTERS = 1_000;

/** Microseconds of CPU that it takes to know a caller again, from the headers of a request to what they see. */
export async function measureKnownCallers(): Promise<Record<'password' | 'token', number>> {
  return {
    password: await cpuUsOf(basic('eve', 'secret')),
    token: await cpuUsOf(`Bearer eve.2${'0'.repeat(TOKEN_CHARACTERS)}`),
  };
}

async function cpuUsOf(authorization: string): Promise<number> {
  const now = Date.now;
  const check = createCallerCheck({
    authenticator: fakeAuthenticator(),
    known: createKnownCallers(now),
    attempts: createAttempts(ATTEMPT_LIMITS, now),
    views: createViews(() => RULES),
    recheckMs: 600_000,
    onCheck: () => undefined,
    now,
  });
  const others = ['Host', 'registry.example.com', 'User-Agent', 'docker/28.2', 'Accept', '*/*'];
  const request = { headers: { authorization }, rawHeaders: [...others, 'Authorization', authorization] };
  const client: Client = { ip: '127.0.0.1', signal: new AbortController().signal };
  await check.check(authorization, client);
  const know = () => check.check(soleAuthorization(request) ?? '', client);
  if (know() instanceof Promise) throw new Error('the caller is not known');
  for (let left = CHECKS / 10; left > 0; left -= 1) know();
  const before = process.cpuUsage();
  for (let left = CHECKS; left > 0; left -= 1) know();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / CHECKS;
}

const RULES = { rules: [{ names: ['**'], authenticated: true }] };
