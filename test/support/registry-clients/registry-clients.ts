import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireParts } from '../../env/debian.ts';
import { goTool } from '../../env/go-tools.ts';

/** Where clients find a search service on a registry's host. */
export interface ClientTarget {
  /** `address:port`. */
  readonly host: string;
  /** The authority of its certificate; plain HTTP without one. */
  readonly caFile: string | undefined;
  /** Of the Docker daemon, for `DOCKER_HOST`. */
  readonly dockerHost: string;
  /** Where clients keep their logins, a folder for each user. */
  readonly directory: string;
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A client as people use it. */
export interface RegistryClient {
  /** What people type to log in as a user and to look for what has an `a`; for the transcript. */
  readonly typed: { readonly login: (user: string) => string; readonly look: string };
  login(user: string, password: string): Promise<Outcome>;
  /** As whoever has logged in under that name, or as nobody. */
  look(user: string): Promise<Outcome>;
  /** The names in what it printed, without the registry, in order. */
  namesIn(outcome: Outcome): string[];
}

export const CLIENT_NAMES = ['docker', 'podman', 'crane', 'oras', 'regctl', 'curl', 'query'] as const;
export type ClientName = (typeof CLIENT_NAMES)[number];

const TIMEOUT_MS = 120_000;
const MAIN = join(import.meta.dirname, '../../../src/main.ts');
/** Stands for the registry in what people type. */
export const SHOWN_HOST = 'registry.example.com';

export async function registryClients(target: ClientTarget): Promise<Record<ClientName, RegistryClient>> {
  await requireParts('podman', 'docker');
  const { host, caFile, dockerHost } = target;
  const scheme = caFile === undefined ? 'http' : 'https';
  const folderOf = (client: string, user: string) => join(target.directory, `${client}-${user}`);
  const trust = caFile === undefined ? {} : { SSL_CERT_FILE: caFile };
  const [crane, oras, regctl] = await Promise.all([goTool('crane'), goTool('oras'), goTool('regctl')]);

  /** In a home of its own, so that no client finds the login of another; `query` has docker's. */
  const run = async (client: string, user: string, [command = '', ...args]: readonly string[], input = '') => {
    const folder = folderOf(client, user);
    await mkdir(folder, { recursive: true });
    const own = { HOME: folder, DOCKER_CONFIG: folder, XDG_RUNTIME_DIR: folder, REGISTRY_AUTH_FILE: '' };
    return runToEnd(command, args, { env: { ...own, REGCTL_CONFIG: join(folder, 'regctl.json'), ...trust }, input });
  };
  const docker = (user: string, args: readonly string[], input?: string) =>
    run('docker', user, ['docker', '--host', dockerHost, ...args], input);
  const podman = async (user: string, [command = '', ...args]: readonly string[], input?: string) => {
    const authFile = join(folderOf('podman', user), 'auth.json');
    await mkdir(folderOf('podman', user), { recursive: true });
    await writeFile(authFile, '{}', { flag: 'wx' }).catch(() => undefined);
    const transport = caFile === undefined ? ['--tls-verify=false'] : [];
    return run('podman', user, ['podman', command, `--authfile=${authFile}`, ...transport, ...args], input);
  };
  const plain = caFile === undefined ? ['--plain-http'] : [];
  const withRegctl = async (user: string, args: readonly string[], input?: string) => {
    if (caFile === undefined)
      await run('regctl', user, [regctl, 'registry', 'set', host, '--tls', 'disabled', '--skip-check']);
    return run('regctl', user, [regctl, ...args], input);
  };

  return {
    docker: {
      typed: { login: (user) => `docker login -u ${user} ${SHOWN_HOST}`, look: `docker search ${SHOWN_HOST}/a` },
      login: (user, password) => docker(user, ['login', '-u', user, '--password-stdin', host], password),
      look: (user) => docker(user, ['search', '--no-trunc', `${host}/a`]),
      namesIn: ({ out }) => firstWords(out).slice(1),
    },
    podman: {
      typed: { login: (user) => `podman login -u ${user} ${SHOWN_HOST}`, look: `podman search ${SHOWN_HOST}/a` },
      login: (user, password) => podman(user, ['login', '-u', user, '--password-stdin', host], password),
      look: (user) => podman(user, ['search', `${host}/a`]),
      namesIn: ({ out }) =>
        firstWords(out)
          .slice(1)
          .map((name) => name.replace(`${host}/`, '')),
    },
    crane: {
      typed: { login: (user) => `crane auth login -u ${user} ${SHOWN_HOST}`, look: `crane catalog ${SHOWN_HOST}` },
      login: (user, password) =>
        run('crane', user, [crane, 'auth', 'login', '-u', user, '--password-stdin', host], password),
      look: (user) => run('crane', user, [crane, 'catalog', host]),
      namesIn: ({ out }) => firstWords(out),
    },
    oras: {
      typed: { login: (user) => `oras login -u ${user} ${SHOWN_HOST}`, look: `oras repo ls ${SHOWN_HOST}` },
      login: (user, password) =>
        run('oras', user, [oras, 'login', ...plain, '-u', user, '--password-stdin', host], password),
      look: (user) => run('oras', user, [oras, 'repo', 'ls', ...plain, host]),
      namesIn: ({ out }) => firstWords(out),
    },
    regctl: {
      typed: {
        login: (user) => `regctl registry login -u ${user} ${SHOWN_HOST}`,
        look: `regctl repo ls ${SHOWN_HOST}`,
      },
      login: (user, password) => withRegctl(user, ['registry', 'login', '-u', user, '--pass-stdin', host], password),
      look: (user) => withRegctl(user, ['repo', 'ls', host]),
      namesIn: ({ out }) => firstWords(out),
    },
    curl: {
      typed: {
        login: (user) => `echo "user = ${user}" > curlrc`,
        look: `curl -fsK curlrc https://${SHOWN_HOST}/v2/_catalog`,
      },
      async login(user, password) {
        await mkdir(folderOf('curl', user), { recursive: true });
        await writeFile(join(folderOf('curl', user), 'curlrc'), `user = "${user}:${password}"\n`);
        return { code: 0, out: '', err: '' };
      },
      async look(user) {
        await mkdir(folderOf('curl', user), { recursive: true });
        const file = join(folderOf('curl', user), 'curlrc');
        await writeFile(file, '', { flag: 'a' });
        const trusted = caFile === undefined ? [] : ['--cacert', caFile];
        return run('curl', user, [
          'curl',
          '-sSK',
          file,
          ...trusted,
          '--fail-with-body',
          `${scheme}://${host}/v2/_catalog`,
        ]);
      },
      namesIn: ({ out }) => JSON.parse(out).repositories,
    },
    query: {
      // With what docker login has saved.
      typed: { login: (user) => `docker login -u ${user} ${SHOWN_HOST}`, look: `registry-index query ${SHOWN_HOST}/a` },
      login: (user, password) => docker(user, ['login', '-u', user, '--password-stdin', host], password),
      look(user) {
        const trusted = caFile === undefined ? [] : ['--ca-file', caFile];
        const address = caFile === undefined ? `http://${host}/a` : `${host}/a`;
        return run('docker', user, [
          process.execPath,
          '--disable-warning=ExperimentalWarning',
          MAIN,
          'query',
          address,
          ...trusted,
        ]);
      },
      namesIn: ({ out }) => firstWords(out).slice(1),
    },
  };
}

function firstWords(output: string): string[] {
  return output.split('\n').flatMap((line) => line.split(/\s+/)[0] || []);
}

function runToEnd(
  command: string,
  args: readonly string[],
  { env, input }: { env: object; input: string },
): Promise<Outcome> {
  const options = { env: { ...process.env, ...env }, timeout: TIMEOUT_MS };
  return new Promise((resolve, reject) => {
    const child = execFile(command, [...args], options, (error, out, err) => {
      if (error && typeof error.code !== 'number') return reject(error);
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
    // Most commands read nothing and may have ended; how they ended tells all.
    child.stdin?.on('error', () => undefined).end(input);
  });
}
