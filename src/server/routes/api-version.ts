import type { FastifyInstance } from 'fastify';

/** `GET /v2/`: podman gives up on a registry that does not answer it. */
export function addApiVersion(app: FastifyInstance): void {
  app.get('/v2/', async (_request, reply) => {
    reply.header('docker-distribution-api-version', 'registry/2.0').type('application/json');
    return '{}';
  });
}
