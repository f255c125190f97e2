import { type FaultKind, mayPass } from '../../api/fault.ts';
import { boundedType } from '../../oci/artefact.ts';
import { isAuxiliaryType } from '../../oci/kinds.ts';
import type { IndexChild, IndexManifest } from '../../oci/manifest.ts';
import type { Digest, ListedReferrer, ManifestProblem, Mark } from '../../oci/manifest-facts.ts';
import { distinctMarks, markOfType } from '../../oci/marks.ts';
import { isFilesystemType, isIndexType, isManifestType, OCI_INDEX } from '../../oci/media-types.ts';
import { type Descent, isProblem, marksOfManifest, type Resolved, subjectOf } from './resolved.ts';

interface IndexDeps {
  readonly descent: Descent;
  /** A resolved child, or why it could not be read; undefined when the limit of reads is reached. */
  readonly resolveChild: (digest: Digest) => Promise<Resolved | ManifestProblem | undefined>;
}

/** Children that are tried before the index is described by itself. */
const MAX_TRIES = 8;

/**
 * Resolves an index: the platforms of its children, as the index lists them or else as their configs say, and the child
 * that represents it. Children may be missing (an index may be sparse). Children that are no manifests, such as the
 * layers of a build cache, are not read.
 */
export async function resolveIndex(index: IndexManifest, deps: IndexDeps): Promise<Resolved> {
  if (isListOfReferrers(index)) return resolveReferrers(index, deps);
  const children = index.children.filter((child) => mayBeManifest(child, index) && !isAttached(child));
  if (children.length === 0) return resolvedWithoutImages(index);
  const read = createChildren(deps);
  const representative = await findRepresentativeChild(children, read);
  if (areNoManifests(children, read.all())) return resolvedWithoutImages(index);
  for (const child of children) if (needsReading(child)) await read.child(child.digest);
  const carries = await readAttached(index, { descent: deps.descent, representative });
  return resolvedIndex(index, { children, resolved: read.all(), representative, carries });
}

/** A child without media type may be a manifest, unless it stands beside the layers of a build cache. */
function mayBeManifest(child: IndexChild, { children }: IndexManifest): boolean {
  if (!isManifestType(child.mediaType)) return false;
  return !isUntyped(child) || children.every(({ mediaType }) => isManifestType(mediaType));
}

function isUntyped({ mediaType, platform }: IndexChild): boolean {
  return mediaType === undefined && platform === undefined;
}

const NO_MANIFEST: ReadonlySet<FaultKind> = new Set<FaultKind>(['Malformed', 'TooLarge']);

/** An untyped child that is no manifest is not a fault. */
function areNoManifests(
  children: readonly IndexChild[],
  read: ReadonlyMap<Digest, Resolved | ManifestProblem>,
): boolean {
  return children.every(isUntyped) && [...read.values()].every((one) => isProblem(one) && NO_MANIFEST.has(one.kind));
}

/** BuildKit's attestations, and children whose artifact type says that they are about another manifest. */
function isAttached({ attachedTo, platform, artifactType }: IndexChild): boolean {
  return attachedTo !== undefined || (platform === undefined && markOfType(artifactType) !== undefined);
}

/** OCI's referrers tag schema has clients list the artifact types of the children. */
function isListOfReferrers({ children }: IndexManifest): boolean {
  const isReferrer = ({ artifactType, attachedTo }: IndexChild) =>
    artifactType !== undefined && attachedTo === undefined;
  const isImage = ({ platform, mediaType }: IndexChild) => platform !== undefined || isIndexType(mediaType);
  return children.length === 0 || (children.some(isReferrer) && !children.some(isImage));
}

/** Limits what a record keeps of a list of referrers. */
const MAX_REFERRERS = 64;

async function resolveReferrers(index: IndexManifest, { descent }: IndexDeps): Promise<Resolved> {
  const referrers: ListedReferrer[] = [];
  for (const { digest, artifactType, marks } of index.children.slice(0, MAX_REFERRERS)) {
    const type = boundedType(artifactType ?? '');
    referrers.push({ digest, type, marks: marks ?? (await readMarks(descent, digest)) ?? marksOfType(type) });
  }
  const type = index.artifactType ?? referrers[0]?.type ?? index.mediaType ?? OCI_INDEX;
  return {
    ...resolvedWithoutImages(index),
    type,
    isAuxiliary: referrers.length === 0 || isAuxiliaryType(type),
    referrers,
  };
}

function marksOfType(type: string): Mark[] {
  return [markOfType(type) ?? []].flat();
}

/** The marks of a manifest; undefined where it cannot be read. */
async function readMarks(descent: Descent, digest: Digest): Promise<Mark[] | undefined> {
  const read = await descent.manifest(digest);
  return read?.kind === 'parsed' ? marksOfManifest(read.value) : undefined;
}

/** A build cache, whose children are layers and a config, or an index of attachments alone. */
function resolvedWithoutImages(index: IndexManifest): Resolved {
  const types = index.children.flatMap(({ mediaType }) => mediaType ?? []);
  const telling = types.find((type) => !isManifestType(type) && !isFilesystemType(type));
  return {
    kind: 'artefact',
    type: index.artifactType ?? telling ?? index.mediaType ?? OCI_INDEX,
    isAuxiliary: true,
    manifests: [index],
    config: undefined,
    platforms: [],
    sizeBytes: undefined,
    archive: undefined,
    carries: [],
    children: index.children.filter(({ mediaType }) => isManifestType(mediaType)).map(({ digest }) => digest),
    referrers: undefined,
    problems: [],
  };
}

interface Children {
  /** Each is read once. */
  child(digest: Digest): Promise<Resolved | ManifestProblem | undefined>;
  all(): ReadonlyMap<Digest, Resolved | ManifestProblem>;
}

function createChildren({ resolveChild }: IndexDeps): Children {
  const known = new Map<Digest, Resolved | ManifestProblem>();
  return {
    async child(digest) {
      const resolved = known.get(digest) ?? (await resolveChild(digest));
      if (resolved) known.set(digest, resolved);
      return resolved;
    },
    all: () => known,
  };
}

interface RepresentativeChild {
  readonly digest: Digest;
  readonly resolved: Resolved;
}

/** The first child in order without problems; else the first that could be read at all. */
async function findRepresentativeChild(
  children: readonly IndexChild[],
  read: Children,
): Promise<RepresentativeChild | undefined> {
  const found: RepresentativeChild[] = [];
  for (const { digest } of inOrder(children).slice(0, MAX_TRIES)) {
    const resolved = await read.child(digest);
    if (!resolved || isProblem(resolved)) continue;
    found.push({ digest, resolved });
    if (!resolved.isAuxiliary && resolved.problems.length === 0) return { digest, resolved };
  }
  return found.find(({ resolved }) => !resolved.isAuxiliary) ?? found[0];
}

/** The image for linux/amd64, then those for any platform, then the others. */
function inOrder(children: readonly IndexChild[]): IndexChild[] {
  const rank = ({ platform }: IndexChild) => (platform === 'linux/amd64' ? 0 : platform ? 1 : 2);
  return children.toSorted((a, b) => rank(a) - rank(b));
}

/** A child whose platform the index does not list says it by its config, or by its own children. */
function needsReading({ platform }: IndexChild): boolean {
  return platform === undefined;
}

interface Attaching {
  readonly descent: Descent;
  readonly representative: RepresentativeChild | undefined;
}

/** Attestations read for an index: BuildKit writes one an image, other tools one for each statement. */
const MAX_ATTACHED = 4;

/** Marks of what is attached to the representative, else to any other image: mostly all images have the same. */
async function readAttached({ children }: IndexManifest, { descent, representative }: Attaching): Promise<Mark[]> {
  const attached = children.filter(isAttached);
  if (attached.length === 0) return [];
  const { own = [], others = [] } = Object.groupBy(attached, ({ attachedTo }) =>
    attachedTo === representative?.digest ? 'own' : 'others',
  );
  const found: Mark[] = [];
  for (const { digest } of own.slice(0, MAX_ATTACHED)) found.push(...((await readMarks(descent, digest)) ?? []));
  for (const { digest } of others.slice(0, MAX_ATTACHED)) {
    if (found.length > 0) break;
    found.push(...((await readMarks(descent, digest)) ?? []));
  }
  return found.length > 0 ? distinctMarks(found) : ['attestation'];
}

interface ResolvedChildren {
  readonly children: readonly IndexChild[];
  readonly resolved: ReadonlyMap<Digest, Resolved | ManifestProblem>;
  readonly representative: RepresentativeChild | undefined;
  readonly carries: readonly Mark[];
}

function resolvedIndex(
  index: IndexManifest,
  { children, resolved, representative, carries }: ResolvedChildren,
): Resolved {
  const resolvedRepresentative = representative?.resolved;
  const known = [...resolved.values()].filter((one) => !isProblem(one));
  const base = resolvedRepresentative ?? {
    ...resolvedWithoutImages(index),
    kind: 'image',
    type: 'image',
    isAuxiliary: false,
  };
  const type = index.artifactType ?? base.type;
  return {
    ...base,
    kind: index.artifactType === undefined ? base.kind : 'artefact',
    type,
    isAuxiliary: index.artifactType === undefined ? base.isAuxiliary : isAuxiliaryType(type),
    manifests: [index, ...(resolvedRepresentative?.manifests ?? [])],
    platforms: sortedOnce([...children, ...known].flatMap(platformsOf)),
    carries: distinctMarks([...carries, ...(resolvedRepresentative?.carries ?? []), ...known.flatMap(marksBeside)]),
    children: sortedOnce([...children.map(({ digest }) => digest), ...known.flatMap((one) => one.children)]),
    referrers: referrersAmong(resolved),
    problems: problemsOf(resolved, resolvedRepresentative),
  };
}

/** Attachments that the index does not list as such. */
function marksBeside({ kind, isAuxiliary, manifests: [own] }: Resolved): Mark[] {
  return kind === 'artefact' && isAuxiliary && own ? marksOfManifest(own) : [];
}

function platformsOf(one: IndexChild | Resolved): readonly string[] {
  if ('platforms' in one) return one.platforms;
  return one.platform === undefined ? [] : [one.platform];
}

function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/**
 * Some clients leave out artifact types; then the subjects of the children show that the index is a list of referrers.
 */
function referrersAmong(resolved: ReadonlyMap<Digest, Resolved | ManifestProblem>): ListedReferrer[] | undefined {
  const referrers = [...resolved].flatMap(([digest, one]) => {
    if (isProblem(one) || subjectOf(one) === undefined) return [];
    const [own] = one.manifests;
    return [{ digest, type: boundedType(one.type), marks: one.kind === 'artefact' && own ? marksOfManifest(own) : [] }];
  });
  return referrers.length > 0 ? referrers : undefined;
}

const MAX_PROBLEMS = 16;

/** A missing child is no problem where another represents the index; a child that cannot be used is. */
function problemsOf(
  resolved: ReadonlyMap<Digest, Resolved | ManifestProblem>,
  resolvedRepresentative: Resolved | undefined,
): ManifestProblem[] {
  const found = [...resolved.values()].flatMap((one) => (isProblem(one) ? [one] : one.problems));
  const isWhole = resolvedRepresentative !== undefined && resolvedRepresentative.problems.length === 0;
  return (isWhole ? found.filter(({ kind }) => !mayPass(kind)) : found).slice(0, MAX_PROBLEMS);
}
