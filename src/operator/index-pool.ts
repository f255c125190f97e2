import { hashOf } from '../api/names.ts';
import type { IndexLocation } from '../api/settings.ts';
import type { ServiceCredentials } from '../aws/credentials.ts';
import type { ClaimStore } from '../dynamodb/state/claim-store.ts';
import type { EventReportStore } from '../dynamodb/state/event-report.ts';
import type { OwnershipStore } from '../dynamodb/state/ownership.ts';
import type { RangeStore } from '../dynamodb/state/ranges.ts';
import type { ResyncStore } from '../dynamodb/state/resync-report.ts';
import type { TableControl, TableSettings } from '../dynamodb/tables/tables.ts';

/** What the operator uses of one pair of tables: the control plane, never the records. */
export interface IndexServices {
  readonly tables: TableControl;
  readonly claims: ClaimStore;
  readonly ownership: OwnershipStore;
  readonly ranges: RangeStore;
  readonly resyncs: Pick<ResyncStore, 'read'>;
  readonly events: Pick<EventReportStore, 'read'>;
}

export interface OpenOptions {
  readonly location: IndexLocation;
  readonly settings: TableSettings;
  readonly credentials: ServiceCredentials['dynamodb'];
}

export interface OpenedIndex extends IndexServices {
  close(): void;
}

/** Keeps one client of the tables for each resource, so that its connections are reused. */
export interface IndexPool {
  open(uid: string, options: OpenOptions): IndexServices;
  close(uid: string): void;
  closeAll(): void;
}

export function createIndexPool(openIndex: (options: OpenOptions) => OpenedIndex): IndexPool {
  const opened = new Map<string, { readonly hash: string; readonly index: OpenedIndex }>();
  const close = (uid: string) => {
    opened.get(uid)?.index.close();
    opened.delete(uid);
  };
  return {
    open(uid, options) {
      const hash = hashOf(options, 64);
      const known = opened.get(uid);
      if (known?.hash === hash) return known.index;
      close(uid);
      const index = openIndex(options);
      opened.set(uid, { hash, index });
      return index;
    },
    close,
    closeAll: () => [...opened.keys()].forEach(close),
  };
}
