import { hashOf } from '../../api/names.ts';
import type { RegistryProcess } from '../../dynamodb/state/event-report.ts';

/** What one indexer has heard of one process of a registry since its last report. */
export interface Heard {
  /** `source.instanceID` of its events. */
  readonly instanceId: string;
  /** Milliseconds since 1970, as all times here. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly events: number;
}

/**
 * When a process that is not heard any more counts as ended. All indexers report what they have heard within `shortMs`,
 * or one that only another of them hears would seem silent.
 */
export interface Silence {
  /** Waited at least, and long enough once the others have sent `EVENTS` events meanwhile. */
  readonly shortMs: number;
  /** Long enough, however little the others have sent. */
  readonly longMs: number;
}

/** Of two processes that share all pushes evenly, one is passed over so often by chance in 1 of 256 cases. */
const EVENTS = 8;
const MAX_EVENTS = 1_000;
/** Those that are heard, and those that count as ended: they are not new when they speak again after all. */
const MAX_PRESENT = 64;
const MAX_GONE = 8;
const ID_LENGTH = 12;

/** Adds what was heard; a process that counted as ended and has sent events since counts as running. */
export function addHeard(known: readonly RegistryProcess[], heard: Iterable<Heard>): RegistryProcess[] {
  const processes = new Map(known.map((process) => [process.id, process]));
  for (const { instanceId, firstAtMs, lastAtMs, events } of heard) {
    const id = hashOf(instanceId, ID_LENGTH);
    const before = processes.get(id) ?? { id, firstAtMs, lastAtMs, events: 0, isGone: false };
    processes.set(id, {
      id,
      firstAtMs: Math.min(before.firstAtMs, firstAtMs),
      lastAtMs: Math.max(before.lastAtMs, lastAtMs),
      events: Math.min(MAX_EVENTS, before.events + events),
      isGone: before.isGone && lastAtMs <= before.lastAtMs,
    });
  }
  return [...processes.values()];
}

export interface Judged {
  readonly processes: readonly RegistryProcess[];
  /** How many count as ended now and did not before. */
  readonly ended: number;
  /** When the next one may count as ended without another event; undefined where none is in doubt. */
  readonly againAtMs: number | undefined;
}

/**
 * A registry that starts again has a new id, and what its former process had not sent is lost. So has one that gets a
 * further replica, and there nothing is. The difference: the former process falls silent while newer ones speak.
 */
export function judgeSilence(processes: readonly RegistryProcess[], nowMs: number, silence: Silence): Judged {
  const doubts = processes.flatMap((process) => doubtOf(process, processes, silence) ?? []);
  const ended = doubts.filter((doubt) => isLong(doubt, nowMs, silence)).map(({ id }) => id);
  const left = doubts.filter(({ id }) => !ended.includes(id)).map(({ sinceMs }) => sinceMs + silence.longMs);
  return {
    processes: bounded(processes.map((each) => (ended.includes(each.id) ? { ...each, isGone: true } : each))),
    ended: ended.length,
    againAtMs: left.length === 0 ? undefined : Math.min(...left),
  };
}

/** So long a process and its successor may both speak: in a rolling update the former ends once the next is there. */
const OVERLAP_MS = 60_000;

/** A process that was last heard before newer ones were first, or soon after and they speak on long after that. */
interface Doubt {
  readonly id: string;
  /** When the first of the newer ones reported, and it no more. */
  readonly sinceMs: number;
  /** What those of the newer ones have sent that began after it ended. */
  readonly events: number;
}

function doubtOf(
  { id, firstAtMs: beganAtMs, lastAtMs, isGone }: RegistryProcess,
  all: readonly RegistryProcess[],
  { longMs }: Silence,
): Doubt | undefined {
  if (isGone) return undefined;
  const newer = all.filter(({ firstAtMs }) => firstAtMs > lastAtMs);
  const isSuccessor = (other: RegistryProcess) =>
    other.firstAtMs > Math.max(beganAtMs, lastAtMs - OVERLAP_MS) && other.lastAtMs - lastAtMs >= longMs;
  if (newer.length === 0) return all.some(isSuccessor) ? { id, sinceMs: lastAtMs, events: 0 } : undefined;
  const sinceMs = Math.min(...newer.map(({ firstAtMs }) => firstAtMs));
  return { id, sinceMs, events: newer.reduce((sum, { events }) => sum + events, 0) };
}

function isLong({ sinceMs, events }: Doubt, nowMs: number, { shortMs, longMs }: Silence): boolean {
  const silentMs = nowMs - sinceMs;
  return silentMs >= longMs || (silentMs >= shortMs && events >= EVENTS);
}

function bounded(processes: readonly RegistryProcess[]): RegistryProcess[] {
  const latest = processes.toSorted((a, b) => b.lastAtMs - a.lastAtMs);
  const present = latest.filter(({ isGone }) => !isGone).slice(0, MAX_PRESENT);
  return [...present, ...latest.filter(({ isGone }) => isGone).slice(0, MAX_GONE)];
}
