import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Compiled code is kept for the next start, in a place of this user alone; where there is none, it is compiled again.
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'registry-index', 'compiled-code'));
await import('./program.ts');
