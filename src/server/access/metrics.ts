import { Counter, Gauge, type Registry } from 'prom-client';
import type { CheckResult } from './caller-check.ts';

const RESULTS: readonly CheckResult[] = ['known', 'refused', 'throttled', 'busy', 'unavailable'];

/** Counts checks of credentials by result. No name is ever among the labels. */
export function countChecks(registry: Registry, known: () => number): (result: CheckResult) => void {
  const checks = new Counter({
    name: 'registry_index_access_checks_total',
    help: 'Credentials that were checked, beyond those remembered from a moment ago, by result',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of RESULTS) checks.inc({ result }, 0);
  new Gauge({
    name: 'registry_index_access_known_callers',
    help: 'Credentials that are remembered as good',
    registers: [registry],
    collect() {
      this.set(known());
    },
  });
  return (result) => checks.inc({ result });
}
