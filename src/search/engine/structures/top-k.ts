/** The first `count` items by an order, sorted. Most items take one comparison. */
export function firstOf(items: Iterable<number>, count: number, compare: (a: number, b: number) => number): number[] {
  const heap: number[] = [];
  for (const item of items) {
    if (heap.length < count) rise(heap, item, compare);
    else if (compare(item, heap[0] ?? 0) < 0) sink(heap, item, compare);
  }
  return heap.sort(compare);
}

/** Adds an item to a heap, which has the last item by the order at its top. */
function rise(heap: number[], item: number, compare: (a: number, b: number) => number): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >>> 1;
    const above = heap[parent] ?? 0;
    if (compare(above, item) >= 0) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = item;
}

/** Replaces the top by an item. */
function sink(heap: number[], item: number, compare: (a: number, b: number) => number): void {
  let at = 0;
  for (let child = 1; child < heap.length; child = at * 2 + 1) {
    const right = child + 1;
    const isRight = right < heap.length && compare(heap[right] ?? 0, heap[child] ?? 0) > 0;
    const last = isRight ? right : child;
    const below = heap[last] ?? 0;
    if (compare(item, below) >= 0) break;
    heap[at] = below;
    at = last;
  }
  heap[at] = item;
}
