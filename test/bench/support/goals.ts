/** What a benchmark is to reach: at least, or at most, so much. */
export interface Goal {
  readonly name: string;
  readonly figure: number;
  readonly wanted: { readonly atLeast: number } | { readonly atMost: number };
  /** Such as `s` or `%`; none for ratios. */
  readonly unit?: string;
  /** How many times as long this machine takes as the one the goal is set for; it is allowed as much more. */
  readonly slowness?: number;
  /** How it was measured where that is not as its name says, such as `89 on this machine, 1.11 times as slow`. */
  readonly measured?: string | undefined;
}

/** `goal <name>: <figure>, wanted <figure>: met` (or `missed`); on a slower machine also what is wanted there. */
export function goalLine(goal: Goal): string {
  const { name, figure, wanted, unit, slowness = 1, measured } = goal;
  const reached = `${told(figure, unit)}${measured === undefined ? '' : ` (${measured})`}`;
  const bound = 'atLeast' in wanted ? `at least ${told(wanted.atLeast, unit)}` : `at most ${told(wanted.atMost, unit)}`;
  const here =
    'atMost' in wanted && slowness > 1
      ? ` (${told(wanted.atMost * slowness, unit)} on this machine, ${slowness.toFixed(1)} times as slow)`
      : '';
  return `goal ${name}: ${reached}, wanted ${bound}${here}: ${isMet(goal) ? 'met' : 'missed'}`;
}

function isMet({ figure, wanted, slowness = 1 }: Goal): boolean {
  return 'atLeast' in wanted ? figure >= wanted.atLeast : figure <= wanted.atMost * slowness;
}

function told(figure: number, unit: string | undefined): string {
  const number = Math.abs(figure) >= 100 ? figure.toFixed(0) : figure.toFixed(figure % 1 === 0 ? 0 : 2);
  return unit === undefined ? number : `${number} ${unit}`;
}
