/**
 * `npm run pin:images`: writes the digests of the images that the Dockerfile is built from beside their tags, as the
 * registries say them now, so that the same commit is built from the same bases. All or nothing is written.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { findImages, replaceImages } from './base-images/dockerfile.ts';
import { type ImageReference, PinError, parseReference } from './base-images/reference.ts';
import { findImage } from './base-images/registry.ts';

interface Pin {
  readonly reference: ImageReference;
  /** With the digest of now. */
  readonly pinned: string;
  readonly platforms: readonly string[];
}

const USAGE = `npm run pin:images [-- --check] [-- --file PATH]

  --check   changes nothing; ends with 1 when an image is not pinned, or its tag points to another digest by now
  --file    another file than Dockerfile`;

try {
  await main();
} catch (error) {
  if (!(error instanceof PinError)) throw error;
  console.error(`${error.message}\nNothing was changed.`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { file, check, help } = readOptions();
  if (help) return console.log(USAGE);
  const text = await readDockerfile(file);
  const places = findImages(text);
  const pins = new Map<string, Pin>();
  for (const image of new Set(places.map((place) => place.image))) pins.set(image, await pin(image));
  if (check) return report(pins);
  const pinned = new Map([...pins].map(([image, { pinned }]) => [image, pinned]));
  for (const { pinned, platforms } of pins.values()) console.log(`${pinned} ${describe(platforms)}`);
  const changed = replaceImages(text, places, pinned);
  if (changed !== text) await writeFile(file, changed);
  console.log(changed === text ? `${file} has them already.` : `Written to ${file}.`);
}

async function pin(image: string): Promise<Pin> {
  const reference = parseReference(image);
  const { digest, platforms } = await findImage(reference);
  return { reference, pinned: `${reference.name}@${digest}`, platforms };
}

/** What differs from what the registries say, each with a sentence. */
function report(pins: ReadonlyMap<string, Pin>): void {
  const differing = [...pins].filter(([image, { pinned }]) => image !== pinned);
  for (const [, { reference, pinned }] of differing) {
    const problem = reference.digest === undefined ? 'is not pinned' : `is pinned to ${reference.digest}`;
    console.error(`${reference.name} ${problem}; now it is ${pinned}. Run "npm run pin:images".`);
  }
  if (differing.length > 0) process.exitCode = 1;
  else console.log(`Pinned to what the registries say: ${[...pins.keys()].join(', ')}`);
}

function describe(platforms: readonly string[]): string {
  return platforms.length === 0 ? '(for one platform)' : `(${platforms.join(', ')})`;
}

function readOptions(): { file: string; check: boolean; help: boolean } {
  try {
    const options = {
      file: { type: 'string' },
      check: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { file = 'Dockerfile', check = false, help = false } = parseArgs({ options }).values;
    return { file, check, help };
  } catch (error) {
    throw new PinError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

async function readDockerfile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new PinError(`${file} cannot be read; name another with --file.`);
  });
}
