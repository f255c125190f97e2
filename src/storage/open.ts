import type { Source } from '../api/settings.ts';
import type { Limit } from '../async/adaptive-limit.ts';
import type { AwsCredentials } from '../aws/credentials.ts';
import { placeOf } from '../aws/place.ts';
import { createS3Client, createS3Get } from '../aws/s3-get.ts';
import { type Candidate, createDetectedLayout } from './detect-layout.ts';
import { createDirectoryStorage } from './drivers/directory-storage.ts';
import { createS3Storage } from './drivers/s3-storage.ts';
import type { Layout } from './layout.ts';
import { withTagsOnly } from './merge-layouts.ts';
import type { ObjectStorage } from './object-storage.ts';
import { createV1Keys } from './v1/keys.ts';
import { createV1Layout } from './v1/layout.ts';
import { createV2Keys } from './v2/keys.ts';
import { createV2Layout } from './v2/layout.ts';

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

/**
 * Opens the layout of a source without a request. `Auto` detects it; a store with both V2 and V1 is read as one
 * registry.
 */
export function openLayout(options: LayoutOptions): Layout {
  const { storage, source, now } = options;
  const v2 = v2Candidate(options);
  if (source.layout === 'V2') return v2.layout;
  const [v1, ...otherV1] = v1Candidates(options);
  const candidates = source.layout === 'V1' ? ([v1, ...otherV1] as const) : ([v2, v1, ...otherV1] as const);
  return withTagsOnly(createDetectedLayout({ storage, candidates, now }));
}

function v2Candidate({ storage, source: { rootDirectory }, now }: LayoutOptions): Candidate {
  const { repositories } = createV2Keys(rootDirectory);
  return { layout: createV2Layout({ storage, rootDirectory, now }), repositories };
}

/** docker-registry's own default; a registry that was given `/` as its path has the whole bucket. */
export const DEFAULT_V1_ROOTS = ['registry', ''] as const;

function v1Candidates({ storage, source: { rootDirectory }, now }: LayoutOptions): [Candidate, ...Candidate[]] {
  const candidate = (root: string): Candidate => ({
    layout: createV1Layout({ storage, root, now }),
    repositories: createV1Keys(root).repositories,
  });
  if (rootDirectory !== '') return [candidate(rootDirectory)];
  const [first, ...others] = DEFAULT_V1_ROOTS;
  return [candidate(first), ...others.map(candidate)];
}
