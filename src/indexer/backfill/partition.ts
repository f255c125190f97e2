/**
 * Cuts a list into so many runs of neighbours of about equal length; some are empty when there are more runs than items.
 * Ranges are shared out this way, among workers and among what a worker does side by side, because a walk that begins
 * where the one before it ended need not list what that one has read already.
 */
export function stretches<Item>(items: readonly Item[], count: number): Item[][] {
  const cut = (at: number) => Math.floor((at * items.length) / count);
  return Array.from({ length: count }, (_, at) => items.slice(cut(at), cut(at + 1)));
}
