/**
 * Runs a script of this project on the Node it pins, whatever Node the machine has: "node scripts/bootstrap.mjs SCRIPT
 * ARGS…". Installs the dependencies first when they are missing or not those of package-lock.json. Plain JavaScript
 * without dependencies, since it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const PINNED_NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node');
const LOADER = new URL('./tsx.mjs', import.meta.url).href;
/** A Ctrl-C comes from the terminal and once more from npm; what follows this soon is the same key stroke. */
const SAME_SIGNAL_MS = 300;
const LOOK_EVERY_MS = 500;
/** Holds the id of the process that installs. */
const INSTALL_LOCK = join(ROOT, '.npm-ci.lock');

installOnce();
const problem = problemWithPinnedNode();
if (problem === undefined) run(process.argv.slice(2));
else {
  console.error(problem);
  process.exitCode = 1;
}

/** True when node_modules holds what the lock file asks for; npm keeps its own lock file there of what it installed. */
function isInstalled() {
  const installed = lockedVersions(join(ROOT, 'node_modules', '.package-lock.json'));
  const wanted = lockedVersions(join(ROOT, 'package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => installed[path]?.version === version || (optional && !installed[path]),
  );
}

function lockedVersions(file) {
  if (!existsSync(file)) return {};
  const { '': _self, ...packages } = JSON.parse(readFileSync(file, 'utf8')).packages;
  return packages;
}

/** Of two commands that start at once only one may install, for that begins by emptying node_modules. */
function installOnce() {
  // npm says what it installed before it has run the install scripts, so a lock that is held counts first.
  while (isInstalling() || !isInstalled()) {
    if (takeInstallLock()) return install();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
  }
}

function takeInstallLock() {
  try {
    writeFileSync(INSTALL_LOCK, `${process.pid}`, { flag: 'wx' });
    process.on('exit', () => rmSync(INSTALL_LOCK, { force: true }));
    return true;
  } catch {
    if (!isInstalling()) rmSync(INSTALL_LOCK, { force: true });
    return false;
  }
}

/** False where there is no lock, and of one that a process which was killed has left. */
function isInstalling() {
  try {
    process.kill(Number(readFileSync(INSTALL_LOCK, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** What the lock file says and nothing else; package.json and the lock file are only read. */
function install() {
  console.error('installing npm dependencies …');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
  rmSync(INSTALL_LOCK, { force: true });
}

function problemWithPinnedNode() {
  const { version } = lockedVersions(join(ROOT, 'package-lock.json'))['node_modules/node'];
  const { stdout, error } = spawnSync(PINNED_NODE, ['--version'], { encoding: 'utf8' });
  if (stdout?.trim() === `v${version}`) return undefined;
  return [
    `Node ${version}, which this project runs on, is not in node_modules (${error?.message ?? `found ${stdout.trim()}`}).`,
    'It is put there by the install script of the npm package "node". Run "npm rebuild node --ignore-scripts=false",',
    'or "npm ci --ignore-scripts=false".',
  ].join('\n');
}

/**
 * In a process group of its own, so that every signal reaches the script exactly once: from here. The channel ends with
 * this process, even where that is killed, and the program ends with its channel.
 */
function run(command) {
  const [script, ...args] = command;
  // The program itself reads and writes where the user stands; the scripts of the project work in its root.
  const cwd = script.startsWith('src/') ? process.cwd() : ROOT;
  const options = { cwd, stdio: ['inherit', 'inherit', 'inherit', 'ipc'], detached: true, env: environment() };
  const child = spawn(PINNED_NODE, ['--import', LOADER, join(ROOT, script), ...args], options);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forwarder(child, signal));
  if (process.env.npm_lifecycle_event) endWithNpm(() => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** A shell between npm and this process may end without passing a signal on. */
function endWithNpm(end) {
  const parents = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === parents) return;
    clearInterval(timer);
    end();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The process that began this one, and where Linux says so the one before: a shell, and npm. */
function ancestors() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${process.ppid} ${parent}`;
  } catch {
    return `${process.ppid}`;
  }
}

function forwarder(child, signal) {
  let lastMs = -Infinity;
  return () => {
    const nowMs = Date.now();
    if (nowMs - lastMs > SAME_SIGNAL_MS) child.kill(signal);
    lastMs = nowMs;
  };
}

/** Tools that the script starts find the project's own Node and commands first. */
function environment() {
  return { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}` };
}
