import { basic } from '../../support/access/access-bench.ts';
import { measureInTurns, type Route, type RouteFigures, startServer } from '../search/http.ts';
import { repeatedMix } from '../search/mix.ts';
import { pacedLatency } from '../search/pace.ts';
import type { Distribution } from '../support/distribution.ts';

export interface ServedFigures extends RouteFigures {
  /** At half of what was reached without a login, from when each request was due. */
  readonly paced: Distribution;
}

/** Many short ones, so that those who are compared are asked within seconds of each other. */
const TURNS = { rounds: 11, seconds: 1 };
const PACED_SECONDS = 5;
/** Of a thousand characters, as one with some claims has. */
const TOKEN = `Bearer eve.2${'0'.repeat(1_000)}`;

export type ServedTo = 'everybody' | 'anonymous' | 'anonymousLong' | 'password' | 'token' | 'other';

/**
 * Repeated queries over HTTP, where nobody logs in, and where access is by rules: without a login, by known callers who
 * see the same and so share answers, and by one who sees something else.
 */
export async function measureServed(repositories: number): Promise<Record<ServedTo, ServedFigures>> {
  console.error(`two servers of ${repositories.toLocaleString('en')} repositories …`);
  await using open = await startServer({ mode: 'search', repositories });
  await using controlled = await startServer({ mode: 'controlled', repositories });
  const mix = repeatedMix(open.queries);
  const byRules = { server: controlled, paths: () => mix };
  const routes: Record<ServedTo, Route> = {
    everybody: { ...byRules, name: 'all see all', server: open },
    anonymous: { ...byRules, name: 'by rules, without a login' },
    anonymousLong: { ...byRules, name: 'the same, with a header as long as a token', headers: { 'x-trace': TOKEN } },
    password: { ...byRules, name: 'a known caller, by a password', headers: loginOf(basic('eve', 'secret')) },
    token: { ...byRules, name: 'a known caller, by a token', headers: loginOf(TOKEN) },
    other: { ...byRules, name: 'a known caller who sees more', headers: loginOf(basic('ann', 'pass')) },
  };
  console.error(`${Object.keys(routes).length} callers in turns, ${TURNS.rounds} rounds …`);
  const reached = await measureInTurns(routes, TURNS);
  const perSecond = reached.anonymous.perSecond / 2;
  const servedTo = async (to: ServedTo): Promise<ServedFigures> => {
    const { name, server, headers } = routes[to];
    console.error(`${name}: ${reached[to].perSecond.toFixed(0)} requests a second; how long each waits …`);
    server.child.send('update');
    const paced = await pacedLatency({ url: server.url, paths: mix, perSecond, seconds: PACED_SECONDS, headers });
    server.child.send('rest');
    return { ...reached[to], paced };
  };
  return {
    everybody: await servedTo('everybody'),
    anonymous: await servedTo('anonymous'),
    anonymousLong: await servedTo('anonymousLong'),
    password: await servedTo('password'),
    token: await servedTo('token'),
    other: await servedTo('other'),
  };
}

function loginOf(authorization: string): Readonly<Record<string, string>> {
  return { authorization };
}
