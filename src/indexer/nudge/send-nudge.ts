import { Agent } from 'undici';
import { NUDGE_PATH, type Nudge } from '../../api/nudge.ts';

/** `Refused`: for its key. `Failed`: not reached, or any other answer. */
export type NudgeResult = 'Taken' | 'Refused' | 'TimedOut' | 'Failed';

export interface AddressedNudge extends Nudge {
  /** `host:port`. */
  readonly address: string;
  readonly key: string;
}

/** Never rejects, and never tries twice. */
export type SendNudge = (nudge: AddressedNudge) => Promise<NudgeResult>;

const TIMEOUT_MS = 200;

/** Sends over connections of its own: no proxy of the environment leads to pods. */
export function createNudgeSender(timeoutMs = TIMEOUT_MS): { readonly send: SendNudge; close(): Promise<void> } {
  const agent = new Agent({ connections: 1, connect: { timeout: timeoutMs }, headersTimeout: timeoutMs });
  return {
    async send({ address, key, names }) {
      const signal = AbortSignal.timeout(timeoutMs);
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ names } satisfies Nudge);
      const request = { origin: `http://${address}`, path: NUDGE_PATH, method: 'POST', headers, body, signal } as const;
      try {
        const answer = await agent.request(request);
        await answer.body.dump({ limit: 1_024, signal });
        return RESULTS[answer.statusCode] ?? 'Failed';
      } catch {
        return signal.aborted ? 'TimedOut' : 'Failed';
      }
    },
    close: () => agent.destroy(),
  };
}

const RESULTS: Readonly<Record<number, NudgeResult>> = { 202: 'Taken', 401: 'Refused' };
