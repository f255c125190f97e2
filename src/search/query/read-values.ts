import { isSystem, normalArchitecture, normalSystem } from '../../oci/platform.ts';
import { fold } from '../fold.ts';
import type { Asked } from './asked.ts';
import { readPushed } from './pushed.ts';
import type { Referrer } from './query.ts';

/** distribution's grammar of tags. */
const TAG = /^\w[\w.-]{0,127}$/;
const PLATFORM_WORD = /^[a-z0-9_.-]+$/;
const SHA256 = /^(?:sha256:)?([0-9a-f]{8,64})$/;
const SHA512 = /^sha512:[0-9a-f]{8,128}$/;
/** The id of an image of docker-registry v1, which is no hash. */
const IMAGE_ID = /^v1:[0-9a-f]{8,64}$/;

/** No tag has a `+`: Helm writes the version `1.2.3+build` as the tag `1.2.3_build`. */
export function readTag(value: string): Asked | undefined {
  const match = value.endsWith('*') ? 'prefix' : 'exact';
  const text = (match === 'prefix' ? value.slice(0, -1) : value).replaceAll('+', '_');
  return TAG.test(text) ? { kind: 'tagName', name: { text, match } } : undefined;
}

export function readArch(value: string): Asked | undefined {
  const words = fold(value).split('/');
  if (!words.every((word) => PLATFORM_WORD.test(word))) return undefined;
  const [first = '', ...rest] = words;
  const isWhole = rest.length > 0 && isSystem(first);
  const [architecture = '', variant, ...more] = isWhole ? rest : words;
  if (more.length > 0) return undefined;
  const arch = normalArchitecture(architecture, variant);
  return isWhole ? { kind: 'arch', arch, os: normalSystem(first) } : { kind: 'arch', arch };
}

export function readOs(value: string): Asked | undefined {
  const os = fold(value);
  return PLATFORM_WORD.test(os) ? { kind: 'os', os: normalSystem(os) } : undefined;
}

export function readPushedFilter(value: string, nowMs: number): Asked | undefined {
  const bound = readPushed(value, nowMs);
  return bound && { kind: 'pushed', bound };
}

/** The value is what follows the first `=`; values may hold more of them. */
export function readLabel(text: string): Asked | undefined {
  const [key = '', ...rest] = fold(text).split('=');
  return key === '' ? undefined : { kind: 'label', key, value: rest.length === 0 ? undefined : rest.join('=') };
}

export function readType(value: string): Asked | undefined {
  return value === '' ? undefined : { kind: 'type', type: fold(value) };
}

export function readNamespace(value: string): Asked | undefined {
  const namespace = fold(value).replace(/\/+$/, '');
  return namespace === '' ? undefined : { kind: 'namespace', namespace };
}

export function readReferrer(referrer: Referrer): (value: string) => Asked | undefined {
  const answers: Readonly<Record<string, Asked>> = {
    yes: { kind: 'referrer', referrer },
    no: { kind: 'noReferrer', referrer },
  };
  return (value) => (Object.hasOwn(answers, fold(value)) ? answers[fold(value)] : undefined);
}

/** The algorithm may be left out when it is SHA-256, as it nearly always is. */
export function readDigest(value: string): Asked | undefined {
  const digest = fold(value);
  const [, hex] = SHA256.exec(digest) ?? [];
  if (hex !== undefined) return { kind: 'digest', digest: `sha256:${hex}` };
  return SHA512.test(digest) || IMAGE_ID.test(digest) ? { kind: 'digest', digest } : undefined;
}

/** A word that can only be meant as a digest; a short one may be part of a text. */
export function readDigestWord(word: string): Asked | undefined {
  return /^sha\d/i.test(word) ? readDigest(word) : undefined;
}
