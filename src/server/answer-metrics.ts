import { Counter, type Registry } from 'prom-client';
import type { AnswerCacheDeps } from './answer-cache.ts';

/** Counts answers by where they came from: hits and misses of the cache. */
export function countAnswers(registry: Registry): AnswerCacheDeps['onAnswer'] {
  const counts = { cache: 0, engine: 0 };
  new Counter({
    name: 'registry_index_search_answers_total',
    help: 'Searches answered from the cache of answers, and those worked out by the engine',
    labelNames: ['source'],
    registers: [registry],
    collect() {
      this.reset();
      this.inc({ source: 'cache' }, counts.cache);
      this.inc({ source: 'engine' }, counts.engine);
    },
  });
  return (source) => {
    counts[source] += 1;
  };
}
