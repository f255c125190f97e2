/** What a registry asks for in `WWW-Authenticate`. */
export type Challenge =
  | { readonly kind: 'basic' }
  | {
      readonly kind: 'bearer';
      /** Where clients get tokens. */
      readonly realm: string;
      readonly service: string | undefined;
      readonly scope: string | undefined;
    };

/** A parameter of a challenge, or the scheme that begins one: after RFC 9110, one header may have several challenges. */
const PART =
  /(?<name>[a-z][\w-]*)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s,"]+))|(?<scheme>[a-z][\w-]*)(?=[\s,]|$)/gi;

/** The challenge in the header's values: Bearer where there is one. Undefined where none is understood. */
export function challengeIn(header: string | readonly string[] | undefined): Challenge | undefined {
  const values = typeof header === 'string' ? [header] : (header ?? []);
  const challenges = values.flatMap((value) => listedIn(value).flatMap((listed) => meaningOf(listed) ?? []));
  return challenges.find(({ kind }) => kind === 'bearer') ?? challenges[0];
}

interface Listed {
  /** In lower case, as the names of parameters are. */
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

function listedIn(value: string): Listed[] {
  const listed: Listed[] = [];
  for (const { groups = {} } of value.slice(0, MAX_LENGTH).matchAll(PART)) {
    const { scheme, name = '', quoted, plain = '' } = groups;
    if (scheme === undefined)
      listed.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain);
    else listed.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
  }
  return listed;
}

function meaningOf({ scheme, parameters }: Listed): Challenge | undefined {
  if (scheme === 'basic') return { kind: 'basic' };
  const realm = parameters.get('realm');
  if (scheme !== 'bearer' || !realm) return undefined;
  return { kind: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') };
}

const MAX_LENGTH = 4_096;
