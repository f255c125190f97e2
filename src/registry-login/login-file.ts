import { readBasic } from '../http/credential.ts';
import { type JsonObject, objectOf, stringOf } from '../oci/json-fields.ts';
import type { Proof } from './found-login.ts';

/** What credentials are wanted for. */
export interface LoginTarget {
  readonly url: URL;
  /** The repository that is asked for; undefined where it is all of them. */
  readonly repository?: string | undefined;
}

/** What a file of `docker login` or `podman login` says of a host. */
export interface LoginEntry {
  /** The program `docker-credential-<helper>` keeps the password. */
  readonly helper: string | undefined;
  /** What stands in the file itself. */
  readonly written: Proof | undefined;
}

/** After https://docs.docker.com/reference/cli/docker/login and containers-auth.json(5). */
export function entryIn(file: JsonObject, target: LoginTarget): LoginEntry {
  const helpers = objectOf(file.credHelpers);
  const helper = stringOf(helpers[keyFor(helpers, target) ?? '']) ?? stringOf(file.credsStore);
  const logins = objectOf(file.auths);
  return { helper, written: proofIn(objectOf(logins[keyFor(logins, target) ?? ''])) };
}

/** docker and podman write the host first in their keys, some with a scheme and a path. */
interface Key {
  readonly text: string;
  readonly host: string;
  readonly namespace: string;
}

/** The key of the host itself, else the longest of its namespaces, as podman has them, that the repository is in. */
function keyFor(entries: JsonObject, { url, repository }: LoginTarget): string | undefined {
  const keys = Object.keys(entries)
    .map(parseKey)
    .filter(({ host }) => host === hostOf(url.host, url.protocol));
  const isIn = (namespace: string) => repository === undefined || `${repository}/`.startsWith(`${namespace}/`);
  const fitting = keys.filter(({ namespace }) => namespace === '' || isIn(namespace));
  const longest = fitting.toSorted((a, b) => b.namespace.length - a.namespace.length)[0];
  return (fitting.find(({ namespace }) => namespace === '') ?? longest)?.text;
}

function parseKey(text: string): Key {
  const [, scheme, host = '', path = ''] = /^(?:(https?:)\/\/)?([^/]*)\/?(.*)$/i.exec(text) ?? [];
  // The path of a URL is that of an API, such as /v1/, and no namespace.
  const namespace = scheme === undefined ? path.replace(/\/+$/, '') : '';
  return { text, host: hostOf(host, scheme?.toLowerCase()), namespace: /^v[12]$/.test(namespace) ? '' : namespace };
}

/** The host in lower case, without the port that is the scheme's own. */
function hostOf(host: string, scheme = 'https:'): string {
  return host.toLowerCase().replace(scheme === 'https:' ? /:443$/ : /:80$/, '');
}

function proofIn(entry: JsonObject): Proof | undefined {
  const [identityToken, registryToken] = [stringOf(entry.identitytoken), stringOf(entry.registrytoken)];
  if (identityToken !== undefined) return { kind: 'identityToken', token: identityToken };
  if (registryToken !== undefined) return { kind: 'token', token: registryToken };
  const [user, password] = [stringOf(entry.username), stringOf(entry.password)];
  if (user !== undefined && password !== undefined) return { kind: 'password', login: { user, password } };
  const login = readBasic(stringOf(entry.auth) ?? '');
  return login === undefined || login.user === '' ? undefined : { kind: 'password', login };
}
