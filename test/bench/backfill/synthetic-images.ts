import { createHash } from 'node:crypto';
import { image, tagged } from '../../../src/standalone/sample/artefacts.ts';

/** Hexadecimal digests of what one image consists of. */
export interface ImageDigests {
  readonly manifest: string;
  readonly config: string;
  readonly layer: string;
}

export interface SyntheticImages {
  /** The image of any tag; tags share them in turn. */
  at(tag: number): ImageDigests;
  blob(hex: string): Buffer | undefined;
  /** Of a link to this digest, as S3 gives it: the MD5 of its text. */
  etag(hex: string): string;
}

const CREATED_MS = Date.UTC(2026, 0, 1);

/** So many single-platform images, each with a config of its own. */
export function syntheticImages(count: number): SyntheticImages {
  const blobs = new Map<string, Buffer>();
  const etags = new Map<string, string>();
  const images = Array.from({ length: count }, (_, number) => {
    const artefact = image({
      platforms: [number % 3 === 0 ? 'linux/arm64' : 'linux/amd64'],
      labels: { 'org.opencontainers.image.title': `Service ${number}`, team: `team-${number % 50}` },
      created: new Date(CREATED_MS + number * 60_000),
      content: `build ${number}`,
    });
    const [config, layer] = artefact.blobs;
    const manifest = tagged(artefact);
    for (const blob of [manifest, config]) if (blob) blobs.set(hexOf(blob.digest), blob.bytes);
    return { manifest: hexOf(manifest.digest), config: hexOf(config?.digest), layer: hexOf(layer?.digest) };
  });
  return {
    at(tag) {
      const found = images[tag % count];
      if (!found) throw new RangeError('there are no images');
      return found;
    },
    blob: (hex) => blobs.get(hex),
    etag(hex) {
      const known = etags.get(hex) ?? createHash('md5').update(`sha256:${hex}`).digest('hex');
      etags.set(hex, known);
      return known;
    },
  };
}

function hexOf(digest = ''): string {
  return digest.slice('sha256:'.length);
}
