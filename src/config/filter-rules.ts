/** What keys of objects begin and end with; either may be empty. */
export interface KeyPattern {
  readonly prefix: string;
  readonly suffix: string;
}

/** The objects whose events matter. */
export interface ObjectFilter extends KeyPattern {
  /** Those of other registries that may be in the same place. */
  readonly others: readonly KeyPattern[];
}

/** As S3 writes it into a bucket's notification configuration. */
export function filterRules({ prefix, suffix }: KeyPattern): object {
  const rules = [
    { Name: 'prefix', Value: prefix },
    { Name: 'suffix', Value: suffix },
  ];
  return { Key: { FilterRules: rules.filter(({ Value }) => Value !== '') } };
}

/** AWS wants them encoded as in a URL, slashes apart; nothing in a usual prefix is changed by that. */
export function encodedPattern({ prefix, suffix }: KeyPattern): KeyPattern {
  const encode = (text: string) => text.split('/').map(encodeURIComponent).join('/');
  return { prefix: encode(prefix), suffix: encode(suffix) };
}

/** What else may be there, as a sentence; undefined where nothing can be. */
export function otherPatterns({ others }: ObjectFilter): string | undefined {
  if (others.length === 0) return undefined;
  const prefixes = others.map(({ prefix }) => prefix).join(' or ');
  return `A docker-registry v1 in the same place has the prefix ${prefixes} and no suffix`;
}
