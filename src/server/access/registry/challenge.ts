/** What a registry asks for in `WWW-Authenticate`. */
export type Challenge =
  | { readonly kind: 'basic' }
  | {
      readonly kind: 'bearer';
      /** Where clients get tokens. */
      readonly realm: string;
      readonly service: string | undefined;
    };

const PARAMETER = /([a-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/** The challenge in the header's values: Bearer where there is one. Undefined where none is understood. */
export function challengeIn(header: string | readonly string[] | undefined): Challenge | undefined {
  const values = typeof header === 'string' ? [header] : (header ?? []);
  const challenges = values.flatMap((value) => parse(value) ?? []);
  return challenges.find(({ kind }) => kind === 'bearer') ?? challenges[0];
}

function parse(value: string): Challenge | undefined {
  const [, scheme = '', rest = ''] = /^\s*([a-z]+)\s*(.*)$/is.exec(value.slice(0, MAX_LENGTH)) ?? [];
  if (scheme.toLowerCase() === 'basic') return { kind: 'basic' };
  if (scheme.toLowerCase() !== 'bearer') return undefined;
  const parameters = new Map(
    [...rest.matchAll(PARAMETER)].map(([, name = '', quoted, plain]) => [
      name.toLowerCase(),
      quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
    ]),
  );
  const realm = parameters.get('realm');
  return realm ? { kind: 'bearer', realm, service: parameters.get('service') } : undefined;
}

const MAX_LENGTH = 4_096;

/** Of a token for the catalogue: clients that ask for one with a name get it for users that may list it; others need none. */
const CATALOG_SCOPE = 'registry:catalog:*';

/** The registry's challenge as we pass it on, for a request that came without a token or with one that does not suffice. */
export function printChallenge({ realm, service }: Extract<Challenge, { kind: 'bearer' }>, hadToken: boolean): string {
  const parameters = [
    `realm=${quote(realm)}`,
    ...(service === undefined ? [] : [`service=${quote(service)}`]),
    `scope=${quote(CATALOG_SCOPE)}`,
    ...(hadToken ? ['error="insufficient_scope"'] : []),
  ];
  return `Bearer ${parameters.join(',')}`;
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[^\x20-\x7e]/g, '')}"`;
}

/** Where the registry is, and where its tokens come from. */
export interface RegistryAddress {
  readonly url: string;
  /** In place of the realm that the registry names, which may not be reachable from here. */
  readonly tokenUrl: string | undefined;
}

/**
 * The URL that a password may be sent to for a token: the one that is configured, or the registry's realm if that is
 * https or on the registry's own host and no less secret than the registry. Undefined for any other, since an attacker who
 * answers for the registry could have passwords sent to themselves.
 */
export function tokenUrlOf({ url, tokenUrl }: RegistryAddress, realm: string): URL | undefined {
  if (tokenUrl !== undefined) return URL.parse(tokenUrl) ?? undefined;
  const target = URL.parse(realm);
  const registry = URL.parse(url);
  if (!target || !registry || target.username !== '' || target.password !== '') return undefined;
  if (target.protocol === 'https:') return target;
  const isOwn = target.hostname === registry.hostname && target.protocol === registry.protocol;
  return isOwn ? target : undefined;
}
