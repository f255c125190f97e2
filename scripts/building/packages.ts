import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, LockedPackage>>;

/** Copies installed packages, and all they depend on, below `target`, each at the path it has here. */
export async function copyPackages(names: readonly string[], target: string): Promise<void> {
  const lock: Lock = JSON.parse(await readFile('package-lock.json', 'utf8')).packages;
  const paths = new Set<string>();
  for (const name of names) collect(lock, { name, from: '' }, paths);
  // A package inside another one has come with it.
  const outermost = [...paths].filter((path) => ![...paths].some((other) => path.startsWith(`${other}/`)));
  await Promise.all(outermost.map((path) => cp(path, join(target, path), { recursive: true })));
}

/** Walks the dependencies as Node resolves them: from the nearest node_modules outwards. */
function collect(lock: Lock, { name, from }: { name: string; from: string }, found: Set<string>): void {
  const path = resolve(lock, name, from);
  const entry = path === undefined ? undefined : lock[path];
  if (path === undefined || entry === undefined || found.has(path)) return;
  found.add(path);
  for (const dependency of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
    collect(lock, { name: dependency, from: path }, found);
  }
}

function resolve(lock: Lock, name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (path in lock || folder === '') return path in lock ? path : undefined;
  }
}
