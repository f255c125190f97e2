import { isLoopback } from '../network/loopback.ts';
import { parseService } from './service-url.ts';

/** Whom a command asks, and for what. */
export interface Target {
  /** Where the service may be, in the order in which to try: addresses that differ in the scheme alone. */
  readonly services: readonly [URL, ...URL[]];
  /** The words without the host. */
  readonly text: string;
}

export interface Address {
  /** The value of `--url`, which wins over a host among the words. */
  readonly url: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Words before a colon that are filters, so that `platform:linux/arm64` names no host. */
  readonly isFilter: (name: string) => boolean;
}

const AT_HOME = 'http://127.0.0.1:8080';

/**
 * Reads `[HOST/]WORDS` as docker reads image names: what stands before the first slash is a host if it has a dot, a
 * port or is `localhost`. Throws a ConfigError for an address that is none.
 */
export function targetOf(words: readonly string[], { url, env, isFilter }: Address): Target {
  const text = words.join(' ');
  if (url) return { services: [parseService(url)], text };
  const [, written, rest = ''] = WRITTEN_OUT.exec(text) ?? [];
  if (written !== undefined) return { services: [parseService(written)], text: rest };
  const [, host, asked = ''] = HOST_FIRST.exec(text) ?? [];
  if (host === undefined || isFilter(host.split(':')[0] ?? ''))
    return { services: [parseService(env.REGISTRY_INDEX_URL || AT_HOME)], text };
  const secure = parseService(`https://${host}`);
  return { services: isLoopback(secure) ? [secure, parseService(`http://${host}`)] : [secure], text: asked };
}

const WRITTEN_OUT = /^(https?:\/\/[^/\s]+)(?:\/(.*))?$/is;
/** A name with a dot or a port, an address of IPv6, or `localhost`; and a slash. */
const HOST_FIRST = /^(localhost|\[[0-9a-f:.]+\](?::\d+)?|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?|[a-z0-9-]+:\d+)\/(.*)$/is;
