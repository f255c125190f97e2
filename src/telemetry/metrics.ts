import { collectDefaultMetrics, Registry } from 'prom-client';

export interface MetricsOptions {
  /** Adds the process's own metrics: CPU, memory, event loop, garbage collection. For one registry of a process. */
  readonly process?: boolean;
}

/** A registry for the metrics of one process. */
export function createMetricsRegistry({ process = false }: MetricsOptions = {}): Registry {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  return registry;
}
