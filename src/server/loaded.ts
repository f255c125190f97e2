import type { SearchView, ServedIndex } from '../search/view.ts';
import { ApiError } from './errors.ts';

/** The index as it answers now. Throws NOT_READY while none is loaded. */
export function loadedIndex(view: SearchView): ServedIndex {
  const served = view.current();
  if (!served) throw new ApiError('NOT_READY');
  return served;
}
