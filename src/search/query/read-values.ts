import { isSystem, normalArchitecture, normalSystem } from '../../oci/platform.ts';
import { isTagName } from '../../oci/tag-name.ts';
import { fold } from '../fold.ts';
import type { Asked } from './asked.ts';
import { readPushed } from './pushed.ts';
import { ARTIFACT, CHART, IMAGE, type PlatformPattern, type Referrer, type TagName } from './query.ts';

const PLATFORM_WORD = /^[a-z0-9_.-]+$/;
const SHA256 = /^(?:sha256[:-])?([0-9a-f]{8,64})$/;
const SHA512 = /^sha512:[0-9a-f]{8,128}$/;
/** The id of an image of docker-registry v1, which is no hash. */
const IMAGE_ID = /^v1:[0-9a-f]{8,64}$/;

export interface ReadContext {
  /** What ages are counted back from. */
  readonly nowMs: number;
  /** In quotes a value stands for itself. */
  readonly isQuoted: boolean;
}

/** No tag has a `+`: Helm writes the version `1.2.3+build` as the tag `1.2.3_build`. */
export function readTag(value: string): Asked | undefined {
  const name = tagNameOf(value.replaceAll('+', '_').replace(/\*+/g, '*'));
  return isTagName(name.text.replace(/[*?]/g, '_')) ? { kind: 'tagNames', names: [name] } : undefined;
}

function tagNameOf(text: string): TagName {
  const wildcard = text.search(/[*?]/);
  if (wildcard === -1) return { text, match: 'exact' };
  if (wildcard > 0 && wildcard === text.length - 1 && text.endsWith('*'))
    return { text: text.slice(0, -1), match: 'prefix' };
  return { text, match: 'glob' };
}

/** `arm64`, `arm/v7`, `linux/arm64`, `linux/arm/v7` or a system alone. */
export function readPlatform(value: string): Asked | undefined {
  const pattern = platformOf(fold(value));
  return pattern && { kind: 'platform', of: [pattern] };
}

export function platformOf(text: string): PlatformPattern | undefined {
  const words = text.split('/');
  if (!words.every((word) => PLATFORM_WORD.test(word))) return undefined;
  const [first = '', ...rest] = words;
  if (!isSystem(first))
    return rest.length > 1 ? undefined : { os: undefined, arch: normalArchitecture(first, rest[0]) };
  const os = normalSystem(first);
  const [architecture, variant, ...more] = rest;
  if (architecture === undefined) return { os, arch: undefined };
  return more.length > 0 ? undefined : { os, arch: normalArchitecture(architecture, variant) };
}

/** A word of its own is a system whatever it is. */
export function readOs(value: string): Asked | undefined {
  const os = fold(value);
  if (os.includes('/')) return readPlatform(value);
  return PLATFORM_WORD.test(os) ? { kind: 'platform', of: [{ os: normalSystem(os), arch: undefined }] } : undefined;
}

export function readPushedFilter(value: string, { nowMs }: ReadContext): Asked | undefined {
  const bound = readPushed(value, nowMs);
  return bound && { kind: 'pushed', bound };
}

/** The value is what follows the first `=`; values may hold more of them. */
export function readLabel(text: string, { isQuoted }: ReadContext): Asked | undefined {
  const [key = '', ...rest] = fold(text).split('=');
  const value = rest.length === 0 ? undefined : rest.join('=');
  if (key === '' || (!isQuoted && key.includes('*'))) return undefined;
  if (isQuoted || !value?.includes('*')) return { kind: 'label', key, value };
  return /^\*+$/.test(value) ? { kind: 'label', key, value: undefined } : { kind: 'label', key, value, isGlob: true };
}

/** Several values of one label; or the text as it stands, for values may hold commas. */
export function splitLabel(text: string): string[] {
  const parts = text.split(',').filter((part) => part !== '');
  const [key = ''] = text.split('=', 1);
  const isOne = parts.length < 2 || key === text;
  return isOne ? [text] : [text, ...parts.map((part) => (part.includes('=') ? part : `${key}=${part}`))];
}

const TYPES: Readonly<Record<string, readonly string[]>> = {
  [IMAGE]: ['image', 'images', 'container', 'containers', 'docker', 'oci'],
  [CHART]: ['helm', 'chart', 'charts', 'helm-chart', 'helmchart', 'helm-charts'],
  [ARTIFACT]: ['artifact', 'artifacts', 'artefact', 'artefacts', 'other'],
};

export function readType(value: string): Asked | undefined {
  const word = fold(value);
  const known = Object.keys(TYPES).find((type) => TYPES[type]?.includes(word));
  return word === '' ? undefined : { kind: 'type', type: known ?? word };
}

/** `/base`, `base/` and `base/*` are `base`. */
export function readNamespace(value: string): Asked | undefined {
  const namespace = fold(value)
    .replace(/\/{2,}/g, '/')
    .replace(/^\/|(\/\**)+$/g, '');
  return namespace === '' || /^\*+$/.test(namespace) ? undefined : { kind: 'namespace', namespace };
}

const PATH = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/;

export function readName(value: string): Asked | undefined {
  const path = fold(value).replace(/^\/+|\/+$/g, '');
  return PATH.test(path) ? { kind: 'name', path } : undefined;
}

const YES: ReadonlySet<string> = new Set(['yes', 'true', 'y', 'on', '1']);
const NO: ReadonlySet<string> = new Set(['no', 'false', 'n', 'off', '0']);

export function readReferrer(referrer: Referrer): (value: string) => Asked | undefined {
  return (value) => {
    const word = fold(value);
    if (YES.has(word)) return { kind: 'referrer', referrer };
    return NO.has(word) ? { kind: 'noReferrer', referrer } : undefined;
  };
}

/** The algorithm may be left out when it is SHA-256, as it nearly always is. */
export function readDigest(value: string): Asked | undefined {
  const digest = digestOf(value);
  return digest === undefined ? undefined : { kind: 'digest', digest };
}

/** A digest or its beginning in its normal form. */
export function digestOf(value: string): string | undefined {
  const digest = fold(value);
  const [, hex] = SHA256.exec(digest) ?? [];
  if (hex !== undefined) return `sha256:${hex}`;
  return SHA512.test(digest) || IMAGE_ID.test(digest) ? digest : undefined;
}

/** A word that can only be meant as a digest; a short one may be part of a text. */
export function readDigestWord(word: string): Asked | undefined {
  return /^(?:sha\d+[:-]|[0-9a-f]{64}$)/i.test(word) ? readDigest(word) : undefined;
}
