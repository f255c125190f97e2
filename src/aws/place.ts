/** Where requests go, in words for people: the endpoint's address, or the service and its region. */
export function placeOf(service: 'DynamoDB' | 'S3', target: { endpoint: string | undefined; region: string }): string {
  if (target.endpoint === undefined) return `${service} in ${target.region}`;
  const url = URL.parse(target.endpoint);
  return url ? url.origin : target.endpoint;
}
