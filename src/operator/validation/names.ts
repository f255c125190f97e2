import type { Problem } from '../../api/conditions.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';
import { tableNames } from '../../api/settings.ts';
import { isObjectName } from '../../kube/resource.ts';
import { isRoleArn, rolesOf } from './roles.ts';
import { shown } from './shown.ts';

interface Grammar {
  readonly accepts: (name: string) => boolean;
  /** The rule in words. */
  readonly rule: string;
}

interface Name {
  readonly field: string;
  /** Undefined, or empty, where the resource gives none. */
  readonly name: string | undefined;
  readonly grammar: Grammar;
}

const OBJECT: Grammar = {
  accepts: isObjectName,
  rule: "the name of an object in this namespace: lower case letters, digits, '-' and '.', with a letter or digit at both ends",
};
const REGION: Grammar = matching(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a region in lower case, such as eu-west-1');
const TABLE: Grammar = matching(/^[a-zA-Z0-9_.-]{3,255}$/, "3 to 255 letters, digits, '_', '-' and '.'");
const ROLE: Grammar = {
  accepts: isRoleArn,
  rule: 'the ARN of a role, such as arn:aws:iam::123456789012:role/my-registry',
};

function matching(expression: RegExp, rule: string): Grammar {
  return { accepts: (name) => expression.test(name), rule };
}

/**
 * Refuses names that break the grammar of what they name. Such a name could reach another path of the API, another
 * host, or another account.
 */
export function validateNames(spec: RegistryIndexSpec): Problem | undefined {
  const wrong = namesOf(spec).find(({ name, grammar }) => name && !grammar.accepts(name));
  if (!wrong?.name) return undefined;
  return { reason: 'NameInvalid', message: `${wrong.field} ${shown(wrong.name)} is not ${wrong.grammar.rule}` };
}

function namesOf(spec: RegistryIndexSpec): Name[] {
  const { repositoryTable, versionTable } = tableNames(spec);
  return [
    { field: 'region', name: spec.region, grammar: REGION },
    { field: 'storage.region', name: spec.storage?.region, grammar: REGION },
    { field: 'notifications.sqs.region', name: spec.notifications?.sqs?.region, grammar: REGION },
    { field: spec.repositoryTable ? 'repositoryTable' : 'database', name: repositoryTable, grammar: TABLE },
    { field: spec.versionTable ? 'versionTable' : 'database', name: versionTable, grammar: TABLE },
    ...rolesOf(spec).map(({ field, arn }) => ({ field, name: arn, grammar: ROLE })),
    ...referencesOf(spec).map((reference) => ({ ...reference, grammar: OBJECT })),
  ];
}

/** Every reference to another object. */
function referencesOf(spec: RegistryIndexSpec): Omit<Name, 'grammar'>[] {
  const components = [
    { prefix: '', component: spec },
    { prefix: 'backfill.', component: spec.backfill },
    { prefix: 'indexer.', component: spec.indexer },
    { prefix: 'search.', component: spec.search },
  ];
  const { ingress } = spec.search ?? {};
  return [
    ...components.flatMap(({ prefix, component }) => [
      { field: `${prefix}credentials.secretRef.name`, name: component?.credentials?.secretRef?.name },
      { field: `${prefix}serviceAccountName`, name: component?.serviceAccountName },
    ]),
    { field: 'notifications.tokenSecretRef.name', name: spec.notifications?.tokenSecretRef?.name },
    { field: 'notifications.webhookSecretRef.name', name: spec.notifications?.webhookSecretRef?.name },
    { field: 'search.ingress.className', name: ingress?.className },
    { field: 'search.ingress.tlsSecretName', name: ingress?.tlsSecretName },
  ];
}
