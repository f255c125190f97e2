import { readFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { FORMS, type Form } from '../../client/print/create-printer.ts';
import { ConfigError } from '../../config/config-error.ts';
import { findLogin } from '../../registry-login/find-login.ts';
import type { FoundLogin } from '../../registry-login/found-login.ts';
import type { LoginTarget } from '../../registry-login/login-file.ts';
import { authFileOption, wholeNumber } from '../options.ts';
import type { QueryDeps } from './deps.ts';

/** The flags of `query` and all its commands. */
export interface QueryFlags {
  readonly url?: string;
  readonly limit: number;
  readonly sort?: string;
  readonly output: Form;
  readonly json?: true;
  readonly headers: boolean;
  readonly trunc: boolean;
  readonly quiet?: true;
  readonly failOnNoResult?: true;
  readonly web?: true;
  readonly authFile?: string;
  readonly username?: string;
  readonly passwordStdin?: true;
  readonly token?: string;
  readonly caFile?: string;
}

export function addQueryFlags(command: Command): Command {
  return command
    .option('--url <url>', 'the search service; else HOST, REGISTRY_INDEX_URL, or http://127.0.0.1:8080')
    .option('-n, --limit <rows>', 'rows to print; 0 prints all', wholeNumber(0), 25)
    .option('--sort <order>', 'what comes first; a minus turns it round')
    .addOption(new Option('-o, --output <form>', 'how to print').choices(FORMS).default('table'))
    .option('--json', 'the same as -o json')
    .option('--no-headers', 'print no titles of columns')
    .option('--no-trunc', 'cut no table to the width of the terminal')
    .option('-q, --quiet', 'no totals, corrections and hints on stderr')
    .option('--fail-on-no-result', 'exit with 1 where nothing is found')
    .option('--web', 'open the page of the search service with this query')
    .addOption(authFileOption())
    .option('--username <name>', 'log in with this name and --password-stdin')
    .option('--password-stdin', 'read the password from standard input')
    .option('--token <token>', 'show this token of the registry; - reads it from standard input')
    .option('--ca-file <path>', 'certificates in PEM that are trusted, in place of the usual ones');
}

/** What the flags say, else what `findLogin` finds. Throws a ConfigError for flags that do not fit together. */
export async function loginFrom(
  flags: QueryFlags,
  target: LoginTarget,
  { env, stdin }: Pick<QueryDeps, 'env' | 'stdin'>,
): Promise<FoundLogin | undefined> {
  const { username, passwordStdin, token = env.REGISTRY_INDEX_TOKEN, authFile } = flags;
  if ((username === undefined) !== (passwordStdin === undefined))
    throw new ConfigError('--username and --password-stdin go together: passwords are read from standard input alone');
  if (username !== undefined) {
    const login = { user: username, password: await readSecret(stdin, 'password') };
    return { proof: { kind: 'password', login }, description: `${username} of --username` };
  }
  if (token) {
    const proof = { kind: 'token', token: token === '-' ? await readSecret(stdin, 'token') : token } as const;
    return { proof, description: 'the token that was given' };
  }
  return findLogin(target, { authFile, env });
}

async function readSecret(stdin: NodeJS.ReadableStream, what: string): Promise<string> {
  const secret = (await readText(stdin)).replace(/\r?\n$/, '');
  if (secret === '' || /[\r\n\0]/.test(secret))
    throw new ConfigError(`standard input has to be a ${what}, on one line`);
  return secret;
}

export async function readCertificates(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const pem = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`cannot read ${path} (${error.code})`, error);
  });
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw new ConfigError(`${path} holds no certificate in PEM`);
}
