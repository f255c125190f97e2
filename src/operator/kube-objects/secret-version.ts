import { createHmac } from 'node:crypto';
import type { SecretEntries } from '../secrets.ts';

const HEX_DIGITS = 32;

/**
 * Changes with the entries that pods use, and with nothing else of their Secrets. Everybody who may see a pod sees it, and
 * a plain hash would let them try guesses: the key stands in the version table, where what the Secrets open is to be
 * found as well.
 */
export function secretVersion(key: string, secrets: readonly SecretEntries[]): string {
  const content = secrets.map(({ name, entries }) => [
    name,
    Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  const hmac = createHmac('sha256', key).update('registry-index secrets').update(JSON.stringify(content));
  return hmac.digest('hex').slice(0, HEX_DIGITS);
}
