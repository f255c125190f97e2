import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildImage } from '../env/image.ts';
import { readLayers } from '../env/image-files.ts';

const BUILD_MS = 30 * 60_000;
/** All that the image has besides its base, other than the parts that the program loads as a command needs them. */
const FILES = [
  '/app/LICENSE',
  '/app/THIRD_PARTY_LICENSES',
  '/app/parts/assets/page.css',
  '/app/parts/assets/page.js',
  '/app/registry-index.cdx.json',
  '/app/registry-index.mjs',
];
const PART = /^\/app\/parts\/[\w-]+\.mjs$/;
const LEFT_BEHIND = /\/(package(-lock)?\.json|\.npmrc|\.npm|\.cache|node_modules|tmp|build)(\/|$)|\.(ts|map)$/;

describe('the image', () => {
  let layers: readonly (readonly string[])[];

  beforeAll(async () => {
    layers = await readLayers((await buildImage()).archive);
  }, BUILD_MS);

  test('adds to its base the program, its licences and its bill of materials, and no other file', () => {
    const ours = layers.filter((files) => files.some((file) => file.startsWith('/app/'))).flat();
    const [parts, others] = [ours.filter((file) => PART.test(file)), ours.filter((file) => !PART.test(file))];
    expect(others.sort()).toEqual(FILES);
    expect(parts).toContainEqual(expect.stringMatching(/\/search-\w+\.mjs$/));
  });

  test('has in no layer what was needed to build it', () => {
    expect(layers.flat()).toContain('/nodejs/bin/node');
    expect(layers.flat().filter((file) => LEFT_BEHIND.test(file))).toEqual([]);
  });
});
