import type { ArtefactConfig } from './image-config.ts';
import { boundedLabels, CREATED, DESCRIPTION, type Labels, mergeLabels, TITLE } from './labels.ts';
import type { IndexManifest, Manifest } from './manifest.ts';
import { cut, oneLine, plain, timeOf } from './text.ts';

/** What a tag holds, in the words of a repository's record; every text is bounded. */
export interface Artefact {
  /** `image`, `helm`, or the artefact's own media type. */
  readonly type: string;
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Sorted, each once. */
  readonly platforms: readonly string[];
  readonly createdAtMs: number | undefined;
}

/** What was read of an artefact; `config` where it is of a kind that we know. */
export interface ArtefactParts {
  readonly type: string;
  readonly index: IndexManifest | undefined;
  readonly manifest: Manifest | undefined;
  readonly config: ArtefactConfig | undefined;
}

const MAX_TITLE_LENGTH = 255;
const MAX_SUMMARY_LENGTH = 1_000;
const MAX_TYPE_LENGTH = 255;

/** Every text is the index's, else the manifest's, else the config's. */
export function describeArtefact(parts: ArtefactParts): Artefact {
  const annotations = [annotationsOf(parts.index), annotationsOf(parts.manifest)];
  const labels = mergeLabels([...annotations, parts.config?.labels ?? new Map()]);
  const createdTexts = annotations.map((source) => source.get(CREATED));
  return {
    type: cut(plain(parts.type), MAX_TYPE_LENGTH),
    title: oneLine(labels.get(TITLE) ?? '', MAX_TITLE_LENGTH),
    summary: oneLine(labels.get(DESCRIPTION) ?? '', MAX_SUMMARY_LENGTH),
    labels: boundedLabels(labels),
    platforms: platformsOf(parts),
    // The config's own time goes before its labels, which are often those of the base image.
    createdAtMs: timeOf(createdTexts.find(Boolean)) ?? parts.config?.createdAtMs ?? timeOf(labels.get(CREATED)),
  };
}

function annotationsOf(manifest: Manifest | undefined): Labels {
  return manifest === undefined || manifest.kind === 'legacy' ? new Map() : manifest.annotations;
}

/** The platforms that an index names by itself, sorted, each once. */
export function platformsToldBy({ children }: IndexManifest): string[] {
  return [...new Set(children.flatMap(({ platform }) => platform ?? []))].sort();
}

/** An index tells its platforms itself; only one that does not is described by its child. */
function platformsOf({ index, config }: ArtefactParts): string[] {
  const told = index ? platformsToldBy(index) : [];
  return told.length > 0 ? told : [config?.platform ?? []].flat();
}
