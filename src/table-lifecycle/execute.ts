import { ServiceError } from '../aws/errors.ts';
import type { Marker } from '../dynamodb/state/marker.ts';
import type { DeletionStep } from './decide-deletion.ts';
import type { TableServices } from './observation.ts';
import type { TablesStep } from './step.ts';

/** `done`, with the marker if one was written, and the identity of the version table if it was made; or `lookAgain` when the world had moved on; `setAside` when a change of the settings was not made. */
export type ActResult =
  | { readonly kind: 'done'; readonly marker?: Marker; readonly versionTable?: string }
  | { readonly kind: 'lookAgain' }
  /** `passing` where it may be made a little later. */
  | { readonly kind: 'setAside'; readonly why: string; readonly passing: boolean };

type Acting = Exclude<TablesStep | DeletionStep, { do: 'wait' | 'refuse' | 'serve' | 'gone' }>;

/**
 * Does one step. A conflict (somebody was quicker, or DescribeTable was behind) is no failure: the next observation
 * tells what holds now. No change of the settings of tables that serve is worth stopping for. Other errors reject,
 * classified.
 */
export async function actOnTables(step: Acting, services: TableServices, signal: AbortSignal): Promise<ActResult> {
  try {
    return await act(step, services, signal);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { kind, message } = error.failure;
    if (kind === 'conflict') return { kind: 'lookAgain' };
    if (step.do !== 'changeTable') throw error;
    return { kind: 'setAside', why: message, passing: kind === 'retryable' };
  }
}

async function act(step: Acting, { tables, claims, marker }: TableServices, signal: AbortSignal): Promise<ActResult> {
  switch (step.do) {
    case 'createTable': {
      const identity = await tables.create(step.role, signal);
      if (step.role === 'version') return { kind: 'done', versionTable: identity };
      const next = { ...step.next, repositoryTable: identity };
      await marker.update(step.seen, next, signal);
      return { kind: 'done', marker: next };
    }
    case 'claimTable':
      await claims.write(step.seen, step.identity, signal);
      break;
    case 'claim':
      await marker.claim(step.marker, signal);
      return { kind: 'done', marker: step.marker };
    case 'updateMarker':
      await marker.update(step.seen, step.next, signal);
      return { kind: 'done', marker: step.next };
    case 'deleteTable':
      await tables.remove(step.role, signal);
      break;
    case 'changeTable': {
      const result = await tables.change(step.role, step.change, signal);
      if (result === 'unsupported')
        return {
          kind: 'setAside',
          why: `this endpoint cannot set ${step.change} of the ${step.role} table`,
          passing: false,
        };
    }
  }
  return { kind: 'done' };
}
