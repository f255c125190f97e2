import { type Connection, connect } from '../../client/connection.ts';
import { type Target, targetOf } from '../../client/target.ts';
import { filterOf } from '../../search/query/filters.ts';
import type { QueryDeps } from './deps.ts';
import { loginFrom, type QueryFlags, readCertificates } from './flags.ts';

/** Whom the words and flags of a line ask. Throws a ConfigError. */
export function addressed(words: readonly string[], { url }: Pick<QueryFlags, 'url'>, { env }: QueryDeps): Target {
  const isFilter = (name: string) => filterOf(name.replace(/^-/, '').toLowerCase()) !== undefined;
  return targetOf(words, { url, env, isFilter });
}

export interface OpenOptions {
  /** The repository that is asked for; undefined where it is all of them. */
  readonly repository?: string;
  readonly timeoutMs?: number;
}

/** Finds the login and the address that answers. Rejects with a ConfigError or a ClientFailure. */
export async function open(
  { services }: Target,
  flags: QueryFlags,
  deps: QueryDeps,
  { repository, ...limits }: OpenOptions = {},
): Promise<Connection> {
  const login = await loginFrom(flags, { url: services[0], repository }, deps);
  return connect({ services, login, ca: await readCertificates(flags.caFile), ...limits });
}
