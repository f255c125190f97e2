import { type FaultKind, mayPass } from '../../api/fault.ts';
import { boundedType } from '../../oci/describe.ts';
import { isAuxiliaryType } from '../../oci/kinds.ts';
import type { IndexChild, IndexManifest } from '../../oci/manifest.ts';
import type { Digest, ListedReferrer, Mark, Problem } from '../../oci/manifest-facts.ts';
import { distinctMarks, markOfType } from '../../oci/marks.ts';
import { isFilesystemType, isIndexType, isManifestType, OCI_INDEX } from '../../oci/media-types.ts';
import { type Descent, isProblem, marksOfManifest, type Resolved, subjectOf } from './resolved.ts';

interface IndexDeps {
  readonly descent: Descent;
  /** What a child turned out to be, or why nothing is known of it; undefined where enough was read. */
  readonly resolveChild: (digest: Digest) => Promise<Resolved | Problem | undefined>;
}

/** Children that are tried before an index is known by what it says itself. */
const MAX_TRIES = 8;

/**
 * What an index turned out to be: its children's platforms, by what it says of them or else by what they are, and the
 * child that speaks for it. Not all children need be there (an index may be sparse), and those that are no manifests,
 * such as the layers of a cache, are not read.
 */
export async function resolveIndex(index: IndexManifest, deps: IndexDeps): Promise<Resolved> {
  if (isListOfReferrers(index)) return resolveReferrers(index, deps);
  const children = index.children.filter((child) => mayBeManifest(child, index) && !isAttached(child));
  if (children.length === 0) return resolvedWithoutImages(index);
  const read = createChildren(deps);
  const spokesman = await findSpokesman(children, read);
  if (areNoManifests(children, read.all())) return resolvedWithoutImages(index);
  for (const child of children) if (needsReading(child)) await read.child(child.digest);
  const carries = await readAttached(index, { descent: deps.descent, spokesman });
  return resolvedIndex(index, { children, resolved: read.all(), spokesman, carries });
}

/** What does not say what it is may be a manifest, but not beside what a cache has. */
function mayBeManifest(child: IndexChild, { children }: IndexManifest): boolean {
  if (!isManifestType(child.mediaType)) return false;
  return !isUntyped(child) || children.every(({ mediaType }) => isManifestType(mediaType));
}

function isUntyped({ mediaType, platform }: IndexChild): boolean {
  return mediaType === undefined && platform === undefined;
}

const NO_MANIFEST: ReadonlySet<FaultKind> = new Set<FaultKind>(['Malformed', 'TooLarge']);

/** That what nobody has called a manifest turned out to be none is nothing wrong with it. */
function areNoManifests(children: readonly IndexChild[], read: ReadonlyMap<Digest, Resolved | Problem>): boolean {
  return children.every(isUntyped) && [...read.values()].every((one) => isProblem(one) && NO_MANIFEST.has(one.kind));
}

/** What BuildKit puts beside an image, and what is of a type that says something of another manifest. */
function isAttached({ attachedTo, platform, artifactType }: IndexChild): boolean {
  return attachedTo !== undefined || (platform === undefined && markOfType(artifactType) !== undefined);
}

/** What may be seen of an index alone; the referrers tag schema has clients write its children's artifact types. */
function isListOfReferrers({ children }: IndexManifest): boolean {
  const isReferrer = ({ artifactType, attachedTo }: IndexChild) =>
    artifactType !== undefined && attachedTo === undefined;
  const isImage = ({ platform, mediaType }: IndexChild) => platform !== undefined || isIndexType(mediaType);
  return children.length === 0 || (children.some(isReferrer) && !children.some(isImage));
}

/** Bounds what a record keeps of a list. */
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

/** What a manifest says that it is to its subject; undefined where it cannot be read. */
async function readMarks(descent: Descent, digest: Digest): Promise<Mark[] | undefined> {
  const read = await descent.manifest(digest);
  return read?.kind === 'parsed' ? marksOfManifest(read.value) : undefined;
}

/** A cache, whose children are layers and a config, or nothing but attachments. */
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
  child(digest: Digest): Promise<Resolved | Problem | undefined>;
  all(): ReadonlyMap<Digest, Resolved | Problem>;
}

function createChildren({ resolveChild }: IndexDeps): Children {
  const known = new Map<Digest, Resolved | Problem>();
  return {
    async child(digest) {
      const resolved = known.get(digest) ?? (await resolveChild(digest));
      if (resolved) known.set(digest, resolved);
      return resolved;
    },
    all: () => known,
  };
}

interface Spokesman {
  readonly digest: Digest;
  readonly resolved: Resolved;
}

/** The first of the children in their order that is whole; else the first of which anything is known. */
async function findSpokesman(children: readonly IndexChild[], read: Children): Promise<Spokesman | undefined> {
  const found: Spokesman[] = [];
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

/** Where an index does not say what a child runs on, the child's config does, or its own children do. */
function needsReading({ platform }: IndexChild): boolean {
  return platform === undefined;
}

interface Attaching {
  readonly descent: Descent;
  readonly spokesman: Spokesman | undefined;
}

/** Of one image, and of others where those tell nothing; BuildKit writes one, other tools one for each statement. */
const MAX_ATTACHED = 4;

/** What is attached to the spokesman, else to any other: mostly all images of an index have the same. */
async function readAttached({ children }: IndexManifest, { descent, spokesman }: Attaching): Promise<Mark[]> {
  const attached = children.filter(isAttached);
  if (attached.length === 0) return [];
  const { own = [], others = [] } = Object.groupBy(attached, ({ attachedTo }) =>
    attachedTo === spokesman?.digest ? 'own' : 'others',
  );
  const found: Mark[] = [];
  for (const { digest } of own.slice(0, MAX_ATTACHED)) found.push(...((await readMarks(descent, digest)) ?? []));
  for (const { digest } of others.slice(0, MAX_ATTACHED)) {
    if (found.length > 0) break;
    found.push(...((await readMarks(descent, digest)) ?? []));
  }
  return found.length > 0 ? distinctMarks(found) : ['attestation'];
}

interface IndexParts {
  readonly children: readonly IndexChild[];
  readonly resolved: ReadonlyMap<Digest, Resolved | Problem>;
  readonly spokesman: Spokesman | undefined;
  readonly carries: readonly Mark[];
}

function resolvedIndex(index: IndexManifest, { children, resolved, spokesman, carries }: IndexParts): Resolved {
  const speaker = spokesman?.resolved;
  const known = [...resolved.values()].filter((one) => !isProblem(one));
  const base = speaker ?? { ...resolvedWithoutImages(index), kind: 'image', type: 'image', isAuxiliary: false };
  const type = index.artifactType ?? base.type;
  return {
    ...base,
    kind: index.artifactType === undefined ? base.kind : 'artefact',
    type,
    isAuxiliary: index.artifactType === undefined ? base.isAuxiliary : isAuxiliaryType(type),
    manifests: [index, ...(speaker?.manifests ?? [])],
    platforms: sortedOnce([...children, ...known].flatMap(platformsOf)),
    carries: distinctMarks([...carries, ...(speaker?.carries ?? []), ...known.flatMap(marksBeside)]),
    children: sortedOnce([...children.map(({ digest }) => digest), ...known.flatMap((one) => one.children)]),
    referrers: referrersAmong(resolved),
    problems: problemsOf(resolved, speaker),
  };
}

/** Attachments are not always called so in their index. */
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

/** Clients that leave out artifact types list manifests all the same that say what they refer to. */
function referrersAmong(resolved: ReadonlyMap<Digest, Resolved | Problem>): ListedReferrer[] | undefined {
  const referrers = [...resolved].flatMap(([digest, one]) => {
    if (isProblem(one) || subjectOf(one) === undefined) return [];
    const [own] = one.manifests;
    return [{ digest, type: boundedType(one.type), marks: one.kind === 'artefact' && own ? marksOfManifest(own) : [] }];
  });
  return referrers.length > 0 ? referrers : undefined;
}

const MAX_PROBLEMS = 16;

/** That a child is missing is nothing wrong with an index for which another speaks; what is there and of no use is. */
function problemsOf(resolved: ReadonlyMap<Digest, Resolved | Problem>, speaker: Resolved | undefined): Problem[] {
  const found = [...resolved.values()].flatMap((one) => (isProblem(one) ? [one] : one.problems));
  const isWhole = speaker !== undefined && speaker.problems.length === 0;
  return (isWhole ? found.filter(({ kind }) => !mayPass(kind)) : found).slice(0, MAX_PROBLEMS);
}
