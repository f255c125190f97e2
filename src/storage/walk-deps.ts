import { tolerateDenied } from './drivers/tolerate-denied.ts';
import { tolerateFailing } from './drivers/tolerate-failing.ts';
import { createKeyOrder, type KeyOrder } from './listing/key-order.ts';
import { createPageHandOver, type PageHandOver } from './listing/page-hand-over.ts';
import type { ObjectStorage } from './object-storage.ts';

/** What every layout says of its keys. */
export interface RegistryPrefixes {
  /** What every key of the registry begins with. */
  readonly root: string;
  /** What every key of a repository begins with. */
  readonly repositories: string;
}

/** What the walks of one registry work with, whatever its layout. */
export interface WalkDeps<Keys extends RegistryPrefixes> {
  /** One object that it does not give is a fault of that object alone. */
  readonly storage: ObjectStorage;
  readonly keys: Keys;
  readonly now: () => number;
  /** Whether walks may rely on the order of keys. */
  readonly order: KeyOrder;
  /** What walks over adjacent ranges hand on to each other. */
  readonly handOver: PageHandOver;
}

export function createWalkDeps<Keys extends RegistryPrefixes>(
  store: ObjectStorage,
  keys: Keys,
  now: () => number,
): WalkDeps<Keys> {
  const storage = tolerateFailing(tolerateDenied(store, keys.root), keys.root);
  const handOver = createPageHandOver(now);
  const order = createKeyOrder({ storage, prefix: keys.repositories, now, handOver });
  return { storage, keys, now, order, handOver };
}
