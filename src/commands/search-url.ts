import { ConfigError } from '../config/config-error.ts';
import { printable } from '../telemetry/untrusted-text.ts';

const PATH = 'v1/search';
const FORM = '--url wants the http:// or https:// URL of a search service, such as http://127.0.0.1:8080';
const MAX_SHOWN_LENGTH = 300;

/**
 * Where the service at `service`, which may be below a path, answers searches. Throws a ConfigError that says what to
 * write instead; a password is not repeated.
 */
export function searchUrlOf(service: string, parameters: Readonly<Record<string, string>>): URL {
  const url = parseService(service.trim());
  url.pathname = `${servicePath(url)}/${PATH}`;
  url.search = `${new URLSearchParams(parameters)}`;
  return url;
}

/** The service whose search is at `url`, as `--url` takes it. */
export function serviceOf(url: URL): string {
  return `${url.origin}${servicePath(url)}`;
}

/** People give the address that they have, which may be that of a search. */
function servicePath({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '').replace(/\/v1(?:\/search)?$/, '');
}

function parseService(service: string): URL {
  const mistake = mistakeIn(service);
  if (mistake !== undefined) throw new ConfigError(mistake);
  return new URL(service);
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
  const url = URL.parse(service);
  if (!url) return `${FORM}, not ${shown}`;
  return /[?#]/.test(service) ? `--url ${shown} is more than an address: write ${serviceOf(url)}` : undefined;
}

/** What is meant by a host, which may have a port and a path. */
function withScheme(service: string): string {
  const rest = service.replace(/^\/+/, '');
  const isHost = /^(?:\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9.-]*)(?::\d+)?(?:\/[^\s\\?#]*)?$/i.test(rest);
  return isHost ? `; write http://${rest}, or https://${rest} where it speaks TLS` : '';
}

/** Says where a service redirects a search, and what to write instead where that is a search as well. */
export function explainRedirect(from: URL, status: number, location: string): string {
  const answered = `${serviceOf(from)} answered ${status}`;
  const target = URL.parse(location, from.href);
  if (!target || !/^https?:$/.test(target.protocol))
    return `${answered} and redirects to ${printable(location, MAX_SHOWN_LENGTH)}, which is no address of a search service`;
  // What a redirect adds may be a secret.
  const shown = printable(`${target.origin}${target.pathname}`, MAX_SHOWN_LENGTH);
  const isSearch = target.pathname.endsWith(`/${PATH}`) && serviceOf(target) !== serviceOf(from);
  const instead = isSearch ? `write --url ${printable(serviceOf(target), MAX_SHOWN_LENGTH)}` : NO_SERVICE;
  return `${answered} and redirects to ${shown}; ${instead}`;
}

const NO_SERVICE = 'redirects are not followed, and --url says where a search service is';
