import { stringify } from 'yaml';
import { API_VERSION, KIND } from '../../api/registry-index.ts';
import type { ObjectFilter } from '../filter-rules.ts';
import { senderConfiguration } from '../sender-configuration.ts';
import type { Draft, NeededSecret } from './draft.ts';

export interface TextOptions {
  readonly name: string;
  readonly namespace: string;
  readonly filter: ObjectFilter;
}

/** The resource as YAML that can be applied, and after it as comments what else has to be done. */
export function manifestText({ spec, secrets, remarks }: Draft, { name, namespace, filter }: TextOptions): string {
  const resource = { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, spec };
  return [
    stringify(resource),
    ...section(
      'Secrets that it names; make them first:',
      secrets.map((secret) => secretCommand(secret, namespace)),
    ),
    ...section('Look at this:', remarks),
    ...(spec.notifications ? [commented(senderConfiguration({ name, namespace, spec }, { filter }))] : []),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [commented([title, ...lines.map((line) => `  ${line}`), ''].join('\n'))] : [];
}

function secretCommand({ name, entries, about }: NeededSecret, namespace: string): string {
  const values = entries.map((entry) =>
    entry === 'htpasswd' ? '--from-file=htpasswd=FILE' : `--from-literal=${entry}=…`,
  );
  return [`${about}:`, `kubectl -n ${namespace} create secret generic ${name} ${values.join(' ')}`].join('\n  ');
}

function commented(text: string): string {
  return text.replace(/^(?!#|$)/gm, '# ');
}
