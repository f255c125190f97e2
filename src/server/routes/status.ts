import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { ANONYMOUS } from '../../search/anonymous.ts';
import type { SearchView } from '../../search/view.ts';
import { loadedIndex } from '../loaded.ts';

const Status = Type.Object({
  repositories: Type.Integer(),
  tags: Type.Integer(),
  incomplete: Type.Boolean(),
  epoch: Type.Integer(),
});

/** `GET /v1/status`: how much search finds for those who have not logged in; the operator shows it in the resource's status. */
export function addStatus(app: FastifyInstance, view: SearchView): void {
  app.get('/v1/status', { schema: { response: { 200: Status } } }, async (): Promise<Type.Static<typeof Status>> => {
    const { engine, incomplete, epoch } = loadedIndex(view);
    return { ...engine.size(ANONYMOUS), incomplete, epoch };
  });
}
