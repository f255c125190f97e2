import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What people read who use the program. */
export const DOCUMENTS: readonly string[] = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md'],
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

export interface Block {
  readonly document: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a document. */
export function blocksOf(document: string): Block[] {
  const parts = readFileSync(document, 'utf8').split(/^ *```/m);
  return parts
    .filter((_, at) => at % 2 === 1)
    .map((part) => {
      const [language = '', ...lines] = part.split('\n');
      return { document, language: language.trim(), text: lines.join('\n') };
    });
}

export interface CommandLine {
  readonly document: string;
  readonly words: readonly string[];
}

/** Not of a drawing or a table that a command has printed. */
const COMMAND = /^[a-z][a-z-]*$/;
const DRAWING = /[─│◄►]|\S {3,}\S/;

/** The commands in a document: in blocks of no language, or sh. Each part of a pipeline is one. */
export function commandsOf(document: string): CommandLine[] {
  const blocks = blocksOf(document).filter(({ language }) => language === '' || language === 'sh');
  const lines = blocks.flatMap(({ text }) => text.replace(/\\\n\s*/g, ' ').split('\n'));
  return lines.flatMap((line) => partsOf(line).map((words) => ({ document, words })));
}

/** Without assignments in front, redirections, and comments behind. */
function partsOf(line: string): string[][] {
  const text = line.replace(/(?:^|\s)#.*$/, '').replace(/\s*&$/, '');
  if (DRAWING.test(text.trim())) return [];
  return text
    .split(/\s(?:\||&&)\s/)
    .map((part) => (part.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map(unquoted))
    .map((words) =>
      words.slice(
        Math.max(
          0,
          words.findIndex((word) => !/^[A-Z_]+=/.test(word)),
        ),
      ),
    )
    .map((words) => words.filter((word, at) => !/^[<>]/.test(word) && !/^[<>]$/.test(words[at - 1] ?? '')))
    .filter(([word = '']) => COMMAND.test(word));
}

function unquoted(word: string): string {
  return word.replace(/^(['"])(.*)\1$/, '$2');
}
