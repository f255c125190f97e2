/** Marks the fingerprint of a record that does not say all that its listing did. */
const DOUBT = '?';

/** A fingerprint that no listing has, so that whoever compares them reads the repository again. */
export function doubted(fingerprint: string): string {
  return isDoubted(fingerprint) ? fingerprint : fingerprint + DOUBT;
}

export function isDoubted(fingerprint: string): boolean {
  return fingerprint.endsWith(DOUBT);
}
