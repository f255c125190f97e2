/** How much of a wrong value a message shows: people read no more. */
const SHOWN_CHARACTERS = 80;

/** A value of the resource as a message quotes it: it may be anything, and goes into a condition. */
export function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, SHOWN_CHARACTERS));
}
