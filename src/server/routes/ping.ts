import type { FastifyInstance } from 'fastify';

/** `GET /v1/_ping`: docker asks it before it searches, and takes the header for a registry without a central index. */
export function addPing(app: FastifyInstance): void {
  app.get('/v1/_ping', async (_request, reply) => {
    reply.header('x-docker-registry-standalone', 'true').type('application/json');
    return 'true';
  });
}
