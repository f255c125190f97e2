import { type Dockerfile, DockerfileParser, type From, type Instruction, ModifiableInstruction } from 'dockerfile-ast';
import { PinError } from './reference.ts';

/** Where a Dockerfile names an image that is to be pulled. */
export interface ImagePlace {
  readonly image: string;
  /** Offsets of `image` in the text. */
  readonly start: number;
  readonly end: number;
}

/** A value, and the part of the file that it stands in. */
interface Written {
  readonly value: string | null;
  readonly range: ReturnType<From['getImageRange']>;
}

const VARIABLE = /^\$(?:\{(\w+)\}|(\w+))$/;
const STAGE_NUMBER = /^\d+$/;

/**
 * Finds the images that a build starts from or copies from: in FROM, in the default of an ARG that a FROM names, in
 * `COPY --from` and `RUN --mount=from=`. The file's own stages are none.
 * @throws {PinError} when an image is put together from variables, so that no one place can be pinned, or there is none
 */
export function findImages(text: string): ImagePlace[] {
  const dockerfile = DockerfileParser.parse(text);
  const froms = dockerfile.getFROMs();
  const stages = froms.map((from) => from.getBuildStage()?.toLowerCase());
  const bases = froms
    .filter((from, index) => isPulled(from.getImage(), stages.slice(0, index)))
    .map((from) => defaultOf(dockerfile, from));
  const copied = dockerfile
    .getInstructions()
    .flatMap(sourcesOf)
    .filter(({ value }) => isPulled(value, stages));
  const offsets = lineOffsets(text);
  const places = [...bases, ...copied].map((written) => placeOf(written, text, offsets));
  if (bases.length === 0) throw new PinError('The Dockerfile has no FROM that names an image.');
  return [...new Map(places.map((place) => [place.start, place])).values()].sort((a, b) => a.start - b.start);
}

/** The text with what `pinned` says in place of each image. */
export function replaceImages(
  text: string,
  places: readonly ImagePlace[],
  pinned: ReadonlyMap<string, string>,
): string {
  const ends = [0, ...places.map(({ end }) => end)];
  const parts = places.map(({ image, start }, index) => text.slice(ends[index], start) + (pinned.get(image) ?? image));
  return parts.join('') + text.slice(ends.at(-1));
}

function isPulled(image: string | null, stages: readonly (string | undefined)[]): boolean {
  const name = image?.toLowerCase() ?? '';
  return name !== '' && name !== 'scratch' && !STAGE_NUMBER.test(name) && !stages.includes(name);
}

/** What a FROM says, or the default of the ARG that it names. */
function defaultOf(dockerfile: Dockerfile, from: From): Written {
  const image = from.getImage() ?? '';
  if (!image.includes('$')) return { value: image, range: from.getImageRange() };
  const [, braced, plain] = VARIABLE.exec(image) ?? [];
  const defaults = dockerfile.getInitialARGs().flatMap((arg) => arg.getProperties());
  const found = defaults.findLast((property) => property.getName() === (braced ?? plain));
  const value = found?.getValue();
  if (found !== undefined && value) return { value, range: found.getValueRange() };
  throw new PinError(
    `"FROM ${image}" cannot be pinned: write the whole image there, or as the default of one ARG above.`,
  );
}

/** What `COPY --from` and `RUN --mount=from=` name. */
function sourcesOf(instruction: Instruction): Written[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  const flags = instruction.getFlags();
  const options = flags.flatMap((flag) => (flag.getName() === 'mount' ? flag.getOptions() : []));
  return [...flags, ...options]
    .filter((part) => part.getName() === 'from')
    .map((part) => ({ value: part.getValue(), range: part.getValueRange() }));
}

function placeOf({ value, range }: Written, text: string, offsets: readonly number[]): ImagePlace {
  if (value === null || range === null)
    throw new PinError('The Dockerfile names an image in a way that cannot be read.');
  if (value.includes('$')) throw new PinError(`"${value}" cannot be pinned: write the whole image there.`);
  // The range of a quoted value begins with the quote.
  const start = text.indexOf(value, (offsets[range.start.line] ?? 0) + range.start.character);
  return { image: value, start, end: start + value.length };
}

/** Where each line begins. */
function lineOffsets(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((end) => end.index + end[0].length)];
}
