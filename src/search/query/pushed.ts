const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Months and years are counted as 30 and 365 days: an age need not know the calendar. */
const UNIT_MS: Readonly<Record<string, number>> = {
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
  m: 30 * DAY_MS,
  y: 365 * DAY_MS,
};

const AGE = /^([<>])(\d{1,6})([hdwmy])$/;
const DATE = /^([<>])(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(\.\d{3})?Z)?$/;

export type PushedBound = { readonly fromMs: number } | { readonly beforeMs: number };

/**
 * Reads an age or a date: `>30d` is older than 30 days, `<12h` within the last 12 hours, `>2026-01-01` on that day or
 * later, `<2026-01-01` before it. Days begin at midnight UTC. Undefined when it is neither.
 */
export function readPushed(value: string, nowMs: number): PushedBound | undefined {
  return readAge(value.toLowerCase(), nowMs) ?? readDate(value.toUpperCase());
}

/** Writes a bound so that `readPushed` reads it again. */
export function printPushed(bound: PushedBound): string {
  return 'fromMs' in bound ? `>${new Date(bound.fromMs).toISOString()}` : `<${new Date(bound.beforeMs).toISOString()}`;
}

function readAge(value: string, nowMs: number): PushedBound | undefined {
  const [, sign, count, unit = ''] = AGE.exec(value) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined) return undefined;
  const atMs = Math.max(0, nowMs - Number(count) * unitMs);
  return sign === '>' ? { beforeMs: atMs } : { fromMs: atMs };
}

function readDate(value: string): PushedBound | undefined {
  const [, sign, day = '', time = ''] = DATE.exec(value) ?? [];
  const atMs = Date.parse(day + time);
  // JavaScript takes 31 February for a day in March.
  if (Number.isNaN(atMs) || !new Date(atMs).toISOString().startsWith(day)) return undefined;
  return sign === '>' ? { fromMs: atMs } : { beforeMs: atMs };
}
