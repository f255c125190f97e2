import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { type AnswerDeps, loadedIndex } from '../answers/json-answer.ts';

const Status = Type.Object({
  repositories: Type.Integer(),
  tags: Type.Integer(),
  incomplete: Type.Boolean(),
  epoch: Type.Integer(),
  /** Why callers cannot be identified; only the operator sees it. */
  problem: Type.Optional(Type.Object({ reason: Type.String(), message: Type.String() })),
});

/** `GET /v1/status`: how much search finds for the caller; the operator shows it in the resource's status. */
export function addStatus(app: FastifyInstance, { replica, access }: Pick<AnswerDeps, 'replica' | 'access'>): void {
  app.get(
    '/v1/status',
    { schema: { response: { 200: Status } } },
    async (request): Promise<Type.Static<typeof Status>> => {
      const { visibility, problem } = await access.reportViewOf(request);
      const { engine, incomplete, epoch } = loadedIndex(replica);
      return {
        ...(await engine.count(visibility, request.signal)),
        incomplete,
        epoch,
        ...(problem ? { problem } : {}),
      };
    },
  );
}
