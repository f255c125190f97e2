import type { Registry } from 'prom-client';
import type { AccessRules } from '../../api/access-rules.ts';
import type { AccessSettings } from '../../api/access-settings.ts';
import { sleep } from '../../async/sleep.ts';
import { type Access, OPEN_ACCESS } from './access.ts';
import { ATTEMPT_LIMITS, createAttempts } from './attempts.ts';
import type { Authenticator } from './authenticator.ts';
import { createCallerCheck } from './caller-check.ts';
import { createControlledAccess } from './controlled-access.ts';
import { createCursorSeal } from './cursor-seal.ts';
import { createForwardedAccess } from './forwarded-access.ts';
import { createForwardedReader } from './forwarded-headers.ts';
import { createBcrypt } from './htpasswd/bcrypt.ts';
import { createHtpasswdAuthenticator } from './htpasswd/htpasswd-authenticator.ts';
import { createKnownCallers } from './known-callers.ts';
import { countChecks } from './metrics.ts';
import type { OperatorKey } from './operator-key.ts';
import { createCredentialClient } from './registry/credential-client.ts';
import { createRegistryAuthenticator } from './registry/registry-authenticator.ts';
import { createViews } from './views.ts';
import { watchFile } from './watched-file.ts';

export interface AccessDeps {
  readonly settings: AccessSettings;
  /** As they are now; undefined while they are not known, and then no caller sees anything. */
  readonly rules: () => AccessRules | undefined;
  readonly operatorKey: OperatorKey;
  /** That all pods of this index know, and nobody else; undefined while there is none. */
  readonly cursorSecret: () => string | undefined;
  readonly metricsRegistry: Registry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface OpenedAccess extends Access {
  /** Ends what it does in the background. */
  close(): Promise<void>;
}

/** A file of 10,000 users has 1 MB. */
const MAX_HTPASSWD_BYTES = 1024 * 1024;
const MAX_CA_BYTES = 1024 * 1024;
const MAX_SECRET_BYTES = 4 * 1024;

/** The access that is configured. */
export function createAccess(deps: AccessDeps): OpenedAccess {
  const { settings, operatorKey, cursorSecret, now } = deps;
  if (settings.mode === 'Anonymous') return { ...OPEN_ACCESS, close: async () => undefined };
  if (settings.mode !== 'ForwardedUser') return controlledBy(deps, authenticatorOf(settings, now), settings);
  const file = watchFile(settings.secretFile, { maxBytes: MAX_SECRET_BYTES, now });
  const read = createForwardedReader({ names: settings.headers, file });
  const access = createForwardedAccess({ read, views: createViews(deps.rules), operatorKey });
  return { ...access, cursors: createCursorSeal(cursorSecret), close: async () => undefined };
}

type Asking = Extract<AccessSettings, { mode: 'Registry' | 'Htpasswd' }>;

function controlledBy(
  { rules, operatorKey, cursorSecret, metricsRegistry, now }: AccessDeps,
  authenticator: Authenticator,
  { recheckSeconds }: Asking,
): OpenedAccess {
  const views = createViews(rules);
  const known = createKnownCallers(now);
  const attempts = createAttempts(ATTEMPT_LIMITS, now);
  const onCheck = countChecks(metricsRegistry, known.size);
  const recheckMs = recheckSeconds * 1_000;
  const check = createCallerCheck({ authenticator, known, attempts, views, recheckMs, onCheck, now });
  return {
    ...createControlledAccess({ authenticator, check, views, operatorKey }),
    cursors: createCursorSeal(cursorSecret),
    close: () => authenticator.close(),
  };
}

function authenticatorOf(settings: Asking, now: () => number): Authenticator {
  if (settings.mode === 'Htpasswd') {
    const file = watchFile(settings.file, { maxBytes: MAX_HTPASSWD_BYTES, now });
    return createHtpasswdAuthenticator({ file, bcrypt: createBcrypt() });
  }
  const { url, tokenUrl, caFile } = settings;
  const ca = caFile === undefined ? undefined : watchFile(caFile, { maxBytes: MAX_CA_BYTES, now }).text;
  return createRegistryAuthenticator({
    address: { url, tokenUrl },
    client: createCredentialClient({ url, ca }),
    sleep,
  });
}
