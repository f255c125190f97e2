import type { Readable } from 'node:stream';
import { unlessAborted, withDeadline } from '../../async/deadline.ts';
import { backoffMs } from '../../async/retry.ts';
import { ApiError } from '../api-error.ts';
import { type ApiRequest, nameOf, type Transport } from './transport.ts';

/** Faults without an answer in between, from which on requests wait. */
const FAULTS_TO_OPEN = 5;
const PAUSES = { baseMs: 500, capMs: 2_000 };
/** Whoever is in between may ask for more. */
const LONGEST_PAUSE_MS = 10_000;
/** Any answer will do, and this one is small. */
const PROBE: ApiRequest = { method: 'GET', path: '/version' };
const PROBE_TIMEOUT_MS = 10_000;

export interface CircuitBreaker {
  readonly send: Transport;
  /** Resolves once requests do not wait, so that work which needs many does not begin in vain. Rejects with its signal. */
  untilClosed(signal: AbortSignal): Promise<void>;
}

/**
 * Sends requests as long as the API server answers. After some faults in a row, or when it says how long to wait,
 * requests wait, and one at a time finds out whether it answers again; then all go on. So a server in trouble gets a
 * request in a second or two, however many clients have work. A request that waits ends with its signal.
 */
export function createCircuitBreaker(transport: Transport): CircuitBreaker {
  /** How many may go now: all while it answers. */
  let permits = Number.POSITIVE_INFINITY;
  let faults = 0;
  let pause: NodeJS.Timeout | undefined;
  let probing: Promise<void> | undefined;
  const never = new AbortController().signal;
  const waiting = new Set<() => void>();

  function letThrough(requests: number): void {
    clearTimeout(pause);
    permits = requests;
    for (const go of waiting) {
      if (permits === 0) return;
      permits -= 1;
      waiting.delete(go);
      go();
    }
  }

  function close(): void {
    faults = 0;
    if (permits !== Number.POSITIVE_INFINITY) letThrough(Number.POSITIVE_INFINITY);
  }

  function countFault(retryAfterMs: number | undefined): void {
    faults += 1;
    if (faults < FAULTS_TO_OPEN && retryAfterMs === undefined) return;
    permits = 0;
    clearTimeout(pause);
    const pauseMs = Math.max(retryAfterMs ?? 0, PAUSES.baseMs + backoffMs(faults - FAULTS_TO_OPEN, PAUSES));
    pause = setTimeout(() => letThrough(1), Math.min(pauseMs, LONGEST_PAUSE_MS)).unref();
  }

  async function permit(signal: AbortSignal): Promise<void> {
    if (permits > 0) {
      permits -= 1;
      return;
    }
    const { promise: letGo, resolve: go } = Promise.withResolvers<void>();
    waiting.add(go);
    await unlessAborted(signal, letGo).finally(() => waiting.delete(go));
  }

  async function untilClosed(signal: AbortSignal): Promise<void> {
    while (permits !== Number.POSITIVE_INFINITY) {
      probing ??= probe();
      await unlessAborted(signal, probing);
    }
  }

  /** Whoever waits for the server asks for nothing else meanwhile, so somebody has to. */
  async function probe(): Promise<void> {
    const sent = withDeadline(never, PROBE_TIMEOUT_MS, (limited) => send(PROBE, limited));
    await sent.then((answer) => answer.resume()).catch(() => undefined);
    probing = undefined;
  }

  async function send(request: ApiRequest, signal: AbortSignal): Promise<Readable> {
    await permit(signal).catch((cause: unknown) => {
      throw new Error(`${nameOf(request)}: the API server fails, and the request waited in vain`, { cause });
    });
    const wasLast = permits === 0;
    try {
      const answer = await transport(request, signal);
      close();
      return answer;
    } catch (error) {
      if (!isFault(error)) close();
      else if (!signal.aborted) countFault(error instanceof ApiError ? error.retryAfterMs : undefined);
      else if (wasLast && permits === 0) letThrough(1);
      throw error;
    }
  }

  return { send, untilClosed };
}

/** Not an answer about the request, but about the server. */
function isFault(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 429 || error.status >= 500;
}
