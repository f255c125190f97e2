import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { formatLicenses, licensesOf, nodeLicense } from './licenses.ts';
import { bundledPaths, type Package, readPackage } from './packages.ts';
import { buildQueryProgram } from './query-program.ts';
import { billOfMaterials } from './sbom.ts';

interface Bundle {
  readonly metafile: Metafile;
  /** The program, and the parts of it that some commands load. */
  readonly files: readonly OutputFile[];
  /** Copyright comments inside the bundled code. */
  readonly notices: string;
}

const BUNDLE = 'registry-index';
/** `query` alone, for people's machines. */
const QUERY = 'registry-index-query.mjs';
/** Nothing is written here; esbuild wants a folder to name its files by. */
const OUT = resolve('dist');
/** Scanners of images look for the packages of a bundle in files named so. */
const BILL_OF_MATERIALS = 'registry-index.cdx.json';
const LICENSES = 'THIRD_PARTY_LICENSES';
/** What pages load, looked for beside the part of the program that serves it. */
const ASSETS = 'src/server/page/assets';
/** Errors show lines of the program. */
const LINE_LENGTH = 200;
/** CommonJS packages inside an ES module still ask for Node's own modules and for files beside them. */
const BANNER = `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const __dirname = import.meta.dirname;`;

const CLIENT_NODE = /[/@]kubernetes\/client-node/;

/**
 * The modules of client-node define things and do nothing else, which its package.json does not say: without this, all
 * models of Kubernetes would be in the program, and in the operator's memory.
 */
const onlyUsedModels: Plugin = {
  name: 'only-used-models',
  setup({ onResolve, resolve: find }) {
    onResolve({ filter: /./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === onlyUsedModels || !CLIENT_NODE.test(`${importer} ${path}`)) return undefined;
      const found = await find(path, { importer, resolveDir, kind, pluginData: onlyUsedModels });
      return CLIENT_NODE.test(found.path) ? { ...found, sideEffects: false } : undefined;
    });
  },
};

/**
 * Imported as an ES module, `node:http` gives all that it exports, a WebSocket among it, and for that loads Node's own
 * `fetch`: some megabytes in every process, and none of them uses it.
 */
const httpWithoutFetch: Plugin = {
  name: 'http-without-fetch',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'node:http', namespace: 'builtin' }));
    const contents = "module.exports = process.getBuiltinModule('node:http');";
    onLoad({ filter: /./, namespace: 'builtin' }, () => ({ contents, loader: 'js' }));
  },
};

/** How the program is bundled. */
export const PROGRAM = {
  entryPoints: [
    { in: 'src/main.ts', out: BUNDLE },
    // The program begins it in a thread of its own.
    { in: 'src/server/access/htpasswd/bcrypt-thread.ts', out: 'parts/bcrypt-thread' },
  ],
  outdir: OUT,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'parts/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  banner: { js: BANNER },
  // V8 keeps the text of the program in memory. Names stay, for whoever reads an error's stack.
  minifyWhitespace: true,
  lineLimit: LINE_LENGTH,
  plugins: [onlyUsedModels, httpWithoutFetch],
  legalComments: 'external',
  metafile: true,
  write: false,
} as const satisfies BuildOptions;

/**
 * Builds the program into the folder `target`, which holds nothing else then; gives the packages that are in it.
 * Nothing is written when a licence is missing.
 */
export async function buildProgram(target: string): Promise<readonly Package[]> {
  const { metafile, files, notices } = await bundle();
  const bundled = await Promise.all(bundledPaths(metafile).map(readPackage));
  const packages = distinct(bundled);
  const licenses = await thirdPartyLicenses(packages, notices);
  const bill = await billOfMaterials(packages);

  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const { path, contents } of files) {
    const file = join(target, relative(OUT, path));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
  }
  await writeFile(join(target, LICENSES), licenses);
  await writeFile(join(target, BILL_OF_MATERIALS), `${JSON.stringify(bill, null, 2)}\n`);
  await buildQueryProgram(join(target, QUERY));
  await cp('LICENSE', join(target, 'LICENSE'));
  await cp(ASSETS, join(target, 'parts', 'assets'), { recursive: true });
  return packages;
}

async function bundle(): Promise<Bundle> {
  const { metafile, outputFiles } = await build(PROGRAM);
  const isNotice = ({ path }: OutputFile) => path.endsWith('.LEGAL.txt');
  const notices = outputFiles.filter(isNotice);
  const files = outputFiles.filter((file) => !isNotice(file));
  return { metafile, files, notices: notices.map(({ text }) => text).join('\n') };
}

async function thirdPartyLicenses(packages: readonly Package[], notices: string): Promise<string> {
  const introduction = [
    'registry-index contains the software named below, under the licences that follow the names, and runs on Node.js.',
    'The packages of the base image, if it has any, have their licences in /usr/share/doc.',
  ].join('\n');
  const licensed = await Promise.all(packages.map(licensesOf));
  const comments = { title: 'Notices in the bundled code', texts: [notices.trim()] };
  return formatLicenses(introduction, [...licensed, comments, await nodeLicense()]);
}

function distinct(packages: readonly Package[]): Package[] {
  return [...new Map(packages.map((item) => [item.path, item])).values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
