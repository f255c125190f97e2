import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runCommand } from './command.ts';
import { freePort } from './free-port.ts';
import { goTool } from './go-tools.ts';
import { answersHttp } from './http-probe.ts';
import { startProcess } from './process.ts';
import { tempDirectory } from './temp-directory.ts';
import type { TokenAuthority } from './token-server.ts';
import type { S3Server } from './versitygw.ts';

/**
 * Nothing is traced; and a bundle of certificates that the machine names for AWS, with which 2.8 does not start, is not
 * looked at.
 */
const ENV = { OTEL_TRACES_EXPORTER: 'none', AWS_CA_BUNDLE: '' };

/** How a registry tells people apart. */
export type RegistryAuth =
  /** By the tokens of a server. */
  | { readonly token: TokenAuthority }
  /** By a file of passwords. */
  | { readonly htpasswd: string }
  /** By whether they send anything at all. */
  | { readonly silly: true };

export interface RegistryOptions {
  readonly s3: Pick<S3Server, 'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey'>;
  readonly bucket: string;
  /** Which generation of distribution; default 3. */
  readonly version?: 2 | 3;
  readonly rootDirectory?: string;
  /** The address it listens on; default loopback. */
  readonly host?: string;
  /** Default a free one. */
  readonly port?: number;
  /** Whom it lets in; everybody when left out. */
  readonly auth?: RegistryAuth;
  /** Where it sends its notifications, with this bearer token. */
  readonly notifications?: { readonly url: string; readonly token?: string };
}

export interface Registry {
  readonly url: string;
  /** `address:port`, as image names begin with it. */
  readonly host: string;
  /** Has it remove what no manifest names, as people do by hand. */
  collectGarbage(): Promise<void>;
  /** Ends it without a chance to send what it has queued. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a distribution registry whose storage is that bucket; deletes are allowed. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const command = await goTool(options.version === 2 ? 'registry-2' : 'registry');
  const { path: directory, remove } = await tempDirectory('registry');
  const address = options.host ?? '127.0.0.1';
  const host = `${address}:${options.port ?? (await freePort())}`;
  const configFile = join(directory, 'config.yml');
  await writeFile(configFile, stringify(registryConfig(options, host)));
  const server = await startProcess({
    name: 'registry',
    command,
    args: ['serve', configFile],
    directory,
    env: ENV,
    ready: () => answersHttp(`http://${host}/v2/`),
  });
  const stop = async () => {
    await server.stop();
    await remove();
  };
  return {
    ...{ url: `http://${host}`, host, stop },
    async collectGarbage() {
      await runCommand(command, ['garbage-collect', configFile], { env: ENV });
    },
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await stop();
    },
  };
}

function registryConfig(options: RegistryOptions, address: string): object {
  const { s3, bucket, rootDirectory, auth, notifications } = options;
  return {
    version: 0.1,
    log: { level: 'warn' },
    http: { addr: address, secret: 'test-http-secret' },
    storage: {
      delete: { enabled: true },
      redirect: { disable: true },
      s3: {
        bucket,
        region: s3.region,
        regionendpoint: s3.endpoint,
        accesskey: s3.accessKeyId,
        secretkey: s3.secretAccessKey,
        forcepathstyle: true,
        secure: false,
        ...(rootDirectory === undefined ? {} : { rootdirectory: rootDirectory }),
      },
    },
    ...(auth === undefined ? {} : { auth: authConfig(auth) }),
    ...(notifications === undefined ? {} : { notifications: { endpoints: [notificationEndpoint(notifications)] } }),
  };
}

function authConfig(auth: RegistryAuth): object {
  if ('htpasswd' in auth) return { htpasswd: { realm: 'test', path: auth.htpasswd } };
  if ('silly' in auth) return { silly: { realm: 'test', service: 'test' } };
  const { realm, service, issuer, jwks } = auth.token;
  return { token: { realm, service, issuer, jwks } };
}

function notificationEndpoint({ url, token }: NonNullable<RegistryOptions['notifications']>): object {
  const headers = token === undefined ? {} : { Authorization: [`Bearer ${token}`] };
  return { name: 'registry-index', url, headers, timeout: '2s', threshold: 5, backoff: '1s' };
}
