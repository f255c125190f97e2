import type { RegistryIndexSpec } from '../../api/generated.ts';
import { type Component, labelsOf, SECRET_ANNOTATION, UID_LABEL } from '../../api/names.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { SETTINGS_VARIABLE, type Settings } from '../../api/settings.ts';
import { CREDENTIAL_VARIABLES } from '../../aws/credentials.ts';

export type Resources = NonNullable<NonNullable<RegistryIndexSpec['search']>['resources']>;

export interface PodOptions extends PodMeans {
  readonly index: RegistryIndex;
  readonly component: Component;
  readonly args: readonly string[];
  readonly settings: Partial<Settings>;
  readonly resources: Resources;
  /** Options of Node; those of its own when left out. */
  readonly nodeOptions?: readonly string[];
  readonly serviceAccountName: string | undefined;
}

/** What pods need besides what their RegistryIndex says. */
export interface PodMeans {
  readonly image: PodImage;
  /** Whose credentials the pod gets; undefined for its ambient ones. */
  readonly secret: PodSecret | undefined;
}

export interface PodSecret {
  readonly name: string;
  /** Differs whenever the Secret does: pods read theirs only when they start. */
  readonly version: string;
}

export interface PodImage {
  readonly name: string;
  readonly pullPolicy: string | undefined;
}

/** Said where another one is no longer wanted: left out, the API server would fill the old one in from a copy it keeps. */
const DEFAULT_SERVICE_ACCOUNT = 'default';

/** A pod that the restricted Pod Security Standard admits: no root, no privileges, nothing to write to but volumes. */
export function podTemplate(options: PodOptions, container: object = {}, spec: object = {}) {
  const { index, component, image, args, settings, resources, nodeOptions, secret } = options;
  const { serviceAccountName = DEFAULT_SERVICE_ACCOUNT } = options;
  return {
    metadata: {
      labels: { ...labelsOf(index.metadata.name, component), [UID_LABEL]: index.metadata.uid },
      ...(secret ? { annotations: { [SECRET_ANNOTATION]: secret.version } } : {}),
    },
    spec: {
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
          env: [
            { name: SETTINGS_VARIABLE, value: JSON.stringify(settings) },
            ...(nodeOptions ? [{ name: 'NODE_OPTIONS', value: nodeOptions.join(' ') }] : []),
            ...credentialVariables(secret?.name),
          ],
          resources,
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          },
          ...container,
        },
      ],
      ...spec,
    },
  };
}

/** Only the entries that are credentials, each by its own name: nothing else of the Secret reaches the pod. */
function credentialVariables(secret: string | undefined) {
  if (!secret) return [];
  return CREDENTIAL_VARIABLES.map((key) => ({
    name: key,
    valueFrom: { secretKeyRef: { name: secret, key, optional: true } },
  }));
}
