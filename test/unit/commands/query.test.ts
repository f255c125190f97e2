import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { queryCommand } from '../../../src/commands/query.ts';
import { FILTERS } from '../../../src/search/query/filters.ts';
import { portOf } from '../../support/listen.ts';
import { searchRecord } from '../support/search-records.ts';
import { createServerBench } from '../support/search-server.ts';

const { app } = createServerBench([
  searchRecord('payments/api', { summary: 'Takes payments', pushedAtMs: 1_000 }),
  searchRecord('payments/worker', { pushedAtMs: 2_000 }),
  searchRecord('shop'),
]);
const printed: string[] = [];
let url: string;

beforeAll(async () => {
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${portOf(app.server)}`;
});

beforeEach(() => {
  printed.splice(0);
  jest.spyOn(console, 'log').mockImplementation((line) => printed.push(line));
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => app.close());

async function query(...args: string[]): Promise<string[]> {
  await queryCommand()
    .exitOverride()
    .parseAsync(['--url', url, ...args], { from: 'user' });
  return printed;
}

describe('registry-index query', () => {
  test('prints what it finds, and how much of it', async () => {
    expect(await query('payments', '--limit', '1')).toEqual(['payments/worker', '1 of 2']);
  });

  test('sends all its words as one query', async () => {
    expect(await query('payments', 'takes')).toEqual(['payments/api  Takes payments', '1 of 1']);
    expect(await query('payments -takes')).toContain('payments/worker');
  });

  test('points at a mistake in the query', async () => {
    const message = 'unknown filter `arhc:` at position 9; did you mean `arch:`?';
    await expect(query('payments arhc:arm64')).rejects.toThrow(`${message}\n\n  payments arhc:arm64\n           ^`);
  });

  test('says who does not answer', async () => {
    await expect(query('--url', 'http://127.0.0.1:1')).rejects.toThrow('http://127.0.0.1:1 does not answer');
    await expect(query('--url', 'nowhere')).rejects.toThrow('--url wants an http:// or https:// URL, not nowhere');
  });

  test('explains every filter', () => {
    const help: string[] = [];
    const command = queryCommand().configureOutput({ writeOut: (text) => help.push(text) });
    command.outputHelp();
    for (const key of FILTERS.keys()) expect(help.join('')).toContain(`\n  ${key}:`);
  });
});
