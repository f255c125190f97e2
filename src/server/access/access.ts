import type { FastifyRequest } from 'fastify';
import type { Problem } from '../../api/conditions.ts';
import { ANONYMOUS } from '../../search/anonymous.ts';
import type { Answer, Visibility } from '../../search/api.ts';
import type { CursorSeal } from './cursor-seal.ts';

/** What callers see. Callers who see the same share one view, and may be given each other's answers. */
export interface CallerView {
  /** Equal where the visibility is, and free of blanks. */
  readonly key: string;
  readonly visibility: Visibility;
}

/** Finds out what a caller may see: every answer of the index is made from that. */
export interface Access {
  /** Whether callers may see different things, so that no shared cache may keep an answer. */
  readonly isPrivate: boolean;
  /** Whether callers prove who they are by a name and a password, which a browser asks for. */
  readonly takesLogin: boolean;
  /** Undefined where all callers see the same. */
  readonly cursors?: CursorSeal | undefined;
  /** Throws or rejects with an ApiError for a caller who is refused. */
  viewOf(request: FastifyRequest): Answer<CallerView>;
  /**
   * What a caller may see in the report of how much there is: the operator asks for it too. Throws as `viewOf` does.
   */
  reportViewOf(request: FastifyRequest): Answer<ReportView>;
  /** Throws or rejects with an ApiError for a caller whom the registry's API has to ask for a login. */
  checkLogin(request: FastifyRequest): Answer<void>;
}

export interface ReportView extends CallerView {
  /** Why callers cannot be identified; only the operator sees it. */
  readonly problem?: Problem | undefined;
}

export const EVERYBODY: CallerView = { key: '', visibility: ANONYMOUS };

/** Everybody sees what is not private. */
export const OPEN_ACCESS: Access = {
  isPrivate: false,
  takesLogin: false,
  viewOf: () => EVERYBODY,
  reportViewOf: () => EVERYBODY,
  checkLogin: () => undefined,
};
