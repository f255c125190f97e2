import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { endWithReader, processTerminal } from '../../../src/client/terminal.ts';

/** A process whose streams fail with these errors of the system. */
function processThat(fails: { readonly stdout?: string; readonly stderr?: string }) {
  const exits: number[] = [];
  const stream = (code: string | undefined) =>
    new Writable({ write: (_chunk, _encoding, done) => done(code ? Object.assign(new Error(code), { code }) : null) });
  const process = {
    stdout: stream(fails.stdout),
    stderr: stream(fails.stderr),
    env: {},
    exit: (code: number) => void exits.push(code),
  };
  endWithReader(process);
  return { terminal: processTerminal(process), exits };
}

/** Until streams have told of their errors. */
const told = () => new Promise((resolve) => setImmediate(resolve));

describe('what a command prints', () => {
  test('ends the process well when nobody reads on', async () => {
    const { terminal, exits } = processThat({ stdout: 'EPIPE' });
    await terminal.print('a').catch(() => undefined);
    await told();
    expect(exits).toEqual([0]);
  });

  test('and cannot be written is an error of the command', async () => {
    const { terminal, exits } = processThat({ stdout: 'ENOSPC' });
    await expect(terminal.print('a')).rejects.toThrow('ENOSPC');
    await told();
    expect(exits).toEqual([]);
  });

  test('goes on where nobody hears what is said besides', async () => {
    const { terminal, exits } = processThat({ stderr: 'EPIPE' });
    terminal.say('2 of 3');
    await told();
    await terminal.print('a');
    expect(exits).toEqual([]);
  });
});
