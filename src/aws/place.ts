import { proxiesFrom } from '../network/proxy.ts';

/** Where requests go, in words for people: the endpoint's address, or the service and its region. */
export function placeOf(
  service: 'DynamoDB' | 'S3' | 'SQS' | 'STS',
  target: { endpoint: string | undefined; region: string },
): string {
  if (target.endpoint === undefined) return `${service} in ${target.region}`;
  const url = URL.parse(target.endpoint);
  return url ? url.origin : target.endpoint;
}

/** What to correct when no host is found for a place that `placeOf` gave: the endpoint's host, or else the region. */
export function unknownName(place: string): string {
  const region = regionIn(place);
  return region ? `no AWS region is called ${region}` : `no host is called ${URL.parse(place)?.hostname ?? place}`;
}

/** `host:port` of the proxy through which a place that `placeOf` gave is asked; undefined for none. */
export function proxyTo(place: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const region = regionIn(place);
  const url = URL.parse(region ? `https://${region}.amazonaws.com` : place);
  return (url && proxiesFrom(env)?.proxyFor(url)?.host) ?? undefined;
}

function regionIn(place: string): string | undefined {
  return / in (\S+)$/.exec(place)?.[1];
}
