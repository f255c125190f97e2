/** What a benchmark is to reach: at least, or at most, so much. */
export interface Goal {
  readonly name: string;
  readonly figure: number;
  readonly wanted: { readonly atLeast: number } | { readonly atMost: number };
  /** Such as `s` or `%`; none for ratios. */
  readonly unit?: string;
}

/** `goal <name>: <figure>, wanted <figure>: met` (or `missed`). */
export function goalLine(goal: Goal): string {
  const { name, figure, wanted, unit } = goal;
  const bound = 'atLeast' in wanted ? `at least ${told(wanted.atLeast, unit)}` : `at most ${told(wanted.atMost, unit)}`;
  return `goal ${name}: ${told(figure, unit)}, wanted ${bound}: ${isMet(goal) ? 'met' : 'missed'}`;
}

function isMet({ figure, wanted }: Goal): boolean {
  return 'atLeast' in wanted ? figure >= wanted.atLeast : figure <= wanted.atMost;
}

function told(figure: number, unit: string | undefined): string {
  const number = Math.abs(figure) >= 100 ? figure.toFixed(0) : figure.toFixed(figure % 1 === 0 ? 0 : 2);
  return unit === undefined ? number : `${number} ${unit}`;
}
