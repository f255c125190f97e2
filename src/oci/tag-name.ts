/** distribution's grammar of tags. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Whether a registry would accept a tag. */
export function isTagName(text: string): boolean {
  return TAG.test(text);
}
