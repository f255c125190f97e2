import { createHmac } from 'node:crypto';

/**
 * What the operator authenticates with when it asks search how much there is. Made from the key of nudges, which both
 * know already; it does not allow nudges.
 */
export function reportKeyOf(nudgeKey: string): string {
  return createHmac('sha256', nudgeKey).update('registry-index search report').digest('base64url');
}
