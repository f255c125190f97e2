import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { answerJob } from '../support/child.ts';

export interface SendJob {
  /** Of an indexer. */
  readonly url: string;
  readonly token: string;
  /** Sent in turn, again and again. */
  readonly bodies: readonly string[];
  /** One after another; the figures are those of the last. */
  readonly rounds: readonly Round[];
  /** Milliseconds between them: by then what they name is written. */
  readonly settleMs: number;
}

export interface Round {
  readonly perSecond: number;
  readonly total: number;
}

export interface SendFigures {
  readonly perSecond: number;
  /** Of each event, from the opening of a connection to the answer. */
  readonly durationsMs: readonly number[];
}

/** A connection each, as registries send them. */
const ONE_CONNECTION_EACH = new Agent({ keepAlive: false, maxSockets: 256 });

/** Sends events in a process of its own: what its parent does must not be measured with them. */
answerJob(async ({ rounds, settleMs, ...job }: SendJob): Promise<SendFigures> => {
  let figures: SendFigures = { perSecond: 0, durationsMs: [] };
  for (const [at, round] of rounds.entries()) {
    if (at > 0) await wait(settleMs);
    figures = await sendPaced(job, round);
  }
  return figures;
});

async function sendPaced(job: Omit<SendJob, 'rounds' | 'settleMs'>, { perSecond, total }: Round): Promise<SendFigures> {
  const pending: Promise<number>[] = [];
  const beganMs = performance.now();
  while (pending.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - beganMs) / 1_000) * perSecond));
    while (pending.length < due) pending.push(send(job, job.bodies[pending.length % job.bodies.length] ?? ''));
    await wait(1);
  }
  const durationsMs = await Promise.all(pending);
  return { durationsMs, perSecond: total / ((performance.now() - beganMs) / 1_000) };
}

function send({ url, token }: Pick<SendJob, 'url' | 'token'>, body: string): Promise<number> {
  const beganMs = performance.now();
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/vnd.docker.distribution.events.v2+json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/notifications`, { method: 'POST', headers, agent: ONE_CONNECTION_EACH }, (answer) => {
      const tookMs = performance.now() - beganMs;
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 202) resolve(tookMs);
        else reject(new Error(`the indexer answered ${answer.statusCode}`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
