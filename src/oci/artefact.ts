import type { ArtefactConfig } from './config.ts';
import { boundedLabels, CREATED, DESCRIPTION, type Labels, mergeLabels, TITLE } from './labels.ts';
import type { Manifest } from './manifest.ts';
import { cut, oneLine, parseCreatedTime, plain } from './text.ts';

/** What a tag holds, in the words of a repository's record; every text is bounded. */
export interface Artefact {
  /** `image`, `helm`, or the artefact's own media type. */
  readonly type: string;
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** In the normal form; sorted, each once. */
  readonly platforms: readonly string[];
  readonly createdAtMs: number | undefined;
}

/** What was read of an artefact. */
export interface ArtefactParts {
  readonly type: string;
  /** From the manifest that the tag points to down to the one that speaks for it. */
  readonly manifests: readonly Manifest[];
  /** Undefined where it is not of a kind that we know. */
  readonly config: ArtefactConfig | undefined;
  readonly platforms: readonly string[];
}

const MAX_TITLE_LENGTH = 255;
const MAX_SUMMARY_LENGTH = 1_000;
const MAX_TYPE_LENGTH = 255;

/** Every text is that of the index, else of what is below it, else of the config. */
export function describeArtefact({ type, manifests, config, platforms }: ArtefactParts): Artefact {
  const annotations = manifests.map(annotationsOf);
  const labels = mergeLabels([...annotations, config?.labels ?? new Map()]);
  const createdTexts = annotations.map((source) => source.get(CREATED));
  return {
    type: boundedType(type),
    title: oneLine(labels.get(TITLE) ?? '', MAX_TITLE_LENGTH),
    summary: oneLine(labels.get(DESCRIPTION) ?? '', MAX_SUMMARY_LENGTH),
    labels: boundedLabels(labels),
    platforms,
    // The config's own time goes before its labels, which are often those of the base image.
    createdAtMs:
      parseCreatedTime(createdTexts.find(Boolean)) ?? config?.createdAtMs ?? parseCreatedTime(labels.get(CREATED)),
  };
}

/** An artefact without text of its own: only its type is known. */
export function typeAlone(type: string): Artefact {
  const texts = { title: undefined, summary: undefined, labels: {} };
  return { type: boundedType(type), ...texts, platforms: [], createdAtMs: undefined };
}

function annotationsOf(manifest: Manifest): Labels {
  return manifest.kind === 'legacy' ? new Map() : manifest.annotations;
}

/** A media type as it may be kept. */
export function boundedType(type: string): string {
  return cut(plain(type), MAX_TYPE_LENGTH);
}
