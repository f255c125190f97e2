import { expect, test } from '@jest/globals';
import { runCommand } from '../../env/command.ts';
import { pythonPackages } from '../../env/python-packages.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { randomRepository } from '../../support/search/random-requests.ts';
import { createChance } from '../../support/search/random-search.ts';
import { createServerBench } from '../../support/search/search-server.ts';

/** What an answer must not do, whatever was sent: fail, or be other than the description of the API says. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
];
const EXAMPLES = 60;

test('schemathesis finds no request whose answer is a 5xx or not as openapi.json describes it', async () => {
  const { command, env } = await pythonPackages('schemathesis');
  const chance = createChance(1);
  const { listen, close } = createServerBench([...Array(60)].map(() => randomRepository(chance)));
  const url = await listen({ host: '127.0.0.1', port: 0 });
  const temp = await tempDirectory('schemathesis');
  try {
    const limits = ['--max-examples', `${EXAMPLES}`, '--seed', '1', '--no-color'];
    const args = ['-m', 'schemathesis.cli', 'run', `${url}/api/openapi.json`, '--checks', CHECKS.join(','), ...limits];
    const output = await runCommand(command, args, { directory: temp.path, env, timeoutMs: 240_000 });
    expect(output).toContain('Tested: 6');
  } finally {
    await close(0);
    await temp.remove();
  }
}, 1_200_000);
