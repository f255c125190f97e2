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
    const { 'x-amz-date': date, 'x-amz-target': target } = headersOf(request);
    if (date === undefined) return;
    // What is streamed is a test's proxy that hands on what its sender has written down.
    if (target !== undefined && !Buffer.isBuffer(request.body)) return;
    const calls = target === undefined ? [callOfGet(request.path)] : callsOfPost(target, String(request.body));
    for (const call of calls) note({ process: by, ...call });
  });
}

/** Undici keeps them as a list of names and values in turn. */
function headersOf({ headers }) {
  if (!Array.isArray(headers)) return {};
  const names = headers.filter((_, at) => at % 2 === 0);
  return Object.fromEntries(names.map((name, at) => [String(name).toLowerCase(), String(headers[2 * at + 1])]));
}
