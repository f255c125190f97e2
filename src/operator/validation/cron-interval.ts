const MINUTES_AN_HOUR = 60;
const HOURS_A_DAY = 24;
const MINUTES_A_DAY = HOURS_A_DAY * MINUTES_AN_HOUR;
const SECONDS_A_MINUTE = 60;

const NAMED: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * The least number of minutes between two times of a cron expression, as Kubernetes' CronJobs read it; undefined for
 * what is none. Days are ignored: 23:58 and 0:01 are three minutes apart, even if that happens on some days only.
 *
 * @example
 * leastMinutesBetween('0/7 * * * *'); // 4, from 56 to 0
 */
export function leastMinutesBetween(schedule: string): number | undefined {
  const expression = schedule.trim().replace(/^(CRON_TZ|TZ)=\S*\s+/, '');
  const [, duration] = /^@every\s+(.+)$/.exec(expression) ?? [];
  if (duration !== undefined) return durationMinutes(duration);
  const fields = (NAMED[expression] ?? expression).split(/\s+/);
  if (fields.length === 6) return withSeconds(fields);
  return fields.length === 5 ? leastOfDay(fields) : undefined;
}

/** Six fields begin with the second. */
function withSeconds([second = '', ...fields]: readonly string[]): number | undefined {
  const seconds = valuesOf(second, SECONDS_A_MINUTE);
  if (!seconds) return undefined;
  return seconds.length > 1 ? leastGap(seconds, SECONDS_A_MINUTE) / SECONDS_A_MINUTE : leastOfDay(fields);
}

function leastOfDay([minute = '', hour = '']: readonly string[]): number | undefined {
  const minutes = valuesOf(minute, MINUTES_AN_HOUR);
  const hours = valuesOf(hour, HOURS_A_DAY);
  if (!minutes || !hours) return undefined;
  const times = hours.flatMap((at) => minutes.map((past) => at * MINUTES_AN_HOUR + past));
  return leastGap(times, MINUTES_A_DAY);
}

/** Between neighbours of a circle; `values` are sorted and not empty. */
function leastGap(values: readonly number[], around: number): number {
  const gaps = values.map((value, at) => (values[at + 1] ?? (values[0] ?? 0) + around) - value);
  return Math.min(...gaps);
}

/** The values of a field, sorted: of `*`, numbers, ranges and steps, and lists of them. */
function valuesOf(field: string, end: number): readonly number[] | undefined {
  const parts = field.split(',').map((part) => partValues(part, end));
  const values = parts.flatMap((part) => part ?? []);
  const isWhole = parts.every((part) => part !== undefined) && values.length > 0;
  return isWhole ? [...new Set(values)].sort((a, b) => a - b) : undefined;
}

const PART = /^(?:[*?]|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,4}))?$/;

/** A number with a step goes on to the end. */
function partValues(part: string, end: number): readonly number[] | undefined {
  const match = PART.exec(part);
  if (!match) return undefined;
  const [, first, last, step] = match;
  const from = Number(first ?? 0);
  const to = Number(last ?? (first === undefined || step !== undefined ? end - 1 : first));
  const by = Number(step ?? 1);
  if (from > to || to >= end || by === 0) return undefined;
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, at) => from + at * by);
}

const UNIT_MINUTES: Readonly<Record<string, number>> = {
  h: MINUTES_AN_HOUR,
  m: 1,
  s: 1 / 60,
  ms: 1 / 60_000,
  us: 1 / 60_000_000,
  µs: 1 / 60_000_000,
  ns: 1 / 60_000_000_000,
};

/** As Go writes a duration: `1h30m`, `90s`. */
function durationMinutes(text: string): number | undefined {
  if (!/^([\d.]+(h|m|s|ms|us|µs|ns))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(h|ms|us|µs|ns|m|s)/g)];
  const minutes = parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_MINUTES[unit] ?? 0), 0);
  return Number.isFinite(minutes) ? minutes : undefined;
}
