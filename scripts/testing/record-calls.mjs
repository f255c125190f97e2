/**
 * Loaded into every process of a test run (`node --import`): writes down which calls of AWS the program makes, in the
 * folder REGISTRY_INDEX_TEST_CALLS.
 */
import { subscribe } from 'node:diagnostics_channel';
import { callOfGet, callsOfPost, createNotes } from './call-notes.mjs';

const folder = process.env.REGISTRY_INDEX_TEST_CALLS;
const [, script = '', command] = process.argv;
const isProgram = /[\\/]src[\\/]main\.ts$/.test(script);
if (folder && (isProgram || /[\\/]jest/.test(script))) record(folder, (isProgram && command) || 'tests');

function record(into, by) {
  const note = createNotes(into);

  subscribe('http.client.request.created', ({ request }) => {
    const target = request.getHeader('x-amz-target');
    if (target === undefined) return;
    const end = request.end;
    request.end = function (...args) {
      for (const call of callsOfPost(target, String(args[0] ?? ''))) note({ process: by, ...call });
      return end.apply(this, args);
    };
  });

  subscribe('undici:request:create', ({ request }) => {
    if (String(request.headers).toLowerCase().includes('x-amz-date')) note({ process: by, ...callOfGet(request.path) });
  });
}
