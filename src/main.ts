import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Compiled code is kept for the next start, in a place of this user alone; where there is none, it is compiled again.
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'registry-index', 'compiled-code'));

// Each lookup of a name blocks a thread until the name server answers, and lookups may take half of the threads: with
// Node's default of four, two tenants' names without an answer would block all others. Node reads the variable when it
// first needs a thread, which may be for this import.
if (process.argv[2] === 'operator') process.env.UV_THREADPOOL_SIZE ??= '128';

// AWS logs with each request which process has made it, unless the variable names it otherwise.
if (process.argv[2]) process.env.AWS_SDK_UA_APP_ID ??= `registry-index-${process.argv[2]}`;

await import('./program.ts');
