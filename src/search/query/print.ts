import { printPushed } from './pushed.ts';
import type { Condition, Query, Referrer, TagClause } from './query.ts';

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
      return printText(condition.text);
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
  const words = (key: string, values: readonly (string | undefined)[]) =>
    [...new Set(values)].filter((value) => value !== undefined).map((value) => filter(key, value));
  return [
    ...(name ? [filter('tag', name.match === 'prefix' ? `${name.text}*` : name.text)] : []),
    ...words(
      'os',
      platforms.map(({ os }) => os),
    ),
    ...words(
      'arch',
      platforms.map(({ arch }) => arch),
    ),
    ...(fromMs === undefined ? [] : [filter('pushed', printPushed({ fromMs }))]),
    ...(beforeMs === undefined ? [] : [filter('pushed', printPushed({ beforeMs }))]),
  ].join(' ');
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
