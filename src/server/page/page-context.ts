import type { FastifyRequest } from 'fastify';
import { credentialOf } from '../access/credential.ts';
import { registryAddress } from '../registry-address.ts';
import { type Language, languageOf } from './language.ts';

export type Theme = 'light' | 'dark';

/** What every part of a page may need to know of the request. */
export interface PageContext {
  readonly language: Language;
  /** Chosen by the reader; undefined leaves it to the system. */
  readonly theme: Theme | undefined;
  /** What people pull from, such as `registry.example.com:5000`. */
  readonly registry: string;
  /** False where that is not configured, and the address of the page stands in for it. */
  readonly isRegistryKnown: boolean;
  /** Path and query of this page. */
  readonly url: string;
  /** Who reads; undefined for a reader who has not logged in. */
  readonly user: string | undefined;
  readonly canLogIn: boolean;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** How many repositories the reader sees; undefined where nobody counted. */
  readonly repositories?: number | undefined;
  readonly assets: AssetUrls;
}

export interface AssetUrls {
  readonly style: string;
  readonly script: string;
}

export interface PageSettings {
  /** What people pull from; undefined where it is not configured. */
  readonly registryUrl: string | undefined;
  /** Whether callers may see different things, so that logging in has a use. */
  readonly canLogIn: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a page knows of the request that asks for it. */
export function pageContextOf(request: FastifyRequest, assets: AssetUrls, settings: PageSettings): PageContext {
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
