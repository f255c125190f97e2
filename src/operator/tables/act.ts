import { ServiceError } from '../../aws/errors.ts';
import type { DeletionStep } from './decide-deletion.ts';
import type { TableServices } from './observation.ts';
import type { TablesStep } from './step.ts';

/** `done`, or `lookAgain` when the world had moved on; `setAside` when a change cannot be made at this endpoint. */
export type ActResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'lookAgain' }
  | { readonly kind: 'setAside'; readonly why: string };

type Acting = Exclude<TablesStep | DeletionStep, { do: 'wait' | 'refuse' | 'serve' | 'gone' }>;

/**
 * Does one step. A conflict (somebody was quicker, or DescribeTable was behind) is no failure: the next observation
 * tells what holds now. Other errors reject, classified.
 */
export async function actOnTables(step: Acting, services: TableServices, signal: AbortSignal): Promise<ActResult> {
  try {
    return await act(step, services, signal);
  } catch (error) {
    if (error instanceof ServiceError && error.failure.kind === 'conflict') return { kind: 'lookAgain' };
    if (error instanceof ServiceError && error.failure.kind === 'terminal' && step.do === 'changeTable')
      return { kind: 'setAside', why: error.failure.message };
    throw error;
  }
}

async function act(step: Acting, { tables, marker }: TableServices, signal: AbortSignal): Promise<ActResult> {
  switch (step.do) {
    case 'createTable':
      await tables.create(step.role, signal);
      break;
    case 'claim':
      await marker.claim(step.marker, signal);
      break;
    case 'updateMarker':
      await marker.update(step.seen, step.next, signal);
      break;
    case 'deleteTable':
      await tables.remove(step.role, signal);
      break;
    case 'changeTable': {
      const result = await tables.change(step.role, step.change, signal);
      if (result === 'unsupported')
        return { kind: 'setAside', why: `this endpoint cannot set ${step.change} of the ${step.role} table` };
    }
  }
  return { kind: 'done' };
}
