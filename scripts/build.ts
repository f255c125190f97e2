/** `npm run build`: all that the image needs beside Node, in dist/ or the folder that is named. */
import { buildProgram } from './building/program.ts';

const [target = 'dist'] = process.argv.slice(2);

const packages = await buildProgram(target);
console.log(`${target}: the program with ${packages.length} packages in it, their licences, and its bill of materials`);
