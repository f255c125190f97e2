import { startsWith } from './bytes.ts';
import { type NameWalk, walkNames } from './name-walk.ts';
import type { Steps } from './slices.ts';

/** Visits every item whose name begins with `from`, as `walkNames` does. */
export function walkPrefix(walk: NameWalk, visit: (item: number) => void): Steps<void> {
  return walkNames(walk, (item) => {
    if (!startsWith(walk.nameOf(item), walk.from)) return false;
    visit(item);
    return true;
  });
}
