import '../../../src/commands/indexer.ts';
import { setImmediate as turn } from 'node:timers/promises';
import { createHintQueue } from '../../../src/indexer/events/hint-queue.ts';

/** Names more repositories and tags than a queue of hints has room for, in a process that has loaded the indexer. */
const queue = createHintQueue();
let at = 0;
for (let refused = 0; refused < 1_000; at += 1) {
  // As they come from a notification: texts of their own.
  const { name, tag, digest } = JSON.parse(
    `{"name":"team/some/app-${at}","tag":"build-${at}","digest":"sha256:${String(at).padStart(64, '0')}"}`,
  );
  refused += Number(!queue.add({ kind: 'tag', name, tag, expects: { kind: 'digest', digest } }));
  if (at % 1_000 === 0) await turn();
}
console.log(`${queue.depth()} of ${at}`);
process.exit();
