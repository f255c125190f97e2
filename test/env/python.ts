import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { requireParts } from './debian.ts';

/** A Python whose code the search back end must run on. */
export interface Python {
  readonly command: string;
  /** Such as `2.7.18`. */
  readonly version: string;
}

/** Python 3, wherever the path leads. */
export async function findPython3(): Promise<Python> {
  await requireParts('python3');
  return firstThatRuns(['python3'], '3.', 'put a python3 that runs on the path');
}

/**
 * Python 2.7: on the path, or among the versions of pyenv, whose own `python2.7` on the path runs only where one was
 * chosen. Throws an error that says how to get it: Debian 12 has no package of it any more.
 */
export async function findPython2(): Promise<Python> {
  const commands = [
    'python2.7',
    ...(await pyenvCommands()),
    '/usr/local/bin/python2.7',
    '/opt/python2.7/bin/python2.7',
  ];
  const how = 'run "pyenv install 2.7.18" (https://github.com/pyenv/pyenv), or put a python2.7 with pip on the path';
  return firstThatRuns(commands, '2.7.', how);
}

async function pyenvCommands(): Promise<string[]> {
  const versions = join(process.env.PYENV_ROOT || join(homedir(), '.pyenv'), 'versions');
  const names = await readdir(versions).catch(() => []);
  return names.filter((name) => name.startsWith('2.7')).map((name) => join(versions, name, 'bin', 'python2.7'));
}

async function firstThatRuns(commands: readonly string[], prefix: string, how: string): Promise<Python> {
  for (const command of commands) {
    const version = await versionOf(command).catch(() => '');
    if (version.startsWith(prefix)) return { command, version };
  }
  throw new Error(`This needs Python ${prefix}x, which is not on this machine: ${how}.`);
}

async function versionOf(command: string): Promise<string> {
  const script = 'import platform; print(platform.python_version())';
  return (await runCommand(command, ['-c', script], { timeoutMs: 30_000 })).trim();
}
