import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { type JsonObject, parseObject } from '../oci/json-fields.ts';
import type { FoundLogin, Proof } from './found-login.ts';
import { askHelper } from './helper.ts';
import { entryIn, type LoginTarget } from './login-file.ts';

export interface LoginPlaces {
  /** A file as `docker login` and `podman login` write it, named by the user. */
  readonly authFile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The credentials for a host, of the first place that has some: `REGISTRY_INDEX_USERNAME` with `_PASSWORD`, or
 * `REGISTRY_…`; `DOCKER_AUTH_CONFIG`; the file that is named; podman's files; docker's. Rejects with a ConfigError if a
 * file that is named, or what stands in a file, cannot be used.
 */
export async function findLogin(target: LoginTarget, { authFile, env }: LoginPlaces): Promise<FoundLogin | undefined> {
  return (
    loginOfEnvironment(env) ??
    loginOfVariable(target, env.DOCKER_AUTH_CONFIG) ??
    (await loginOfFiles(target, filesToRead(authFile, env), env))
  );
}

const PREFIXES = ['REGISTRY_INDEX', 'REGISTRY'];

function loginOfEnvironment(env: LoginPlaces['env']): FoundLogin | undefined {
  const [found] = PREFIXES.flatMap((prefix) => {
    const [user, password] = [env[`${prefix}_USERNAME`], env[`${prefix}_PASSWORD`]];
    if (!user || !password) return [];
    return { proof: { kind: 'password', login: { user, password } } as const, place: `${prefix}_USERNAME` };
  });
  return found && describe(found.proof, found.place);
}

/** docker looks at no helpers there. */
function loginOfVariable(target: LoginTarget, text: string | undefined): FoundLogin | undefined {
  if (!text) return undefined;
  const { written } = entryIn(parse(Buffer.from(text), 'DOCKER_AUTH_CONFIG'), target);
  return written && describe(written, 'DOCKER_AUTH_CONFIG');
}

interface LoginFile {
  readonly path: string;
  /** It has to be there. */
  readonly isNamed: boolean;
}

function filesToRead(authFile: string | undefined, env: LoginPlaces['env']): LoginFile[] {
  const named = [authFile, env.REGISTRY_AUTH_FILE].filter((path) => path !== undefined && path !== '');
  const runtime = env.XDG_RUNTIME_DIR || join('/run/containers', `${process.getuid?.() ?? 0}`);
  const usual = [
    join(runtime, env.XDG_RUNTIME_DIR ? 'containers/auth.json' : 'auth.json'),
    join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'containers/auth.json'),
    join(env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json'),
  ];
  return [
    ...named.map((path) => ({ path: path ?? '', isNamed: true })),
    ...usual.map((path) => ({ path, isNamed: false })),
  ];
}

async function loginOfFiles(
  target: LoginTarget,
  files: readonly LoginFile[],
  env: LoginPlaces['env'],
): Promise<FoundLogin | undefined> {
  for (const file of files) {
    const content = await read(file);
    const { helper, written } = entryIn(content ?? {}, target);
    const kept = helper === undefined ? undefined : await askHelper(helper, target.url.host, env);
    if (kept) return describe(kept, `docker-credential-${helper}, which ${file.path} names`);
    if (written) return describe(written, file.path);
  }
  return undefined;
}

async function read({ path, isNamed }: LoginFile): Promise<JsonObject | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException): undefined => {
    if (isNamed) throw new ConfigError(`cannot read ${path} (${error.code})`, error);
  });
  return bytes && parse(bytes, path);
}

function parse(bytes: Buffer, place: string): JsonObject {
  const parsed = parseObject(bytes, place.startsWith('DOCKER_') ? 'value' : 'file');
  if (parsed.kind === 'parsed') return parsed.value;
  throw new ConfigError(`${place}: ${parsed.reason}; wanted is what docker login or podman login writes`);
}

function describe(proof: Proof, place: string): FoundLogin {
  const who = proof.kind === 'password' ? `${proof.login.user}` : 'a token';
  return { proof, description: `${who} of ${place}` };
}
