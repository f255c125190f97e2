import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Pages } from './pages.ts';
import { addAssets } from './routes/assets.ts';
import { renderDigestAt } from './routes/digest.ts';
import { addLogin } from './routes/login.ts';
import { renderRepositoryAt } from './routes/repository.ts';
import { addTheme } from './routes/theme.ts';

type Below = { readonly Params: { readonly '*': string } };

/** The page: `/` for who wants HTML, `/r/<name>`, `/d/<digest>`, `/login`, `/theme`, and the files that it loads. */
export function addPages(app: FastifyInstance, pages: Pages, access: Access): void {
  app.get<Below>('/r/*', (request, reply) =>
    pages.send(request, reply, (rendering) => renderRepositoryAt(request.params['*'], request.url, rendering)),
  );
  app.get<Below>('/d/*', (request, reply) =>
    pages.send(request, reply, (rendering) => renderDigestAt(request.params['*'], request.url, rendering)),
  );
  addLogin(app, access);
  addTheme(app);
  addAssets(app, pages.loadViews);
}
