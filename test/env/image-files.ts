import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { tempDirectory } from './temp-directory.ts';

/**
 * The files and links that each layer of an image adds, as absolute paths, the base's first; from an archive of `docker
 * save`.
 */
export async function readLayers(archive: string): Promise<string[][]> {
  const temp = await tempDirectory('layers');
  try {
    await runCommand('tar', ['-xf', archive, '-C', temp.path]);
    const [image] = JSON.parse(await readFile(join(temp.path, 'manifest.json'), 'utf8'));
    const layers: string[][] = [];
    for (const layer of image.Layers) layers.push(await filesOf(join(temp.path, layer)));
    return layers;
  } finally {
    await temp.remove();
  }
}

async function filesOf(layer: string): Promise<string[]> {
  const listing = await runCommand('tar', ['-tf', layer]);
  return listing
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('/'))
    .map((path) => join('/', path));
}
