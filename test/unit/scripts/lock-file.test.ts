import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const packages: Record<string, LockedPackage> = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
const installed = Object.entries(packages).filter(([path]) => path !== '');

/** npm leaves them out of a lock file that it completes beside an installed node_modules (npm/cli#4828). */
test('the lock file holds the native packages of every platform', () => {
  const missing = installed.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
  );
  expect(missing).toEqual([]);
});

test('the lock file has a hash for every package, and no address to download it from', () => {
  expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
});

function isLocked(from: string, name: string): boolean {
  if (`${from}/node_modules/${name}` in packages) return true;
  const outer = from.lastIndexOf('/node_modules/');
  return outer < 0 ? `node_modules/${name}` in packages : isLocked(from.slice(0, outer), name);
}
