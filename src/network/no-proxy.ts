import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { isLoopback } from './loopback.ts';

/** Whether a URL is asked without a proxy. */
export type GoesDirect = (url: URL) => boolean;

/** What one entry of NO_PROXY says of a host, in lower case and without brackets, and its port. */
type Entry = (host: string, port: number) => boolean;

/**
 * Reads NO_PROXY, with commas or blanks between its entries: a host (`example.com`, which stands for the hosts below it
 * too, as `.example.com` does), a pattern (`*.example.com`, `10.1.*`, `*`), an address, or a network (`10.0.0.0/8`);
 * any but the last may end with a port. An entry that is none of these fits nothing. Names are not looked up, so that a
 * network fits addresses in URLs alone. As in Go, this machine itself is never asked through a proxy.
 */
export function parseNoProxy(text: string): GoesDirect {
  const entries = text.split(/[\s,]+/).flatMap((entry) => (entry === '' ? [] : [parseEntry(entry)]));
  return (url) => {
    const host = hostOf(url);
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    return isLoopback(url) || entries.some((fits) => fits(host, port));
  };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function isIn(list: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && list.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function parseEntry(text: string): Entry {
  const [, address = '', prefix = ''] = /^\[?([\da-f.:]+)\]?\/(\d{1,3})$/i.exec(text) ?? [];
  if (isIP(address) !== 0) return networkEntry(address, Number(prefix));
  const { name, port } = splitPort(text);
  const fits = isIP(name) === 0 ? nameEntry(name) : networkEntry(name);
  return (host, asked) => (port === undefined || port === asked) && fits(host, asked);
}

/** More than one colon is an IPv6 address, whose port stands behind brackets. */
function splitPort(text: string): { readonly name: string; readonly port: number | undefined } {
  const [, bracketed, plain, digits] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { name: bracketed ?? plain ?? text, port: digits === undefined ? undefined : Number(digits) };
}

/** All addresses of a network, or one. */
function networkEntry(address: string, prefix?: number): Entry {
  const bits = isIP(address) === 6 ? 128 : 32;
  if (prefix !== undefined && prefix > bits) return () => false;
  const list = new BlockList();
  list.addSubnet(address, prefix ?? bits, bits === 128 ? 'ipv6' : 'ipv4');
  return (host) => isIn(list, host);
}

function nameEntry(text: string): Entry {
  const name = text.toLowerCase().replace(/\.$/, '');
  if (name.includes('*')) {
    const pattern = new RegExp(`^${name.replace(/[^*\w-]/g, '[$&]').replaceAll('*', '.*')}$`);
    return (host) => pattern.test(host);
  }
  const domain = domainToASCII(name.replace(/^\./, ''));
  return (host) => domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}
