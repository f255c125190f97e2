const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const ROUNDING = 1e-9;

/** Whether two quantities of Kubernetes are the same amount: the API server gives back `100m` for `0.1`. */
export function sameQuantity(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const [a, b] = [amountOf(one), amountOf(other)];
  return a !== undefined && b !== undefined && Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b));
}

/** The amount in units (bytes, cores); undefined if it is no quantity. */
export function amountOf(quantity: unknown): number | undefined {
  const [, digits, suffix = ''] =
    /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(String(quantity)) ?? [];
  const factor = FACTORS[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
