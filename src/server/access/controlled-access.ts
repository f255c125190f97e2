import type { FastifyRequest } from 'fastify';
import type { Answer } from '../../search/api.ts';
import { mapAnswer } from '../answers/map-answer.ts';
import { ApiError } from '../errors/api-error.ts';
import { isRegistryUrl } from '../headers.ts';
import { type Access, type CallerView, EVERYBODY } from './access.ts';
import { type Authenticator, BASIC_CHALLENGE } from './authenticator.ts';
import type { CallerCheck, Outcome } from './caller-check.ts';
import { credentialOf, soleAuthorization } from './credential.ts';
import { isOperator, type OperatorKey } from './operator-key.ts';
import { loginUnavailable, refusalOf, unauthorized } from './refusals.ts';
import { ANONYMOUS_CALLER } from './rules.ts';
import type { Views } from './views.ts';

export interface ControlledAccessDeps {
  readonly authenticator: Authenticator;
  readonly check: CallerCheck;
  readonly views: Views;
  readonly operatorKey: OperatorKey;
}

/** Callers see what the rules give them, and those that bring a credential only once it was found good. */
export function createControlledAccess(deps: ControlledAccessDeps): Access {
  const { authenticator, check, views } = deps;

  const anonymous = (challenge: () => string): CallerView => {
    const view = views.of(ANONYMOUS_CALLER, authenticator.isPublic() ?? false);
    if (!view) throw new ApiError('NOT_READY');
    if (view.visibility.length > 0) return view;
    // Whether the registry is public is known when it has answered, and not before.
    throw authenticator.isPublic() === undefined ? loginUnavailable() : unauthorized(challenge());
  };

  const viewAfter = (outcome: Outcome, request: FastifyRequest): CallerView => {
    const challenge = (isRefused = true) => challengeFor(authenticator, request, isRefused);
    if (outcome.kind === 'unusable') throw new ApiError('CREDENTIAL_INVALID');
    if (outcome.kind === 'empty') return anonymous(() => challenge(false));
    if (outcome.kind !== 'seen') throw refusalOf(outcome, challenge());
    if (outcome.isAnonymous) return anonymous(challenge);
    if (!outcome.view) throw new ApiError('NOT_READY');
    return outcome.view;
  };

  const viewOf = (request: FastifyRequest): Answer<CallerView> => {
    const header = soleAuthorization(request.raw);
    if (header === undefined) return viewWithout(request);
    return mapAnswer(check.check(header, request), (outcome) => viewAfter(outcome, request));
  };

  /** The view of a request that has no header, or several. */
  const viewWithout = (request: FastifyRequest): CallerView => {
    if (request.headers.authorization !== undefined) throw new ApiError('CREDENTIAL_INVALID');
    // podman sends credentials to the catalogue alone, and that only after it was refused here.
    if (isPodman(request)) throw unauthorized();
    return anonymous(() => challengeFor(authenticator, request, false));
  };

  return {
    isPrivate: true,
    takesLogin: true,
    viewOf,
    reportViewOf: (request) =>
      isOperator(request, deps.operatorKey) ? { ...EVERYBODY, problem: authenticator.problem() } : viewOf(request),
    checkLogin(request) {
      // After a 200 clients send no credentials to any route, even after a login.
      if (request.headers.authorization === undefined)
        throw authenticator.isPublic() === undefined
          ? loginUnavailable()
          : unauthorized(challengeFor(authenticator, request, false));
      if (credentialOf(request.raw).kind === 'empty') return undefined;
      return mapAnswer(viewOf(request), () => undefined);
    },
  };
}

/** Its search, as the library names itself that podman, buildah and skopeo are made of. */
function isPodman({ url, headers }: FastifyRequest): boolean {
  return !isRegistryUrl(url) && headers['user-agent']?.startsWith('containers/') === true;
}

/** Below `/v2/` the registry's own, from which its clients learn where they get tokens. */
function challengeFor(authenticator: Authenticator, { url, headers }: FastifyRequest, isRefused: boolean): string {
  if (!isRegistryUrl(url)) return BASIC_CHALLENGE;
  const hadToken = isRefused && /^bearer /i.test(headers.authorization ?? '');
  return authenticator.challenge({ hadToken });
}
