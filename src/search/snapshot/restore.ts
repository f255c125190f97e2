import { isDeepStrictEqual } from 'node:util';
import { createTurn } from '../../async/turn.ts';
import type { Memory } from '../replica/memory.ts';
import { readBlocks } from './block-file.ts';
import { type Checkpoint, type Entry, type Identity, type Part, parsePart } from './parts.ts';

export interface Restored {
  readonly checkpoint: Checkpoint;
  /** Where the last whole block ends; the block behind it is not complete. */
  readonly endByte: number;
}

export interface RestoreOptions {
  readonly path: string;
  /** What the snapshot must be of. */
  readonly identity: Identity;
  /** Empty; applies what is read. To be thrown away when that rejects. */
  readonly memory: Memory;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A snapshot is whole but cannot be used; the message says why. */
export class UnusableSnapshot extends Error {
  override readonly name = 'UnusableSnapshot';
}

/** The feed names a deletion for a week; a day less, because clocks differ and DynamoDB expires items late or early. */
const OLDEST_MS = 6 * 24 * 60 * 60_000;

/** Reads a snapshot into a memory. Rejects when there is none, or any doubt about it. */
export async function restore(options: RestoreOptions, signal: AbortSignal): Promise<Restored> {
  const { path, identity, memory, now } = options;
  const turn = createTurn();
  let checkpoint: Checkpoint | undefined;
  let endByte = 0;
  for await (const block of readBlocks(path)) {
    signal.throwIfAborted();
    const part = parsePart(block.text);
    if (endByte === 0) assertTakenOf(identity, part);
    if (part.kind === 'checkpoint') checkpoint = part.checkpoint;
    for (const entry of part.kind === 'entries' ? part.entries : []) {
      takeOver(memory, entry);
      if (turn.isOver()) await turn.next();
    }
    endByte = block.endByte;
  }
  return { checkpoint: stillOfUse(checkpoint, now()), endByte };
}

function assertTakenOf(identity: Identity, part: Part): void {
  const found = part.kind === 'identity' ? part.identity : undefined;
  // Without undefined fields, which JSON leaves out.
  const wanted: unknown = JSON.parse(JSON.stringify(identity));
  if (!isDeepStrictEqual(found, wanted)) throw new UnusableSnapshot('it is of another build or table');
}

function stillOfUse(checkpoint: Checkpoint | undefined, nowMs: number): Checkpoint {
  if (!checkpoint) throw new UnusableSnapshot('it has no checkpoint');
  const readAtMs = checkpoint.cursors.map((cursor) => cursor.readAtMs);
  if (Math.min(...readAtMs) < nowMs - OLDEST_MS) throw new UnusableSnapshot('it is too old');
  if (Math.max(...readAtMs) > nowMs) throw new UnusableSnapshot('it is later than the clock');
  return checkpoint;
}

function takeOver(memory: Memory, entry: Entry): void {
  if ('held' in entry) memory.apply(entry.held);
  else memory.forget(entry.forgotten);
}
