import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Connection } from './connection.ts';

/** How to reach the API server right now, and as whom. */
export interface Access {
  readonly server: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connection: Connection;
}

/** Asks KubeConfig for every request anew: it refreshes tokens, runs exec plugins and reads rotated files again. */
export async function accessOf(config: KubeConfig): Promise<Access> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('The kubeconfig names no current cluster');
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    headers: headersOf(options),
    connection: { tls: tlsOf(options), proxyUrl: cluster.proxyUrl },
  };
}

function headersOf({ headers = {}, auth }: RequestOptions): Record<string, string> {
  const basic = auth ? { authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  return { ...basic, ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) };
}

/** Only what is set: an undefined `rejectUnauthorized` would not mean the default. */
function tlsOf({ ca, cert, key, passphrase, rejectUnauthorized, servername }: RequestOptions): Connection['tls'] {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    ...(servername === undefined ? {} : { servername }),
  };
}
