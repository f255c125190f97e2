/**
 * What was asked for, parsed. Texts are folded (see `fold`) where case makes no difference, so that an engine
 * compares them with folded texts as they are.
 */
export interface Query {
  /** Every one must hold; at most one of them is of kind `tag`. None at all finds everything. */
  readonly all: readonly Condition[];
  /** Not one may hold. */
  readonly none: readonly Condition[];
}

/** What holds or does not hold for one repository. */
export type Condition =
  /**
   * A literal substring of the name, of title or summary, or of a label's value; one that is wanted may also mean a
   * tag.
   */
  | TextCondition
  /**
   * A part of the name, in which `*` stands for any characters and `?` for one, but for slashes. Not of stars alone.
   * Folded.
   */
  | { readonly kind: 'pattern'; readonly text: string }
  /** A text, or one of other spellings of it. */
  | { readonly kind: 'spelled'; readonly text: string; readonly as: readonly Spelling[] }
  /** The name is `path`, or ends with a slash and `path`. Folded, without slashes at its ends. */
  | { readonly kind: 'name'; readonly path: string }
  /**
   * Repositories below it: the name begins with `namespace` and a slash. Folded, without a slash at its end; `*` stands
   * for any characters but slashes.
   */
  | { readonly kind: 'namespace'; readonly namespace: string }
  /**
   * One of the record's types: `image`, `helm`, a media type or a word of one, or `ARTIFACT` for any but the first two.
   */
  | { readonly kind: 'type'; readonly type: string }
  | LabelCondition
  /** One of the record's referrers. */
  | { readonly kind: 'referrer'; readonly referrer: Referrer }
  /** A tag's digest begins with it: algorithm, colon, and 8 or more hexadecimal digits in lower case. */
  | { readonly kind: 'digest'; readonly digest: string }
  /** One tag fulfils the whole clause. */
  | { readonly kind: 'tag'; readonly clause: TagClause }
  /** One of two or more conditions holds, all of them of the same filter. */
  | { readonly kind: 'any'; readonly of: readonly Condition[] };

export interface TextCondition {
  readonly kind: 'text';
  /** Folded, never empty. */
  readonly text: string;
  /** As typed, where it may be a reference: its tag has lost its case in `text`. Not for what stood in quotes. */
  readonly typed?: string;
}

/** A label of that key, and of that whole value unless it is undefined. Both folded. */
export interface LabelCondition {
  readonly kind: 'label';
  readonly key: string;
  readonly value: string | undefined;
  /** Whether `*` in `value` stands for any characters. */
  readonly isGlob?: true;
}

/** The types of images and of Helm charts in records. */
export const IMAGE = 'image';
export const CHART = 'helm';
/** The type that stands for whatever is neither an image nor a Helm chart. */
export const ARTIFACT = 'artifact';

/**
 * Letters and digits, folded, without marks: a whole word anywhere; or a run of a name, or of another text, which
 * begins where a word begins and has `-`, `_`, `.`, `/` and spaces between its letters or not, as `api-gateway` and
 * `api/gateway` are runs of `apigateway`. A run of several words ends with one or at least three letters inside it.
 */
export interface Spelling {
  readonly kind: 'word' | 'nameRun' | 'textRun';
  readonly letters: string;
}

export type Referrer = 'signature' | 'sbom' | 'attestation';

export const REFERRERS: readonly Referrer[] = ['signature', 'sbom', 'attestation'];

/** What a repository is called that has one, in queries (`signed:yes`) and in answers. */
export const MARK_OF = {
  signature: 'signed',
  sbom: 'sbom',
  attestation: 'attested',
} as const satisfies Readonly<Record<Referrer, string>>;

/** Conditions on one and the same tag; at least one of them is there. */
export interface TagClause {
  /** The tag has one of these names; any name where there are none. */
  readonly names: readonly TagName[];
  /** For each of them the tag must have a platform that fits one of its patterns. */
  readonly platforms: readonly PlatformChoice[];
  /** Pushed at this time or later; milliseconds since 1970. */
  readonly fromMs: number | undefined;
  /** Pushed before this time; milliseconds since 1970. */
  readonly beforeMs: number | undefined;
}

/** Case makes a difference in tags, as it does in registries. */
export interface TagName {
  readonly text: string;
  /** Whether a tag must be `text`, begin with it, or fit it with any characters for each `*`. */
  readonly match: 'exact' | 'prefix' | 'glob';
}

/** Alternatives, at least one. */
export type PlatformChoice = readonly PlatformPattern[];

/** Fits platforms such as `linux/arm/v7`. At least one of the two is there; in the normal form. */
export interface PlatformPattern {
  readonly os: string | undefined;
  /** `arm` or `arm/v7`: without a variant it fits every variant. */
  readonly arch: string | undefined;
}

/** Whether a condition is on the time of a push. */
export function hasTimes({ all, none }: Query): boolean {
  return [...all, ...none].some((one) => one.kind === 'tag' && isTimed(one.clause));
}

export function isTimed({ fromMs, beforeMs }: TagClause): boolean {
  return fromMs !== undefined || beforeMs !== undefined;
}
