import { describe, expect, test } from '@jest/globals';
import { createBlobReader } from '../../../../src/indexer/artefacts/blob-reader.ts';
import type { Layout } from '../../../../src/storage/layout.ts';

const parse = (bytes: Buffer) => ({ kind: 'parsed' as const, value: { text: bytes.toString() } });
const running = new AbortController().signal;

/** A reader of one blob, whose storage answers when, and as, it is told to. */
function readerOf() {
  const asked: PromiseWithResolvers<void>[] = [];
  const readBlob: Layout['readBlob'] = async () => {
    const answer = Promise.withResolvers<void>();
    asked.push(answer);
    await answer.promise;
    return { kind: 'found', bytes: Buffer.from('hello') };
  };
  const reader = createBlobReader<{ text: string }>({ layout: { readBlob }, what: 'manifest', maxBytes: 10 });
  return { asked, read: () => reader({ digest: 'sha256:00', parse }, running) };
}

describe('a blob', () => {
  const hello = { kind: 'parsed', value: { text: 'hello' } };

  test('that several want at once is read once', async () => {
    const { asked, read } = readerOf();
    const answers = [read(), read(), read()];
    asked[0]?.resolve();
    expect(await Promise.all(answers)).toEqual([hello, hello, hello]);
    expect(await read()).toEqual(hello);
    expect(asked).toHaveLength(1);
  });

  test('is read again by who waited for a reading that failed', async () => {
    const { asked, read } = readerOf();
    const failing = read();
    const waiting = read();
    asked[0]?.reject(new Error('reset'));
    await expect(failing).rejects.toThrow('reset');
    for (let tries = 0; asked.length < 2 && tries < 100; tries += 1)
      await new Promise((resolve) => setImmediate(resolve));
    asked[1]?.resolve();
    expect(await waiting).toEqual(hello);
  });
});
