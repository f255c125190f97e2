import { allowedIn, type ByNamespace } from './by-namespace.ts';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const HOST = new RegExp(`^(\\*\\.)?${LABEL}([.]${LABEL})*$`);

/** Whether a text is a host, or a pattern such as `*.example.com`, which stands for the hosts one label below. */
export function isHostPattern(text: string): boolean {
  return text.length <= 253 && HOST.test(text);
}

/** Whether search of a namespace may answer at a host. Nobody may take over the host of another by naming it. */
export function allowsHost(allowedHosts: ByNamespace, namespace: string, host: string): boolean {
  return allowedIn(allowedHosts, namespace).some(
    (pattern) => pattern === host || (pattern.startsWith('*.') && pattern.slice(1) === parentOf(host)),
  );
}

/** `.example.com` of `search.example.com`. */
function parentOf(host: string): string {
  const dot = host.indexOf('.');
  return dot <= 0 || host.startsWith('*') ? '' : host.slice(dot);
}
