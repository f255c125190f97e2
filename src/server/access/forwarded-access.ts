import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { ApiError } from '../errors/api-error.ts';
import { type Access, type CallerView, EVERYBODY } from './access.ts';
import type { Forwarded } from './forwarded-headers.ts';
import { isOperator, type OperatorKey } from './operator-key.ts';
import { loginUnavailable, unauthorized } from './refusals.ts';
import { ANONYMOUS_CALLER, type Caller } from './rules.ts';
import type { Views } from './views.ts';

export interface ForwardedAccessDeps {
  readonly read: (headers: FastifyRequest['headers']) => Forwarded;
  readonly views: Views;
  readonly operatorKey: OperatorKey;
}

/** Callers of whom views are kept; those of more are made again. */
const KEPT_CALLERS = 10_000;

/** A proxy has logged callers in, proves itself by a secret, and says in headers who they are. */
export function createForwardedAccess({ read, views, operatorKey }: ForwardedAccessDeps): Access {
  const known = new LRUCache<string, Caller>({ max: KEPT_CALLERS });

  /** The same object for each request of a caller: views are kept for it. */
  const sameCaller = (caller: Caller): Caller => {
    if (caller.kind === 'anonymous') return ANONYMOUS_CALLER;
    const key = JSON.stringify([caller.user, caller.groups]);
    const same = known.get(key) ?? caller;
    known.set(key, same);
    return same;
  };

  const viewFor = (caller: Caller): CallerView => {
    const view = views.of(sameCaller(caller), false);
    if (!view) throw new ApiError('NOT_READY');
    return view;
  };

  const callerOf = ({ headers }: FastifyRequest): Caller => {
    const forwarded = read(headers);
    if (forwarded.kind === 'unavailable') throw loginUnavailable();
    if (forwarded.kind === 'unproven') throw new ApiError('PROXY_UNPROVEN');
    return forwarded.caller;
  };

  const viewOf = (request: FastifyRequest): CallerView => {
    const caller = callerOf(request);
    const view = viewFor(caller);
    if (caller.kind === 'anonymous' && view.visibility.length === 0) throw unauthorized();
    return view;
  };

  return {
    isPrivate: true,
    takesLogin: false,
    viewOf,
    reportViewOf: (request) => (isOperator(request, operatorKey) ? EVERYBODY : viewOf(request)),
    checkLogin(request) {
      if (callerOf(request).kind === 'anonymous' && viewFor(ANONYMOUS_CALLER).visibility.length === 0)
        throw unauthorized();
    },
  };
}
