const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

/** In the largest unit of which there are two or more, as kubectl does: `45s`, `12m`, `30h`, `3d`, `2y`. */
export function printAge(ms: number): string {
  const sizes = [
    [2 * YEAR_MS, YEAR_MS, 'y'],
    [2 * DAY_MS, DAY_MS, 'd'],
    [2 * HOUR_MS, HOUR_MS, 'h'],
    [2 * MINUTE_MS, MINUTE_MS, 'm'],
  ] as const;
  const [, size, unit] = sizes.find(([least]) => ms >= least) ?? [0, 1_000, 's'];
  return `${Math.max(0, Math.floor(ms / size))}${unit}`;
}
