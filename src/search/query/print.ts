import { filterOf } from './filters.ts';
import { printPushed } from './pushed.ts';
import {
  type Condition,
  MARK_OF,
  type PlatformChoice,
  type PlatformPattern,
  type Query,
  type TagClause,
  type TagName,
} from './query.ts';
import { platformOf } from './read-values.ts';
import { findPastedLine } from './reference/pasted-line.ts';
import { mayBePointed } from './reference/reference.ts';
import { similarFilter } from './unknown-filter.ts';

/** Writes a query as text that parses to the same query; ages have become times. */
export function printQuery(query: Query): string {
  const printed = join(query, printCondition);
  const isCommand = !query.all.some(isLine) && findPastedLine(printed) !== undefined;
  return isCommand ? join(query, printApart) : printed;
}

/** Words that are no command: a star says nothing, and keeps each from being read as a part of one. */
function printApart(condition: Condition): string {
  const printed = printCondition(condition);
  return condition.kind === 'text' && !/^["*]/.test(printed) ? `*${printed}` : printed;
}

function isLine(condition: Condition): boolean {
  return condition.kind === 'text' && condition.typed !== undefined && /\s/.test(condition.typed);
}

function join({ all, none }: Query, print: (condition: Condition) => string): string {
  return [...all.map(print), ...none.map((condition) => `-${print(condition)}`)].join(' ');
}

export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'text':
      if (isLine(condition)) return condition.typed ?? '';
      return condition.typed === undefined ? printText(condition.text) : printUnquoted(condition.typed);
    case 'spelled':
      return printText(condition.text);
    case 'pattern':
      return printUnquoted(condition.text);
    case 'tag':
      return printTagClause(condition.clause);
    case 'any':
      return printAny(condition.of);
    default:
      return filter(filterNameOf(condition), quoted(condition, printedValueOf(condition)));
  }
}

type Filtering = Exclude<Condition, { readonly kind: 'text' | 'pattern' | 'spelled' | 'tag' | 'any' }>;

function isFiltering(condition: Condition): condition is Filtering {
  return !['text', 'pattern', 'spelled', 'tag', 'any'].includes(condition.kind);
}

function filterNameOf(condition: Filtering): string {
  if (condition.kind === 'namespace') return 'ns';
  return condition.kind === 'referrer' ? MARK_OF[condition.referrer] : condition.kind;
}

function printedValueOf(condition: Filtering): string {
  switch (condition.kind) {
    case 'name':
      return condition.path;
    case 'namespace':
      return condition.namespace;
    case 'type':
      return condition.type;
    case 'label':
      return condition.value === undefined ? condition.key : `${condition.key}=${condition.value}`;
    case 'referrer':
      return 'yes';
    case 'digest':
      return condition.digest;
  }
}

/** A label's value that was split at its commas stands first, as it was typed. */
function printAny(of: readonly Condition[]): string {
  const filters = of.filter(isFiltering);
  const [first] = filters;
  if (first === undefined) return '';
  const isSplit = first.kind === 'label' && printedValueOf(first).includes(',');
  return filter(filterNameOf(first), isSplit ? printedValueOf(first) : filters.map(printedValueOf).join(','));
}

function printTagClause({ names, platforms, fromMs, beforeMs }: TagClause): string {
  return [
    ...(names.length === 0 ? [] : [filter('tag', names.map(printTagName).join(','))]),
    ...platforms.map(printChoice),
    ...(fromMs === undefined ? [] : [filter('pushed', printPushed({ fromMs }))]),
    ...(beforeMs === undefined ? [] : [filter('pushed', printPushed({ beforeMs }))]),
  ].join(' ');
}

function printTagName({ text, match }: TagName): string {
  return match === 'prefix' ? `${text}*` : text;
}

function printChoice(choice: PlatformChoice): string {
  if (choice.every(({ arch }) => arch === undefined)) return filter('os', choice.map(({ os }) => os).join(','));
  const values = choice.map(printPlatform);
  if (values.every((value, at) => isSamePlatform(platformOf(value), choice[at])))
    return filter('arch', values.join(','));
  const [oses, arches] = [new Set(choice.map(({ os }) => os)), new Set(choice.map(({ arch }) => arch))];
  return `${filter('os', [...oses].join(','))} ${filter('arch', [...arches].join(','))}`;
}

function printPlatform({ os, arch }: PlatformPattern): string {
  return [os, arch].filter((part) => part !== undefined).join('/');
}

function isSamePlatform(one: PlatformPattern | undefined, other: PlatformPattern | undefined): boolean {
  return one?.os === other?.os && one?.arch === other?.arch;
}

function printText(text: string): string {
  return isMistakable(text) || mayBePointed(text) || /[\s*?]/.test(text) ? quote(text) : text;
}

/** A star at the beginning says nothing, and keeps what follows from being read as something else. */
function printUnquoted(text: string): string {
  return isMistakable(text) ? `*${text}` : text;
}

/** Whether a word would be read as something else than text. */
function isMistakable(word: string): boolean {
  const [, key] = /^([a-z]+):/.exec(word.toLowerCase()) ?? [];
  const isFilter = key !== undefined && (filterOf(key) !== undefined || similarFilter(key) !== undefined);
  return isFilter || /^"|^-.|^sha\d|^[0-9a-f]{64}$|^[a-z]+:(?:[^\s"=]*=)?"/i.test(word);
}

/** In quotes a label stands for itself, commas and stars included. */
function quoted(condition: Filtering, value: string): string {
  const isLabel = condition.kind === 'label';
  if (isLabel && condition.isGlob) return value;
  return /[\s",]/.test(value) || (isLabel && value.includes('*')) ? quote(value) : value;
}

function filter(key: string, value: string): string {
  return `${key}:${value}`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
