/** Reverses Python's `urllib.quote_plus`. A text that is not escaped well is given back as it is. */
export function unescapePlus(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
