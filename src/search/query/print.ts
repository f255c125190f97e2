import { isDeepStrictEqual } from 'node:util';
import { printPushed } from './pushed.ts';
import type { Condition, PlatformPattern, Query, Referrer, TagClause } from './query.ts';
import { pairs } from './tag-clause.ts';

const REFERRER_KEYS: Readonly<Record<Referrer, string>> = {
  signature: 'signed',
  sbom: 'sbom',
  attestation: 'attested',
};

/** Writes a query as text that parses to the same query; ages have become times. */
export function printQuery({ all, none }: Query): string {
  return [...all.map(printCondition), ...none.map((condition) => `-${printCondition(condition)}`)].join(' ');
}

function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'text':
    case 'spelled':
      return printText(condition.text);
    case 'pattern':
      return condition.text;
    case 'namespace':
      return filter('ns', condition.namespace);
    case 'type':
      return filter('type', condition.type);
    case 'label':
      return filter('label', condition.value === undefined ? condition.key : `${condition.key}=${condition.value}`);
    case 'referrer':
      return filter(REFERRER_KEYS[condition.referrer], 'yes');
    case 'digest':
      return filter('digest', condition.digest);
    case 'tag':
      return printClause(condition.clause);
  }
}

function printClause({ name, platforms, fromMs, beforeMs }: TagClause): string {
  return [
    ...(name ? [filter('tag', name.match === 'prefix' ? `${name.text}*` : name.text)] : []),
    ...printPlatforms(platforms),
    ...(fromMs === undefined ? [] : [filter('pushed', printPushed({ fromMs }))]),
    ...(beforeMs === undefined ? [] : [filter('pushed', printPushed({ beforeMs }))]),
  ].join(' ');
}

/** Where each system is asked for with each architecture, as both; other pairs one by one. */
function printPlatforms(platforms: readonly PlatformPattern[]): string[] {
  const oses = [...new Set(platforms.flatMap(({ os }) => os ?? []))];
  const arches = [...new Set(platforms.flatMap(({ arch }) => arch ?? []))];
  const areAll = isDeepStrictEqual(platforms, pairs(oses, arches));
  if (!areAll) return platforms.map(printPlatform);
  return [...oses.map((os) => filter('os', os)), ...arches.map((arch) => filter('arch', arch))];
}

function printPlatform({ os, arch }: PlatformPattern): string {
  if (arch === undefined) return filter('os', os ?? '');
  return filter('arch', os === undefined ? arch : `${os}/${arch}`);
}

/** Words that would be read as something else are quoted. */
const NEEDS_QUOTES = /\s|^"|^-.|^[a-z]+:|^sha\d/i;

function printText(text: string): string {
  return NEEDS_QUOTES.test(text) ? quote(text) : text;
}

function filter(key: string, value: string): string {
  return `${key}:${/[\s"]/.test(value) ? quote(value) : value}`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
