import { FILTERS } from '../filters.ts';
import { imageOfCommand, TOOLS } from './command-line.ts';
import { readReference } from './reference.ts';

/** A line of a Kubernetes or Compose file, or of values of a chart. */
const YAML = /^(?:-\s+)?["']?(?:image|uses|imageName|repository)["']?\s*:\s+(.+)$/i;
/** `FROM --platform=… node:22 AS build` */
const FROM = /^FROM\s+(?:--\S+\s+)*(\S+)(\s+AS\s+\S+)?\s*$/i;
/** `COPY --from=node:22 /a /b` */
const COPY_FROM = /^COPY\s+(?:\S+\s+)*?--from=(\S+)/i;

/** Where in a query a pasted line is, with filters before and after it; undefined where there is none for certain. */
export interface Pasted {
  readonly start: number;
  readonly end: number;
}

/** A filter with a value, or an excluded word. */
const BEFORE = new RegExp(`^(?:\\s*-?(?:${[...FILTERS.keys()].join('|')}):[^\\s"]+(?=\\s))*\\s*`, 'i');
const AFTER = new RegExp(`(?:\\s+-?(?:${[...FILTERS.keys()].join('|')}):[^\\s"]+)*\\s*$`, 'i');

/**
 * Words alone may be meant as words: `docker run` with options, or with an image that has a tag or a path, is a
 * command.
 */
export function findPastedLine(text: string): Pasted | undefined {
  const start = BEFORE.exec(text)?.[0].length ?? 0;
  const rest = text.slice(start);
  if (!MAY_BE_PASTED.test(rest)) return undefined;
  const end = start + rest.search(AFTER);
  const line = text.slice(start, end);
  const image = imageOf(line);
  if (image === undefined) return undefined;
  const isCertain =
    /[/:@]/.test(image) || /\s--?[a-z]/i.test(line) || /:\s/.test(line) || /^FROM\s+\S+\s+AS\s/i.test(line);
  return isCertain ? { start, end } : undefined;
}

/** A quick test first, because every query is asked about: whether words of a command or a file have others after. */
const MAY_BE_PASTED = new RegExp(`(?:^|[\\s/])(?:${[...TOOLS].join('|')}|from|copy|\\S*:)(?:\\.exe)?\\s`, 'i');

/** The image that a pasted text names: the first of its lines that names one. */
export function imageOf(text: string): string | undefined {
  for (const line of text.replace(/\\\s*\n/g, ' ').split(/\n|&&|\|\||[;|](?=\s)/)) {
    const image = imageOfLine(line);
    if (image !== undefined) return image;
  }
  return undefined;
}

/** The first word of a text, such as a message of an error, that has a tag or a digest. */
export function wordIn(text: string): string | undefined {
  return /\s/.test(text) ? text.split(/\s+/).find(isPointedWord) : undefined;
}

function isPointedWord(word: string): boolean {
  const reference = readReference(word);
  return reference !== undefined && reference.path !== '' && (reference.tag ?? reference.digest) !== undefined;
}

function imageOfLine(line: string): string | undefined {
  const trimmed = line.trim();
  const image = imageOfFile(trimmed) ?? imageOfCommand(splitWords(trimmed));
  const isRead = image !== undefined && !image.includes('$') && readReference(image) !== undefined;
  return isRead ? image : undefined;
}

function imageOfFile(line: string): string | undefined {
  const [, value] = YAML.exec(line) ?? [];
  if (value !== undefined) return splitWords(value.replace(/\s#.*$/, ''))[0];
  return FROM.exec(line)?.[1] ?? COPY_FROM.exec(line)?.[1];
}

/** One word of a shell: runs without white space outside of quotes. Quotes that are not closed stand for themselves. */
const WORD = /(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\]|["'\\])+/g;

function splitWords(command: string): string[] {
  return (command.match(WORD) ?? []).map((word) => word.replace(/["']/g, ''));
}
