import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keep } from './keeper.ts';

export interface TempDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

/** What was killed may write for a moment longer. */
const PATIENCE = { maxRetries: 20, retryDelay: 50 };

/** A new directory under the system's temporary one, gone when removed or when this process ends. */
export async function tempDirectory(name: string): Promise<TempDirectory> {
  const path = await mkdtemp(join(tmpdir(), `registry-index-${name}-`));
  const release = keep({ kind: 'command', argv: ['rm', '-rf', '--one-file-system', path] });
  const remove = async () => {
    await rm(path, { recursive: true, force: true, ...PATIENCE });
    release();
  };
  return { path, remove };
}
