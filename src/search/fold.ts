/** The form in which queries and texts are compared: case makes no difference. */
export function fold(text: string): string {
  return text.toLowerCase();
}
