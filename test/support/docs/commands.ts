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

/** A line as it is typed; each part of a pipeline, or of commands with && between them, is one command. */
export interface ShellLine {
  readonly document: string;
  readonly parts: readonly { readonly text: string; readonly words: readonly string[] }[];
}

/** What no test runs, and why; a line is run up to such a command. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  aws: 'needs an account of AWS',
  cosign: 'needs a release; test/e2e/release.test.ts does the same with one of its own',
  crane: 'pushes to a registry of its own; npm run bench:fresh -- --part transcript runs it',
  docker:
    'needs an engine that pulls and builds; its search is tested in test/integration/clients, the image in test/e2e',
  podman: 'tested in test/integration/clients',
  pip: 'the module is tested in test/integration/legacy',
  xargs: 'runs docker',
  npm: 'scripts of this project, which test/unit/docs/commands.test.ts looks up; npm start is run in test/integration/standalone',
  source: 'loads completion into a shell, which is tested in test/integration/build',
  'helm oci://ghcr.io/OWNER/charts/registry-index': 'needs a release; test/e2e/release.test.ts installs one of its own',
  'kubectl port-forward': 'needs a node; test/e2e reaches the same Service',
  'registry-index run': 'does not end; run in test/integration/standalone',
  'registry-index query --web': 'opens a browser',
};

/** Why a command is not run; undefined for one that is. */
export function reasonNotRun(words: readonly string[]): string | undefined {
  const command = programArguments(words) ? ['registry-index', ...(programArguments(words) ?? [])] : words;
  const entry = Object.entries(NOT_RUN).find(([key]) => {
    const [first, ...others] = key.split(' ');
    return command[0] === first && others.every((word) => command.includes(word));
  });
  return entry?.[1];
}

/** The arguments of our program, however it is started; undefined for another. */
export function programArguments([first, ...rest]: readonly string[]): readonly string[] | undefined {
  if (first === 'registry-index') return rest;
  if (first === 'node' && rest[0] === 'scripts/bootstrap.mjs' && rest[1] === 'src/main.ts') return rest.slice(2);
  if (first === 'npm' && rest[0] === 'start') return ['run', '--sample', ...rest.slice(2)];
  const image = rest.findIndex((word) => /(?:^|\/)registry-index(?::[\w.]+)?$/.test(word));
  return first === 'docker' && rest[0] === 'run' && image > 0 ? rest.slice(image + 1) : undefined;
}

/** Not of a drawing or a table that a command has printed. */
const COMMAND = /^[a-z][a-z-]*$/;
const DRAWING = /[─│◄►]|\S {3,}\S/;

/** The lines to be typed in a document: in blocks of no language, or sh. */
export function shellLinesOf(document: string): ShellLine[] {
  const blocks = blocksOf(document).filter(({ language }) => language === '' || language === 'sh');
  const lines = blocks.flatMap(({ text }) => text.replace(/\\\n\s*/g, ' ').split('\n'));
  return lines.map((line) => ({ document, parts: partsOf(line) })).filter(({ parts }) => parts.length > 0);
}

export function commandsOf(document: string): CommandLine[] {
  return shellLinesOf(document).flatMap(({ parts }) => parts.map(({ words }) => ({ document, words })));
}

/** Without the prompt in front, a comment and an & behind. */
function partsOf(line: string): { text: string; words: string[] }[] {
  const text = line
    .replace(/^\s*\$ /, '')
    .replace(/(?:^|\s)#.*$/, '')
    .replace(/\s*&$/, '')
    .trim();
  if (DRAWING.test(text)) return [];
  return text
    .split(/(?=\s(?:\||&&)\s)/)
    .map((part) => ({ text: part, words: wordsOf(part.replace(/^\s(?:\||&&)\s/, '')) }))
    .filter(({ words: [word = ''] }) => COMMAND.test(word));
}

/** Without assignments in front and redirections. */
function wordsOf(text: string): string[] {
  const words = (text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map(unquoted);
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  return words
    .slice(Math.max(0, first))
    .filter((word, at, all) => !/^[<>]/.test(word) && !/^[<>]$/.test(all[at - 1] ?? ''));
}

function unquoted(word: string): string {
  return word.replace(/^(['"])(.*)\1$/, '$2');
}
