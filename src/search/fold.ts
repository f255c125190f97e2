/**
 * The form in which queries and texts are compared: case makes no difference, and half a surrogate pair counts as
 * U+FFFD, which is what becomes of it in UTF-8. Every text is folded once; what is folded stays as it is.
 */
export function fold(text: string): string {
  return text.toWellFormed().toLowerCase();
}
