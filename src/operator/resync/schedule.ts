import { crc32 } from 'node:zlib';
import type { RegistryIndex } from '../../api/registry-index.ts';

const MINUTES_A_DAY = 24 * 60;

/** As the resource says, else daily: at a minute of its own, so that not all of a cluster's begin together. */
export function scheduleOf({ metadata, spec }: Pick<RegistryIndex, 'metadata' | 'spec'>): string {
  if (spec.resync?.schedule) return spec.resync.schedule;
  const minute = crc32(`${metadata.namespace}/${metadata.name}`) % MINUTES_A_DAY;
  return `${minute % 60} ${Math.floor(minute / 60)} * * *`;
}
