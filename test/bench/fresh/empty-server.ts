import { createServer } from 'node:http';
import { keepYoungHeapSmall } from '../../../src/commands/heap.ts';

export interface EmptyServerReady {
  readonly url: string;
}

keepYoungHeapSmall();

/** Acknowledges whatever it is sent and does nothing else, until its parent disconnects. */
const server = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(202).end());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.send?.({ url: `http://127.0.0.1:${port}` } satisfies EmptyServerReady);
});
process.once('disconnect', () => process.exit());
