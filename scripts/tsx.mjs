/**
 * Lets Node load the TSX of the page: it strips types by itself, but knows no JSX. bootstrap.mjs has every script begin
 * with this, and jest.config.mjs compiles alike; in the image the page is compiled already.
 */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** How JSX is compiled, wherever it is: swc's words. */
export const TSX = {
  parser: { syntax: 'typescript', tsx: true },
  target: 'es2024',
  transform: { react: { runtime: 'automatic', importSource: 'preact' } },
};

const require = createRequire(import.meta.url);

registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.tsx')) return nextLoad(url, context);
    // The compiler takes a tenth of a second to load, and most scripts have no page.
    const { transformSync } = require('@swc/core');
    const filename = fileURLToPath(url);
    const options = { filename, swcrc: false, sourceMaps: 'inline', jsc: TSX, module: { type: 'es6' } };
    const { code } = transformSync(readFileSync(filename, 'utf8'), options);
    return { format: 'module', source: code, shortCircuit: true };
  },
});
