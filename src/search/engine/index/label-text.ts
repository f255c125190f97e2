import { decodeBytes, indexOf, type Slice, sliceOf } from '../structures/bytes.ts';
import { BETWEEN } from './fields.ts';

export const BETWEEN_SLICE = sliceOf(Uint8Array.of(BETWEEN));

/** The key of a label as the index keeps it: key and value, folded, with a byte between them that is in no text. */
export function labelKeyOf(label: Slice): Slice {
  return { ...label, end: indexOf(label, BETWEEN_SLICE) };
}

/** Of a label the value alone is text: keys are much the same in all repositories. */
export function labelValueOf(label: Slice): Slice {
  return { ...label, start: indexOf(label, BETWEEN_SLICE) + 1 };
}

const SCHEME = sliceOf(Buffer.from('://'));
/** Keys of OCI, label-schema and Helm whose values are addresses or references, written with a scheme or without. */
const ADDRESS_KEY =
  /(^|[./_-])(source|sources|url|documentation|home|homepage|website|repository|base\.name|base\.digest)$/;

/**
 * Whether a label says where something is. Such a value has words of hosts and paths, which hardly anybody searches
 * for.
 */
export function isAddress(label: Slice): boolean {
  if (indexOf(labelValueOf(label), SCHEME) >= 0) return true;
  return ADDRESS_KEY.test(decodeBytes(labelKeyOf(label)));
}
