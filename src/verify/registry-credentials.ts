import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Variables } from '../aws/credentials.ts';
import { ConfigError } from '../config/config-error.ts';
import { type JsonObject, objectOf, parseObject, stringOf } from '../oci/json-fields.ts';
import { type Login, readBasic } from '../telemetry/credential.ts';

export interface CredentialsPlace {
  readonly registry: URL;
  /** As `docker login` and `podman login` write it; their own place when left out. */
  readonly authFile: string | undefined;
  readonly env: Variables;
}

/**
 * The credentials for a registry: of the environment, else of the file of `docker login`. Undefined where there are none.
 * Rejects with a ConfigError if the file that is named cannot be used.
 */
export async function readRegistryCredentials({
  registry,
  authFile,
  env,
}: CredentialsPlace): Promise<Login | undefined> {
  const { REGISTRY_USERNAME: user, REGISTRY_PASSWORD: password } = env;
  if (user && password) return { user, password };
  const named = authFile ?? env.REGISTRY_AUTH_FILE;
  const path = named ?? join(env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'config.json');
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (named !== undefined) throw new ConfigError(`cannot read ${path} (${error.code})`, error);
  });
  if (!bytes) return undefined;
  const parsed = parseObject(bytes, 'file');
  if (parsed.kind === 'parsed') return credentialsIn(parsed.value, registry);
  throw new ConfigError(`${path}: ${parsed.reason}; wanted is what docker login or podman login writes`);
}

/** Of `{"auths": {"host:port": {"auth": base64 of user:password}}}`. Helpers that keep passwords elsewhere are not asked. */
export function credentialsIn(file: JsonObject, { host }: URL): Login | undefined {
  const found = Object.entries(objectOf(file.auths)).find(([address]) => hostOf(address) === host);
  const entry = objectOf(found?.[1]);
  const [user, password] = [stringOf(entry.username), stringOf(entry.password)];
  if (user !== undefined && password !== undefined) return { user, password };
  const login = readBasic(stringOf(entry.auth) ?? '');
  return login?.user === '' ? undefined : login;
}

/** Docker writes some addresses as URLs with a path. */
function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}
