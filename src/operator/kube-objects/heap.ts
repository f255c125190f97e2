import type { Resources } from './pod-template.ts';
import { amountOf } from './quantity.ts';

const BYTES_PER_MB = 2 ** 20;
/** The rest is for what a worker keeps off the heap, a platform for each of a million digests included, and for Node itself. */
const HEAP_SHARE = 0.4;
/** In a small pod Node would begin with one, and copy for ever what a few requests more had made garbage: a fifth of the CPU. */
const NURSERY_MB = 16;

/** Options of Node for a worker with these resources; by itself it would give its heap half of what the pod may have. */
export function heapOptions({ limits }: Resources): string[] {
  const bytes = amountOf(limits?.memory);
  const heapMb = bytes && Math.floor((bytes * HEAP_SHARE) / BYTES_PER_MB);
  return [`--max-semi-space-size=${NURSERY_MB}`, ...(heapMb ? [`--max-old-space-size=${heapMb}`] : [])];
}
