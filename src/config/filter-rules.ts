/** What keys of objects begin and end with; either may be empty. */
export interface ObjectFilter {
  readonly prefix: string;
  readonly suffix: string;
}

/** As S3 writes it into a bucket's notification configuration. */
export function filterRules({ prefix, suffix }: ObjectFilter): object {
  const rules = [
    { Name: 'prefix', Value: prefix },
    { Name: 'suffix', Value: suffix },
  ];
  return { Key: { FilterRules: rules.filter(({ Value }) => Value !== '') } };
}
