import type { Problem } from '../../api/conditions.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';
import { allowedIn, type ByNamespace } from './by-namespace.ts';
import { glob } from './endpoint-pattern.ts';

const NAME = '[A-Za-z0-9_+=,.@/-]';
const PARTITION = 'aws(-[a-z0-9]+)*';
const ROLE = new RegExp(`^arn:${PARTITION}:iam::[0-9]{12}:role/${NAME}+$`);
const PATTERN = new RegExp(`^arn:${PARTITION}:iam::([0-9]{12}|\\*):role/(${NAME}|\\*)+$`);

export function isRoleArn(text: string): boolean {
  return ROLE.test(text);
}

/** An ARN in which `*` stands for any account, or for a part of the name or path between slashes. */
export function isRolePattern(text: string): boolean {
  return text.length <= 640 && PATTERN.test(text);
}

/** Every role that a resource names, with its field. */
export function rolesOf(spec: RegistryIndexSpec): { readonly field: string; readonly arn: string | undefined }[] {
  const { backfill, indexer, search } = spec;
  return Object.entries({ '': spec, 'backfill.': backfill, 'indexer.': indexer, 'search.': search }).map(
    ([prefix, component]) => ({ field: `${prefix}credentials.roleArn`, arn: component?.credentials?.roleArn }),
  );
}

/** The operator would assume a role for any resource that names it, so the installation says who may name which. */
export function validateRoles(
  spec: RegistryIndexSpec,
  namespace: string,
  allowedRoles: ByNamespace,
): Problem | undefined {
  const allowed = allowedIn(allowedRoles, namespace).map((pattern) => glob(pattern, '[^:/]*'));
  const refused = rolesOf(spec).flatMap(({ field, arn }) =>
    arn && !allowed.some((pattern) => pattern.test(arn)) ? [`${field}: ${arn}`] : [],
  );
  if (refused.length === 0) return undefined;
  const message = `${refused.join(', ')} may not be assumed for namespace ${namespace}; add it to allowedRoles of the operator's chart`;
  return { reason: 'RoleNotAllowed', message };
}
