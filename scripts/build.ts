/** `npm run build`: the program as one file, dist/registry-index.mjs, with the packages beside it that no bundle can hold. */
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { copyPackages } from './building/packages.ts';

const OUTPUT = 'dist';
/** They bring a native addon, which stays a file of its own. */
const EXTERNAL = ['dynalite', 'level'];
/** CommonJS packages inside an ES module still call `require` for Node's own modules. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

await rm(OUTPUT, { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts'],
  outfile: `${OUTPUT}/registry-index.mjs`,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  external: EXTERNAL,
  banner: { js: REQUIRE },
  legalComments: 'none',
  logLevel: 'info',
});
await copyPackages(EXTERNAL, OUTPUT);
