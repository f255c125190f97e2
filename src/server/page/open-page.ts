import type { FastifyRequest } from 'fastify';
import { credentialOf } from '../access/credential.ts';
import { registryAddress } from '../registry-address.ts';
import { languageOf } from './language.ts';
import type { AssetUrls, Page, Theme } from './page.ts';

export interface PageSettings {
  /** What people pull from; undefined where it is not configured. */
  readonly registryUrl: string | undefined;
  /** Whether callers may see different things, so that logging in has a use. */
  readonly canLogIn: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a page knows of the request that asks for it. */
export function openPage(request: FastifyRequest, assets: AssetUrls, settings: PageSettings): Page {
  const { headers, url, raw } = request;
  const credential = credentialOf(raw);
  const { registryUrl, canLogIn, now } = settings;
  return {
    language: languageOf(headers['accept-language']),
    theme: themeOf(headers.cookie),
    registry: registryUrl === undefined ? request.host : registryAddress(registryUrl),
    isRegistryKnown: registryUrl !== undefined,
    url,
    user: credential.kind === 'basic' ? credential.name : undefined,
    canLogIn,
    nowMs: now(),
    assets,
  };
}

export const THEME_COOKIE = 'theme';

function themeOf(cookies = ''): Theme | undefined {
  const [, theme] = /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(cookies) ?? [];
  return theme === 'light' || theme === 'dark' ? theme : undefined;
}
