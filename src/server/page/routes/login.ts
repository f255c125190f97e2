import type { FastifyInstance } from 'fastify';
import type { Access } from '../../access/access.ts';
import { credentialOf } from '../../access/credential.ts';
import { unauthorized } from '../../access/refusals.ts';
import { parametersOf } from '../../routes/parameters.ts';
import { safePath } from '../links.ts';

/** `GET /login?to=`: has the browser ask for name and password, and leads back to a page of ours once they are good. */
export function addLogin(app: FastifyInstance, access: Access): void {
  app.get('/login', async (request, reply) => {
    const { kind } = credentialOf(request.raw);
    if (access.takesLogin && (kind === 'none' || kind === 'empty')) throw unauthorized();
    await access.viewOf(request);
    return reply.header('cache-control', 'no-store').redirect(safePath(parametersOf(request.url).get('to')), 303);
  });
}
