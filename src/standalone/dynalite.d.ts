/** What is used of dynalite, an emulator of DynamoDB, which has no types of its own. */

declare module 'dynalite/db/index.js' {
  /** Tables on a LevelDB. */
  export interface Store {
    readonly db: { open(): Promise<void>; close(): Promise<void> };
  }

  /** Opens nothing yet. */
  export function create(options: {
    path: string;
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }): Store;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  /** The fields that a request may have. Throws a refusal, which has `statusCode` and `body`. */
  export function checkTypes(request: unknown, types: unknown): unknown;
  /** Throws a refusal. */
  export function checkValidations(request: unknown, types: unknown, custom: unknown, store: Store): void;
}

declare module 'dynalite/validations/*' {
  export const types: unknown;
  export const custom: unknown;
}

declare module 'dynalite/actions/*' {
  import type { Store } from 'dynalite/db/index.js';

  /** Calls back with a refusal, or with an error of the store. */
  export default function act(
    store: Store,
    request: unknown,
    callback: (error: unknown, answer?: object) => void,
  ): void;
}
