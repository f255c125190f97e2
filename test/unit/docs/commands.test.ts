import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { parseAllDocuments } from 'yaml';
import { SPEC_SCHEMA } from '../../../src/api/generated-schema.ts';
import { COMMANDS } from '../../../src/commands/all.ts';
import { parseManifest } from '../../../src/config/manifest.ts';
import { compileStrict, mistakeOf } from '../../../src/config/strict-schema.ts';
import { isRecord } from '../../../src/json/is-record.ts';
import { blocksOf, commandsOf, DOCUMENTS } from '../../support/docs/commands.ts';

/** What no test runs, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  aws: 'needs an account of AWS',
  cosign: 'needs a release; npm run release -- --dry-run does the same with one of its own',
  docker: 'needs an engine; examples and image are tested with the parts inside of it',
  podman: 'the clients are tested in test/integration/clients',
  curl: 'the routes are tested in test/unit/server',
  pip: 'the module is tested in test/integration/legacy',
  export: 'sets a variable',
  source: 'sets up a shell',
  xargs: 'runs another of these',
  jq: 'shows the answer of another of these',
  systemctl: 'the unit is tested in test/integration/examples',
  kubectl: 'verbs and names are looked at here; test/integration/operator/manifests.test.ts applies the manifests',
};

/** The arguments of our program, however it is started; undefined for another. */
function programArguments([first, ...rest]: readonly string[]): readonly string[] | undefined {
  if (first === 'registry-index') return rest;
  if (first === 'node' && rest[0] === 'scripts/bootstrap.mjs' && rest[1] === 'src/main.ts') return rest.slice(2);
  if (first === 'npm' && rest[0] === 'start') return ['run', '--sample', ...rest.slice(2)];
  const image = rest.findIndex((word) => /(?:^|\/)registry-index(?::[\w.]+)?$/.test(word));
  return first === 'docker' && rest[0] === 'run' && image > 0 ? rest.slice(image + 1) : undefined;
}

const lines = DOCUMENTS.flatMap(commandsOf);

/** A file, the CustomResourceDefinition, an annotation. */
const OUR_NAMES = /^registryindex(?:es\.registryindex\.dev|\.yaml|\.dev\/[a-z-]+=.*)$/;

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

  test.each(lines.filter(({ words: [first] }) => first === 'helm'))(
    'of Helm names a chart that is here and values that it has: $words',
    ({ words }) => {
      const values = readFileSync('charts/registry-index/values.yaml', 'utf8');
      for (const word of words.filter((each) => each.startsWith('charts/'))) expect(existsSync(word)).toBe(true);
      for (const [at, word] of words.entries())
        if (/^--set(?:-string)?$/.test(word)) {
          const [first = ''] = (words[at + 1] ?? '').split(/[.=]/);
          expect(values).toMatch(new RegExp(`^${first}:`, 'm'));
        }
    },
  );

  test.each(lines.filter(({ words: [first] }) => first === 'kubectl'))(
    'of kubectl has a verb, and names our kinds right: $words',
    ({ words }) => {
      const verb = words.slice(1).find((word, at, all) => !word.startsWith('-') && all[at - 1] !== '-n');
      expect([
        'apply',
        'get',
        'wait',
        'create',
        'annotate',
        'patch',
        'delete',
        'explain',
        'port-forward',
        'exec',
        'describe',
        'logs',
        'rollout',
      ]).toContain(verb);
      for (const word of words) if (/^registryindex/.test(word)) expect(word).toMatch(OUR_NAMES);
      const file = words[words.indexOf('-f') + 1] ?? '';
      if (file.startsWith('examples/')) expect(existsSync(file)).toBe(true);
    },
  );

  test('is run, looked at, or in the list of those that are not, with the reason', () => {
    const known = new Set([...Object.keys(NOT_RUN), 'npm', 'helm', 'kubectl', 'registry-index', 'node']);
    const others = lines.filter(
      ({ words: [first = ''], words }) => !known.has(first) && programArguments(words) === undefined,
    );
    expect(others.map(({ document, words }) => `${document}: ${words.join(' ')}`)).toEqual([]);
  });
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
  const isPartOfSpec = compileStrict({ ...SPEC_SCHEMA, required: [] });
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
    expect(isPartOfSpec(value) ? 'is right' : mistakeOf(isPartOfSpec, 'spec')).toBe('is right');
  });
});
