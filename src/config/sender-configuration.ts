import { stringify } from 'yaml';
import type { RegistryIndexSpec } from '../api/generated.ts';
import { indexerUrl } from '../api/names.ts';
import { ConfigError } from './config-error.ts';
import type { Manifest } from './manifest.ts';

type Notifications = NonNullable<RegistryIndexSpec['notifications']>;
type SecretRef = NonNullable<Notifications['tokenSecretRef']>;

/**
 * What to put into the configuration of a registry, and of stores, so that they tell the indexer what happens. Secrets
 * are named, never shown. `url` is where the indexer is reached from there. Throws a ConfigError for a manifest without
 * notifications.
 */
export function senderConfiguration({ name, namespace, spec }: Manifest, url?: string): string {
  const { notifications } = spec;
  if (!notifications?.tokenSecretRef && !notifications?.webhookSecretRef)
    throw new ConfigError('the manifest has no spec.notifications.tokenSecretRef and no webhookSecretRef');
  const base = url?.replace(/\/+$/, '') ?? indexerUrl(name, namespace);
  const { tokenSecretRef, webhookSecretRef, pulls = 'Ignore' } = notifications;
  return [
    ...(tokenSecretRef ? [registrySection(`${base}/notifications`, tokenSecretRef, pulls)] : []),
    ...(webhookSecretRef ? [storeSection(`${base}/events`, webhookSecretRef, spec.bucket ?? '<bucket>')] : []),
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

function storeSection(events: string, secret: SecretRef, bucket: string): string {
  const address = (source: string) => `${events}/${source}/${shown(secret)}`;
  return `# MinIO: its environment, and then the bucket's own events.
MINIO_NOTIFY_WEBHOOK_ENABLE_REGISTRYINDEX=on
MINIO_NOTIFY_WEBHOOK_ENDPOINT_REGISTRYINDEX=${address('minio')}
MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_REGISTRYINDEX=/var/lib/minio-events
# mc event add <alias>/${bucket} arn:minio:sqs::REGISTRYINDEX:webhook --event put,delete --suffix /current/link

# Ceph: a persistent topic, so that a push never waits for the indexer. Then notifications of the bucket to it, of
# s3:ObjectCreated:* and s3:ObjectRemoved:*, with the suffix /current/link.
# aws sns create-topic --name registry-index --attributes '${JSON.stringify({
    'push-endpoint': address('ceph'),
    persistent: 'true',
    time_to_live: '3600',
  })}'

# versitygw: start it with
# --event-webhook-url ${address('versitygw')}

# docker-registry v1: the same, without the suffix.
`;
}

function shown({ name, key }: SecretRef): string {
  return `<${key} of Secret ${name}>`;
}

function commented(text: string): string {
  return text.replace(/^(?=.)/gm, '#   ');
}
