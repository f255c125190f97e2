import { compareBytes } from './byte-order.ts';

/**
 * Compares names as ranges are cut and walked, in every layout alike: by the bytes of `<name>/_`, which is what the keys
 * of a repository begin with in V2.
 */
export function compareNames(a: string, b: string): number {
  return compareBytes(`${a}/_`, `${b}/_`);
}

export function isWithin(name: string, { from, to }: { from: string | undefined; to: string | undefined }): boolean {
  return (from === undefined || compareNames(name, from) >= 0) && (to === undefined || compareNames(name, to) < 0);
}
