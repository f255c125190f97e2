import type { FastifyInstance } from 'fastify';

/** Accepts nothing more and waits until what is under way is answered; cuts off what takes longer than `graceMs`. */
export async function closeGracefully(app: FastifyInstance, graceMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(cut);
}
