import type { PodComponent } from './pod-secrets.ts';
import type { PodSettings } from './pod-settings.ts';

type CaBundle = NonNullable<PodSettings['caBundle']>;

/** What changes with the certificates that pods trust; undefined for pods that trust public authorities alone. */
export type CaVersions = Readonly<Partial<Record<PodComponent, string>>>;

/** The entry of a ConfigMap or a Secret that holds the certificates. */
export interface CaReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly key: string;
}

const DIRECTORY = '/etc/registry-index/ca-bundle';
const FILE = 'ca.crt';
const VOLUME = 'ca-bundle';

export function caReferenceOf({ caBundle }: PodSettings): CaReference | undefined {
  return referenceTo('ConfigMap', caBundle?.configMapRef) ?? referenceTo('Secret', caBundle?.secretRef);
}

function referenceTo(kind: CaReference['kind'], ref: CaBundle['secretRef']): CaReference | undefined {
  return ref && { kind, name: ref.name, key: ref.key ?? FILE };
}

export function caVolume(settings: PodSettings): object[] {
  const reference = caReferenceOf(settings);
  if (!reference) return [];
  const { kind, name, key } = reference;
  const items = [{ key, path: FILE }];
  return [
    { name: VOLUME, ...(kind === 'Secret' ? { secret: { secretName: name, items } } : { configMap: { name, items } }) },
  ];
}

export function caMount(settings: PodSettings): object[] {
  return caReferenceOf(settings) ? [{ name: VOLUME, mountPath: DIRECTORY, readOnly: true }] : [];
}

/** Node trusts these besides those that it brings along. */
export function caVariable(settings: PodSettings) {
  return caReferenceOf(settings) ? [{ name: 'NODE_EXTRA_CA_CERTS', value: `${DIRECTORY}/${FILE}` }] : [];
}
