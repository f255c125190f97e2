import type { Source } from '../api/settings.ts';
import type { Limit } from '../async/adaptive-limit.ts';
import type { AwsCredentials } from '../aws/credentials.ts';
import { placeOf } from '../aws/place.ts';
import { createS3Client, createS3Get } from '../aws/s3-get.ts';
import { createDetectedLayout, type LayoutCandidate } from './detect-layout.ts';
import { createDirectoryStorage } from './drivers/directory-storage.ts';
import { createS3Storage } from './drivers/s3-storage.ts';
import type { Layout } from './layout.ts';
import { withTagsOnly } from './merge-layouts.ts';
import type { ObjectStorage } from './object-storage.ts';
import { type PossibleRegistry, registriesAt } from './possible-registries.ts';

/**
 * Opens the store of a source without a request. Undefined credentials mean the SDK's ambient chain. Every request to a
 * bucket passes `limit`.
 */
export function openStorage(source: Source, credentials: AwsCredentials | undefined, limit?: Limit): ObjectStorage {
  if (source.kind === 'directory') return createDirectoryStorage({ path: source.path });
  const { region, endpoint, forcePathStyle, bucket } = source;
  const client = createS3Client({ region, endpoint, credentials, forcePathStyle });
  const get = createS3Get(client, bucket);
  return createS3Storage({ get, bucket, at: placeOf('S3', source), ...(limit ? { limit } : {}) });
}

export interface LayoutOptions {
  readonly storage: ObjectStorage;
  readonly source: Source;
  readonly now: () => number;
}

/** Opens the layout of a source without a request. `Auto` detects it; a store with several is read as one registry. */
export function openLayout({ storage, source, now }: LayoutOptions): Layout {
  const [first, ...others] = registriesAt(source);
  const candidate = ({ open, repositories }: PossibleRegistry): LayoutCandidate => ({
    layout: open({ storage, now }),
    repositories,
  });
  if (others.length === 0) return withTagsOnly(candidate(first).layout);
  const candidates = [candidate(first), ...others.map(candidate)] as const;
  return withTagsOnly(createDetectedLayout({ storage, candidates, now }));
}
