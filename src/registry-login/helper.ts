import { execFile } from 'node:child_process';
import { ConfigError } from '../config/config-error.ts';
import { parseObject, stringOf } from '../oci/json-fields.ts';
import { redacted } from '../telemetry/untrusted-text.ts';
import type { Proof } from './found-login.ts';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;
const MAX_SHOWN_LENGTH = 300;
/** What helpers say that know nothing of a host; docker compares with it too. */
const NONE = 'credentials not found in native keychain';
/** Stands for the name where the secret is an identity token. */
const TOKEN_USER = '<token>';
const NAME = /^[\w.-]+$/;

/**
 * Asks `docker-credential-<helper>` for the credentials of a host, after docker-credential-helpers: the host on stdin,
 * JSON on stdout. Undefined where it has none. Rejects with a ConfigError if it cannot say.
 */
export async function askHelper(helper: string, host: string, env: NodeJS.ProcessEnv): Promise<Proof | undefined> {
  const command = `docker-credential-${helper}`;
  if (!NAME.test(helper)) throw new ConfigError(`${redacted(command, MAX_SHOWN_LENGTH)} is no name of a program`);
  const { error, stdout, stderr } = await run(command, { host, env });
  if (!error) return proofIn(command, stdout);
  // Helpers write their errors where their answers go.
  const said = redacted(`${stderr} ${error.killed ? '' : stdout}`, MAX_SHOWN_LENGTH);
  if (said.includes(NONE)) return undefined;
  const why = error.killed ? `gave no answer within ${TIMEOUT_MS / 1_000} s` : `failed (${error.code ?? error.signal})`;
  throw new ConfigError(`${command}, which keeps the login of ${host}, ${why}${said === '' ? '' : `: ${said}`}`, error);
}

function proofIn(command: string, stdout: string): Proof | undefined {
  const answer = parseObject(Buffer.from(stdout), 'answer');
  if (answer.kind === 'malformed') throw new ConfigError(`${command}: ${answer.reason}`);
  const [user, password] = [stringOf(answer.value.Username), stringOf(answer.value.Secret)];
  if (user === undefined || password === undefined) return undefined;
  return user === TOKEN_USER
    ? { kind: 'identityToken', token: password }
    : { kind: 'password', login: { user, password } };
}

interface Ran {
  readonly error: Parameters<NonNullable<Parameters<typeof execFile>[3]>>[0];
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, { host, env }: { host: string; env: NodeJS.ProcessEnv }): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, killSignal: 'SIGKILL', env } as const;
    const child = execFile(command, ['get'], options, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
    // A helper that does not read its input has ended before.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(host);
  });
}
