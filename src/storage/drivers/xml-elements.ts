/** Called while a document is read: `open` before the content of an element, `close` after it. */
export interface XmlHandler {
  /** `depth` of the root is 0. Names come without the prefix of their namespace. */
  open(name: string, depth: number): void;
  /** `text` is all that stands directly in the element, entities resolved. */
  close(name: string, depth: number, text: string): void;
}

/** `incomplete` ends before its root does, `malformed` is no XML as machines write it. */
export type XmlOutcome = 'whole' | 'incomplete' | 'malformed';

interface Tag {
  /** As it stands there. */
  readonly fullName: string;
  readonly name: string;
}

interface OpenElement extends Tag {
  text: string;
}

/** S3's answers are four deep. */
const MAX_DEPTH = 32;

const BYTE_ORDER_MARK = 0xfeff;
const EXCLAMATION_MARK = 0x21;
const SLASH = 0x2f;
const QUESTION_MARK = 0x3f;

/**
 * Reads XML from its first character to its last, each once, and throws nothing of its own. Prolog, comments, CDATA,
 * attributes and namespaces are understood. A document type, which could define entities, is refused.
 */
export function readXml(xml: string, handler: XmlHandler): XmlOutcome {
  const readTag = createTagReader();
  const open: OpenElement[] = [];
  let isRootClosed = false;

  const addText = (text: string) => {
    const element = open.at(-1);
    if (!element) return text.trim() === '';
    element.text = element.text === '' ? text : element.text + text;
    return true;
  };
  const enter = (tag: Tag | undefined) => {
    if (!tag || isRootClosed || open.length === MAX_DEPTH) return false;
    handler.open(tag.name, open.length);
    open.push({ fullName: tag.fullName, name: tag.name, text: '' });
    return true;
  };
  const leave = (fullName: string) => {
    const element = open.pop();
    if (element?.fullName !== fullName) return false;
    handler.close(element.name, open.length, element.text);
    isRootClosed = open.length === 0;
    return true;
  };
  const readMarkup = (start: number, end: number, kind: number) => {
    if (kind === SLASH) return leave(xml.slice(start + 2, end - 1).trimEnd());
    if (kind === QUESTION_MARK) return true;
    if (kind === EXCLAMATION_MARK)
      return !xml.startsWith(CDATA, start) || addText(xml.slice(start + CDATA.length, end - 3));
    const isEmpty = xml.charCodeAt(end - 2) === SLASH;
    const tag = readTag(xml.slice(start + 1, isEmpty ? end - 2 : end - 1));
    return enter(tag) && (!isEmpty || leave(tag?.fullName ?? ''));
  };

  for (let at = xml.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0; ; ) {
    const start = xml.indexOf('<', at);
    if (start !== at && !addText(unescaped(xml.slice(at, start < 0 ? undefined : start)))) return 'malformed';
    if (start < 0) return isRootClosed ? 'whole' : 'incomplete';
    const kind = xml.charCodeAt(start + 1);
    const end = endOfMarkup(xml, start, kind);
    if (end === UNTERMINATED) return isRootClosed ? 'malformed' : 'incomplete';
    if (end === UNKNOWN || !readMarkup(start, end, kind)) return 'malformed';
    at = end;
  }
}

const NAME = /^([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=\s|$)/;
/** The few without attributes come a thousand times. */
const MAX_KNOWN_TAGS = 64;

/** Reads what is inside a tag; undefined for what begins with no name. */
function createTagReader(): (inside: string) => Tag | undefined {
  const known = new Map<string, Tag>();
  return (inside) => {
    const earlier = known.get(inside);
    if (earlier) return earlier;
    const [fullName = '', , name] = NAME.exec(inside) ?? [];
    if (name === undefined) return undefined;
    const tag = { fullName, name };
    if (fullName === inside && known.size < MAX_KNOWN_TAGS) known.set(inside, tag);
    return tag;
  };
}

const COMMENT = '<!--';
const CDATA = '<![CDATA[';
const UNTERMINATED = -1;
const UNKNOWN = -2;

/** The place after the markup that begins at `start`. */
function endOfMarkup(xml: string, start: number, kind: number): number {
  if (kind === QUESTION_MARK) return after(xml, '?>', start + 2);
  if (kind !== EXCLAMATION_MARK) return endOfTag(xml, start);
  if (xml.startsWith(COMMENT, start)) return after(xml, '-->', start + COMMENT.length);
  if (xml.startsWith(CDATA, start)) return after(xml, ']]>', start + CDATA.length);
  const rest = xml.slice(start, start + CDATA.length);
  return COMMENT.startsWith(rest) || CDATA.startsWith(rest) ? UNTERMINATED : UNKNOWN;
}

function after(xml: string, end: string, from: number): number {
  const at = xml.indexOf(end, from);
  return at < 0 ? UNTERMINATED : at + end.length;
}

/** A `>` within the quotes of an attribute does not end its tag. */
function endOfTag(xml: string, start: number): number {
  const at = xml.indexOf('>', start);
  if (at < 0) return UNTERMINATED;
  const tag = xml.slice(start, at);
  return tag.includes('"') || tag.includes("'") ? endOfQuotedTag(xml, start) : at + 1;
}

function endOfQuotedTag(xml: string, start: number): number {
  let quote = '';
  for (let at = start; at < xml.length; at += 1) {
    const char = xml.charAt(at);
    if (quote === '' && char === '>') return at + 1;
    if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
  }
  return UNTERMINATED;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
const REFERENCE = /&(?:#[xX]([0-9a-fA-F]{1,8})|#(\d{1,8})|(\w{1,8}));/g;
const MAX_CODE_POINT = 0x10ffff;
/** Longer than any text that somebody wants of an answer. */
const LONG = 64 * 1_024;

/** What stands for no character stays as it is written, and so does what is too long to be of use. */
function unescaped(text: string): string {
  if (!text.includes('&') || text.length > LONG) return text;
  return text.replace(REFERENCE, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    return code > MAX_CODE_POINT || isSurrogate ? whole : String.fromCodePoint(code);
  });
}
