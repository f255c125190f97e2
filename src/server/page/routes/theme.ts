import type { FastifyInstance } from 'fastify';
import { parametersOf } from '../../routes/parameters.ts';
import { safePath } from '../links.ts';
import { THEME_COOKIE } from '../open-page.ts';

const YEAR_SECONDS = 31_536_000;

/** `GET /theme?set=light|dark|auto&to=`: remembers the colours, without which the first sight would be of the wrong ones. */
export function addTheme(app: FastifyInstance): void {
  app.get('/theme', (request, reply) => {
    const parameters = parametersOf(request.url);
    const theme = parameters.get('set');
    const isTheme = theme === 'light' || theme === 'dark';
    const cookie = `${THEME_COOKIE}=${isTheme ? theme : ''}; Path=/; Max-Age=${isTheme ? YEAR_SECONDS : 0}; SameSite=Lax`;
    reply.header('set-cookie', cookie).header('cache-control', 'no-store');
    return reply.redirect(safePath(parameters.get('to')), 303);
  });
}
