import type { Problem } from '../../api/conditions.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';
import { settingsOf } from '../../api/settings.ts';
import { dynamodbUrl, isAwsUrl, isSqsUrl, s3Url } from '../../aws/service-url.ts';
import { parseEndpoint } from './endpoint-pattern.ts';
import { allowsEndpoint, type Policy } from './policy.ts';

/** A service that gets requests signed with the credentials of the resource or of the operator. */
interface Destination {
  /** The field that decides which service that is, with its value. */
  readonly label: string;
  readonly endpoint: string | undefined;
  /** Where the SDK sends the requests; undefined if the SDK has no address for it. */
  readonly url: URL | undefined;
}

/**
 * Refuses URLs that people and programs could read differently. The message does not quote them: they may hold a
 * password.
 */
export function validateUrls({ dynamodb, storage, registry, search }: RegistryIndexSpec): Problem | undefined {
  const urls = [
    { field: 'dynamodb.endpoint', text: dynamodb?.endpoint },
    { field: 'storage.endpoint', text: storage?.endpoint },
    { field: 'registry.url', text: registry?.url },
    { field: 'search.access.registry.url', text: search?.access?.registry?.url },
    { field: 'search.access.registry.tokenURL', text: search?.access?.registry?.tokenURL },
  ];
  const wrong = urls.find(({ text }) => text !== undefined && parseEndpoint(text) === undefined);
  if (!wrong) return undefined;
  const shape =
    'an http:// or https:// URL of a host, with a port and a path at most, such as http://minio.storage:9000';
  return { reason: 'EndpointInvalid', message: `${wrong.field} is not ${shape}` };
}

/** Refuses services other than AWS and those that the chart allows. */
export function validateDestinations(spec: RegistryIndexSpec, policy: Policy): Problem | undefined {
  const refused = destinationsOf(spec).filter((destination) => !allows(policy, destination));
  const forbidden = [...refused.map(({ label }) => label), ...forbiddenQueue(spec, policy)];
  if (forbidden.length === 0) return undefined;
  const labels = forbidden.join(' and ');
  const way = "allowed here; add it to allowedEndpoints of the operator's chart";
  const message = forbidden.length === 1 ? `${labels} is not ${way}` : `${labels} are not ${way}`;
  return { reason: 'EndpointNotAllowed', message };
}

function destinationsOf(spec: RegistryIndexSpec): Destination[] {
  const { source, index } = settingsOf(spec);
  if (source.kind !== 's3') return [];
  const regionField = spec.storage?.region === undefined ? 'region' : 'storage.region';
  return [
    destination({ ...index, field: 'dynamodb.endpoint', regionField: 'region' }, dynamodbUrl(index)),
    destination({ ...source, field: 'storage.endpoint', regionField }, s3Url(source)),
  ];
}

/** Requests go to the host in the queue's URL. */
function forbiddenQueue({ notifications }: RegistryIndexSpec, policy: Policy): string[] {
  const url = URL.parse(notifications?.sqs?.queueURL ?? '');
  if (!url || isSqsUrl(url) || allowsEndpoint(policy, url.origin)) return [];
  return [`notifications.sqs.queueURL, which leads to ${url.origin},`];
}

interface Setting {
  readonly field: string;
  readonly endpoint: string | undefined;
  readonly regionField: string;
  readonly region: string;
}

function destination({ field, endpoint, regionField, region }: Setting, url: URL | undefined): Destination {
  const leadsTo = url ? `which leads to ${url.origin},` : 'which AWS has no address for,';
  const label = endpoint === undefined ? `${regionField} ${region}, ${leadsTo}` : `${field} ${endpoint}`;
  return { label, endpoint, url };
}

/** The bucket may stand in front of the host; the host after it is the one that must be allowed. */
function allows(policy: Policy, { endpoint, url }: Destination): boolean {
  if (url === undefined) return false;
  if (endpoint === undefined) return isAwsUrl(url) || allowsEndpoint(policy, url.origin);
  const named = parseEndpoint(endpoint);
  return named !== undefined && isWithin(named, url) && allowsEndpoint(policy, endpoint);
}

function isWithin(named: URL, url: URL): boolean {
  const sameHost = url.hostname === named.hostname || url.hostname.endsWith(`.${named.hostname}`);
  return sameHost && url.protocol === named.protocol && url.port === named.port;
}
