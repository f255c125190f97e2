import { basic } from '../../support/access/access-bench.ts';
import { measureInTurns, type RouteFigures, type Server, startServer } from '../search/http.ts';
import { repeatedMix } from '../search/mix.ts';
import { pacedLatency } from '../search/pace.ts';
import type { Distribution } from '../support/distribution.ts';

export interface ServedFigures extends RouteFigures {
  /** At half of what was reached without a login, from when each request was due. */
  readonly paced: Distribution;
}

const PACED_SECONDS = 8;
const TOKEN_CHARACTERS = 1_000;

/** Repeated queries over HTTP, without a login where none is wanted, and by known callers. */
export async function measureServed(
  repositories: number,
): Promise<Record<'anonymous' | 'password' | 'token', ServedFigures>> {
  await using open = await startServer({ mode: 'search', repositories });
  await using controlled = await startServer({ mode: 'controlled', repositories });
  const mix = repeatedMix(open.queries);
  const paths = () => mix;
  const token = `Bearer eve.2${'0'.repeat(TOKEN_CHARACTERS)}`;
  const routes = {
    anonymous: { name: 'without a login', server: open, paths },
    password: {
      name: 'a known caller, by a password',
      server: controlled,
      paths,
      authorization: basic('eve', 'secret'),
    },
    token: { name: 'a known caller, by a token', server: controlled, paths, authorization: token },
  };
  const reached = await measureInTurns(routes);
  const perSecond = reached.anonymous.perSecond / 2;
  const paced = ({ server, authorization }: { readonly server: Server; readonly authorization?: string }) => {
    server.child.send('update');
    return pacedLatency({ url: server.url, paths: mix, perSecond, seconds: PACED_SECONDS, authorization });
  };
  return {
    anonymous: { ...reached.anonymous, paced: await paced(routes.anonymous) },
    password: { ...reached.password, paced: await paced(routes.password) },
    token: { ...reached.token, paced: await paced(routes.token) },
  };
}
