import type { Readable } from 'node:stream';
import { unlessAborted, withDeadline } from '../../async/deadline.ts';
import { backoffMs } from '../../async/retry.ts';
import { StatusError } from '../status-error.ts';
import { type ApiRequest, nameOf, type Transport } from './transport.ts';

/** Faults without an answer in between, from which on requests wait. */
const FAULTS_TO_OPEN = 5;
const PAUSES = { baseMs: 500, capMs: 2_000 };
/** A proxy in between may ask for a longer one. */
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
 * requests wait, and a small one finds out whether it answers again; then all go on. So a server in trouble gets a
 * request in a second or two, however many clients have work. A request that waits ends with its signal.
 */
export function createCircuitBreaker(transport: Transport): CircuitBreaker {
  /** Faults since the last answer, not counting answers to probes: a server may answer these while requests fail. */
  let faults = 0;
  /** While requests wait: resolves when the server answers. */
  let answering: Promise<void> | undefined;

  function countFault(fault: unknown): void {
    faults += 1;
    if (answering || (faults < FAULTS_TO_OPEN && retryAfterMs(fault) === undefined)) return;
    answering = untilAnswering(fault).then(() => {
      answering = undefined;
    });
  }

  async function untilAnswering(first: unknown): Promise<void> {
    for (let fault = first; fault !== undefined; fault = await probe()) {
      await pause(pauseMs(fault, faults));
      faults += 1;
    }
  }

  /** The fault, if there is one. A watch may be silent for minutes, so no other request serves for it. */
  async function probe(): Promise<unknown> {
    const never = new AbortController().signal;
    try {
      const answer = await withDeadline(never, PROBE_TIMEOUT_MS, (limited) => transport(PROBE, limited));
      answer.resume();
      return undefined;
    } catch (error) {
      return isFault(error) ? error : undefined;
    }
  }

  async function untilClosed(signal: AbortSignal): Promise<void> {
    while (answering) await unlessAborted(signal, answering);
  }

  async function send(request: ApiRequest, signal: AbortSignal): Promise<Readable> {
    await untilClosed(signal).catch((cause: unknown) => {
      throw new Error(`${nameOf(request)}: the API server fails, and the request waited in vain`, { cause });
    });
    try {
      const answer = await transport(request, signal);
      faults = 0;
      return answer;
    } catch (error) {
      if (!isFault(error)) faults = 0;
      else if (!signal.aborted) countFault(error);
      throw error;
    }
  }

  return { send, untilClosed };
}

function pauseMs(fault: unknown, faults: number): number {
  const backoff = PAUSES.baseMs + backoffMs(Math.max(0, faults - FAULTS_TO_OPEN), PAUSES);
  return Math.min(Math.max(retryAfterMs(fault) ?? 0, backoff), LONGEST_PAUSE_MS);
}

/** Does not keep the process running. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}

function retryAfterMs(fault: unknown): number | undefined {
  return fault instanceof StatusError ? fault.retryAfterMs : undefined;
}

/** Not an answer about the request, but about the server. */
function isFault(error: unknown): boolean {
  return !(error instanceof StatusError) || error.status === 429 || error.status >= 500;
}
