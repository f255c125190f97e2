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
