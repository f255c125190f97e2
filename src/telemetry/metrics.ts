import { collectDefaultMetrics, Registry } from 'prom-client';

export interface MetricsOptions {
  /** Also the process's own figures: CPU, memory, event loop, garbage collection. One registry a process has them. */
  readonly process?: boolean;
}

/** A registry for the metrics of one process; each room registers its own in it. */
export function createMetrics({ process = false }: MetricsOptions = {}): Registry {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  return registry;
}
