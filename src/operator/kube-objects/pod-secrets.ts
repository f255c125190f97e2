import { createHmac } from 'node:crypto';
import type { Component } from '../../api/names.ts';
import type { AssumedRole } from '../../aws/credentials.ts';

/** The entries of a Secret that somebody uses; no others of it are kept. */
export interface SecretEntries {
  readonly name: string;
  readonly entries: Readonly<Record<string, string>>;
}

/** Whose pods have credentials of their own. A resync uses those of the backfill. */
export type PodComponent = Exclude<Component, 'resync'>;

/** Where pods have their credentials from; undefined for ambient ones. */
export type PodSecrets = Readonly<Record<PodComponent, SecretEntries | undefined>>;

/** Roles that pods assume. */
export type PodRoles = Readonly<Record<PodComponent, AssumedRole | undefined>>;

const HEX_DIGITS = 32;

/**
 * Changes with the entries that pods use, and with nothing else of their Secrets. Everybody who may see a pod sees it,
 * and a plain hash would let them try guesses: the key stands in the version table, where what the Secrets open is to
 * be found as well.
 */
export function secretVersion(key: string, secrets: readonly SecretEntries[]): string {
  const content = secrets.map(({ name, entries }) => [
    name,
    Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  const hmac = createHmac('sha256', key).update('registry-index secrets').update(JSON.stringify(content));
  return hmac.digest('hex').slice(0, HEX_DIGITS);
}
