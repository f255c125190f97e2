import { readFile, writeFile } from 'node:fs/promises';
import { type ClientTarget, type Outcome, type RegistryClient, SHOWN_HOST } from './registry-clients.ts';

/** `REGISTRY_INDEX_WRITE_TRANSCRIPTS=1` writes the page; else it has to say what was seen. */
const IS_WRITTEN = process.env.REGISTRY_INDEX_WRITE_TRANSCRIPTS === '1';
/** Of a message that a client shows. */
const MAX_SHOWN_LENGTH = 200;

/** What a client printed, as a reader of the page has it before them. */
export function shown({ out, err }: Outcome, { host }: Pick<ClientTarget, 'host'>): string {
  return `${out.trimEnd()}\n${err}`
    .replaceAll(/\/\S*\/registry-index-\S*\/config\.json/g, '~/.docker/config.json')
    .replaceAll(/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d |time="[^"]*" (?:level=\w+ )?/g, '')
    .replaceAll(host, SHOWN_HOST)
    .replaceAll(`http://${SHOWN_HOST}`, `https://${SHOWN_HOST}`)
    .replaceAll(/[ \t]+$/gm, '')
    .trim();
}

/** The line that says why a client failed, for a cell of a table: podman's last, which it begins with a star. */
export function complaint(outcome: Outcome, target: Pick<ClientTarget, 'host'>): string {
  const lines = shown(outcome, target)
    .split('\n')
    .filter((line) => /\w/.test(line));
  const line = lines.findLast((each) => each.trimStart().startsWith('*')) ?? lines[0] ?? '';
  const text = line
    .replace(/^\s*\*\s*/, '')
    .replaceAll('|', '\\|')
    .trim();
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH)}…`;
}

export function transcriptOf(client: RegistryClient, outcomes: readonly (readonly [string, string])[]): string {
  const blocks = outcomes.map(([user, text]) => {
    const login = user === 'nobody' ? [] : [`$ ${client.typed.login(user)}`];
    return [...login, `$ ${client.typed.look}`, text].join('\n');
  });
  return `\`\`\`console\n${blocks.join('\n\n')}\n\`\`\`\n`;
}

/**
 * Compares a page with what was seen, or writes it. How far apart words stand, and what stands behind the first of a
 * line, is the business of a client's version.
 */
export async function checkPage(path: string, text: string): Promise<{ written: string; seen: string }> {
  if (IS_WRITTEN) await writeFile(path, text);
  return { written: firstWords(await readFile(path, 'utf8')), seen: firstWords(text) };
}

function firstWords(text: string): string {
  return text.replaceAll(/^((?:\| )?[^\s|]+)[ \t].*$/gm, '$1');
}
