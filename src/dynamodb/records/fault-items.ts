import type { Problem } from '../../api/conditions.ts';
import {
  FAULT_KINDS,
  type FaultCounts,
  type FaultKind,
  firstFaults,
  MAX_FAULTS,
  type ReportedFault,
} from '../../api/fault.ts';
import { printable, redacted } from '../../telemetry/untrusted-text.ts';
import {
  type Item,
  type ItemReader,
  isCount,
  isItem,
  isListOf,
  isNumber,
  isText,
  readItem,
  UnreadableItem,
} from '../items/item.ts';
import { packJson, unpackJson } from '../items/packed-json.ts';
import type { Gaps } from './gaps.ts';

/** Longest stored text: enough to act upon, far from DynamoDB's limit. */
const MAX_TEXT = 1_024;
/** The limit in the schema of a condition. */
const MAX_REASON = 64;

/** The first few faults, with long texts cut. */
export function faultItems(faults: readonly ReportedFault[]): Item[] {
  return firstFaults(faults).map(({ kind, key, reason }) => ({ kind, key: cut(key), reason: cut(reason) }));
}

export function parseFaults(value: unknown): ReportedFault[] {
  if (!isListOf(value, isItem)) throw new UnreadableItem('the faults of a range are not a list');
  const readers = value.slice(0, MAX_FAULTS).map((fault) => readItem(fault, 'a fault of a range'));
  return readers.map(({ text, optional }) => ({
    kind: kindOf(optional('kind', text)),
    key: cut(text('key')),
    reason: cut(text('reason')),
  }));
}

/** Undefined for a kind of a newer program. */
function kindOf(text: string | undefined): FaultKind | undefined {
  return FAULT_KINDS.find((kind) => kind === text);
}

/** Undefined where an older program wrote the item. Kinds of a newer program are left out. */
export function parseCounts(value: unknown): FaultCounts | undefined {
  if (!isItem(value)) return undefined;
  return Object.fromEntries(FAULT_KINDS.flatMap((kind) => (isCount(value[kind]) ? [[kind, value[kind]]] : [])));
}

export function failureItem({ reason, message }: Problem): Item {
  return { reason: cut(reason), message: cut(message) };
}

export function parseFailure(item: Item, what: string): Problem | undefined {
  const { within, optional } = readItem(item, what);
  const failure = optional('failure', within);
  return failure && readFailure(failure);
}

/** The failure of a plan, a range or a resync, with texts fit for a condition. */
export function readFailure({ text }: ItemReader): Problem {
  return { reason: printable(text('reason'), MAX_REASON), message: redacted(text('message'), MAX_TEXT) };
}

/** Gaps as an attribute of a main item; most records have none. */
export function packGaps({ faults, ...rest }: Gaps): Uint8Array {
  return packJson({ ...rest, faults: faultItems(faults) });
}

/** Reverses `packGaps`, but for what it cut off. Throws UnreadableItem. */
export function unpackGaps(bytes: Uint8Array, what: string): Gaps {
  const value = unpackJson(bytes, what);
  const { counts, faults, missing, retryAtMs }: Item = isItem(value) ? value : {};
  if (!isListOf(missing, isText)) throw new UnreadableItem(`${what}: what is missing is not as expected`);
  return {
    counts: parseCounts(counts) ?? {},
    faults: parseFaults(faults),
    missing,
    retryAtMs: isNumber(retryAtMs) ? retryAtMs : undefined,
  };
}

function cut(text: string): string {
  return text.slice(0, MAX_TEXT);
}
