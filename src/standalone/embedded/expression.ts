import { type Item, isItem } from '../../dynamodb/items/item.ts';
import { DynamoDbError } from './dynamodb-error.ts';

/** Whether an item passes; one that is missing has no attributes. */
export type Condition = (item: Item) => boolean;

/** What `#name` and `:value` in an expression stand for. */
export interface Placeholders {
  readonly names: Item;
  readonly values: Item;
}

/** `attribute operator value`, as conditions of keys are made of. */
export interface Comparison {
  readonly attribute: string;
  readonly operator: string;
  readonly value: unknown;
}

const TOKEN = /\s*(<=|>=|<>|[<>=(),]|[#:]?\w+(?:\.#?\w+)*)/y;
const COMPARE: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['=', (order) => order === 0],
  ['<>', (order) => order !== 0],
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
]);

/**
 * Reads a condition or filter: comparisons, `attribute_exists`, `attribute_not_exists` and `contains`, with AND, OR,
 * NOT and parentheses. An expression that was left out always passes. Throws a DynamoDbError for any other.
 */
export function conditionOf(expression: unknown, placeholders: Placeholders): Condition {
  if (typeof expression !== 'string') return () => true;
  const reader = createReader(expression, placeholders);
  const condition = disjunction(reader);
  if (reader.peek() !== undefined) throw refused(expression);
  return condition;
}

/** Reads comparisons that are joined by AND. Throws a DynamoDbError. */
export function comparisonsOf(expression: unknown, placeholders: Placeholders): Comparison[] {
  const reader = createReader(String(expression), placeholders);
  const comparisons: Comparison[] = [];
  do {
    const [[attribute = ''], operator, value] = [
      reader.path(reader.next()),
      reader.next(),
      reader.value(reader.next()),
    ];
    if (!COMPARE.has(operator)) throw refused(String(expression));
    comparisons.push({ attribute, operator, value });
  } while (reader.take('AND'));
  if (reader.peek() !== undefined) throw refused(String(expression));
  return comparisons;
}

interface Reader {
  peek(): string | undefined;
  next(): string;
  /** Takes the next token if it is this one. */
  take(token: string): boolean;
  /** The name of an attribute, or the names that lead to it within maps. */
  path(token: string): string[];
  value(token: string): unknown;
}

function createReader(expression: string, { names, values }: Placeholders): Reader {
  const tokens = tokensOf(expression);
  let at = 0;
  const next = () => {
    const token = tokens[at];
    if (token === undefined) throw refused(expression);
    at += 1;
    return token;
  };
  return {
    peek: () => tokens[at],
    next,
    take(token) {
      const isNext = tokens[at] === token;
      if (isNext) at += 1;
      return isNext;
    },
    path: (token) => token.split('.').map((part) => nameOf(part, names)),
    value(token) {
      if (!Object.hasOwn(values, token)) throw refused(expression);
      return values[token];
    },
  };
}

function tokensOf(expression: string): string[] {
  const text = expression.trim();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw refused(expression);
    tokens.push(token);
  }
  return tokens;
}

function disjunction(reader: Reader): Condition {
  const parts = [conjunction(reader)];
  while (reader.take('OR')) parts.push(conjunction(reader));
  return (item) => parts.some((part) => part(item));
}

function conjunction(reader: Reader): Condition {
  const parts = [negation(reader)];
  while (reader.take('AND')) parts.push(negation(reader));
  return (item) => parts.every((part) => part(item));
}

function negation(reader: Reader): Condition {
  if (!reader.take('NOT')) return primary(reader);
  const part = negation(reader);
  return (item) => !part(item);
}

function primary(reader: Reader): Condition {
  if (reader.take('(')) {
    const inner = disjunction(reader);
    close(reader);
    return inner;
  }
  const first = reader.next();
  if (reader.take('(')) return call(first, reader);
  const path = reader.path(first);
  const operator = reader.next();
  const passes = COMPARE.get(operator);
  if (!passes) throw refused(operator);
  const value = reader.value(reader.next());
  return (item) => {
    const order = compare(valueAt(item, path), value);
    return order === undefined ? operator === '<>' : passes(order);
  };
}

function call(name: string, reader: Reader): Condition {
  const path = reader.path(reader.next());
  if (name === 'contains') {
    if (!reader.take(',')) throw refused(name);
    const wanted = reader.value(reader.next());
    close(reader);
    return (item) => contains(valueAt(item, path), wanted);
  }
  close(reader);
  if (name === 'attribute_exists') return (item) => valueAt(item, path) !== undefined;
  if (name === 'attribute_not_exists') return (item) => valueAt(item, path) === undefined;
  throw refused(name);
}

function close(reader: Reader): void {
  if (!reader.take(')')) throw refused('a parenthesis is missing');
}

function valueAt(item: Item, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isItem(value) ? value[name] : undefined), item);
}

function nameOf(part: string, names: Item): string {
  return part.startsWith('#') ? String(names[part]) : part;
}

/** Undefined for values of different types, which no comparison but `<>` passes. */
function compare(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return undefined;
}

function contains(value: unknown, wanted: unknown): boolean {
  if (typeof value === 'string' && typeof wanted === 'string') return value.includes(wanted);
  return Array.isArray(value) && value.includes(wanted);
}

/** The attributes that a projection names; undefined for all of them. */
export function projectionOf(expression: unknown, names: Item): readonly string[] | undefined {
  if (typeof expression !== 'string') return undefined;
  return expression.split(',').map((part) => nameOf(part.trim(), names));
}

export function placeholdersOf(request: Item): Placeholders {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = request;
  return { names: isItem(names) ? names : {}, values: isItem(values) ? values : {} };
}

function refused(what: string): DynamoDbError {
  return new DynamoDbError('ValidationException', `Invalid expression: ${what}`);
}
