import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  visit,
} from 'yaml';
import { ConfigError } from '../config-error.ts';

/** One setting of a registry: what it says, as it is written there, and where, as in `config.yml:12`. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: string;
  readonly place: string;
}

/** By path with dots, as in `storage.s3.bucket` or `notifications.endpoints.0.url`. */
export type Settings = ReadonlyMap<string, Setting>;

/** A configuration has some hundreds of nodes. What aliases multiply beyond this was not written by hand. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 50;

/**
 * The settings of each document of a file of YAML, through aliases and merged maps. Every value is the text that was
 * written, so that `bucket: 007` and `bucket: "007"` are the same; what is empty is ''. Throws a ConfigError.
 */
export function settingsInYaml(text: string, name: string): Setting[][] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { schema: 'failsafe', merge: true, stringKeys: true, lineCounter });
  const broken = documents.flatMap(({ errors }) => errors)[0];
  if (broken) throw new ConfigError(`${name}: ${broken.message}`, broken);
  const placeOf = (node: ParsedNode | null | undefined) =>
    node?.range ? `${name}:${lineCounter.linePos(node.range[0]).line}` : name;
  let left = MAX_NODES;

  function* leaves(targets: Targets, node: unknown, path: readonly string[], place: string): Generator<Setting> {
    left -= 1;
    if (left < 0 || path.length > MAX_DEPTH)
      throw new ConfigError(`${name}: too long or too deep, or with aliases that make it so`);
    const children = childrenOf(node, targets);
    if (children.length === 0) yield { path, value: textOf(node, targets), place };
    for (const { key, keyNode, value } of children)
      yield* leaves(targets, value, [...path, key], placeOf(keyNode ?? (value as ParsedNode)));
  }
  return documents.map((document) => [...leaves(targetsOf(document), document.contents, [], name)]);
}

/** What aliases stand for. The library looks through the whole document for each. */
type Targets = ReadonlyMap<Node, Node | undefined>;

function targetsOf(document: Document): Targets {
  const anchors = new Map<string, Node>();
  const targets = new Map<Node, Node | undefined>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

interface Child {
  readonly key: string;
  readonly keyNode: ParsedNode | undefined;
  readonly value: unknown;
}

/** Entries of a map or a list; those of merged maps first, which own ones replace. */
function childrenOf(node: unknown, targets: Targets): Child[] {
  if (isAlias(node)) return childrenOf(targets.get(node), targets);
  if (isSeq(node)) return node.items.map((value, index) => ({ key: String(index), keyNode: undefined, value }));
  if (!isMap(node)) return [];
  const children = new Map<string, Child>();
  const isMerge = (key: unknown) => isScalar(key) && key.value === '<<';
  for (const { key, value } of node.items)
    if (isMerge(key)) for (const child of mergedChildren(value, targets)) children.set(child.key, child);
  for (const { key, value } of node.items)
    if (!isMerge(key)) children.set(String(key), { key: String(key), keyNode: key as ParsedNode, value });
  return [...children.values()];
}

/** Of `<<: *one` or `<<: [*one, *two]`, where the first counts. */
function mergedChildren(value: unknown, targets: Targets): Child[] {
  const sources = isSeq(value) ? [...value.items].reverse() : [value];
  return sources.flatMap((source) => childrenOf(source, targets));
}

const NOTHING = new Set(['~', 'null', 'Null', 'NULL']);

function textOf(node: unknown, targets: Targets): string {
  if (isAlias(node)) return textOf(targets.get(node), targets);
  if (!isScalar(node)) return '';
  const text = String(node.value ?? '');
  return node.type === 'PLAIN' && NOTHING.has(text) ? '' : text;
}

export function byPath(settings: Iterable<Setting>): Map<string, Setting> {
  return new Map([...settings].map((setting) => [setting.path.join('.'), setting]));
}

/** The names right below a path, such as the drivers below `storage`. */
export function namesBelow(settings: Settings, path: string): string[] {
  const depth = path.split('.').length;
  const below = [...settings].filter(([key]) => key.startsWith(`${path}.`));
  return [...new Set(below.map(([, setting]) => setting.path[depth] ?? ''))];
}

const TRUE = new Set(['1', 't', 'true', 'y', 'yes', 'on']);
const FALSE = new Set(['0', 'f', 'false', 'n', 'no', 'off']);

/** A boolean as Go, YAML and people write it; undefined for what is none. */
export function booleanOf(setting: Setting | undefined): boolean | undefined {
  const text = setting?.value.trim().toLowerCase() ?? '';
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}
