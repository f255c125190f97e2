/** Where requests go, in words for people: the endpoint's address, or the service and its region. */
export function placeOf(
  service: 'DynamoDB' | 'S3' | 'SQS',
  target: { endpoint: string | undefined; region: string },
): string {
  if (target.endpoint === undefined) return `${service} in ${target.region}`;
  const url = URL.parse(target.endpoint);
  return url ? url.origin : target.endpoint;
}

/** What to correct where no host is found for a place that `placeOf` gave: the endpoint's host, or else the region. */
export function unknownName(place: string): string {
  const region = / in (\S+)$/.exec(place)?.[1];
  return region ? `no AWS region is called ${region}` : `no host is called ${URL.parse(place)?.hostname ?? place}`;
}
