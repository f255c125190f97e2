import { ServiceError } from '../../aws/errors.ts';

/** Characters that UTF-8 and JavaScript's own order of strings place differently. */
const ASTRAL_OR_AFTER = /[\ud800-\uffff]/;

/** Compares as S3 orders keys: by the bytes of their UTF-8 form, which is not JavaScript's own order of strings. */
export function compareBytes(a: string, b: string): number {
  if (ASTRAL_OR_AFTER.test(a) || ASTRAL_OR_AFTER.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The later of two keys in byte order. */
export function laterKey(a: string, b: string): string {
  return compareBytes(a, b) < 0 ? b : a;
}

/**
 * Compares names as ranges are cut and walked, in every layout alike: by the bytes of `<name>/_`, which is what the
 * keys of a repository begin with in V2.
 */
export function compareNames(a: string, b: string): number {
  return compareBytes(`${a}/_`, `${b}/_`);
}

export function isWithin(name: string, { from, to }: { from: string | undefined; to: string | undefined }): boolean {
  return (from === undefined || compareNames(name, from) >= 0) && (to === undefined || compareNames(name, to) < 0);
}

/** A store has listed keys out of byte order. The remaining keys have to be found in another way. */
export class OutOfOrder extends Error {
  constructor(key: string) {
    super(`${key} is listed out of order`);
    this.name = 'OutOfOrder';
  }
}

/** Names were given before others that precede them. The next listing does not rely on the order. */
export function namesUnordered(): ServiceError {
  const message = 'the store lists names out of order; they are listed in another way from now on';
  return new ServiceError({ kind: 'retryable', reason: 'ListingUnordered', message });
}
