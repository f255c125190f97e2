import { ConfigError } from '../config/config-error.ts';
import { printable } from '../telemetry/untrusted-text.ts';

const FORM = '--url wants the http:// or https:// URL of a search service, such as http://127.0.0.1:8080';
const MAX_SHOWN_LENGTH = 300;
/** People give the address that they have, which may be that of a search. */
const API = /(?:\/api)?(?:\/v1(?:\/search)?)?$/;

/**
 * The address of a search service, which may be below a path. Throws a ConfigError that says what to write instead; a
 * password is not repeated.
 */
export function parseService(text: string): URL {
  const service = text.trim();
  const mistake = mistakeIn(service);
  if (mistake !== undefined) throw new ConfigError(mistake);
  return new URL(addressOf(new URL(service)));
}

/** Where the service answers `path`, such as `api/v1/search`. */
export function urlBelow(service: URL, path: string, parameters: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(`${addressOf(service)}/${path}`);
  url.search = `${new URLSearchParams(parameters)}`;
  return url;
}

/** A service as `--url` takes it. */
export function addressOf({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/\/+$/, '').replace(API, '')}`;
}

function mistakeIn(service: string): string | undefined {
  if (/^[^/]*(?:\/\/[^/]*)?@/.test(service)) return '--url may hold no user name and no password: leave them out';
  const shown = printable(service, MAX_SHOWN_LENGTH);
  const [, rest] = /^https?:\/\/([^\s\\]+)$/i.exec(service) ?? [];
  if (rest === undefined) return `${FORM}, not ${shown}${withScheme(service)}`;
  const [, brackets, port] = /^(\[[^\]]*\]|[^/?#:]*)(?::(\d+))?(?:[/?#]|$)/.exec(rest) ?? [];
  if (brackets === undefined && /^[0-9a-f]*:[0-9a-f:.]*:/i.test(rest))
    return `--url ${shown} holds an IPv6 address: write it in brackets, as in http://[::1]:8080`;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return `--url ${shown} has a port that there is none of: ports are 1 to 65535`;
  if (!URL.canParse(service)) return `${FORM}, not ${shown}`;
  const instead = addressOf(new URL(service));
  return /[?#]/.test(service) ? `--url ${shown} is more than an address: write ${instead}` : undefined;
}

/** What is meant by a host, which may have a port and a path. */
function withScheme(service: string): string {
  const rest = service.replace(/^\/+/, '');
  const isHost = /^(?:\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9.-]*)(?::\d+)?(?:\/[^\s\\?#]*)?$/i.test(rest);
  return isHost ? `; write http://${rest}, or https://${rest} where it speaks TLS` : '';
}

/**
 * Says where a service redirects what it was asked at `from`, and what to write instead where that is asked there too.
 */
export function explainRedirect(service: URL, from: URL, { status, location }: Redirect): string {
  const answered = `${addressOf(service)} answered ${status}`;
  const target = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (!target || !/^https?:$/.test(target.protocol))
    return `${answered} and redirects to ${printable(location, MAX_SHOWN_LENGTH)}, which is no address of a search service`;
  // What a redirect adds may be a secret.
  const shown = printable(`${target.origin}${target.pathname}`, MAX_SHOWN_LENGTH);
  const asked = from.pathname.slice(service.pathname.replace(/\/+$/, '').length);
  const elsewhere = target.pathname.endsWith(asked)
    ? `${target.origin}${target.pathname.slice(0, -asked.length)}`
    : undefined;
  const isService = elsewhere !== undefined && elsewhere !== addressOf(service);
  const instead = isService ? `write --url ${printable(elsewhere, MAX_SHOWN_LENGTH)}` : NO_SERVICE;
  return `${answered} and redirects to ${shown}; ${instead}`;
}

export interface Redirect {
  readonly status: number;
  readonly location: string;
}

const NO_SERVICE = 'redirects are not followed, and --url says where a search service is';
