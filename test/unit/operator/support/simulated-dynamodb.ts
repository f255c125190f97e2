import { ServiceError } from '../../../../src/aws/errors.ts';
import type { Marker, MarkerState, MarkerStore } from '../../../../src/index/marker.ts';
import type { TableControl, TableRole, TableState } from '../../../../src/index/tables.ts';

type Phase = 'creating' | 'active' | 'deleting';

interface SimulatedTable {
  readonly identity: string;
  readonly schemaFits: boolean;
  readonly marker: MarkerState;
  /** Made by somebody else, who wants it left as it is. */
  readonly foreign: boolean;
}

interface Moment {
  readonly sinceMs: number;
  readonly phase: Phase | 'missing';
  readonly table: SimulatedTable | undefined;
}

/** The process ended at this line. */
export class Crash extends Error {}

/** Where within the next write the process is to end. */
export type CrashPoint = 'before' | 'after';

const CREATING_MS = 3_000;
const DELETING_MS = 2_000;
/** For so long after a change DescribeTable may still tell what was before. */
const BEHIND_MS = 2_500;

/** A DynamoDB for two tables, in which time stands still until `advance`. */
export interface SimulatedDynamoDb {
  readonly tables: TableControl;
  readonly marker: MarkerStore;
  /** All markers that were ever written, in order. */
  readonly written: readonly Marker[];
  /** Tables of somebody else that were written to or deleted. */
  readonly harmed: readonly string[];
  /** Whether DescribeTable is behind from now on. */
  behind: boolean;
  crash: CrashPoint | undefined;
  advance(ms: number): void;
  /** By hand, as everything below: the table goes, when it is active. */
  drop(role: TableRole): void;
  /** Puts a table of somebody else there, active, where there is none. */
  place(role: TableRole, table: Partial<SimulatedTable>): void;
  /** What a peer sees: who has which table, and its marker. */
  look(role: TableRole): SimulatedTable | undefined;
}

const ABSENT: Moment = { sinceMs: -Infinity, phase: 'missing', table: undefined };

export function simulateDynamoDb(startMs: number): SimulatedDynamoDb {
  let nowMs = startMs;
  let made = 0;
  /** The current moment of each table, and the one before it. */
  const moments: Record<TableRole, readonly [Moment, Moment]> = {
    version: [ABSENT, ABSENT],
    repository: [ABSENT, ABSENT],
  };
  const written: Marker[] = [];
  const harmed: string[] = [];

  function enter(role: TableRole, phase: Moment['phase'], table: SimulatedTable | undefined, sinceMs = nowMs): void {
    moments[role] = [{ sinceMs, phase, table }, moments[role][0]];
  }

  function newTable(fields: Partial<SimulatedTable> = {}): SimulatedTable {
    return { identity: `table-${++made}`, schemaFits: true, marker: { kind: 'none' }, foreign: false, ...fields };
  }

  function passTime(role: TableRole): void {
    const [{ phase, sinceMs, table }] = moments[role];
    if (phase === 'creating' && nowMs >= sinceMs + CREATING_MS) enter(role, 'active', table, sinceMs + CREATING_MS);
    if (phase === 'deleting' && nowMs >= sinceMs + DELETING_MS)
      enter(role, 'missing', undefined, sinceMs + DELETING_MS);
  }

  function write<T>(effect: () => T): T {
    const point = world.crash;
    world.crash = undefined;
    if (point === 'before') throw new Crash();
    const result = effect();
    if (point === 'after') throw new Crash();
    return result;
  }

  function versionTable(): SimulatedTable {
    const [{ phase, table }] = moments.version;
    if (phase !== 'active' || table === undefined) throw failure('notFound');
    return table;
  }

  function putMarker(next: Marker, holds: (state: MarkerState) => boolean): void {
    const table = versionTable();
    if (!holds(table.marker)) throw failure('conflict');
    if (table.foreign) harmed.push(table.identity);
    const [{ sinceMs }, before] = moments.version;
    moments.version = [
      { sinceMs, phase: 'active', table: { ...table, marker: { kind: 'ours', marker: next } } },
      before,
    ];
    written.push(next);
  }

  const world: SimulatedDynamoDb = {
    written,
    harmed,
    behind: false,
    crash: undefined,
    tables: {
      async describe(role) {
        const [current, before] = moments[role];
        return stateOf(world.behind && nowMs < current.sinceMs + BEHIND_MS ? before : current);
      },
      async create(role) {
        write(() => {
          if (moments[role][0].phase !== 'missing') throw failure('conflict');
          enter(role, 'creating', newTable());
        });
      },
      async change() {
        throw new Error('nothing differs here');
      },
      async remove(role) {
        write(() => {
          const [{ phase, table }] = moments[role];
          if (phase === 'creating' || phase === 'deleting') throw failure('conflict');
          if (table?.foreign) harmed.push(table.identity);
          if (phase === 'active') enter(role, 'deleting', table);
        });
      },
    },
    marker: {
      read: async () => versionTable().marker,
      claim: async (marker) => write(() => putMarker(marker, ({ kind }) => kind === 'none')),
      update: async (seen, next) => write(() => putMarker(next, (state) => isStill(seen, state))),
    },
    advance(ms) {
      nowMs += ms;
      passTime('version');
      passTime('repository');
    },
    drop(role) {
      const [{ phase, table }] = moments[role];
      if (phase === 'active') enter(role, 'deleting', table);
    },
    place(role, table) {
      if (moments[role][0].phase === 'missing') enter(role, 'active', newTable(table));
    },
    look: (role) => moments[role][0].table,
  };
  return world;
}

function stateOf({ phase, table }: Moment): TableState {
  if (phase === 'missing' || table === undefined) return { kind: 'missing' };
  return { kind: 'present', status: phase, identity: table.identity, schemaFits: table.schemaFits, drift: [] };
}

function isStill(seen: Marker, state: MarkerState): boolean {
  if (state.kind !== 'ours') return false;
  const { owner, epoch, intent } = state.marker;
  return JSON.stringify(owner) === JSON.stringify(seen.owner) && epoch === seen.epoch && intent === seen.intent;
}

function failure(kind: 'conflict' | 'notFound'): ServiceError {
  return new ServiceError({ kind, reason: 'Simulated', message: kind });
}
