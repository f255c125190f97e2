import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** Accepts nothing more, waits until what is under way is answered, and cuts off what takes longer than `graceMs`. */
export type GracefulClose = (graceMs: number) => Promise<void>;

/**
 * Prepares an app for being closed; call it before the app listens. Node waits for ever for connections on which no
 * request ever came, as browsers open them in advance, so they are closed with the last answer.
 */
export function prepareClose(app: FastifyInstance): GracefulClose {
  const idle = watchIdle(app);
  return async (graceMs) => {
    const closed = app.close();
    await Promise.race([idle(), wait(graceMs, undefined, { ref: false })]);
    app.server.closeAllConnections();
    await closed;
  };
}

/** A function whose promise resolves as soon as no request is under way. */
function watchIdle(app: FastifyInstance): () => Promise<void> {
  let underWay = 0;
  const waiting: (() => void)[] = [];
  const settle = () => {
    if (underWay === 0) for (const resolve of waiting.splice(0)) resolve();
  };
  app.server.on('request', (_request: unknown, response: ServerResponse) => {
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
      settle();
    });
  });
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      settle();
    });
}
