import { get as getPlain } from 'node:http';
import { get as getByTls } from 'node:https';

const PROBE_TIMEOUT_MS = 10_000;

/** True once `url` answers at all, whatever the status; rejects while nothing listens. */
export async function answersHttp(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  await response.body?.cancel();
  return true;
}

/** True when `url` answers 200: a server may listen before it is ready, and answer 503 until then. The certificate is not looked at: a probe only asks whether the server is up. */
export function isHealthy(url: string): Promise<boolean> {
  const get = url.startsWith('https:') ? getByTls : getPlain;
  return new Promise((resolve, reject) => {
    const request = get(url, { rejectUnauthorized: false, timeout: PROBE_TIMEOUT_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy(new Error(`${url} did not answer`)));
    request.once('error', reject);
  });
}
