import { ServiceError } from '../aws/errors.ts';
import type { OwnershipRecord } from '../dynamodb/state/ownership.ts';
import type { DeletionStep } from './decide-deletion.ts';
import type { TableServices } from './observation.ts';
import type { TablesStep } from './step.ts';

export type StepOutcome =
  /** With the ownership record if one was written, and with the identity of the version table if it was created. */
  | { readonly kind: 'done'; readonly ownership?: OwnershipRecord; readonly versionTable?: string }
  /** What was observed no longer holds, and nothing was done. */
  | { readonly kind: 'stale' }
  /** A setting was not changed; `retryable` if it may be possible a little later. */
  | { readonly kind: 'notChanged'; readonly why: string; readonly retryable: boolean };

export type ActingStep = Exclude<TablesStep | DeletionStep, { do: 'wait' | 'refuse' | 'serve' | 'gone' }>;

/**
 * Does one step. A conflict (another writer was quicker, or DescribeTable was behind) is no failure: the next
 * observation shows what holds now. A setting that cannot be changed is none either, because the tables serve without
 * it. Rejects with any other ServiceError.
 */
export async function executeStep(
  step: ActingStep,
  services: TableServices,
  signal: AbortSignal,
): Promise<StepOutcome> {
  try {
    return await execute(step, services, signal);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { kind, message } = error.failure;
    if (kind === 'conflict') return { kind: 'stale' };
    if (step.do !== 'changeTable') throw error;
    return { kind: 'notChanged', why: message, retryable: kind === 'retryable' };
  }
}

async function execute(
  step: ActingStep,
  { tables, claims, ownership }: TableServices,
  signal: AbortSignal,
): Promise<StepOutcome> {
  switch (step.do) {
    case 'createTable': {
      const identity = await tables.create(step.role, signal);
      if (step.role === 'version') return { kind: 'done', versionTable: identity };
      const next = { ...step.next, repositoryTable: identity };
      await ownership.update(step.seen, next, signal);
      return { kind: 'done', ownership: next };
    }
    case 'claimTable':
      await claims.write(step.seen, step.identity, signal);
      break;
    case 'createOwnership':
      await ownership.create(step.ownership, signal);
      return { kind: 'done', ownership: step.ownership };
    case 'updateOwnership':
      await ownership.update(step.seen, step.next, signal);
      return { kind: 'done', ownership: step.next };
    case 'deleteTable':
      await tables.remove(step.role, signal);
      break;
    case 'changeTable': {
      const result = await tables.change(step.role, step.change, signal);
      if (result === 'unsupported')
        return {
          kind: 'notChanged',
          why: `this endpoint cannot set ${step.change} of the ${step.role} table`,
          retryable: false,
        };
    }
  }
  return { kind: 'done' };
}
