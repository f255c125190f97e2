import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { addTo } from '../answers/etag-answer.ts';
import { type AnswerDeps, loadedIndex } from '../answers/json-answer.ts';
import { OPERATIONS, type Operation } from '../api/operations.ts';
import { wantsHtml } from '../page/accept.ts';
import type { PageSender } from '../page/page-sender.ts';
import { sendSearch } from '../page/routes/search.ts';

const ROUTES = [
  '/v1/search?q=<query>&n=<rows>&page=<page>&sort=<order>&cursor=<cursor>',
  '/v1/suggest?q=<beginning>&n=<names>',
  '/v1/status',
  ...OPERATIONS.map(printOperation),
  '/api/openapi.json',
  '/api/',
  '/v2/_catalog?n=<names>&last=<name>',
  '/helm/index.yaml?versions=<latest>',
  '/helm/<namespace>/index.yaml?versions=<latest>',
  '/v1/_ping',
  '/v2/',
];

function printOperation({ path, rest, parameters }: Operation): string {
  const query = parameters.map(({ name }) => `${name}=<${name}>`).join('&');
  return `${path}${rest ? `<${rest.name}>` : ''}${query === '' ? '' : `?${query}`}`;
}

const Home = Type.Object({ name: Type.String(), routes: Type.Array(Type.String()) });

/** `GET /`: the page for browsers; for programs what this is and where to go on. */
export function addHome(app: FastifyInstance, pages: PageSender): void {
  app.get('/', { schema: { response: { 200: Home } } }, async (request, reply) => {
    if (wantsHtml(request.headers.accept)) return sendSearch(pages, request, reply);
    addTo(reply, 'vary', 'Accept');
    return { name: 'registry-index', routes: ROUTES };
  });
}

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
