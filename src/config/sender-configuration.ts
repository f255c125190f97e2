import { stringify } from 'yaml';
import type { RegistryIndexSpec } from '../api/generated.ts';
import { indexerUrl } from '../api/names.ts';
import { ConfigError } from './config-error.ts';
import { filterRules, type ObjectFilter, otherPatterns } from './filter-rules.ts';
import type { Manifest } from './manifest.ts';
import { queueConfiguration } from './queue-configuration.ts';

type Notifications = NonNullable<RegistryIndexSpec['notifications']>;
type SecretRef = NonNullable<Notifications['tokenSecretRef']>;

export interface SenderOptions {
  /** What the keys of objects begin and end with whose events matter. */
  readonly filter: ObjectFilter;
  /** Where the indexer is reached from there, if not at its Service; may be that of /notifications itself. */
  readonly url?: string | undefined;
}

/**
 * What to put into the configuration of a registry, and of stores, so that they tell the indexer what happens. Secrets
 * are named, never shown. Throws a ConfigError for a manifest without notifications.
 */
export function senderConfiguration({ name, namespace, spec }: Manifest, { filter, url }: SenderOptions): string {
  const { notifications } = spec;
  const { tokenSecretRef, webhookSecretRef, sqs, pulls = 'Ignore' } = notifications ?? {};
  if (!tokenSecretRef && !webhookSecretRef && !sqs)
    throw new ConfigError('the manifest has no spec.notifications with tokenSecretRef, webhookSecretRef or sqs');
  const base = url?.replace(/(\/notifications)?\/*$/, '') ?? indexerUrl(name, namespace);
  const bucket = spec.bucket ?? '<bucket>';
  return [
    ...(tokenSecretRef ? [registrySection(`${base}/notifications`, tokenSecretRef, pulls)] : []),
    ...(webhookSecretRef ? [storeSection({ events: `${base}/events`, secret: webhookSecretRef, bucket, filter })] : []),
    ...(sqs ? [queueConfiguration({ sqs, filter, spec })] : []),
  ].join('\n');
}

/** Blobs, and pulls of a registry that is no cache, say nothing; without them a third of the requests is left. */
function registrySection(url: string, secret: SecretRef, pulls: NonNullable<Notifications['pulls']>): string {
  const endpoint = {
    name: 'registry-index',
    url,
    headers: { Authorization: [`Bearer ${shown(secret)}`] },
    timeout: '2s',
    threshold: 5,
    backoff: '1s',
    ignore: { mediatypes: ['application/octet-stream'], ...(pulls === 'Ignore' ? { actions: ['pull'] } : {}) },
  };
  return `# In the configuration of the registry (distribution 2 or 3):
${stringify({ notifications: { endpoints: [endpoint] } })}
# Or as its environment variable REGISTRY_NOTIFICATIONS_ENDPOINTS, whose value is this text:
${commented(stringify([endpoint]))}`;
}

interface StoreSettings {
  /** The beginning of the addresses for stores. */
  readonly events: string;
  readonly secret: SecretRef;
  readonly bucket: string;
  readonly filter: ObjectFilter;
}

function storeSection({ events, secret, bucket, filter }: StoreSettings): string {
  const { prefix, suffix } = filter;
  const flags = `--event put,delete --prefix ${shellWord(prefix)}${suffix === '' ? '' : ` --suffix ${suffix}`}`;
  const other = otherPatterns(filter);
  const topic = {
    Id: 'registry-index',
    TopicArn: '<TopicArn that create-topic has answered>',
    Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
    Filter: filterRules(filter),
  };
  const address = (store: string) => `${events}/${store}/${shown(secret)}`;
  return `# MinIO: its environment, and then the bucket's own events.
MINIO_NOTIFY_WEBHOOK_ENABLE_REGISTRYINDEX=on
MINIO_NOTIFY_WEBHOOK_ENDPOINT_REGISTRYINDEX=${address('minio')}
MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_REGISTRYINDEX=/var/lib/minio-events
# mc event add <alias>/${bucket} arn:minio:sqs::REGISTRYINDEX:webhook ${flags}

# Ceph: a persistent topic, so that a push never waits for the indexer, and then the bucket's notifications to it.
# aws --endpoint-url <URL of Ceph> sns create-topic --name registry-index --attributes ${shellJson({
    'push-endpoint': address('ceph'),
    persistent: 'true',
    time_to_live: '3600',
  })}
# aws --endpoint-url <URL of Ceph> s3api put-bucket-notification-configuration --bucket ${bucket} --notification-configuration ${shellJson(
    {
      TopicConfigurations: [topic],
    },
  )}

# versitygw: its environment. It sends the events of all that it has.
VGW_EVENT_WEBHOOK_URL=${address('versitygw')}
${
  other === undefined
    ? ''
    : `
# ${other}: the bucket's events once more.
`
}`;
}

function shellJson(value: object): string {
  return shellWord(JSON.stringify(value));
}

/** As one word of a shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function shown({ name, key }: SecretRef): string {
  return `<${key} of Secret ${name}>`;
}

function commented(text: string): string {
  return text.replace(/^(?=.)/gm, '#   ');
}
