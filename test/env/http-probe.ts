const PROBE_TIMEOUT_MS = 1_000;

/** True once `url` answers at all, whatever the status; rejects while nothing listens. */
export async function answersHttp(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  await response.body?.cancel();
  return true;
}
