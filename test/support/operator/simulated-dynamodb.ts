import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from '../../../src/aws/errors.ts';
import {
  type ClaimState,
  claimStateOf,
  claimTags,
  type ItemClaim,
  isWhole,
  saidByTags,
} from '../../../src/dynamodb/state/claim.ts';
import {
  type ClaimStore,
  claimItem,
  parseClaim,
  type ReplaceableClaim,
} from '../../../src/dynamodb/state/claim-store.ts';
import type {
  OwnershipRecord,
  OwnershipState,
  OwnershipStore,
  TableClaim,
} from '../../../src/dynamodb/state/ownership.ts';
import type { TableControl, TableRole, TableState, TableTags } from '../../../src/dynamodb/tables/tables.ts';
import type { TableServices } from '../../../src/table-lifecycle/observation.ts';

type Phase = 'creating' | 'active' | 'deleting';

export interface SimulatedTable {
  readonly identity: string;
  /** Whose keys it has. */
  readonly role: TableRole | 'other';
  readonly ownership: OwnershipState;
  readonly tags: Readonly<Record<string, string>>;
  readonly item: ItemClaim | undefined;
  /** Something else is in it. */
  readonly isFilled: boolean;
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
/** For so long after a change DescribeTable may still tell what was before, and tags not be read back. */
const BEHIND_MS = 1_500;

export interface WorldOptions {
  /** `denied`: there are tags, and nobody may list them. */
  readonly tags: 'kept' | 'unsupported' | 'denied';
}

/** One resource's names of tables. */
export interface Names {
  readonly version: string;
  readonly repository: string;
}

export interface ClientOptions {
  readonly names: Names;
  readonly claim: TableClaim;
  /** Waits until this request may be sent, when several clients take turns. */
  readonly turn?: () => Promise<void>;
}

/** What one process sees of the world. */
export interface SimulatedClient extends TableServices {
  crash: CrashPoint | undefined;
}

/** A DynamoDB in which time stands still until `advance`. */
export interface SimulatedDynamoDb {
  client(options: ClientOptions): SimulatedClient;
  /** All ownership records that were ever written, in order. */
  readonly written: readonly OwnershipRecord[];
  /** What was done to tables of somebody else. */
  readonly harmed: readonly string[];
  /** Whether DescribeTable and tags are behind from now on. */
  behind: boolean;
  advance(ms: number): void;
  /** By hand, as everything below: the table goes, when it is active. */
  drop(name: string): void;
  /** Puts a table there, active, where there is none. */
  place(name: string, table: Partial<SimulatedTable>): void;
  /** Changes an active table. */
  edit(name: string, fields: (table: SimulatedTable) => Partial<SimulatedTable>): void;
  /** What a peer sees. */
  look(name: string): SimulatedTable | undefined;
}

const ABSENT: Moment = { sinceMs: -Infinity, phase: 'missing', table: undefined };

export function simulateDynamoDb(startMs: number, { tags: tagging }: WorldOptions): SimulatedDynamoDb {
  let nowMs = startMs;
  let made = 0;
  /** The current moment of each table, and the one before it. */
  const tables = new Map<string, readonly [Moment, Moment]>();
  const written: OwnershipRecord[] = [];
  const harmed: string[] = [];
  const momentsOf = (name: string) => tables.get(name) ?? ([ABSENT, ABSENT] as const);

  function enter(name: string, phase: Moment['phase'], table: SimulatedTable | undefined, sinceMs = nowMs): void {
    tables.set(name, [{ sinceMs, phase, table }, momentsOf(name)[0]]);
  }

  function newTable(fields: Partial<SimulatedTable>): SimulatedTable {
    const nothing = {
      ownership: { kind: 'none' },
      tags: {},
      item: undefined,
      isFilled: false,
      foreign: false,
    } as const;
    return { identity: `table-${++made}`, role: 'other', ...nothing, ...fields };
  }

  function passTime(name: string): void {
    const [{ phase, sinceMs, table }] = momentsOf(name);
    if (phase === 'creating' && nowMs >= sinceMs + CREATING_MS) enter(name, 'active', table, sinceMs + CREATING_MS);
    if (phase === 'deleting' && nowMs >= sinceMs + DELETING_MS)
      enter(name, 'missing', undefined, sinceMs + DELETING_MS);
  }

  function active(name: string): SimulatedTable {
    const [{ phase, table }] = momentsOf(name);
    if (phase !== 'active' || table === undefined) throw failure('notFound');
    return table;
  }

  function edit(name: string, fields: (table: SimulatedTable) => Partial<SimulatedTable>): void {
    const [moment, before] = momentsOf(name);
    const { table } = moment;
    if (moment.phase === 'active' && table)
      tables.set(name, [{ ...moment, table: { ...table, ...fields(table) } }, before]);
  }

  function harm(table: SimulatedTable | undefined, by: TableClaim, what: string): void {
    if (table && (table.foreign || isOfAnother(table, by))) harmed.push(`${what} ${table.identity}`);
  }

  function tagsNow(name: string): TableTags {
    if (tagging !== 'kept') return tagging;
    const [{ phase, sinceMs, table }] = momentsOf(name);
    if (phase !== 'active' || table === undefined) return 'unread';
    return world.behind && nowMs < sinceMs + BEHIND_MS ? {} : table.tags;
  }

  function client({ names, claim, turn = async () => undefined }: ClientOptions): SimulatedClient {
    async function read<T>(answer: () => T): Promise<T> {
      await turn();
      return answer();
    }

    async function write<T>(effect: () => T): Promise<T> {
      await turn();
      const { crash } = self;
      self.crash = undefined;
      if (crash === 'before') throw new Crash();
      const result = effect();
      if (crash === 'after') throw new Crash();
      return result;
    }

    function putOwnership(next: OwnershipRecord, holds: (state: OwnershipState) => boolean): void {
      const table = active(names.version);
      if (!holds(table.ownership)) throw failure('conflict');
      if (table.foreign) harmed.push(`wrote ${table.identity}`);
      edit(names.version, () => ({ ownership: { kind: 'ours', ownership: next } }));
      written.push(next);
    }

    const control: TableControl = {
      describe: (role) =>
        read(() => {
          const name = names[role];
          const [current, before] = momentsOf(name);
          const moment = world.behind && nowMs < current.sinceMs + BEHIND_MS ? before : current;
          return stateOf(moment, role, tagsNow(name));
        }),
      create: (role) =>
        write(() => {
          const name = names[role];
          if (momentsOf(name)[0].phase !== 'missing') throw failure('conflict');
          const tags = role === 'repository' && tagging !== 'unsupported' ? claimTags(claim) : {};
          const table = newTable({ role, tags: role === 'version' ? { owner: claim.owner.name } : tags });
          enter(name, 'creating', table);
          return table.identity;
        }),
      async change() {
        throw new Error('nothing differs here');
      },
      remove: (role) =>
        write(() => {
          const [{ phase, table }] = momentsOf(names[role]);
          if (phase === 'creating' || phase === 'deleting') throw failure('conflict');
          harm(table, claim, 'deleted');
          if (phase === 'active') enter(names[role], 'deleting', table);
        }),
    };

    const ownership: OwnershipStore = {
      read: () => read(() => active(names.version).ownership),
      readToClaim: () => read(() => active(names.version).ownership),
      create: (next) => write(() => putOwnership(next, ({ kind }) => kind === 'none')),
      update: (seen, next) => write(() => putOwnership(next, (state) => isStill(seen, state))),
    };

    function claimedNow(repository: TableState): ClaimState {
      if (repository.kind === 'missing' || repository.tags === 'unread' || !repository.schemaFits)
        return { kind: 'unread' };
      const { identity, tags } = repository;
      const place = tagging === 'kept' ? 'tags' : 'item';
      const item = isWhole(saidByTags(tags)) || tagging === 'kept' ? undefined : active(names.repository).item;
      const isEmpty = !item && !active(names.repository).isFilled;
      return claimStateOf({ identity, tags, place, item, isEmpty });
    }

    function claimNow(seen: ReplaceableClaim, identity: string): void {
      const table = active(names.repository);
      const item = parseClaim(claimItem(claim, identity));
      if (seen.place === 'tags') {
        const says = seen.kind === 'said' && seen.by === 'tags' ? seen.says : {};
        if (table.identity !== identity || !isDeepStrictEqual(saidByTags(tagsNow(names.repository)), says))
          throw failure('conflict');
        edit(names.repository, ({ tags }) => ({ tags: { ...tags, ...claimTags(claim) } }));
        return;
      }
      const expected = seen.kind === 'said' ? seen.says : undefined;
      if (!isDeepStrictEqual(table.item?.says, expected)) throw failure('conflict');
      edit(names.repository, () => ({ item }));
    }

    const claims: ClaimStore = {
      read: ({ repository }) => read(() => claimedNow(repository)),
      write: (seen, identity) => write(() => claimNow(seen, identity)),
    };

    const self: SimulatedClient = { crash: undefined, tables: control, ownership, claims };
    return self;
  }

  const world: SimulatedDynamoDb = {
    client,
    written,
    harmed,
    behind: false,
    edit,
    advance(ms) {
      nowMs += ms;
      for (const name of tables.keys()) passTime(name);
    },
    drop(name) {
      const [{ phase, table }] = momentsOf(name);
      if (phase === 'active') enter(name, 'deleting', table);
    },
    place(name, table) {
      if (momentsOf(name)[0].phase === 'missing') enter(name, 'active', newTable(table));
    },
    look: (name) => momentsOf(name)[0].table,
  };
  return world;
}

/** Whether a table says, where it truly says it, that it is not the one's who does something to it. */
function isOfAnother({ role, tags, item, ownership }: SimulatedTable, by: TableClaim): boolean {
  if (role === 'version') return ownership.kind !== 'ours' || !isDeepStrictEqual(ownership.ownership.owner, by.owner);
  const tagged = saidByTags(tags);
  const says = isWhole(tagged) ? tagged : (item?.says ?? tagged);
  return !isDeepStrictEqual(says, saidByTags(claimTags(by)));
}

function stateOf({ phase, table }: Moment, role: TableRole, tags: TableTags): TableState {
  if (phase === 'missing' || table === undefined) return { kind: 'missing' };
  const known = phase === 'active' ? tags : 'unread';
  return {
    kind: 'present',
    status: phase,
    identity: table.identity,
    schemaFits: table.role === role,
    drift: [],
    tags: known,
  };
}

function isStill(seen: OwnershipRecord, state: OwnershipState): boolean {
  if (state.kind !== 'ours') return false;
  const { owner, epoch, intent } = state.ownership;
  return isDeepStrictEqual(owner, seen.owner) && epoch === seen.epoch && intent === seen.intent;
}

function failure(kind: 'conflict' | 'notFound'): ServiceError {
  return new ServiceError({ kind, reason: 'Simulated', message: kind });
}
