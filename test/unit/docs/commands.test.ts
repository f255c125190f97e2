import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { parseAllDocuments } from 'yaml';
import { SPEC_SCHEMA } from '../../../src/api/generated-schema.ts';
import { COMMANDS } from '../../../src/commands/all.ts';
import { parseManifest } from '../../../src/config/manifest.ts';
import { strictSchema } from '../../../src/config/strict-schema.ts';
import { isRecord } from '../../../src/json/is-record.ts';
import { blocksOf, commandsOf, DOCUMENTS, programArguments } from '../../support/docs/commands.ts';

const lines = DOCUMENTS.flatMap(commandsOf);

/** test/integration/docs/commands.test.ts runs those that can be run. */
describe('every command in a document', () => {
  const ofProgram = lines.flatMap(({ document, words }) => {
    const args = programArguments(words);
    return args === undefined ? [] : [{ document, line: args.join(' '), args }];
  });

  test.each(ofProgram)(
    'of the program is one that it takes: $line ($document)',
    async ({ args: [name = '', ...args] }) => {
      const command = await COMMANDS[name]?.();
      if (!command) throw new Error(`there is no command ${name}`);
      if (args.includes('--help')) return;
      expect(unknownIn(command, args)).toEqual([]);
    },
  );

  test.each(lines.filter(({ words: [first] }) => first === 'npm'))(
    'of npm is one of package.json: $words',
    ({ words: [, verb = '', script = ''] }) => {
      const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
      if (verb === 'run') expect(scripts).toHaveProperty([script]);
      else expect(['start', 'test', 'ci', 'install']).toContain(verb);
    },
  );
});

/** Flags that a command does not know, and required ones that are missing. */
function unknownIn(command: Command, args: readonly string[]): string[] {
  const { operands, unknown: left } = command.parseOptions([...args]);
  const child = command.commands.find((each) => each.name() === operands[0]);
  if (child) return unknownIn(child, [...operands.slice(1), ...left]);
  const unknown = left;
  const missing = command.options.filter(
    ({ mandatory, long }) => mandatory && command.getOptionValue(camel(long ?? '')) === undefined,
  );
  return [
    ...unknown.filter((word) => word.startsWith('-') && word !== '-'),
    ...missing.map(({ long }) => `${long} is missing`),
  ];
}

function camel(long: string): string {
  return long.replace(/^--/, '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

describe('every RegistryIndex, or part of one, in a document is one that an API server takes', () => {
  const partOfSpec = strictSchema({ ...SPEC_SCHEMA, required: [] });
  const blocks = DOCUMENTS.flatMap(blocksOf).filter(({ language }) => language === 'yaml');
  const partsOfSpec = blocks.flatMap(({ document, text }) => {
    const value: unknown = parseAllDocuments(text)[0]?.toJS();
    const isOurs =
      isRecord(value) &&
      Object.keys(value).length > 0 &&
      Object.keys(value).every((key) => key in SPEC_SCHEMA.properties);
    // A registry has a section `notifications` too.
    const isRegistrys = isRecord(value) && isRecord(value.notifications) && 'endpoints' in value.notifications;
    return isOurs && !isRegistrys ? [{ document, value, text }] : [];
  });

  test.each(blocks.filter(({ text }) => text.includes('kind: RegistryIndex')))('whole: $document', ({ text }) => {
    expect(() => parseManifest(text)).not.toThrow();
  });

  test.each(partsOfSpec)('in part: $document $text', ({ value }) => {
    expect(partOfSpec.fits(value) ? 'is right' : partOfSpec.mistake('spec')).toBe('is right');
  });
});
