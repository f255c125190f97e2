import { type Latencies, startS3Stub } from './s3-stub.ts';
import { type BucketShape, createSyntheticBucket } from './synthetic-bucket.ts';

/** The stub in a process of its own; ends when its parent disconnects. */
process.once('message', async ({ shape, latencies }: { shape: BucketShape; latencies: Latencies }) => {
  const stub = await startS3Stub(createSyntheticBucket(shape), latencies);
  process.send?.(stub.endpoint);
});
process.once('disconnect', () => process.exit());
