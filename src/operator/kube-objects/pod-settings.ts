import type { RegistryIndexSpec } from '../../api/generated.ts';
import type { Component } from '../../api/names.ts';

/** What pods have besides what they need, as the chart's `podDefaults` and a resource's `podTemplate` say it. */
export type PodSettings = NonNullable<RegistryIndexSpec['podTemplate']>;

/**
 * The settings of one component's pods: those of the component win over those of the resource, and these over the
 * chart's, field by field. Maps and environment variables are joined by their keys; lists are taken whole.
 */
export function podSettings(spec: RegistryIndexSpec, component: Component, defaults: PodSettings = {}): PodSettings {
  return merged(merged(defaults, spec.podTemplate ?? {}), componentSettings(spec, component) ?? {});
}

function merged(general: PodSettings, specific: PodSettings): PodSettings {
  return {
    ...general,
    ...specific,
    ...joined('labels', general, specific),
    ...joined('annotations', general, specific),
    ...joined('nodeSelector', general, specific),
    ...joined('proxy', general, specific),
    ...(general.env && specific.env ? { env: joinedEnv(general.env, specific.env) } : {}),
  };
}

/** A resync is a backfill that compares. */
function componentSettings(spec: RegistryIndexSpec, component: Component): PodSettings | undefined {
  return spec[component === 'resync' ? 'backfill' : component]?.podTemplate;
}

type Joined = 'labels' | 'annotations' | 'nodeSelector' | 'proxy';

function joined(field: Joined, general: PodSettings, specific: PodSettings) {
  return general[field] && specific[field] ? { [field]: { ...general[field], ...specific[field] } } : {};
}

type Env = NonNullable<PodSettings['env']>;

/** As Kubernetes has it, the last of a name counts; only that one is kept. */
function joinedEnv(general: Env, specific: Env): Env {
  const names = new Set(specific.map(({ name }) => name));
  return [...general.filter(({ name }) => !names.has(name)), ...specific];
}

/** The variables in which programs look for proxies. */
export function proxyVariables({ proxy = {} }: PodSettings) {
  const { httpsProxy, httpProxy, noProxy } = proxy;
  return [
    { name: 'HTTPS_PROXY', value: httpsProxy },
    { name: 'HTTP_PROXY', value: httpProxy },
    { name: 'NO_PROXY', value: noProxy },
  ].flatMap(({ name, value }) => (value ? [{ name, value }] : []));
}

/** The fields of a pod's spec, as they stand there. */
export function podSpecFields(settings: PodSettings) {
  const { labels, annotations, env, proxy, caBundle, ...fields } = settings;
  return fields;
}
