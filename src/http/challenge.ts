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
  if (!realm) return undefined;
  return { kind: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') };
}

const MAX_LENGTH = 4_096;
