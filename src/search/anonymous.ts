import type { Visibility } from './api.ts';

/** What a caller sees who has not logged in: everything but private repositories. */
export const ANONYMOUS: Visibility = [{ names: undefined, showPrivate: false }];
