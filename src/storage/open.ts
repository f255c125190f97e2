import type { Source } from '../api/settings.ts';
import { createS3Client } from '../aws/clients.ts';
import type { AwsCredentials } from '../aws/credentials.ts';
import { ServiceError } from '../aws/errors.ts';
import { placeOf } from '../aws/place.ts';
import { createS3Get } from '../aws/s3-get.ts';
import { createDirectoryStorage } from './directory-storage.ts';
import type { Layout } from './layout.ts';
import type { ObjectStorage } from './object-storage.ts';
import { createS3Storage } from './s3-storage.ts';
import { createV2Layout } from './v2/layout.ts';

/** Opens the store of a source; nothing is asked of it yet. Credentials of undefined mean the ambient chain. */
export function openStorage(source: Source, credentials: AwsCredentials | undefined): ObjectStorage {
  if (source.kind === 'directory') return createDirectoryStorage({ path: source.path });
  const { region, endpoint, forcePathStyle, bucket } = source;
  const client = createS3Client({ region, endpoint, credentials, forcePathStyle });
  return createS3Storage({ get: createS3Get(client, bucket), bucket, at: placeOf('S3', source) });
}

export interface LayoutOptions {
  readonly storage: ObjectStorage;
  readonly source: Source;
  readonly now: () => number;
}

/**
 * Reads a store as the source's layout says; `Auto` is `V2`. Throws a terminal ServiceError `UnsupportedLayout` for
 * `V1`, which cannot be read yet.
 */
export function openLayout({ storage, source, now }: LayoutOptions): Layout {
  if (source.layout === 'V1') throw unsupported();
  return createV2Layout({ storage, rootDirectory: source.rootDirectory, now });
}

function unsupported(): ServiceError {
  const message = 'storage.layout V1 cannot be read by this version; leave it out or set V2';
  return new ServiceError({ kind: 'terminal', reason: 'UnsupportedLayout', message });
}
