import type { Problem } from '../../api/conditions.ts';
import type { RegistryIndexSpec } from '../../api/generated.ts';
import { amountOf } from '../kube-objects/quantity.ts';
import { leastMinutesBetween } from './cron-interval.ts';
import { shown } from './shown.ts';

/** The most that one resource may ask for, unless the chart says otherwise. */
export const DEFAULT_LIMITS = {
  /** Of each table, a second; both are what AWS allows an account that has not asked for more. */
  readUnits: 40_000,
  writeUnits: 40_000,
  searchReplicas: 20,
  backfillWorkers: 64,
  backfillConcurrency: 256,
  /** Of a pod: cores, and bytes of memory and of disk, as requests or limits. */
  podCpu: '16',
  podMemory: '64Gi',
  podStorage: '100Gi',
  /** The least minutes between two resyncs. */
  resyncMinutes: 5,
} as const satisfies Record<string, number | string>;

export type LimitName = keyof typeof DEFAULT_LIMITS;
/** Limits other than the defaults, by name; amounts as numbers or as quantities of Kubernetes. */
export type Limits = Partial<Record<LimitName, number | string>>;

export function isLimitName(text: string): text is LimitName {
  return Object.hasOwn(DEFAULT_LIMITS, text);
}

/** An amount that the resource asks for. */
interface Amount {
  readonly field: string;
  readonly value: unknown;
  readonly limit: LimitName;
}

/** Refuses what costs more, in money or in shared resources, than the chart allows one RegistryIndex. */
export function validateLimits(spec: RegistryIndexSpec, limits: Limits): Problem | undefined {
  return validateResources(spec) ?? validateAmounts(spec, limits) ?? validateSchedule(spec, limits);
}

function validateAmounts(spec: RegistryIndexSpec, limits: Limits): Problem | undefined {
  for (const { field, value, limit } of amountsOf(spec)) {
    const most = limits[limit] ?? DEFAULT_LIMITS[limit];
    const [amount, allowed] = [amountOf(value), amountOf(most)];
    if (amount === undefined || !Number.isFinite(amount) || amount < 0)
      return { reason: 'QuantityInvalid', message: `${field} ${shown(value)} is no amount, such as 1 or 512Mi` };
    if (amount > (allowed ?? 0))
      return {
        reason: 'LimitExceeded',
        message: `${field} ${shown(value)} is more than the ${most} that are allowed here; lower it, or raise limits.${limit} of the operator's chart`,
      };
  }
  return undefined;
}

function amountsOf(spec: RegistryIndexSpec): Amount[] {
  const { readUnits, writeUnits, warmThroughput, maxReadRequestUnits, maxWriteRequestUnits } =
    spec.dynamodb?.billing ?? {};
  const numbers: Amount[] = [
    { field: 'dynamodb.billing.readUnits', value: readUnits, limit: 'readUnits' },
    { field: 'dynamodb.billing.writeUnits', value: writeUnits, limit: 'writeUnits' },
    { field: 'dynamodb.billing.maxReadRequestUnits', value: maxReadRequestUnits, limit: 'readUnits' },
    { field: 'dynamodb.billing.maxWriteRequestUnits', value: maxWriteRequestUnits, limit: 'writeUnits' },
    { field: 'dynamodb.billing.warmThroughput.readUnits', value: warmThroughput?.readUnits, limit: 'readUnits' },
    { field: 'dynamodb.billing.warmThroughput.writeUnits', value: warmThroughput?.writeUnits, limit: 'writeUnits' },
    { field: 'search.replicas', value: spec.search?.replicas, limit: 'searchReplicas' },
    { field: 'backfill.workers', value: spec.backfill?.workers, limit: 'backfillWorkers' },
    { field: 'backfill.concurrency', value: spec.backfill?.concurrency, limit: 'backfillConcurrency' },
  ];
  const quantities = quantitiesOf(spec).flatMap(({ field, value, resource }): Amount[] => {
    const limit = POD_LIMITS[resource];
    return limit === undefined ? [] : [{ field, value, limit }];
  });
  return [...numbers, ...quantities].filter(({ value }) => value !== undefined);
}

const POD_LIMITS: Readonly<Record<string, LimitName>> = {
  cpu: 'podCpu',
  memory: 'podMemory',
  'ephemeral-storage': 'podStorage',
};

/**
 * Other resources, such as GPUs, no pod of ours needs. Kubernetes never creates a pod that requests more than its
 * limit.
 */
function validateResources(spec: RegistryIndexSpec): Problem | undefined {
  const quantities = quantitiesOf(spec);
  const unknown = quantities.find(({ resource }) => !Object.hasOwn(POD_LIMITS, resource));
  if (unknown) {
    const known = Object.keys(POD_LIMITS).join(', ');
    return { reason: 'QuantityInvalid', message: `${unknown.field} is not known here; name ${known} alone` };
  }
  const unlimited = quantities.find(({ field, value }) => field.includes('.limits.') && amountOf(value) === 0);
  if (unlimited)
    return { reason: 'QuantityInvalid', message: `${unlimited.field} 0 is no limit to Kubernetes; say an amount` };
  for (const { field, value, pair } of quantities)
    if (pair !== undefined && (amountOf(value) ?? 0) > (amountOf(pair) ?? Infinity))
      return { reason: 'QuantityInvalid', message: `${field} ${shown(value)} is more than its limit ${shown(pair)}` };
  return undefined;
}

interface Quantity {
  readonly field: string;
  readonly resource: string;
  readonly value: unknown;
  /** Of a request: its limit, if there is one. */
  readonly pair: unknown;
}

function quantitiesOf({ backfill, indexer, search }: RegistryIndexSpec): Quantity[] {
  return Object.entries({ backfill, indexer, search }).flatMap(([component, has]) => {
    const { requests = {}, limits = {} } = has?.resources ?? {};
    const read = (kind: string, of: Readonly<Record<string, unknown>>, pairs: Readonly<Record<string, unknown>>) =>
      Object.entries(of).map(([resource, value]) => {
        return { field: `${component}.resources.${kind}.${resource}`, resource, value, pair: pairs[resource] };
      });
    return [...read('requests', requests, limits), ...read('limits', limits, {})];
  });
}

/** A schedule that cannot be read here is refused by the API server when the CronJob is applied. */
function validateSchedule({ resync }: RegistryIndexSpec, limits: Limits): Problem | undefined {
  const least = Number(limits.resyncMinutes ?? DEFAULT_LIMITS.resyncMinutes);
  const minutes = resync?.schedule === undefined ? undefined : leastMinutesBetween(resync.schedule);
  if (minutes === undefined || minutes >= least) return undefined;
  const apart = minutes < 1 ? 'less than a minute' : `${Math.floor(minutes)} min`;
  const message = `resync.schedule ${shown(resync?.schedule)} begins resyncs ${apart} apart, and ${least} min are the least here; let more time pass, or lower limits.resyncMinutes of the operator's chart`;
  return { reason: 'ScheduleTooFrequent', message };
}
