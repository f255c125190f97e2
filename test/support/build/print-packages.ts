/**
 * Prints the packages whose code is in the program: bundled for people to read, it says above each file where that is
 * from.
 */
import { build } from 'esbuild';
import { PROGRAM } from '../../../scripts/building/program.ts';

const ORIGIN = /^\/\/ (?:.*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\/\S+$/gm;

const { outputFiles } = await build({ ...PROGRAM, minifyWhitespace: false, lineLimit: 0 });
const names = outputFiles.flatMap(({ text }) => [...text.matchAll(ORIGIN)].map(([, name = '']) => name));
console.log(JSON.stringify([...new Set(names)].sort()));
