import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Only root may mount. */
export const canMount = process.getuid?.() === 0;

export interface SmallDisk {
  readonly path: string;
  remove(): Promise<void>;
}

/** A file system of its own, of so many kilobytes of memory, at a folder that is made. */
export async function smallDisk(path: string, kilobytes: number): Promise<SmallDisk> {
  await mkdir(path, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path]);
  return { path, remove: async () => void (await run('umount', ['-l', path])) };
}
