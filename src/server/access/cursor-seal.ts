import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { QueryRefused, type SearchEngine, type SearchQuery } from '../../search/api.ts';
import { mapAnswer } from '../answers/map-answer.ts';

/**
 * Hides what cursors say. They hold the rank of a hit, of which all that is built on it is counted, and a caller may
 * not see all of that.
 */
export interface CursorSeal {
  /** Equal cursors are sealed alike, for an answer that is the same has the same ETag. */
  seal(cursor: string): string;
  /** Undefined for what this was not made by. */
  open(sealed: string): string | undefined;
}

interface Keys {
  readonly secret: string;
  readonly mac: Buffer;
  readonly cipher: Buffer;
}

const TAG_BYTES = 16;
const CIPHER = 'aes-256-ctr';

/** All pods of one index have the same secret. Until it is known, cursors lead on in this process alone. */
export function createCursorSeal(secretNow: () => string | undefined): CursorSeal {
  let keys = keysOf(randomBytes(32).toString('base64url'));

  const current = () => {
    const secret = secretNow();
    if (secret !== undefined && secret !== keys.secret) keys = keysOf(secret);
    return keys;
  };

  return {
    seal(cursor) {
      const { mac, cipher } = current();
      const tag = tagOf(mac, cursor);
      const encrypt = createCipheriv(CIPHER, cipher, tag);
      return Buffer.concat([tag, encrypt.update(cursor, 'utf8'), encrypt.final()]).toString('base64url');
    },
    open(sealed) {
      const { mac, cipher } = current();
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < TAG_BYTES) return undefined;
      const tag = bytes.subarray(0, TAG_BYTES);
      const decrypt = createDecipheriv(CIPHER, cipher, tag);
      const cursor = Buffer.concat([decrypt.update(bytes.subarray(TAG_BYTES)), decrypt.final()]).toString('utf8');
      return timingSafeEqual(tagOf(mac, cursor), tag) ? cursor : undefined;
    },
  };
}

function keysOf(secret: string): Keys {
  const keyFor = (use: string) => createHmac('sha256', secret).update(`registry-index cursors, ${use}`).digest();
  return { secret, mac: keyFor('authentication'), cipher: keyFor('encryption') };
}

function tagOf(mac: Buffer, cursor: string): Buffer {
  return createHmac('sha256', mac).update(cursor).digest().subarray(0, TAG_BYTES);
}

/** The engine for callers who may see different things. */
export function withSealedCursors(engine: SearchEngine, { seal, open }: CursorSeal): SearchEngine {
  const opened = (query: SearchQuery): SearchQuery => {
    if (query.start.kind !== 'cursor') return query;
    const cursor = open(query.start.cursor);
    if (cursor === undefined) throw new QueryRefused('CURSOR_INVALID');
    return { ...query, start: { kind: 'cursor', cursor } };
  };
  return {
    ...engine,
    search: (query, signal) =>
      mapAnswer(engine.search(opened(query), signal), (page) =>
        page.next === undefined ? page : { ...page, next: seal(page.next) },
      ),
    mayDiffer(query, { version, next }, signal) {
      return engine.mayDiffer(opened(query), { version, next: next === undefined ? undefined : open(next) }, signal);
    },
  };
}
