import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { keepYoungHeapSmall } from '../../../src/commands/heap.ts';
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

/** Events whose answers are awaited, at most: as many as some hundred registries have, each of which sends one at a time. */
const MAX_UNDER_WAY = 256;

/** Sends events in a process of its own: what its parent does must not be measured with them. */
answerJob(async ({ rounds, settleMs, ...job }: SendJob): Promise<SendFigures> => {
  keepYoungHeapSmall();
  let figures: SendFigures = { perSecond: 0, durationsMs: [] };
  for (const [at, round] of rounds.entries()) {
    if (at > 0) await wait(settleMs);
    figures = await sendPaced(job, round);
  }
  return figures;
});

async function sendPaced(
  { url, token, bodies }: Omit<SendJob, 'rounds' | 'settleMs'>,
  { perSecond, total }: Round,
): Promise<SendFigures> {
  const { hostname, port } = new URL(url);
  const to: Address = { hostname, port: Number(port) };
  const requests = bodies.map((body) => requestOf(to, token, body));
  const sent: Promise<number>[] = [];
  let answered = 0;
  const beganMs = performance.now();
  const sendNext = () => {
    const dueMs = beganMs + (1_000 * (sent.length + 1)) / perSecond;
    return send(to, requests[sent.length % requests.length] ?? '', dueMs).finally(() => (answered += 1));
  };
  while (sent.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - beganMs) / 1_000) * perSecond));
    while (sent.length < due && sent.length - answered < MAX_UNDER_WAY) sent.push(sendNext());
    await wait(1);
  }
  const durationsMs = await Promise.all(sent);
  return { durationsMs, perSecond: total / ((performance.now() - beganMs) / 1_000) };
}

interface Address {
  readonly hostname: string;
  readonly port: number;
}

function requestOf({ hostname, port }: Address, token: string, body: string): string {
  const lines = [
    'POST /notifications HTTP/1.1',
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/vnd.docker.distribution.events.v2+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/**
 * How long after it was due an event is acknowledged, in milliseconds. A connection each, which the sender closes, as
 * registries do; by a bare socket, which takes a third of the CPU of an HTTP client: the sender must not be what is
 * measured.
 */
function send({ hostname, port }: Address, request: string, dueMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, hostname);
    socket.once('data', (answer: Buffer) => {
      const tookMs = performance.now() - dueMs;
      const [status = ''] = answer.toString('latin1').split('\r\n', 1);
      socket.destroy();
      if (status.startsWith('HTTP/1.1 202 ')) resolve(tookMs);
      else reject(new Error(`the indexer answered ${status}`));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('a connection ended without an answer')));
    socket.write(request);
  });
}
