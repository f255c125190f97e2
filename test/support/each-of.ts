/** Does `work` for every entry, at most `limit` at once: as many as a server keeps up with on a slow machine. */
export async function eachOf<T>(
  entries: Iterable<T>,
  limit: number,
  work: (entry: T) => Promise<unknown>,
): Promise<void> {
  const queue = Iterator.from(entries);
  const worker = async () => {
    for (const entry of queue) await work(entry);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
