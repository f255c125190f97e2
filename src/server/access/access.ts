import type { FastifyRequest } from 'fastify';
import { ANONYMOUS } from '../../search/anonymous.ts';
import type { Answer, Visibility } from '../../search/api.ts';

/** What callers see. Two that see the same have the same one, and may have each other's answers. */
export interface CallerView {
  /** Equal where the visibility is, and free of blanks. */
  readonly key: string;
  readonly visibility: Visibility;
}

/** Finds out what the one who asks may see: every answer of the index is made from that. */
export interface Access {
  /** Throws or rejects with an ApiError for a caller to whom nothing is answered. */
  viewOf(request: FastifyRequest): Answer<CallerView>;
}

const EVERYBODY: CallerView = { key: '', visibility: ANONYMOUS };

/** Everybody sees what is not private. */
export const OPEN_ACCESS: Access = { viewOf: () => EVERYBODY };
