import type { AccessSettings } from '../../api/access-settings.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';
import { CA_ANNOTATION, type Component, labelsOf, SECRET_ANNOTATION, UID_LABEL } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { SETTINGS_VARIABLE, type Settings } from '../../api/settings.ts';
import { type AssumedRole, CREDENTIAL_VARIABLES, ROLE_VARIABLES } from '../../aws/credentials.ts';
import { caMount, caVariable, caVolume } from './ca-bundle.ts';
import { type SecretEntries, secretVersion } from './pod-secrets.ts';
import { type PodSettings, podSettings, podSpecFields, proxyVariables } from './pod-settings.ts';

export type Resources = NonNullable<NonNullable<RegistryIndexSpec['search']>['resources']>;

export interface PodOptions extends PodRuntime {
  readonly index: RegistryIndex;
  readonly component: Component;
  readonly args: readonly string[];
  readonly settings: Partial<Settings> & { readonly access?: AccessSettings };
  readonly resources: Resources;
  /** Options of Node; its defaults if left out. */
  readonly nodeOptions?: readonly string[];
  readonly serviceAccountName: string | undefined;
  /** Environment variables whose values are entries of Secrets. */
  readonly variables?: readonly SecretVariable[];
}

export interface SecretVariable {
  readonly name: string;
  readonly secret: SecretEntries;
  readonly key: string;
}

/** What pods need besides their RegistryIndex. */
export interface PodRuntime {
  readonly image: PodImage;
  /** The Secret with the pod's credentials; undefined for ambient ones. */
  readonly secret: SecretEntries | undefined;
  /** Assumed with these credentials. */
  readonly role?: AssumedRole | undefined;
  /** Their versions are made with it. Without it pods are not replaced when their Secrets change. */
  readonly versionKey?: string | undefined;
  /** Settings of all pods, from the operator's chart. */
  readonly defaults?: PodSettings;
  /** Changes with the certificates that the pod trusts, which it reads only when it starts. */
  readonly caVersion?: string | undefined;
}

export interface PodImage {
  readonly name: string;
  readonly pullPolicy: string | undefined;
}

/** Written out, because the API server keeps the old value of a field that is left out (in a deprecated copy of it). */
const DEFAULT_SERVICE_ACCOUNT = 'default';

/** A pod that the restricted Pod Security Standard admits: no root, no privileges, a read-only root file system. */
export function podTemplate(options: PodOptions, container: ContainerFields = {}, spec: SpecFields = {}) {
  const { index, component, image, args, resources } = options;
  const { serviceAccountName = DEFAULT_SERVICE_ACCOUNT } = options;
  const extra = podSettings(index.spec, component, options.defaults);
  const annotations = { ...extra.annotations, ...secretAnnotation(options), ...caAnnotation(options) };
  return {
    metadata: {
      labels: { ...extra.labels, ...labelsOf(index.metadata.name, component), [UID_LABEL]: index.metadata.uid },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: {
      ...podSpecFields(extra),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      serviceAccountName,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: component,
          image: image.name,
          ...(image.pullPolicy ? { imagePullPolicy: image.pullPolicy } : {}),
          args,
          env: environmentOf(options, extra),
          resources,
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          },
          ...container,
          ...listOf('volumeMounts', container.volumeMounts, caMount(extra)),
        },
      ],
      ...spec,
      ...listOf('volumes', spec.volumes, caVolume(extra)),
    },
  };
}

interface ContainerFields {
  readonly volumeMounts?: readonly object[];
  readonly [field: string]: unknown;
}

interface SpecFields {
  readonly volumes?: readonly object[];
  readonly [field: string]: unknown;
}

function listOf(field: string, some: readonly object[] = [], others: readonly object[] = []) {
  return some.length + others.length === 0 ? {} : { [field]: [...some, ...others] };
}

function environmentOf(options: PodOptions, extra: PodSettings) {
  const { settings, nodeOptions, secret, role, variables = [] } = options;
  return withoutDoubles([
    { name: SETTINGS_VARIABLE, value: JSON.stringify(settings) },
    ...(nodeOptions ? [{ name: 'NODE_OPTIONS', value: nodeOptions.join(' ') }] : []),
    ...credentialVariables(secret?.name),
    ...roleVariables(role),
    ...variables.map(({ name, secret: { name: secretName }, key }) => ({
      name,
      valueFrom: { secretKeyRef: { name: secretName, key } },
    })),
    ...proxyVariables(extra),
    ...caVariable(extra),
    ...(extra.env ?? []),
  ]);
}

/** What the pods need counts; Kubernetes would take the last of a name. */
function withoutDoubles<T extends { readonly name: string }>(variables: readonly T[]): T[] {
  return variables.filter(({ name }, at) => variables.findIndex((variable) => variable.name === name) === at);
}

/** Pods read their Secrets only when they start, so another content has to make another template. */
function secretAnnotation({ secret, versionKey, variables = [] }: PodOptions): Readonly<Record<string, string>> {
  const secrets = [...(secret ? [secret] : []), ...variables.map((variable) => variable.secret)];
  if (versionKey === undefined || secrets.length === 0) return {};
  return { [SECRET_ANNOTATION]: secretVersion(versionKey, secrets) };
}

/** Certificates are no secret. */
function caAnnotation({ caVersion }: PodOptions): Readonly<Record<string, string>> {
  return caVersion === undefined ? {} : { [CA_ANNOTATION]: caVersion };
}

/** Names each entry that is a credential. Nothing else of the Secret reaches the pod. */
function credentialVariables(secret: string | undefined) {
  if (!secret) return [];
  return CREDENTIAL_VARIABLES.map((key) => ({
    name: key,
    valueFrom: { secretKeyRef: { name: secret, key, optional: true } },
  }));
}

function roleVariables(role: AssumedRole | undefined) {
  if (!role) return [];
  const { arn, externalId, sessionName } = role;
  return [
    { name: ROLE_VARIABLES.arn, value: arn },
    ...(externalId === undefined ? [] : [{ name: ROLE_VARIABLES.externalId, value: externalId }]),
    { name: ROLE_VARIABLES.sessionName, value: sessionName },
  ];
}
