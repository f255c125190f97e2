/** Requests that we make about a caller carry it, so that one that is routed back to a search service ends there. */
export const LOOP_HEADER = 'x-registry-index-check';
/** What a search service answers to such a request. */
export const LOOP_STATUS = 508;
