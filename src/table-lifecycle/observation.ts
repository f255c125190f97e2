import { randomBytes } from 'node:crypto';
import type { ClaimState } from '../dynamodb/state/claim.ts';
import type { ClaimStore } from '../dynamodb/state/claim-store.ts';
import type { OwnershipState, OwnershipStore, TableClaim } from '../dynamodb/state/ownership.ts';
import {
  type Extent,
  isUsable,
  type TableChange,
  type TableControl,
  type TableRole,
  type TableState,
} from '../dynamodb/tables/tables.ts';

/** What the status of the resource has of its tables, from earlier reconciliations and earlier operators. */
export interface KnownTables {
  /** Identity of the repository table that was ours when last seen. */
  readonly repositoryTable: string | undefined;
  /** Identity of the version table that we last created or claimed. */
  readonly versionTable: string | undefined;
  readonly epoch: number;
  /** A backfill was complete at some time, so search replicas may have an index to go on answering from. */
  readonly completedOnce: boolean;
}

/** Whose the tables are to be, and what is to be in them. */
export interface WantedTables extends TableClaim {
  readonly repositoryTable: string;
  /** Canonical text of the source that the tables are to be filled from. */
  readonly source: string;
  readonly adoptIfOwnerGone: boolean;
  readonly feedShards: number;
  /** See OwnershipRecord. */
  readonly access?: string | undefined;
}

export interface TablesObservation {
  readonly version: TableState;
  readonly repository: TableState;
  readonly ownership: OwnershipState;
  /** What the repository table says of its owner. */
  readonly claimed: ClaimState;
  readonly known: KnownTables;
  readonly wanted: WantedTables;
  /**
   * The owner that the ownership record names is a resource of this cluster, even if it is suspended or being deleted.
   */
  readonly ownerIsHere: boolean;
  /** Changes that this endpoint refused or does not know, and that are not tried again for a while. */
  readonly suppressed: ReadonlySet<ChangeKey>;
  readonly nowMs: number;
  /** A random key, for an ownership record that has none of its owner yet. */
  readonly newNudgeKey: string;
}

export type ChangeKey = `${TableRole}/${TableChange}`;

export interface TableServices {
  readonly tables: TableControl;
  readonly claims: ClaimStore;
  readonly ownership: OwnershipStore;
}

const NUDGE_KEY_BYTES = 32;

/** See OwnershipRecord. */
export function randomNudgeKey(): string {
  return randomBytes(NUDGE_KEY_BYTES).toString('base64url');
}

/** Describes both tables, then reads ownership record and claim from those that can be read. */
export async function observeTables(
  { tables, claims, ownership }: TableServices,
  signal: AbortSignal,
  extent?: Extent,
) {
  const [version, repository] = await Promise.all([
    tables.describe('version', signal, extent),
    tables.describe('repository', signal, extent),
  ]);
  const readable = version.kind === 'present' && version.schemaFits && isUsable(version.status);
  const [state, claimed] = await Promise.all([
    readable ? ownership.readToClaim(signal) : ({ kind: 'none' } as const),
    claims.read({ version, repository }, signal),
  ]);
  return { version, repository, ownership: state, claimed };
}
