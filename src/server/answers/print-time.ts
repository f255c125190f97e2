/** A later time, or one before 1970, is that of a wrong clock. Go reads years of four digits alone. */
const LAST_MS = Date.UTC(9999, 11, 31);

/** RFC 3339, as answers have it. */
export function printTime(timeMs: number): string {
  return new Date(Math.min(Math.max(timeMs, 0), LAST_MS)).toISOString();
}
