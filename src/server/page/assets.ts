import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { AssetUrls } from './page-context.ts';

/** A file that pages load: its name has a hash of its content, so that browsers keep it for good. */
export interface Asset {
  readonly url: string;
  readonly type: string;
  /** By the coding that it is sent in. */
  readonly bytes: Readonly<Record<Coding, Buffer>>;
}

export type Coding = 'br' | 'gzip' | 'identity';

export interface Assets {
  readonly urls: AssetUrls;
  readonly byUrl: ReadonlyMap<string, Asset>;
}

/** Reads the files and compresses them, once. The build puts them beside the program, made smaller. */
export function readAssets(): Assets {
  const style = readAsset('page.css', 'text/css; charset=utf-8');
  const script = readAsset('page.js', 'text/javascript; charset=utf-8');
  const byUrl = new Map([style, script].map((asset) => [asset.url, asset]));
  return { urls: { style: style.url, script: script.url }, byUrl };
}

function readAsset(file: string, type: string): Asset {
  const identity = readFileSync(join(import.meta.dirname, 'assets', file));
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const url = `/assets/${file.replace('.', `-${hash}.`)}`;
  return { url, type, bytes: { identity, br: brotliCompressSync(identity), gzip: gzipSync(identity, { level: 9 }) } };
}
