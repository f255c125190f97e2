import type { Answer } from '../../search/api.ts';

/** What `map` makes of an answer: at once where that is there at once. */
export function mapAnswer<T, U>(answer: Answer<T>, map: (ready: T) => Answer<U>): Answer<U> {
  return answer instanceof Promise ? answer.then(map) : map(answer);
}
