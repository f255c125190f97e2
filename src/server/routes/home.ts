import type { FastifyInstance } from 'fastify';
import Type from 'typebox';

const Home = Type.Object({ name: Type.String(), routes: Type.Array(Type.String()) });

const ROUTES = [
  '/v1/search?q=<query>&n=<rows>&page=<page>&sort=<order>&cursor=<cursor>',
  '/v1/suggest?q=<beginning>&n=<names>',
  '/v1/status',
  '/v2/_catalog?n=<names>&last=<name>',
  '/v1/_ping',
  '/v2/',
];

/** `GET /`: what this is and where to go on. */
export function addHome(app: FastifyInstance): void {
  app.get('/', { schema: { response: { 200: Home } } }, async () => ({ name: 'registry-index', routes: ROUTES }));
}
