import type { RegistryIndexSpec } from '../../api/generated.ts';
import { settingsOf } from '../../api/settings.ts';
import { dynamodbUrl, isAwsUrl, s3Url } from '../../aws/service-url.ts';
import { parseEndpoint } from './endpoint-pattern.ts';
import { allowsEndpoint, type Policy } from './policy.ts';
import type { Refusal } from './validate.ts';

/** A service that is asked with the credentials of the resource or of the operator. */
interface Destination {
  /** The field and its value that decide which service that is. */
  readonly said: string;
  readonly endpoint: string | undefined;
  /** Where the SDK sends requests by that; undefined for nowhere. */
  readonly url: URL | undefined;
}

/** Refuses URLs that people and programs could read differently. Nothing of them is told: they may hold a password. */
export function refuseUrls({ dynamodb, storage, registry }: RegistryIndexSpec): Refusal | undefined {
  const urls = [
    { field: 'dynamodb.endpoint', text: dynamodb?.endpoint },
    { field: 'storage.endpoint', text: storage?.endpoint },
    { field: 'registry.url', text: registry?.url },
  ];
  const wrong = urls.find(({ text }) => text !== undefined && parseEndpoint(text) === undefined);
  if (!wrong) return undefined;
  const shape =
    'an http:// or https:// URL of a host, with a port and a path at most, such as http://minio.storage:9000';
  return { reason: 'EndpointInvalid', message: `${wrong.field} is not ${shape}` };
}

/** Refuses what would send requests elsewhere than to AWS and to what the chart allows. */
export function refuseDestinations(spec: RegistryIndexSpec, policy: Policy): Refusal | undefined {
  const forbidden = destinationsOf(spec).filter((destination) => !allows(policy, destination));
  if (forbidden.length === 0) return undefined;
  const said = forbidden.map(({ said }) => said).join(' and ');
  const way = "allowed here; add it to allowedEndpoints of the operator's chart";
  const message = forbidden.length === 1 ? `${said} is not ${way}` : `${said} are not ${way}`;
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

interface Setting {
  readonly field: string;
  readonly endpoint: string | undefined;
  readonly regionField: string;
  readonly region: string;
}

function destination({ field, endpoint, regionField, region }: Setting, url: URL | undefined): Destination {
  const leadsTo = url ? `which leads to ${url.origin},` : 'which AWS has no address for,';
  const said = endpoint === undefined ? `${regionField} ${region}, ${leadsTo}` : `${field} ${endpoint}`;
  return { said, endpoint, url };
}

/** Path style and bucket decide whether the bucket is in front of the host; that is still the host that is allowed. */
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
