import { mapOrdered } from '../../../src/async/map-ordered.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { answerJob } from '../support/child.ts';
import { type Cost, measured } from '../support/measure.ts';
import type { ReplayJob } from './jobs.ts';

const MAX_BYTES = 8 * 1024 * 1024;

/** The bare loop that a backfill is measured against: as many requests at once, and nothing else. */
answerJob(async ({ source, credentials, concurrency, requests }: ReplayJob): Promise<Cost> => {
  const storage = openStorage(source, credentials);
  const { signal } = new AbortController();
  const send = async (recorded: ReplayJob['requests'][number]) =>
    recorded.kind === 'list' ? storage.list(recorded.request, signal) : storage.get(recorded.key, MAX_BYTES, signal);
  const { cost } = await measured(async () => {
    for await (const _ of mapOrdered(requests, concurrency, send));
  });
  return cost;
});
