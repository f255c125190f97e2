const SHOWN_CHARACTERS = 120;
const PLAIN = /^[!-~]{1,120}$/;

/** Quoted unless it is plain ASCII: it is another person's text, and goes into a condition. */
export function shown(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
}
