import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../env/command.ts';
import { requireParts } from '../../env/debian.ts';
import { tempDirectory } from '../../env/temp-directory.ts';

export interface LoadOptions {
  readonly url: string;
  /** Paths in the order in which they are asked for, over and over. */
  readonly paths: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** Of each request, beside those that every client sends. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Requests a second that the server answered with 200, by a client in C that leaves the CPU to the server. */
export async function requestsPerSecond(load: LoadOptions): Promise<number> {
  const { url, paths, connections, seconds, headers = {} } = load;
  await requireParts('wrk');
  const directory = await tempDirectory('wrk');
  try {
    await writeFile(join(directory.path, 'paths'), paths.join('\n'));
    const script = join(directory.path, 'paths.lua');
    await writeFile(script, LUA.replace('PATHS', join(directory.path, 'paths')));
    const sent = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, ...sent, '-s', script, url];
    return readReport(await runCommand('wrk', args, { timeoutMs: (seconds + 30) * 1_000 }));
  } finally {
    await directory.remove();
  }
}

const LUA = `
local paths = {}
for line in io.lines("PATHS") do paths[#paths + 1] = line end
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("report %d %d %d\\n", summary.requests, summary.duration, failed))
end
`;

function readReport(output: string): number {
  const [, requests = '', microseconds = '', failed = ''] = /report (\d+) (\d+) (\d+)/.exec(output) ?? [];
  if (failed !== '0') throw new Error(`the load failed: ${output}`);
  return (Number(requests) / Number(microseconds)) * 1e6;
}
